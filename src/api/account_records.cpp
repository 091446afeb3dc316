#include "account_records.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"

namespace khien::api {
namespace {

Credentials credentials_from(const store::Row& row) {
  const auto copy = [&](int column) {
    const auto bytes = row.bytes(column);
    return Bytes(bytes.begin(), bytes.end());
  };
  return {.tenant = row.id<TenantTag>(0),
          .id = row.id<UserTag>(1),
          .username = std::string(row.text(2)),
          .password = std::string(row.text(3)),
          .one_time = row.integer(4) != 0,
          .totp_secret = copy(5),
          .totp_pending = copy(6),
          .totp_last_step = row.integer(7),
          .disabled = row.integer(8) != 0};
}

Result<AccountRecord> record_from(const store::Row& row) {
  TRY(const auto role, role_from_string(row.text(4)));
  AccountRecord record{.id = row.id<UserTag>(0),
                       .tenant = row.id<TenantTag>(1),
                       .username = std::string(row.text(2)),
                       .name = std::string(row.text(3)),
                       .role = role,
                       .scope = {},
                       .disabled = row.integer(5) != 0,
                       .must_change_password = row.integer(6) != 0,
                       .totp_enabled = row.integer(7) != 0,
                       .created_at = row.time(8),
                       .last_sign_in = {}};
  if (!row.is_null(9)) record.last_sign_in = row.time(9);
  return record;
}

bool within(const UnitSet& units, const std::vector<UnitId>& scope) {
  return !scope.empty() && std::ranges::all_of(scope, [&](UnitId unit) { return units.contains(unit.value); });
}

Result<void> replace_scope(store::Connection& connection, TenantId tenant, UserId id, const std::vector<UnitId>& scope) {
  TRY_VOID(connection.run("DELETE FROM account_scope WHERE tenant_id = ?1 AND account_id = ?2", {tenant, id}));
  for (const UnitId unit : scope) {
    TRY_VOID(connection.run("INSERT OR IGNORE INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)",
                            {tenant, id, unit}));
  }
  return {};
}

// One changed row, or there was no such person.
Result<void> changed_one(Result<std::int64_t> changed) {
  if (!changed) return std::move(changed).error();
  if (changed.value() != 1) return Error(Code::not_found, "no such account");
  return {};
}

}  // namespace

Result<std::optional<Credentials>> find_credentials(store::Connection& connection, std::string_view username) {
  std::optional<Credentials> found;
  TRY_VOID(connection.query(
      "SELECT tenant_id, id, username, password, password_is_one_time, totp_secret, totp_pending, totp_last_step,"
      " disabled FROM account WHERE username = ?1",
      {username}, [&](const store::Row& row) -> Result<void> {
        found = credentials_from(row);
        return {};
      }));
  return found;
}

Result<Credentials> get_credentials(store::Connection& connection, TenantId tenant, UserId id) {
  Credentials found;
  TRY_VOID(connection.query_one(
      "SELECT tenant_id, id, username, password, password_is_one_time, totp_secret, totp_pending, totp_last_step,"
      " disabled FROM account WHERE tenant_id = ?1 AND id = ?2",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        found = credentials_from(row);
        return {};
      }));
  return found;
}

Result<bool> still_holds(store::Connection& connection, const Credentials& proved) {
  TRY(const auto now, get_credentials(connection, proved.tenant, proved.id));
  return !now.disabled && now.password == proved.password && now.totp_secret == proved.totp_secret;
}

Result<UnitSet> units_in_scope(store::Connection& connection, const store::TenantScope& scope) {
  TRY(auto units, estate::list_units(connection, scope));
  UnitSet set;
  for (auto& unit : units) set.emplace(unit.id.value, std::move(unit.name));
  return set;
}

Result<std::vector<AccountRecord>> list_accounts(store::Connection& connection, TenantId tenant) {
  std::vector<AccountRecord> all;
  TRY_VOID(connection.query(
      "SELECT id, tenant_id, username, name, role, disabled, password_is_one_time, totp_secret IS NOT NULL,"
      " created_at, last_sign_in FROM account WHERE tenant_id = ?1 ORDER BY name_order, id",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        TRY(auto record, record_from(row));
        all.push_back(std::move(record));
        return {};
      }));
  std::unordered_map<std::int64_t, AccountRecord*> by_id;
  for (auto& record : all) by_id.emplace(record.id.value, &record);
  TRY_VOID(connection.query(
      "SELECT account_id, unit_id FROM account_scope WHERE tenant_id = ?1 ORDER BY account_id, unit_id", {tenant},
      [&](const store::Row& row) -> Result<void> {
        const auto found = by_id.find(row.integer(0));
        if (found != by_id.end()) found->second->scope.push_back(row.id<UnitTag>(1));
        return {};
      }));
  return all;
}

Result<std::vector<AccountRecord>> accounts_in_scope(store::Connection& connection, const store::TenantScope& scope,
                                                     const UnitSet& units) {
  TRY(auto all, list_accounts(connection, scope.tenant()));
  std::erase_if(all, [&](const AccountRecord& record) { return !within(units, record.scope); });
  return all;
}

