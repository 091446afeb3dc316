#include "system_rows.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

std::string search_key_of(const SystemRow& row) {
  std::string key = fold(row.name);
  for (const std::string* text : {&row.purpose, &row.operator_, &row.monitor, &row.assessor}) {
    if (!text->empty()) (key += '\n') += fold(*text);
  }
  return key;
}

Result<void> check_days(const SystemRow& row, Timestamp now) {
  const Date today = vietnam_day(now);
  for (const auto& date :
       {row.dossier_at, row.approved_at, row.plan_deployed_at, row.assessed_at, row.ended_on}) {
    if (date && *date > today) return refuse(refusals::kDayAhead);
  }
  return {};
}

}  // namespace

Result<SystemRow> changed_row(const SystemRow& row, const SystemChange& change, Timestamp now) {
  SystemRow made;
  made.unit = changed(change.unit, row.unit);
  TRY(made.name, line_from_text(changed(change.name, row.name)));
  if (made.name.empty()) return refuse(refusals::kNeedsSystemName);
  TRY(made.purpose, lines_from_text(changed(change.purpose, row.purpose)));
  TRY(made.operator_, line_from_text(changed(change.operator_, row.operator_)));
  TRY(made.monitor, line_from_text(changed(change.monitor, row.monitor)));
  TRY(made.assessor, line_from_text(changed(change.assessor, row.assessor)));
  made.dossier_at = changed(change.dossier_at, row.dossier_at);
  made.approved_at = changed(change.approved_at, row.approved_at);
  made.plan_deployed_at = changed(change.plan_deployed_at, row.plan_deployed_at);
  made.assessed_at = changed(change.assessed_at, row.assessed_at);
  made.ended_on = changed(change.ended_on, row.ended_on);
  TRY_VOID(check_days(made, now));
  return made;
}

Result<SystemId> insert_system(store::Connection& connection, TenantId tenant, const SystemRow& row,
                               Timestamp now) {
  const std::string order = collation_key(row.name);
  auto inserted = connection.run(
      "INSERT INTO information_system (tenant_id, unit_id, name, name_order, search_key, purpose, operator, "
      "monitor, "
      "assessor, dossier_at, approved_at, plan_deployed_at, assessed_at, ended_on, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      {tenant, row.unit, row.name, as_bytes(order), search_key_of(row), row.purpose, row.operator_,
       row.monitor, row.assessor, day(row.dossier_at), day(row.approved_at), day(row.plan_deployed_at),
       day(row.assessed_at), day(row.ended_on), now});
  if (!inserted) return conflict_as(std::move(inserted).error(), refusals::kSystemNameTaken);
  return SystemId{connection.last_insert_id()};
}

Result<void> write_system(store::Connection& connection, TenantId tenant, SystemId id, const SystemRow& row) {
  const std::string order = collation_key(row.name);
  auto written = connection.run(
      "UPDATE information_system SET unit_id = ?3, name = ?4, name_order = ?5, search_key = ?6, purpose = "
      "?7, "
      "operator = ?8, monitor = ?9, assessor = ?10, dossier_at = ?11, approved_at = ?12, plan_deployed_at = "
      "?13, "
      "assessed_at = ?14, ended_on = ?15 WHERE tenant_id = ?1 AND id = ?2",
      {tenant, id, row.unit, row.name, as_bytes(order), search_key_of(row), row.purpose, row.operator_,
       row.monitor, row.assessor, day(row.dossier_at), day(row.approved_at), day(row.plan_deployed_at),
       day(row.assessed_at), day(row.ended_on)});
  if (!written) return conflict_as(std::move(written).error(), refusals::kSystemNameTaken);
  khien_assert(*written == 1);
  return {};
}

SystemRow row_of(const System& system) {
  return {system.unit,     system.name,       system.purpose,     system.operator_,        system.monitor,
          system.assessor, system.dossier_at, system.approved_at, system.plan_deployed_at, system.assessed_at,
          system.ended_on};
}

Result<SystemLevel> checked_level(const SystemLevel& level, Timestamp now) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (level.level < 1 || level.level > 5) return refuse(refusals::kBadLevel);
  if (level.rule.empty() || level.rule.size() > 64 || !std::ranges::all_of(level.rule, fits)) {
    return refuse(refusals::kNeedsLevelRule);
  }
  if (level.valid_from > vietnam_day(now)) return refuse(refusals::kDayAhead);
  SystemLevel checked = level;
  checked.valid_to.reset();
  TRY(checked.decision, line_from_text(level.decision));
  return checked;
}

Result<SystemId> create_system(store::Connection& connection, const store::TenantScope& scope,
                               const SystemChange& change, Timestamp now) {
  TRY_VOID(require_living_unit(connection, scope, change.unit.value_or(UnitId{})));
  TRY(const auto row, changed_row({}, change, now));
  return insert_system(connection, scope.tenant(), row, now);
}

Result<void> update_system(store::Connection& connection, const store::TenantScope& scope, SystemId id,
                           const SystemChange& change, Timestamp now) {
  TRY(const auto before, get_system(connection, scope, id, now));
  if (change.unit) {
    TRY_VOID(require_living_unit(connection, scope, *change.unit));
  }
  TRY(const auto row, changed_row(row_of(before), change, now));
  return write_system(connection, scope.tenant(), id, row);
}

Result<void> set_system_level(store::Connection& connection, const store::TenantScope& scope, SystemId id,
                              const SystemLevel& level, Timestamp now) {
  TRY(const auto system, get_system(connection, scope, id, now));
  if (system.ended_on) return refuse(refusals::kSystemEnded);
  TRY(const auto wanted, checked_level(level, now));
  TRY(const auto levels, list_system_levels(connection, scope, id));
  const TenantId tenant = scope.tenant();
  if (!levels.empty() && wanted.valid_from < levels.back().valid_from) return refuse(refusals::kLevelLater);
  if (!levels.empty() && wanted.valid_from == levels.back().valid_from) {
    TRY_VOID(
        connection.run("UPDATE information_system_level SET level = ?4, rule = ?5, decision = ?6 "
                       "WHERE tenant_id = ?1 AND system_id = ?2 AND valid_from = ?3",
                       {tenant, id, day(wanted.valid_from), wanted.level, wanted.rule, wanted.decision}));
    return {};
  }
  TRY_VOID(
      connection.run("UPDATE information_system_level SET valid_to = ?3 "
                     "WHERE tenant_id = ?1 AND system_id = ?2 AND valid_to IS NULL",
                     {tenant, id, day(wanted.valid_from - 1)}));
  TRY_VOID(connection.run(
      "INSERT INTO information_system_level (tenant_id, system_id, valid_from, level, rule, decision) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      {tenant, id, day(wanted.valid_from), wanted.level, wanted.rule, wanted.decision}));
  return {};
}

}  // namespace khien::estate
