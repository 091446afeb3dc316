#include "khien/api/accounts.hpp"

#include <algorithm>

#include "account_records.hpp"
#include "authenticator.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/audit_log.hpp"
#include "password.hpp"

namespace khien::api {
namespace {

constexpr std::size_t kMostNameBytes = 200;

bool is_username(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return text.size() >= 2 && text.size() <= 64 && plain(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

Result<void> audit_as_system(store::Connection& connection, TenantId tenant, std::string_view action, UserId id,
                             Timestamp now) {
  TRY_VOID(store::append_audit(connection, tenant,
                               {.at = now,
                                .who = "system",
                                .action = std::string(action),
                                .object = "user:" + std::to_string(id.value),
                                .detail = "from the command line",
                                .address = {}}));
  return {};
}

Result<Credentials> named(store::Connection& connection, std::string_view username) {
  TRY(auto found, find_credentials(connection, username));
  if (!found) return Error(Code::not_found, "no such user name");
  return std::move(*found);
}

}  // namespace

Result<store::TenantScope> owner_scope(store::Connection& connection, TenantId tenant) {
  TRY(const auto root, estate::root_unit(connection, tenant));
  return Authenticator::scope_of_owner(tenant, root);
}

Result<AccountMade> create_account(store::Connection& connection, const NewAccount& account, const PasswordCost& cost,
                                   Timestamp now, Random& random) {
  if (!is_username(account.username)) return Error(Code::invalid, "username: 2 to 64 of a-z 0-9 . _ -");
  if (account.name.empty() || account.name.size() > kMostNameBytes) return Error(Code::invalid, "name: 1 to 200 bytes");
  if (account.scope.empty()) return Error(Code::invalid, "scope: at least one unit");
  NewAccount normal = account;
  TRY(normal.name, nfc(account.name));
  auto password = make_one_time_password(random);
  TRY(const auto phc, hash_password(password.reveal(), cost, random));
  TRY(const auto id, insert_account(connection, normal, phc, now));
  TRY_VOID(audit_as_system(connection, account.tenant, "user.create", id, now));
  return AccountMade{.id = id, .one_time_password = std::move(password)};
}

Result<Secret> reset_account(store::Connection& connection, std::string_view username, const PasswordCost& cost,
                             Timestamp now, Random& random) {
  TRY(const auto found, named(connection, username));
  auto password = make_one_time_password(random);
  TRY(const auto phc, hash_password(password.reveal(), cost, random));
  TRY_VOID(set_password(connection, found.tenant, found.id, phc, true));
  TRY_VOID(remove_second_factor(connection, found.tenant, found.id));
  TRY_VOID(end_sessions(connection, found.tenant, found.id));
  TRY_VOID(audit_as_system(connection, found.tenant, "user.password_reset", found.id, now));
  return password;
}

Result<void> disable_account(store::Connection& connection, std::string_view username, bool disabled, Timestamp now) {
  TRY(const auto found, named(connection, username));
  AccountChange change;
  change.disabled = disabled;
  TRY_VOID(change_account(connection, found.tenant, found.id, change));
  if (disabled) TRY_VOID(end_sessions(connection, found.tenant, found.id));
  return audit_as_system(connection, found.tenant, disabled ? "user.disable" : "user.enable", found.id, now);
}

}  // namespace khien::api
