#include "khien/exchange/key_sealer.hpp"

#include <libxml/parser.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>
// After xmlsec.h, which it needs and does not include.
#include <xmlsec/errors.h>

#include <memory>
#include <mutex>

#include "khien/core/assert.hpp"

namespace khien::exchange {
namespace {

template <auto free_it>
struct FreeBy {
  template <class T>
  void operator()(T* thing) const {
    free_it(thing);
  }
};
void free_bio(BIO* bio) { BIO_free(bio); }
void free_text(xmlChar* text) { xmlFree(text); }
using DocumentPointer = std::unique_ptr<xmlDoc, FreeBy<xmlFreeDoc>>;
using ContextPointer = std::unique_ptr<xmlSecDSigCtx, FreeBy<xmlSecDSigCtxDestroy>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, FreeBy<X509_free>>;
using BioPointer = std::unique_ptr<BIO, FreeBy<free_bio>>;
using SecKeyPointer = std::unique_ptr<xmlSecKey, FreeBy<xmlSecKeyDestroy>>;
using ManagerPointer = std::unique_ptr<xmlSecKeysMngr, FreeBy<xmlSecKeysMngrDestroy>>;

constexpr int kLeastBits = 2048;
constexpr int kParse = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;

void say_nothing(const char*, int, const char*, const char*, const char*, int, const char*) {}

void begin_xmlsec() {
  static std::once_flag once;
  std::call_once(once, [] {
    xmlInitParser();
    khien_assert(xmlSecInit() == 0);
    khien_assert(xmlSecOpenSSLAppInit(nullptr) == 0);
    khien_assert(xmlSecOpenSSLInit() == 0);
    xmlSecErrorsSetCallback(say_nothing);
  });
}

const xmlChar* letters(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

Result<DocumentPointer> parse(std::string_view xml) {
  if (xml.size() > (64u << 20)) return Error(Code::exhausted, "the document is too large");
  DocumentPointer document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), nullptr, nullptr, kParse));
  if (!document) return Error(Code::invalid, "the document is not well formed");
  if (document->intSubset != nullptr) return Error(Code::invalid, "the document has a document type");
  return document;
}

BioPointer bio_of(std::string_view text) { return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Result<KeyPointer> read_key(std::string_view pem) {
  const auto bio = bio_of(pem);
  KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
  if (!key) return Error(Code::invalid, "the key is no private key in PEM without a password");
  if (EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_bits(key.get()) < kLeastBits) {
    return Error(Code::invalid, "the key must be RSA of at least 2048 bits");
  }
  return key;
}

Result<CertificatePointer> read_certificate(std::string_view pem) {
  const auto bio = bio_of(pem);
  CertificatePointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return Error(Code::invalid, "the certificate is none in PEM");
  return certificate;
}

// The one element with that name; none if there are several.
xmlNode* find_one(xmlNode* node, const SealPlace& place, int& found) {
  xmlNode* one = nullptr;
  for (; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    const std::string_view name(reinterpret_cast<const char*>(node->name));
    const std::string_view space(node->ns == nullptr ? "" : reinterpret_cast<const char*>(node->ns->href));
    if (name == place.parent_name && space == place.parent_namespace) {
      ++found;
      one = node;
    }
    if (xmlNode* below = find_one(node->children, place, found)) one = below;
  }
  return one;
}

// "CN=Khiên,O=…", as RFC 2253 has it, letters beyond ASCII as they are.
std::string subject_of(X509* certificate) {
  const BioPointer out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// The empty signature as both letters want it.
Result<xmlNode*> put_template(xmlDoc* document, xmlNode* parent, const std::string& subject) {
  xmlNode* signature = xmlSecTmplSignatureCreate(document, xmlSecTransformExclC14NGetKlass(), xmlSecOpenSSLTransformRsaSha256GetKlass(), nullptr);
  if (signature == nullptr) return Error(Code::internal, "no signature could be made");
  xmlAddChild(parent, signature);
  xmlNode* reference = xmlSecTmplSignatureAddReference(signature, xmlSecOpenSSLTransformSha256GetKlass(), nullptr, letters(""), nullptr);
  const bool has_transforms = reference != nullptr &&
                              xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedGetKlass()) != nullptr &&
                              xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NGetKlass()) != nullptr;
  xmlNode* key = has_transforms ? xmlSecTmplSignatureEnsureKeyInfo(signature, nullptr) : nullptr;
  xmlNode* data = key != nullptr ? xmlSecTmplKeyInfoAddX509Data(key) : nullptr;
  // libxmlsec fills in the certificate; the name it leaves as it is.
  xmlNode* name = data != nullptr ? xmlSecTmplX509DataAddSubjectName(data) : nullptr;
  if (name == nullptr || xmlSecTmplX509DataAddCertificate(data) == nullptr) return Error(Code::internal, "no signature could be made");
  xmlAddChild(name, xmlNewText(letters(subject.c_str())));
  return signature;
}

