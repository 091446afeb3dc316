#include <openssl/bn.h>

#include <algorithm>
#include <array>

#include "khien/core/assert.hpp"
#include "khien/net/certificate.hpp"
#include "x509.hpp"

namespace khien::net {
namespace {

// Clocks of communes' machines are not good.
constexpr Duration kBackdating = minutes(5);
constexpr Duration kAuthorityValid = days(3652);
constexpr std::size_t kMaxServerNames = 64;

using NamesPointer = std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>>;
using NamePointer = std::unique_ptr<GENERAL_NAME, FreeBy<GENERAL_NAME_free>>;

void set_serial(X509* certificate, Random& random) {
  const auto bytes = random.bytes(16);
  const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(BN_bin2bn(
      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
  khien_assert(number != nullptr);
  khien_assert(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

Result<void> set_validity(X509* certificate, Timestamp from, Timestamp to) {
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), from.ms / 1'000) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), to.ms / 1'000) == nullptr) {
    return openssl_error("validity of a certificate");
  }
  return {};
}

Result<void> set_common_name(X509* certificate, std::string_view name) {
  if (X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<int>(name.size()), -1, 0) != 1) {
    return openssl_error("common name of a certificate");
  }
  return {};
}

// `value` is a constant of ours: OpenSSL's little language is no place for text
// from outside.
void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, FreeBy<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  khien_assert(extension != nullptr);
  khien_assert(X509_add_ext(certificate, extension.get(), -1) == 1);
}

NamePointer uri_name(std::string_view uri) {
  NamePointer name(GENERAL_NAME_new());
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  khien_assert(name != nullptr && text != nullptr);
  khien_assert(ASN1_STRING_set(text, uri.data(), static_cast<int>(uri.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), GEN_URI, text);
  return name;
}

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                  c == '-';
         });
}

Result<NamePointer> server_name(const std::string& text) {
  NamePointer name(GENERAL_NAME_new());
  khien_assert(name != nullptr);
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.c_str())) {
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
    return name;
  }
  if (!is_host_name(text)) return Error(Code::invalid, "not a host name or IP address: '" + text + "'");
  ASN1_IA5STRING* host = ASN1_IA5STRING_new();
  khien_assert(host != nullptr);
  khien_assert(ASN1_STRING_set(host, text.data(), static_cast<int>(text.size())) == 1);
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, host);
  return name;
}

void add_names(X509* certificate, std::vector<NamePointer> all) {
  const NamesPointer names(GENERAL_NAMES_new());
  khien_assert(names != nullptr);
  for (auto& name : all) khien_assert(sk_GENERAL_NAME_push(names.get(), name.release()) > 0);
  khien_assert(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1);
}

// What every certificate begins with.
Result<X509Pointer> begin_certificate(std::string_view common_name, EVP_PKEY* key, Timestamp from,
                                      Timestamp to, Random& random) {
  X509Pointer certificate(X509_new());
  khien_assert(certificate != nullptr);
  khien_assert(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  khien_assert(X509_set_pubkey(certificate.get(), key) == 1);
  set_serial(certificate.get(), random);
  TRY_VOID(set_validity(certificate.get(), from, to));
  TRY_VOID(set_common_name(certificate.get(), common_name));
  return certificate;
}

}  // namespace

struct CertificateAuthority::Impl {
  std::string certificate_pem;
  Secret key_pem;
  X509Pointer certificate;
  KeyPointer key;
  Timestamp not_after;

  static Result<std::unique_ptr<Impl>> from(X509Pointer certificate, KeyPointer key);
  // An end certificate, without its names and signature.
  Result<X509Pointer> begin_end(std::string_view common_name, EVP_PKEY* subject_key, Timestamp now,
                                Duration valid, Random& random, const char* purpose) const;
  std::string sign(X509* end) const;
};

Result<std::unique_ptr<CertificateAuthority::Impl>> CertificateAuthority::Impl::from(X509Pointer certificate,
                                                                                     KeyPointer key) {
  TRY(const auto not_after, to_timestamp(X509_get0_notAfter(certificate.get())));
  auto impl = std::make_unique<Impl>();
  impl->certificate_pem = write_certificate(certificate.get());
  impl->key_pem = write_key(key.get());
  impl->certificate = std::move(certificate);
  impl->key = std::move(key);
  impl->not_after = not_after;
  return impl;
}

