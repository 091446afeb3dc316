#include "cms.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

#include "der.hpp"

namespace khien::token {
namespace {

using der::element;
using der::kObject;
using der::kOctets;
using der::kSet;
using der::sequence;

template <auto free_it>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

constexpr int kLeastRsaBits = 2048;

// DER of object identifiers' contents.
constexpr std::string_view kData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
constexpr std::string_view kSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
constexpr std::string_view kContentType = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
constexpr std::string_view kMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
constexpr std::string_view kSigningCertificateV2 = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f";
constexpr std::string_view kSha256 = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";
constexpr std::string_view kRsaEncryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
constexpr std::string_view kEcdsaWithSha256 = "\x2a\x86\x48\xce\x3d\x04\x03\x02";
constexpr std::string_view kNull("\x05\x00", 2);

std::string object(std::string_view identifier) { return element(kObject, identifier); }
std::string sha256_algorithm() { return sequence({object(kSha256)}); }
std::string attribute(std::string_view type, std::string_view value) { return sequence({object(type), element(kSet, value)}); }

Result<Certificate> read_certificate(ByteView der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  Certificate certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (!certificate) return Error(Code::invalid, "the token's certificate is no X.509 certificate");
  return certificate;
}

// What i2d gives, as DER text; it allocates itself.
template <class T, class Encode>
std::string encoded(const T* object, Encode encode) {
  unsigned char* out = nullptr;
  const int size = encode(object, &out);
  if (size <= 0) return {};
  std::string text(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return text;
}

struct Issued {
  std::string issuer, serial;  // DER
};

Issued issued_by(const X509* certificate) {
  return {encoded(X509_get_issuer_name(certificate), i2d_X509_NAME), encoded(X509_get0_serialNumber(certificate), i2d_ASN1_INTEGER)};
}

// RFC 5035: ties the signature to this certificate, so that no other of the same key
// can be put in its place. The hash algorithm is left out, being the default.
std::string signing_certificate(ByteView certificate, const Issued& issued) {
  const std::string names = sequence({element(der::context(4), issued.issuer)});
  const std::string hash = element(kOctets, as_text(sha256(certificate).view()));
  const std::string identity = sequence({hash, sequence({names, issued.serial})});
  return sequence({sequence({identity})});
}

std::string signed_attributes(ByteView certificate, const Issued& issued, const Sha256& digest) {
  return der::sorted({attribute(kContentType, object(kData)),
                      attribute(kMessageDigest, element(kOctets, as_text(digest.view()))),
                      attribute(kSigningCertificateV2, signing_certificate(certificate, issued))});
}

// RFC 5754 §3: with the parameter NULL for RSA, with none for ECDSA.
std::string signature_algorithm(KeyKind kind) {
  return kind == KeyKind::rsa ? sequence({object(kRsaEncryption), kNull}) : sequence({object(kEcdsaWithSha256)});
}

std::string signer_info(const Issued& issued, KeyKind kind, std::string_view attributes, ByteView signature) {
  return sequence({der::small_number(1), sequence({issued.issuer, issued.serial}), sha256_algorithm(),
                   element(der::context(0), attributes), signature_algorithm(kind),
                   element(kOctets, as_text(signature))});
}

bool has_issued(const X509* issuer, X509* certificate) {
  if (X509_check_issued(const_cast<X509*>(issuer), certificate) != X509_V_OK) return false;
  return X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;
}

bool is_root(const X509* certificate) { return X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)) == 0; }

}  // namespace

Result<std::vector<Bytes>> chain_of(std::vector<Bytes> certificates) {
  if (certificates.empty()) return Error(Code::not_found, "the token has no certificate");
  std::vector<Bytes> chain{certificates[0]};
  for (std::size_t have = 0; have != chain.size();) {
    have = chain.size();
    TRY(const auto last, read_certificate(chain.back()));
    for (const Bytes& one : certificates) {
      const auto other = read_certificate(one);
      const bool next = other && !is_root(other->get()) && has_issued(other->get(), last.get()) && std::ranges::find(chain, one) == chain.end();
      if (!next) continue;
      chain.push_back(one);
      break;
    }
  }
  return chain;
}

Result<Bytes> make_cms(const std::vector<Bytes>& certificates, const Sha256& digest, const Sign& sign) {
  if (certificates.empty()) return Error(Code::not_found, "the token has no certificate");
  TRY(const auto certificate, read_certificate(certificates[0]));
  TRY(const KeyKind kind, key_kind_of(certificates[0]));
  const Issued issued = issued_by(certificate.get());
  const std::string attributes = signed_attributes(certificates[0], issued, digest);
  // Signed as the SET that they are, stored under a tag of their own (RFC 5652 §5.4).
  TRY(const auto signature, sign(as_bytes(element(kSet, attributes))));
  std::vector<std::string> chain;
  for (const Bytes& one : certificates) chain.emplace_back(as_text(one));
  const std::string data =
      sequence({der::small_number(1), element(kSet, sha256_algorithm()), sequence({object(kData)}),
                element(der::context(0), der::sorted(std::move(chain))), element(kSet, signer_info(issued, kind, attributes, signature))});
  const std::string cms = sequence({object(kSignedData), element(der::context(0), data)});
  const ByteView bytes = as_bytes(cms);
  return Bytes(bytes.begin(), bytes.end());
}

Result<KeyKind> key_kind_of(ByteView certificate) {
  TRY(const auto read, read_certificate(certificate));
  const EVP_PKEY* key = X509_get0_pubkey(read.get());
  const int kind = key == nullptr ? EVP_PKEY_NONE : EVP_PKEY_base_id(key);
  if (kind == EVP_PKEY_RSA && EVP_PKEY_bits(key) < kLeastRsaBits) return Error(Code::invalid, "the certificate's key is shorter than 2048 bits");
  if (kind == EVP_PKEY_RSA) return KeyKind::rsa;
  if (kind != EVP_PKEY_EC) return Error(Code::invalid, "the certificate's key is neither RSA nor of an elliptic curve");
  std::array<char, 64> curve{};
  std::size_t size = 0;
  EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size);
  const int known = OBJ_txt2nid(curve.data());
  if (known != NID_X9_62_prime256v1 && known != NID_secp384r1) return Error(Code::invalid, "the certificate's key is of a curve other than P-256 and P-384");
  return KeyKind::ec;
}

Result<Bytes> ecdsa_sequence(ByteView numbers) {
  const Error damaged(Code::corrupt, "the token's signature is no ECDSA signature");
  if (numbers.empty() || numbers.size() % 2 != 0) return damaged;
  const auto half = static_cast<int>(numbers.size() / 2);
  const auto* at = reinterpret_cast<const unsigned char*>(numbers.data());
  const std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>> signature(ECDSA_SIG_new());
  if (!signature || ECDSA_SIG_set0(signature.get(), BN_bin2bn(at, half, nullptr), BN_bin2bn(at + half, half, nullptr)) != 1) return damaged;
  const std::string der = encoded(signature.get(), i2d_ECDSA_SIG);
  const ByteView bytes = as_bytes(der);
  return Bytes(bytes.begin(), bytes.end());
}

Result<void> check_signature(ByteView certificate, ByteView bytes, ByteView signature) {
  TRY_VOID(key_kind_of(certificate));
  TRY(const auto read, read_certificate(certificate));
  EVP_PKEY* key = X509_get0_pubkey(read.get());
  const std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool right = context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                     EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
  if (!right) return Error(Code::corrupt, "the token's signature does not fit its certificate");
  return {};
}

}  // namespace khien::token
