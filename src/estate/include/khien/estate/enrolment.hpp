#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// open → used   redeem_token
//      → revoked revoke_token
//      → expired by time
struct TokenRecord {
  EnrolmentTokenId id;
  UnitId unit;
  std::string unit_name;
  Timestamp created_at;
  std::optional<UserId> created_by;  // none: the command line
  Timestamp expires_at;
  std::string state;  // "open", "used", "expired", "revoked"
  std::optional<MachineId> machine;
};

struct NewToken {
  EnrolmentTokenId id;
  Secret secret;  // base64url of 32 random bytes; only its SHA-256 is stored
};
// Code::not_found if the unit is not in scope; invalid if valid > 24 h.
Result<NewToken> create_token(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                              std::optional<UserId> created_by, Duration valid, Timestamp now, Random& random);
Result<std::vector<TokenRecord>> list_tokens(store::Connection& connection, const store::TenantScope& scope,
                                             Timestamp now);
Result<TokenRecord> get_token(store::Connection& connection, const store::TenantScope& scope, EnrolmentTokenId id,
                              Timestamp now);
Result<void> revoke_token(store::Connection& connection, const store::TenantScope& scope, EnrolmentTokenId id,
                          Timestamp now);

// Uses the token up and makes the machine, in one transaction: of two callers
// with one token one wins. Code::denied for an unknown, used, expired or revoked
// token, all with the same words.
Result<AgentIdentity> redeem_token(store::Connection& connection, const EnrolRequest& request, Timestamp now);
// Notes the certificate just issued; the one before stays good until `overlap_until`.
Result<void> bind_certificate(store::Connection& connection, const AgentIdentity& identity,
                              const Sha256& certificate_sha256, Timestamp not_after, Timestamp overlap_until);

}  // namespace khien::estate
