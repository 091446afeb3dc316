#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/time.hpp"

namespace khien::net {

template <auto free>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using BioPointer = std::unique_ptr<BIO, FreeBy<BIO_free_all>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, FreeBy<X509_free>>;
using X509RequestPointer = std::unique_ptr<X509_REQ, FreeBy<X509_REQ_free>>;

// Certificates, keys and requests are small; more is not one of them.
inline constexpr std::size_t kMaxPemBytes = 64u << 10;

// Code::invalid with the newest reason OpenSSL gives; empties its queue.
Error openssl_error(std::string_view doing);

// The first object of its kind in the text. Code::invalid; never asks for a
// passphrase.
Result<X509Pointer> read_certificate(std::string_view pem);
Result<X509RequestPointer> read_request(std::string_view pem);
Result<KeyPointer> read_key(const Secret& pem);

std::string write_certificate(X509* certificate);
std::string write_request(X509_REQ* request);
Secret write_key(EVP_PKEY* key);

KeyPointer make_p256_key();
bool is_p256(const EVP_PKEY* key);

Sha256 der_sha256(const X509* certificate);
Result<Timestamp> to_timestamp(const ASN1_TIME* time);

}  // namespace khien::net