Result<std::vector<AccountRecord>> accounts_acting_for(store::Connection& connection, TenantId tenant, UnitId unit) {
  std::vector<AccountRecord> found;
  TRY_VOID(connection.query(
      "SELECT id, tenant_id, username, name, role, disabled, password_is_one_time, totp_secret IS NOT NULL,"
      " created_at, last_sign_in FROM account WHERE tenant_id = ?1 AND disabled = 0"
      " AND role IN ('province_admin', 'soc_operator', 'unit_officer') AND id IN (SELECT s.account_id FROM account_scope s"
      " JOIN unit_ancestor a ON a.tenant_id = s.tenant_id AND a.ancestor_id = s.unit_id WHERE s.tenant_id = ?1 AND a.unit_id = ?2)"
      " ORDER BY name_order, id LIMIT 500",
      {tenant, unit}, [&](const store::Row& row) -> Result<void> {
        TRY(auto record, record_from(row));
        found.push_back(std::move(record));
        return {};
      }));
  return found;
}

Result<AccountRecord> get_account(store::Connection& connection, const store::TenantScope& scope, const UnitSet& units,
                                  UserId id) {
  std::optional<AccountRecord> record;
  TRY_VOID(connection.query_one(
      "SELECT id, tenant_id, username, name, role, disabled, password_is_one_time, totp_secret IS NOT NULL,"
      " created_at, last_sign_in FROM account WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(record, record_from(row));
        return {};
      }));
  TRY_VOID(connection.query(
      "SELECT unit_id FROM account_scope WHERE tenant_id = ?1 AND account_id = ?2 ORDER BY unit_id",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        record->scope.push_back(row.id<UnitTag>(0));
        return {};
      }));
  if (!within(units, record->scope)) return Error(Code::not_found, "no such account");
  return std::move(*record);
}

Result<void> change_account(store::Connection& connection, TenantId tenant, UserId id, const AccountChange& change) {
  if (change.name) {
    const auto order = collation_key(*change.name);
    TRY_VOID(changed_one(connection.run("UPDATE account SET name = ?3, name_order = ?4 WHERE tenant_id = ?1 AND id = ?2",
                                        {tenant, id, *change.name, as_bytes(order)})));
  }
  if (change.role) {
    TRY_VOID(changed_one(connection.run("UPDATE account SET role = ?3 WHERE tenant_id = ?1 AND id = ?2",
                                        {tenant, id, to_string(*change.role)})));
  }
  if (change.disabled) {
    TRY_VOID(changed_one(connection.run("UPDATE account SET disabled = ?3 WHERE tenant_id = ?1 AND id = ?2",
                                        {tenant, id, *change.disabled})));
  }
  if (change.scope) TRY_VOID(replace_scope(connection, tenant, id, *change.scope));
  return {};
}

Result<UserId> insert_account(store::Connection& connection, const NewAccount& account, std::string_view phc,
                              Timestamp now) {
  const auto order = collation_key(account.name);
  TRY_VOID(connection.run(
      "INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)",
      {account.tenant, account.username, account.name, as_bytes(order), to_string(account.role), phc, now}));
  const UserId id{connection.last_insert_id()};
  TRY_VOID(replace_scope(connection, account.tenant, id, account.scope));
  return id;
}

Result<void> set_password(store::Connection& connection, TenantId tenant, UserId id, std::string_view phc, bool one_time) {
  return changed_one(connection.run(
      "UPDATE account SET password = ?3, password_is_one_time = ?4 WHERE tenant_id = ?1 AND id = ?2",
      {tenant, id, phc, one_time}));
}

Result<void> remove_second_factor(store::Connection& connection, TenantId tenant, UserId id) {
  return changed_one(connection.run(
      "UPDATE account SET totp_secret = NULL, totp_pending = NULL WHERE tenant_id = ?1 AND id = ?2", {tenant, id}));
}

Result<void> set_totp_pending(store::Connection& connection, TenantId tenant, UserId id, ByteView secret) {
  return changed_one(
      connection.run("UPDATE account SET totp_pending = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, id, secret}));
}

Result<void> confirm_totp_pending(store::Connection& connection, TenantId tenant, UserId id, std::int64_t step) {
  return changed_one(connection.run(
      "UPDATE account SET totp_secret = totp_pending, totp_pending = NULL, totp_last_step = ?3"
      " WHERE tenant_id = ?1 AND id = ?2 AND totp_pending IS NOT NULL",
      {tenant, id, step}));
}

Result<void> use_totp_step(store::Connection& connection, TenantId tenant, UserId id, std::int64_t step) {
  TRY(const auto changed,
      connection.run("UPDATE account SET totp_last_step = ?3 WHERE tenant_id = ?1 AND id = ?2 AND totp_last_step < ?3",
                     {tenant, id, step}));
  if (changed != 1) return Error(Code::conflict, "the code was used already");
  return {};
}

Result<void> note_sign_in(store::Connection& connection, TenantId tenant, UserId id, Timestamp now) {
  return changed_one(
      connection.run("UPDATE account SET last_sign_in = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, id, now}));
}

Result<std::vector<std::int64_t>> end_sessions(store::Connection& connection, TenantId tenant, UserId id,
                                               std::int64_t keep) {
  std::vector<std::int64_t> ended;
  TRY_VOID(connection.query("SELECT id FROM session WHERE tenant_id = ?1 AND account_id = ?2 AND id <> ?3",
                            {tenant, id, keep}, [&](const store::Row& row) -> Result<void> {
                              ended.push_back(row.integer(0));
                              return {};
                            }));
  TRY_VOID(connection.run("DELETE FROM session WHERE tenant_id = ?1 AND account_id = ?2 AND id <> ?3",
                          {tenant, id, keep}));
  return ended;
}

Result<NameMap> account_names(store::Connection& connection, TenantId tenant) {
  NameMap names;
  TRY_VOID(connection.query("SELECT id, name FROM account WHERE tenant_id = ?1", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              names.emplace(row.integer(0), row.text(1));
                              return {};
                            }));
  return names;
}

}  // namespace khien::api
