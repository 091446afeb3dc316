#include "trust.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"
#include "openssl_pointers.hpp"

namespace khien::seal {
namespace {


constexpr int kMaxAnchors = 500;
constexpr int kLeastRsaBits = 2048;
// 112 bits: RSA of 2048 bits, and no certificate in between that SHA-1 signed.
constexpr int kStrength = 2;

struct Stack {
  STACK_OF(X509)* all = sk_X509_new_null();
  Stack() = default;
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { sk_X509_pop_free(all, X509_free); }
};

std::string text_of(BIO* output) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(output, &data);
  return size <= 0 ? std::string() : to_valid_utf8(std::string_view(data, static_cast<std::size_t>(size)));
}

std::string name_text(const X509_NAME* name, unsigned long flags) {
  const Memory output(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(output.get(), name, 0, flags);
  return text_of(output.get());
}

// As people read it: UTF-8 stays UTF-8.
constexpr unsigned long kRfc4514 = XN_FLAG_RFC2253, kReversed = XN_FLAG_DN_REV, kEscaped = ASN1_STRFLGS_ESC_MSB;
constexpr unsigned long kForPeople = (kRfc4514 & ~kEscaped) | ASN1_STRFLGS_UTF8_CONVERT;

std::string common_name(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(const_cast<X509_NAME*>(name), NID_commonName, -1);
  if (at < 0) return name_text(name, kForPeople);
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return name_text(name, kForPeople);
  std::string text = to_valid_utf8(std::string_view(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size)));
  OPENSSL_free(utf8);
  return text;
}

SignatureState state_of(int error) {
  switch (error) {
    case X509_V_OK: return SignatureState::valid;
    case X509_V_ERR_CERT_HAS_EXPIRED: return SignatureState::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return SignatureState::not_yet_valid;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK: return SignatureState::weak_algorithm;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: return SignatureState::bad_signature;
    default: return SignatureState::untrusted;
  }
}

// Uses that a person's or an agency's certificate names, beside those OpenSSL has bits for:
// document signing by RFC 9336, Microsoft, Adobe.
bool is_for_documents(X509* certificate) {
  const std::unique_ptr<EXTENDED_KEY_USAGE, FreeBy<EXTENDED_KEY_USAGE_free>> uses(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  for (int i = 0; i < (uses ? sk_ASN1_OBJECT_num(uses.get()) : 0); ++i) {
    std::array<char, 64> oid{};
    OBJ_obj2txt(oid.data(), static_cast<int>(oid.size()), sk_ASN1_OBJECT_value(uses.get(), i), 1);
    for (const std::string_view known : {"1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5"}) {
      if (known == oid.data()) return true;
    }
  }
  return false;
}

// A certificate must say that its key signs, and if it says for what, then not for servers,
// programs or stamps alone. Of those that name "client" only the person's are taken: a
// server's is both.
bool may_sign(X509* certificate) {
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  const std::uint32_t usage = X509_get_key_usage(certificate);
  if ((flags & EXFLAG_KUSAGE) == 0 || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0) return false;
  if ((flags & EXFLAG_CA) != 0) return false;
  if ((flags & EXFLAG_XKUSAGE) == 0) return true;
  const std::uint32_t uses = X509_get_extended_key_usage(certificate);
  if ((uses & (XKU_TIMESTAMP | XKU_OCSP_SIGN)) != 0) return false;
  if ((uses & (XKU_SMIME | XKU_ANYEKU)) != 0 || is_for_documents(certificate)) return true;
  return (uses & XKU_SSL_CLIENT) != 0 && (uses & (XKU_SSL_SERVER | XKU_CODE_SIGN)) == 0;
}

bool may_stamp(X509* certificate) {
  const std::uint32_t usage = X509_get_extended_key_usage(certificate);
  return usage == XKU_TIMESTAMP;
}

bool is_long_enough(EVP_PKEY* key) {
  const int kind = EVP_PKEY_base_id(key);
  return kind == EVP_PKEY_RSA ? EVP_PKEY_bits(key) >= kLeastRsaBits : kind == EVP_PKEY_EC && EVP_PKEY_bits(key) >= 256;
}

std::vector<Bytes> encoded(const STACK_OF(X509)* chain) {
  std::vector<Bytes> all;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(chain, i), &der);
    if (size <= 0) continue;
    const ByteView bytes = as_bytes({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    all.emplace_back(bytes.begin(), bytes.end());
    OPENSSL_free(der);
  }
  return all;
}

}  // namespace

Certificate read_certificate(ByteView der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  Certificate certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  ERR_clear_error();
  // What follows the certificate would be under no signature.
  if (certificate && bytes != reinterpret_cast<const unsigned char*>(der.data()) + der.size()) return nullptr;
  return certificate;
}

struct Trust::Impl {
  std::unique_ptr<X509_STORE, FreeBy<X509_STORE_free>> store{X509_STORE_new()};

