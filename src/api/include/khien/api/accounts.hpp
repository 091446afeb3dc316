#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/api/api.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/role.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::api {

// Accounts without a session: for set-up and the command line of whoever owns
// the data folder. Each function joins the caller's transaction and appends its
// audit entry as "system".

// Everything of the tenant: the scope of whoever owns the data folder.
Result<store::TenantScope> owner_scope(store::Connection& connection, TenantId tenant);

struct NewAccount {
  TenantId tenant;
  std::string username;  // ^[a-z0-9][a-z0-9._-]{1,63}$
  std::string name;
  Role role = Role::leader;
  std::vector<UnitId> scope;  // roots; at least one
};
struct AccountMade {
  UserId id;
  Secret one_time_password;  // must be changed at the first sign-in
};
// Code::conflict if the user name is taken, invalid names the field.
Result<AccountMade> create_account(store::Connection& connection, const NewAccount& account, const PasswordCost& cost,
                                   Timestamp now, Random& random);

// A new one-time password; ends the person's sessions, removes the second factor.
// Code::not_found if there is no such person.
Result<Secret> reset_account(store::Connection& connection, std::string_view username, const PasswordCost& cost,
                             Timestamp now, Random& random);
Result<void> disable_account(store::Connection& connection, std::string_view username, bool disabled, Timestamp now);

struct AccountRecord {
  UserId id;
  TenantId tenant;
  std::string username;
  std::string name;
  Role role = Role::leader;
  std::vector<UnitId> scope;
  bool disabled = false;
  bool must_change_password = false;
  bool totp_enabled = false;
  Timestamp created_at;
  std::optional<Timestamp> last_sign_in;
};
// By name, in Vietnamese order.
Result<std::vector<AccountRecord>> list_accounts(store::Connection& connection, TenantId tenant);

}  // namespace khien::api
