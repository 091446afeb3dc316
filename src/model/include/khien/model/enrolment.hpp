#pragma once

#include <string>
#include <string_view>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/model/ids.hpp"

namespace khien {

// A one-time enrolment token as a person carries it: "<secret>.<hub CA>", so
// that the agent knows which hub it may trust before it says anything.
struct EnrolmentToken {
  std::string secret;   // base64url of 32 random bytes
  Sha256 ca_sha256;     // of the hub CA certificate's DER

  std::string text() const;
  static Result<EnrolmentToken> from_text(std::string_view text);
};

// POST /agent/v1/enrol, without a client certificate.
struct EnrolRequest {
  std::string secret;
  std::string csr_pem;
  std::string hostname;
  std::string agent_version;
};
std::string to_json(const EnrolRequest& request);
Result<EnrolRequest> enrol_request_from_json(std::string_view text);

// POST /agent/v1/renew, with the certificate that is about to end.
struct RenewRequest {
  std::string csr_pem;  // of a new key
};
std::string to_json(const RenewRequest& request);
Result<RenewRequest> renew_request_from_json(std::string_view text);

// The answer to both.
struct IssuedCertificate {
  std::string certificate_pem;
  std::string ca_pem;
  Bytes policy_key = {};  // Ed25519, 32 bytes, by which policies are signed; empty: the hub has none
};
std::string to_json(const IssuedCertificate& issued);
Result<IssuedCertificate> issued_certificate_from_json(std::string_view text);

// Whom an agent certificate names, bound by the hub at issue as the URI
// "urn:khien:tenant:<n>:machine:<n>" in subjectAltName.
struct AgentIdentity {
  TenantId tenant;
  MachineId machine;

  std::string uri() const;
  static Result<AgentIdentity> from_uri(std::string_view uri);
  bool operator==(const AgentIdentity&) const = default;
};

}  // namespace khien