  // Without a time: is it bound, whenever it was valid?
  int verify(X509* certificate, STACK_OF(X509)* others, std::optional<Timestamp> at, std::vector<Bytes>* chain = nullptr) const;
};

Trust::Trust(std::string_view pem) : impl_(std::make_unique<Impl>()) {
  const Memory input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  for (int i = 0; i < kMaxAnchors; ++i) {
    const Certificate anchor(PEM_read_bio_X509(input.get(), nullptr, nullptr, nullptr));
    if (!anchor) break;
    X509_STORE_add_cert(impl_->store.get(), anchor.get());
  }
  ERR_clear_error();
}

Trust::~Trust() = default;

int Trust::Impl::verify(X509* certificate, STACK_OF(X509)* others, std::optional<Timestamp> at, std::vector<Bytes>* chain) const {
  const std::unique_ptr<X509_STORE_CTX, FreeBy<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store.get(), certificate, others) != 1) return X509_V_ERR_OUT_OF_MEM;
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context.get());
  if (at) X509_VERIFY_PARAM_set_time(wanted, static_cast<time_t>(at->ms / 1000));
  if (!at) X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_NO_CHECK_TIME);
  X509_VERIFY_PARAM_set_auth_level(wanted, kStrength);
  // An anchor may be an authority below a root.
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_depth(wanted, 8);
  const int done = X509_verify_cert(context.get());
  const int error = X509_STORE_CTX_get_error(context.get());
  if (done == 1 && chain != nullptr) *chain = encoded(X509_STORE_CTX_get0_chain(context.get()));
  ERR_clear_error();
  return done == 1 ? X509_V_OK : error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

Judged Trust::judge(ByteView certificate, const std::vector<ByteView>& others, Timestamp at, Purpose purpose, std::vector<Bytes>& chain) const {
  const Certificate read = read_certificate(certificate);
  if (!read) return {SignatureState::malformed, "the signer's certificate cannot be read"};
  const Stack stack;
  for (const ByteView other : others) {
    if (Certificate beside = read_certificate(other)) sk_X509_push(stack.all, beside.release());
  }
  const int error = impl_->verify(read.get(), stack.all, at, &chain);
  if (error != X509_V_OK) return {state_of(error), X509_verify_cert_error_string(error)};
  const bool fit = purpose == Purpose::documents ? may_sign(read.get()) : may_stamp(read.get());
  if (!fit) return {SignatureState::untrusted, "the certificate's key is not for this"};
  // What is carried along and leads nowhere could be changed by anybody. An old certificate
  // of the same token leads to an anchor, though it has expired.
  for (int i = 0; i < sk_X509_num(stack.all); ++i) {
    const int beside = impl_->verify(sk_X509_value(stack.all, i), stack.all, std::nullopt);
    if (beside != X509_V_OK) return {SignatureState::malformed, "a certificate is carried along that leads to no anchor"};
  }
  if (sk_X509_num(stack.all) != static_cast<int>(others.size())) return {SignatureState::malformed, "a certificate that is carried along cannot be read"};
  return {};
}

Identity identity_of(ByteView certificate) {
  const Certificate read = read_certificate(certificate);
  if (!read) return {};
  const std::unique_ptr<BIGNUM, FreeBy<BN_free>> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(read.get()), nullptr));
  char* hex = number ? BN_bn2hex(number.get()) : nullptr;
  Identity identity{common_name(X509_get_subject_name(read.get())), common_name(X509_get_issuer_name(read.get())), hex == nullptr ? "" : hex};
  OPENSSL_free(hex);
  return identity;
}

