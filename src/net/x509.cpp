#include "x509.hpp"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <limits>

#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

Result<BioPointer> reading(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return Error(Code::invalid, "too large");
  BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  khien_assert(bio != nullptr);
  return bio;
}

BioPointer writing() {
  BioPointer bio(BIO_new(BIO_s_mem()));
  khien_assert(bio != nullptr);
  return bio;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  khien_assert(size >= 0);
  return {data, static_cast<std::size_t>(size)};
}

// Without it OpenSSL would ask on the terminal for an encrypted key.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

Error openssl_error(std::string_view doing) {
  std::array<char, 256> reason{};
  const auto code = ERR_peek_last_error();
  ERR_error_string_n(code, reason.data(), reason.size());
  ERR_clear_error();
  std::string what(doing);
  if (code != 0) what.append(": ").append(reason.data());
  return {Code::invalid, std::move(what)};
}

Result<X509Pointer> read_certificate(std::string_view pem) {
  TRY(const auto bio, reading(pem));
  X509Pointer certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!certificate) return openssl_error("not a certificate in PEM");
  return certificate;
}

Result<X509RequestPointer> read_request(std::string_view pem) {
  TRY(const auto bio, reading(pem));
  X509RequestPointer request(PEM_read_bio_X509_REQ(bio.get(), nullptr, no_passphrase, nullptr));
  if (!request) return openssl_error("not a certificate request in PEM");
  return request;
}

Result<KeyPointer> read_key(const Secret& pem) {
  TRY(const auto bio, reading(pem.reveal()));
  KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return openssl_error("not a private key in PEM");
  return key;
}

std::string write_certificate(X509* certificate) {
  const auto bio = writing();
  khien_assert(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return text_of(bio.get());
}

std::string write_request(X509_REQ* request) {
  const auto bio = writing();
  khien_assert(PEM_write_bio_X509_REQ(bio.get(), request) == 1);
  return text_of(bio.get());
}

Secret write_key(EVP_PKEY* key) {
  // Secure memory BIOs wipe what they held.
  const BioPointer bio(BIO_new(BIO_s_secmem()));
  khien_assert(bio != nullptr);
  khien_assert(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(text_of(bio.get()));
}

KeyPointer make_p256_key() {
  KeyPointer key(EVP_EC_gen("P-256"));
  // Fails only without memory or entropy.
  khien_assert(key != nullptr);
  return key;
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t length = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == "prime256v1";
}

Sha256 der_sha256(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  khien_assert(size > 0);
  const auto digest = sha256(std::as_bytes(std::span(der, static_cast<std::size_t>(size))));
  OPENSSL_free(der);
  return digest;
}

Result<Timestamp> to_timestamp(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, FreeBy<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
  khien_assert(epoch != nullptr);
  int days = 0;
  int rest = 0;
  if (time == nullptr || ASN1_TIME_diff(&days, &rest, epoch.get(), time) != 1) {
    return openssl_error("malformed time in certificate");
  }
  return Timestamp{(std::int64_t{days} * 86'400 + rest) * 1'000};
}

}  // namespace khien::net