Result<X509Pointer> CertificateAuthority::Impl::begin_end(std::string_view common_name, EVP_PKEY* subject_key,
                                                          Timestamp now, Duration valid, Random& random,
                                                          const char* purpose) const {
  if (valid.ms <= 0 || now >= not_after) return Error(Code::invalid, "validity of a certificate is empty");
  TRY(auto end, begin_certificate(common_name, subject_key, now - kBackdating,
                                  std::min(now + valid, not_after), random));
  khien_assert(X509_set_issuer_name(end.get(), X509_get_subject_name(certificate.get())) == 1);
  add_extension(end.get(), certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(end.get(), certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(end.get(), certificate.get(), NID_ext_key_usage, purpose);
  add_extension(end.get(), certificate.get(), NID_subject_key_identifier, "hash");
  add_extension(end.get(), certificate.get(), NID_authority_key_identifier, "keyid:always");
  return end;
}

std::string CertificateAuthority::Impl::sign(X509* end) const {
  khien_assert(X509_sign(end, key.get(), EVP_sha256()) > 0);
  return write_certificate(end);
}

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

Result<CertificateAuthority> CertificateAuthority::create(std::string_view name, Timestamp now,
                                                          Random& random) {
  auto key = make_p256_key();
  TRY(auto own, begin_certificate(name, key.get(), now - kBackdating, now + kAuthorityValid, random));
  khien_assert(X509_set_issuer_name(own.get(), X509_get_subject_name(own.get())) == 1);
  add_extension(own.get(), own.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(own.get(), own.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(own.get(), own.get(), NID_subject_key_identifier, "hash");
  add_extension(own.get(), own.get(), NID_authority_key_identifier, "keyid:always");
  khien_assert(X509_sign(own.get(), key.get(), EVP_sha256()) > 0);
  TRY(auto impl, Impl::from(std::move(own), std::move(key)));
  return CertificateAuthority(std::move(impl));
}

Result<CertificateAuthority> CertificateAuthority::load(std::string_view certificate_pem,
                                                        const Secret& key_pem) {
  TRY(auto certificate, read_certificate(certificate_pem));
  TRY(auto key, read_key(key_pem));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return openssl_error("key and certificate of the authority do not belong together");
  }
  if (X509_check_ca(certificate.get()) != 1)
    return Error(Code::invalid, "not the certificate of an authority");
  TRY(auto impl, Impl::from(std::move(certificate), std::move(key)));
  return CertificateAuthority(std::move(impl));
}

const std::string& CertificateAuthority::certificate_pem() const { return impl_->certificate_pem; }
const Secret& CertificateAuthority::key_pem() const { return impl_->key_pem; }
Sha256 CertificateAuthority::sha256() const { return der_sha256(impl_->certificate.get()); }

Result<KeyAndCertificate> CertificateAuthority::issue_server(const std::vector<std::string>& names,
                                                             Timestamp now, Duration valid,
                                                             Random& random) const {
  if (names.empty() || names.size() > kMaxServerNames) {
    return Error(Code::invalid, "a server certificate needs 1 to 64 names");
  }
  std::vector<NamePointer> all;
  for (const auto& text : names) {
    TRY(auto name, server_name(text));
    all.push_back(std::move(name));
  }
  const auto key = make_p256_key();
  TRY(const auto end, impl_->begin_end("khien", key.get(), now, valid, random, "critical,serverAuth"));
  add_names(end.get(), std::move(all));
  return KeyAndCertificate{write_key(key.get()), impl_->sign(end.get())};
}

Result<std::string> CertificateAuthority::issue_agent(std::string_view csr_pem, const AgentIdentity& identity,
                                                      Timestamp now, Duration valid, Random& random) const {
  khien_assert(identity.tenant && identity.machine);
  TRY(const auto request, read_request(csr_pem));
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr) return openssl_error("key of the certificate request");
  if (!is_p256(key)) return Error(Code::invalid, "the key of a certificate request must be P-256");
  if (X509_REQ_verify(request.get(), key) != 1) {
    return openssl_error("the certificate request is not signed by its own key");
  }
  TRY(const auto end, impl_->begin_end("khien-agent", key, now, valid, random, "critical,clientAuth"));
  std::vector<NamePointer> names;
  names.push_back(uri_name(identity.uri()));
  add_names(end.get(), std::move(names));
  return impl_->sign(end.get());
}

}  // namespace khien::net