bool names_subject(ByteView certificate, std::string_view text) {
  const Certificate read = read_certificate(certificate);
  if (!read) return false;
  const auto plain = [](std::string_view name) {
    std::string all(name);
    for (std::size_t at = 0; (at = all.find(", ", at)) != all.npos;) all.erase(at + 1, 1);
    return all;
  };
  const X509_NAME* name = X509_get_subject_name(read.get());
  for (const unsigned long flags : {kRfc4514, kForPeople, kRfc4514 & ~kReversed, kForPeople & ~kReversed}) {
    if (plain(name_text(name, flags)) == plain(text)) return true;
  }
  const std::unique_ptr<char, FreeBy<[](char* line) { OPENSSL_free(line); }>> line(X509_NAME_oneline(name, nullptr, 0));
  return line && text == std::string_view(line.get());
}

std::string subject_of(ByteView certificate) {
  const Certificate read = read_certificate(certificate);
  return read ? name_text(X509_get_subject_name(read.get()), kForPeople) : std::string();
}

ByteView certificate_of(const std::vector<ByteView>& certificates, ByteView issuer, ByteView serial) {
  const auto is = [](ByteView der, const auto* object, auto encode) {
    unsigned char* out = nullptr;
    const int size = encode(object, &out);
    const bool same = size > 0 && std::ranges::equal(der, as_bytes({reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)}));
    if (size > 0) OPENSSL_free(out);
    return same;
  };
  for (const ByteView one : certificates) {
    const Certificate read = read_certificate(one);
    if (!read) continue;
    if (is(issuer, X509_get_issuer_name(read.get()), i2d_X509_NAME) && is(serial, X509_get0_serialNumber(read.get()), i2d_ASN1_INTEGER)) return one;
  }
  return {};
}

bool is_of_curve(ByteView certificate) {
  const Certificate read = read_certificate(certificate);
  const EVP_PKEY* key = read ? X509_get0_pubkey(read.get()) : nullptr;
  return key != nullptr && EVP_PKEY_base_id(key) == EVP_PKEY_EC;
}

Bytes ecdsa_sequence(ByteView certificate, ByteView numbers) {
  const Certificate read = read_certificate(certificate);
  const EVP_PKEY* key = read ? X509_get0_pubkey(read.get()) : nullptr;
  if (key == nullptr || EVP_PKEY_base_id(key) != EVP_PKEY_EC) return {};
  const auto half = static_cast<std::size_t>(EVP_PKEY_bits(key) + 7) / 8;
  if (numbers.size() != 2 * half) return {};
  const std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>> signature(ECDSA_SIG_new());
  const auto number = [&](std::size_t from) { return BN_bin2bn(reinterpret_cast<const unsigned char*>(numbers.data() + from), static_cast<int>(half), nullptr); };
  if (!signature || ECDSA_SIG_set0(signature.get(), number(0), number(half)) != 1) return {};
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  const ByteView bytes = as_bytes({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  Bytes sequence(bytes.begin(), bytes.end());
  OPENSSL_free(der);
  return sequence;
}

Judged judge_signature(ByteView certificate, DigestKind digest, bool is_ecdsa, ByteView bytes, ByteView signature) {
  if (digest == DigestKind::weak) return {SignatureState::weak_algorithm, "SHA-1 or MD5"};
  const Certificate read = read_certificate(certificate);
  EVP_PKEY* key = read ? X509_get0_pubkey(read.get()) : nullptr;
  const bool fits = key != nullptr && EVP_PKEY_base_id(key) == (is_ecdsa ? EVP_PKEY_EC : EVP_PKEY_RSA);
  if (!fits) return {SignatureState::malformed, "the certificate's key is of another kind than the signature"};
  if (!is_long_enough(key)) return {SignatureState::weak_algorithm, "a key below 2048 bits (RSA) or 256 bits (EC)"};
  const EVP_MD* md = digest == DigestKind::sha384 ? EVP_sha384() : digest == DigestKind::sha512 ? EVP_sha512() : EVP_sha256();
  const std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const bool right = context && EVP_DigestVerifyInit(context.get(), nullptr, md, nullptr, key) == 1 &&
                     EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) == 1;
  ERR_clear_error();
  if (!right) return {SignatureState::bad_signature, "not made by the certificate's key"};
  return {};
}

}  // namespace khien::seal
