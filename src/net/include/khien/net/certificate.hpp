#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"

namespace khien::net {

// A new P-256 key (PKCS#8 PEM) and a request to certify it (PKCS#10 PEM).
struct KeyAndRequest {
  Secret key_pem;
  std::string csr_pem;
};
Result<KeyAndRequest> make_key_and_request(std::string_view common_name);

struct KeyAndCertificate {
  Secret key_pem;
  std::string certificate_pem;
};

// SHA-256 of a certificate's DER.
Result<Sha256> certificate_sha256(std::string_view certificate_pem);
Result<Timestamp> certificate_not_after(std::string_view certificate_pem);
// Whom an agent's certificate names. Code::invalid if it names no agent.
Result<AgentIdentity> certificate_agent(std::string_view certificate_pem);
// SHA-256 of a certificate's or request's SubjectPublicKeyInfo.
Result<Sha256> public_key_sha256(std::string_view certificate_or_csr_pem);

// The hub's own certificate authority: P-256, ten years, may sign end
// certificates only (pathlen 0). Serials are 128 random bits. Thread-safe.
class CertificateAuthority {
 public:
  // Makes a new one.
  static Result<CertificateAuthority> create(std::string_view name, Timestamp now, Random& random);
  static Result<CertificateAuthority> load(std::string_view certificate_pem, const Secret& key_pem);

  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  ~CertificateAuthority();

  const std::string& certificate_pem() const;
  const Secret& key_pem() const;
  Sha256 sha256() const;

  // For the hub's listeners; `names` are host names and IP addresses. serverAuth.
  Result<KeyAndCertificate> issue_server(const std::vector<std::string>& names, Timestamp now, Duration valid,
                                         Random& random) const;
  // For an agent: checks the request's signature and key (P-256 only), takes the
  // key alone from it, and binds the identity as a URI in subjectAltName.
  // clientAuth. Valid from five minutes before `now`.
  Result<std::string> issue_agent(std::string_view csr_pem, const AgentIdentity& identity, Timestamp now,
                                  Duration valid, Random& random) const;

 private:
  struct Impl;
  explicit CertificateAuthority(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::net
