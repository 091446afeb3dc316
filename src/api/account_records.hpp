#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "khien/api/accounts.hpp"
#include "khien/core/bytes.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::api {

// The rows behind accounts.hpp, for handlers. All join the caller's transaction.

// What sign-in needs; only ever read by user name or by the session's own id.
struct Credentials {
  TenantId tenant;
  UserId id;
  std::string username;
  std::string password;  // PHC string
  bool one_time = false;
  Bytes totp_secret;     // empty: no second factor
  Bytes totp_pending;
  std::int64_t totp_last_step = 0;
  bool disabled = false;
};
// None if there is no such person.
Result<std::optional<Credentials>> find_credentials(store::Connection& connection, std::string_view username);
Result<Credentials> get_credentials(store::Connection& connection, TenantId tenant, UserId id);

// A password takes long to check, and the account may change meanwhile. Who acts
// on a proof asks in the transaction of the act: false if the password or the
// second factor is another by now, or the account is locked.
Result<bool> still_holds(store::Connection& connection, const Credentials& proved);

// Units in scope, to ask whether a person's whole scope lies within it.
using UnitSet = std::unordered_map<std::int64_t, std::string>;
Result<UnitSet> units_in_scope(store::Connection& connection, const store::TenantScope& scope);

// A person may be seen and managed by whom all of their scope is visible to;
// Code::not_found otherwise, as for nobody.
Result<std::vector<AccountRecord>> accounts_in_scope(store::Connection& connection, const store::TenantScope& scope,
                                                     const UnitSet& units);
// Who may act for the unit: not locked, of a role that acts, the unit at or below theirs. By name; at most 500.
Result<std::vector<AccountRecord>> accounts_acting_for(store::Connection& connection, TenantId tenant, UnitId unit);
Result<AccountRecord> get_account(store::Connection& connection, const store::TenantScope& scope, const UnitSet& units,
                                  UserId id);

struct AccountChange {
  std::optional<std::string> name;
  std::optional<Role> role;
  std::optional<std::vector<UnitId>> scope;
  std::optional<bool> disabled;
};
Result<void> change_account(store::Connection& connection, TenantId tenant, UserId id, const AccountChange& change);

// `phc` is the hash of the one-time password, made beforehand: hashing inside a
// transaction would hold up every writer.
Result<UserId> insert_account(store::Connection& connection, const NewAccount& account, std::string_view phc,
                              Timestamp now);
Result<void> set_password(store::Connection& connection, TenantId tenant, UserId id, std::string_view phc, bool one_time);
Result<void> remove_second_factor(store::Connection& connection, TenantId tenant, UserId id);
Result<void> set_totp_pending(store::Connection& connection, TenantId tenant, UserId id, ByteView secret);
Result<void> confirm_totp_pending(store::Connection& connection, TenantId tenant, UserId id, std::int64_t step);
// Code::conflict if another request took this step first.
Result<void> use_totp_step(store::Connection& connection, TenantId tenant, UserId id, std::int64_t step);
Result<void> note_sign_in(store::Connection& connection, TenantId tenant, UserId id, Timestamp now);
// Ends all sessions of the person, or all but one.
Result<std::vector<std::int64_t>> end_sessions(store::Connection& connection, TenantId tenant, UserId id,
                                               std::int64_t keep = 0);

// Names by id, for owners and authors; within the tenant.
using NameMap = std::unordered_map<std::int64_t, std::string>;
Result<NameMap> account_names(store::Connection& connection, TenantId tenant);

}  // namespace khien::api
