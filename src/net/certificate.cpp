#include "khien/net/certificate.hpp"

#include "khien/core/assert.hpp"
#include "peer_certificate.hpp"
#include "x509.hpp"

namespace khien::net {
namespace {

// SHA-256 of the SubjectPublicKeyInfo.
Sha256 key_sha256(const X509_PUBKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(key, &der);
  khien_assert(size > 0);
  const auto digest = sha256(std::as_bytes(std::span(der, static_cast<std::size_t>(size))));
  OPENSSL_free(der);
  return digest;
}

}  // namespace

Result<KeyAndRequest> make_key_and_request(std::string_view common_name) {
  const auto key = make_p256_key();
  const X509RequestPointer request(X509_REQ_new());
  khien_assert(request != nullptr);
  X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  if (X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return openssl_error("common name of the certificate request");
  }
  khien_assert(X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1);
  khien_assert(X509_REQ_set_pubkey(request.get(), key.get()) == 1);
  khien_assert(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
  return KeyAndRequest{write_key(key.get()), write_request(request.get())};
}

Result<Sha256> certificate_sha256(std::string_view certificate_pem) {
  TRY(const auto certificate, read_certificate(certificate_pem));
  return der_sha256(certificate.get());
}

Result<Timestamp> certificate_not_after(std::string_view certificate_pem) {
  TRY(const auto certificate, read_certificate(certificate_pem));
  return to_timestamp(X509_get0_notAfter(certificate.get()));
}

Result<AgentIdentity> certificate_agent(std::string_view certificate_pem) {
  TRY(const auto certificate, read_certificate(certificate_pem));
  TRY(const auto peer, peer_certificate(certificate.get()));
  if (!peer.agent) return Error(Code::invalid, "the certificate names no agent");
  return *peer.agent;
}

Result<Sha256> public_key_sha256(std::string_view certificate_or_csr_pem) {
  if (const auto certificate = read_certificate(certificate_or_csr_pem)) {
    return key_sha256(X509_get_X509_PUBKEY((*certificate).get()));
  }
  TRY(const auto request, read_request(certificate_or_csr_pem));
  return key_sha256(X509_REQ_get_X509_PUBKEY(request.get()));
}

}  // namespace khien::net
