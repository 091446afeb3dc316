#include "khien/estate/enrolment.hpp"

#include <utility>

#include "changes.hpp"
#include "device_keys.hpp"
#include "device_matching.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "machine_name.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

constexpr Duration kLongestValid = hours(24);
constexpr std::size_t kSecretBytes = 32;
// The list is a page for people, newest first; nobody reads further back here.
constexpr int kMostListed = 1'000;

// For all reasons, so that nobody learns which tokens there were.
Error refused() { return Error(Code::denied, "this enrolment token is not valid"); }

Error no_token() { return Error(Code::not_found, "there is no such enrolment token"); }

#define KHIEN_TOKEN_COLUMNS                                                                  \
  "t.id, t.unit_id, u.name, t.created_at, t.created_by, t.expires_at, t.revoked_at, t.used_at, t.machine_id " \
  "FROM enrolment_token t JOIN unit u ON u.tenant_id = t.tenant_id AND u.id = t.unit_id "

TokenRecord token_from(const store::Row& row, Timestamp now) {
  TokenRecord token;
  token.id = {row.integer(0)};
  token.unit = {row.integer(1)};
  token.unit_name = row.text(2);
  token.created_at = row.time(3);
  if (!row.is_null(4)) token.created_by = UserId{row.integer(4)};
  token.expires_at = row.time(5);
  token.state = !row.is_null(7)          ? "used"
                : !row.is_null(6)        ? "revoked"
                : token.expires_at <= now ? "expired"
                                          : "open";
  if (!row.is_null(8)) token.machine = MachineId{row.integer(8)};
  return token;
}

struct OpenToken {
  EnrolmentTokenId id;
  TenantId tenant;
  UnitId unit;
};

Result<OpenToken> find_open_token(store::Connection& connection, std::string_view secret, Timestamp now) {
  const Sha256 hash = sha256(secret);
  std::optional<OpenToken> token;
  TRY_VOID(connection.query(
      "SELECT id, tenant_id, unit_id FROM enrolment_token "
      "WHERE secret_sha256 = ?1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?2",
      {hash.view(), now}, [&](const store::Row& row) -> Result<void> {
        token = {EnrolmentTokenId{row.integer(0)}, TenantId{row.integer(1)}, UnitId{row.integer(2)}};
        return {};
      }));
  if (!token) return refused();
  return *token;
}

Result<MachineId> add_machine(store::Connection& connection, const OpenToken& token, const EnrolRequest& request,
                              Timestamp now) {
  const auto name = MachineName::from_text(request.hostname, {});
  TRY_VOID(connection.run(
      "INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, agent_version, enrolled_at, "
      "last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
      {token.tenant, token.unit, name.text, as_bytes(name.order), name.search_key, request.agent_version, now}));
  const MachineId machine{connection.last_insert_id()};
  TRY_VOID(put_machine_keys(connection, token.tenant, machine, keys_of(token.unit, name.text, {}, {})));
  return machine;
}

}  // namespace

Result<NewToken> create_token(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                              std::optional<UserId> created_by, Duration valid, Timestamp now, Random& random) {
  TRY_VOID(require_living_unit(connection, scope, unit));
  if (valid <= Duration{} || valid > kLongestValid) {
    return Error(Code::invalid, "an enrolment token is valid for 24 hours at most");
  }
  NewToken token;
  token.secret = Secret(to_base64url(random.bytes(kSecretBytes)));
  const Sha256 hash = sha256(token.secret.reveal());
  const auto author = created_by ? store::Value(*created_by) : store::Value(nullptr);
  TRY_VOID(connection.run(
      "INSERT INTO enrolment_token (tenant_id, unit_id, secret_sha256, created_at, created_by, expires_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      {scope.tenant(), unit, hash.view(), now, author, now + valid}));
  token.id = {connection.last_insert_id()};
  return token;
}

Result<std::vector<TokenRecord>> list_tokens(store::Connection& connection, const store::TenantScope& scope,
                                             Timestamp now) {
  std::vector<TokenRecord> tokens;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_TOKEN_COLUMNS "WHERE t.tenant_id = ?1 AND t.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY t.id DESC LIMIT ?3",
      {scope.tenant(), scope.roots_json(), kMostListed}, [&](const store::Row& row) -> Result<void> {
        tokens.push_back(token_from(row, now));
        return {};
      }));
  return tokens;
}

Result<TokenRecord> get_token(store::Connection& connection, const store::TenantScope& scope, EnrolmentTokenId id,
                              Timestamp now) {
  std::optional<TokenRecord> token;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_TOKEN_COLUMNS "WHERE t.tenant_id = ?1 AND t.id = ?3 AND " KHIEN_IN_SCOPE("t.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        token = token_from(row, now);
        return {};
      }));
  if (!token) return no_token();
  return std::move(*token);
}

Result<void> revoke_token(store::Connection& connection, const store::TenantScope& scope, EnrolmentTokenId id,
                          Timestamp now) {
  TRY(const auto token, get_token(connection, scope, id, now));
  if (token.state == "revoked") return {};
  if (token.state == "used") return Error(Code::conflict, "the token was used; revoke the machine instead");
  TRY_VOID(connection.run("UPDATE enrolment_token SET revoked_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, now}));
  return {};
}

Result<AgentIdentity> redeem_token(store::Connection& connection, const EnrolRequest& request, Timestamp now) {
  TRY(const auto token, find_open_token(connection, request.secret, now));
  TRY(const auto machine, add_machine(connection, token, request, now));
  // Asked again, so that not even two machines in one transaction share a token.
  TRY(const auto used, connection.run("UPDATE enrolment_token SET used_at = ?3, machine_id = ?4 "
                                      "WHERE tenant_id = ?1 AND id = ?2 AND used_at IS NULL AND revoked_at IS NULL",
                                      {token.tenant, token.id, now, machine}));
  if (used != 1) return refused();
  return AgentIdentity{token.tenant, machine};
}

}  // namespace khien::estate