Result<std::string> seal_with(const std::string& key_pem, const std::string& certificate_pem, std::string_view xml, const SealPlace& place) {
  begin_xmlsec();
  TRY(const auto document, parse(xml));
  int found = 0;
  xmlNode* parent = find_one(xmlDocGetRootElement(document.get()), place, found);
  if (found != 1) return Error(Code::invalid, "there is not exactly one " + place.parent_name);
  TRY(const auto certificate, read_certificate(certificate_pem));
  TRY(xmlNode* signature, put_template(document.get(), parent, subject_of(certificate.get())));
  const ContextPointer context(xmlSecDSigCtxCreate(nullptr));
  khien_assert(context != nullptr);
  const auto bytes = [](const std::string& text) { return reinterpret_cast<const xmlSecByte*>(text.data()); };
  SecKeyPointer key(xmlSecOpenSSLAppKeyLoadMemory(bytes(key_pem), static_cast<xmlSecSize>(key_pem.size()), xmlSecKeyDataFormatPem, nullptr,
                                                  nullptr, nullptr));
  if (!key) return Error(Code::invalid, "the key cannot be used");
  if (xmlSecOpenSSLAppKeyCertLoadMemory(key.get(), bytes(certificate_pem), static_cast<xmlSecSize>(certificate_pem.size()),
                                        xmlSecKeyDataFormatPem) != 0) {
    return Error(Code::invalid, "the certificate cannot be used");
  }
  context->signKey = key.release();
  if (xmlSecDSigCtxSign(context.get(), signature) != 0) return Error(Code::internal, "the document could not be signed");
  xmlChar* out = nullptr;
  int size = 0;
  xmlDocDumpMemoryEnc(document.get(), &out, &size, "UTF-8");
  const std::unique_ptr<xmlChar, FreeBy<free_text>> owned(out);
  if (out == nullptr) return Error(Code::exhausted, "no memory for the signed document");
  return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

std::string pem_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<XmlSealer> make_key_sealer(const Secret& key_pem, std::string_view certificate_pem) {
  TRY(const auto key, read_key(key_pem.reveal()));
  TRY(const auto certificate, read_certificate(certificate_pem));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) return Error(Code::invalid, "the key does not belong to the certificate");
  // A function is copied; a secret is not.
  auto kept = std::make_shared<const Secret>(std::string(key_pem.reveal()));
  return XmlSealer([kept, pem = std::string(certificate_pem)](std::string_view xml, const SealPlace& place) {
    return seal_with(std::string(kept->reveal()), pem, xml, place);
  });
}

Result<ThrowAwayKey> make_throw_away_key(std::string_view common_name) {
  const KeyPointer key(EVP_RSA_gen(kLeastBits));
  const CertificatePointer certificate(X509_new());
  if (!key || !certificate) return Error(Code::exhausted, "no key could be made");
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const std::string text(common_name.substr(0, 60));
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()), -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) return Error(Code::internal, "no certificate could be made");
  const BioPointer key_out(BIO_new(BIO_s_mem()));
  const BioPointer certificate_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(certificate_out.get(), certificate.get());
  return ThrowAwayKey{.key_pem = Secret(pem_of(key_out.get())), .certificate_pem = pem_of(certificate_out.get())};
}

Result<void> check_seal(std::string_view xml, std::string_view trusted_pem) {
  begin_xmlsec();
  TRY(const auto document, parse(xml));
  int found = 0;
  xmlNode* signature = find_one(xmlDocGetRootElement(document.get()), {"http://www.w3.org/2000/09/xmldsig#", "Signature"}, found);
  if (found != 1) return Error(Code::denied, "there is not exactly one signature");
  const ManagerPointer manager(xmlSecKeysMngrCreate());
  khien_assert(manager != nullptr && xmlSecOpenSSLAppDefaultKeysMngrInit(manager.get()) == 0);
  if (xmlSecOpenSSLAppKeysMngrCertLoadMemory(manager.get(), reinterpret_cast<const xmlSecByte*>(trusted_pem.data()),
                                             static_cast<xmlSecSize>(trusted_pem.size()), xmlSecKeyDataFormatPem, xmlSecKeyDataTypeTrusted) != 0) {
    return Error(Code::invalid, "the trusted certificate cannot be read");
  }
  const ContextPointer context(xmlSecDSigCtxCreate(manager.get()));
  if (xmlSecDSigCtxVerify(context.get(), signature) != 0 || context->status != xmlSecDSigStatusSucceeded) {
    return Error(Code::denied, "the signature is not good");
  }
  return {};
}

}  // namespace khien::exchange
