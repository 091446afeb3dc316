#include "khien/estate/unit_roles.hpp"

#include <algorithm>
#include <utility>

#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"
#include "unit_tree.hpp"
#include "unit_versions.hpp"

namespace khien::estate {
namespace {

Result<void> check_role_word(std::string_view role) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (role.empty() || role.size() > 64 || !std::ranges::all_of(role, fits)) return refuse(refusals::kBadRole);
  return {};
}

// The whole tenant is asked: two bodies that both hold a role would both be told
// that its duties are theirs.
Result<void> require_free(store::Connection& connection, TenantId tenant, std::string_view role, Date from,
                          const std::optional<Date>& to, UnitRoleId except) {
  return connection.query(
      "SELECT 1 FROM unit_role WHERE tenant_id = ?1 AND role = ?2 AND id <> ?3 "
      "AND (?5 IS NULL OR valid_from <= ?5) AND (valid_to IS NULL OR valid_to >= ?4)",
      {tenant, role, except, day(from), day(to)},
      [](const store::Row&) -> Result<void> { return refuse(refusals::kRoleHeld); });
}

Result<void> require_days(const UnitNow& unit, Date from, const std::optional<Date>& to) {
  if (to && *to < from) return refuse(refusals::kEndBeforeStart);
  if (from < unit.valid_from) return refuse(refusals::kRoleOutlivesUnit);
  if (unit.valid_to && (!to || *to > *unit.valid_to)) return refuse(refusals::kRoleOutlivesUnit);
  return {};
}

#define KHIEN_ROLE_COLUMNS "r.id, r.unit_id, r.role, r.valid_from, r.valid_to, r.decision"

UnitRole role_from(const store::Row& row) {
  return {.id = UnitRoleId{row.integer(0)},
          .unit = UnitId{row.integer(1)},
          .role = std::string(row.text(2)),
          .valid_from = day_at(row, 3),
          .valid_to = optional_day_at(row, 4),
          .decision = std::string(row.text(5))};
}

}  // namespace

Result<UnitRoleId> assign_unit_role(store::Connection& connection, const store::TenantScope& scope,
                                    const NewUnitRole& role) {
  TRY(const auto unit, load_unit(connection, scope, role.unit));
  TRY_VOID(check_role_word(role.role));
  TRY(const auto decision, decision_from_text(role.decision));
  TRY_VOID(require_days(unit, role.valid_from, role.valid_to));
  TRY_VOID(require_free(connection, scope.tenant(), role.role, role.valid_from, role.valid_to, {}));
  TRY_VOID(connection.run(
      "INSERT INTO unit_role (tenant_id, unit_id, role, valid_from, valid_to, decision) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      {scope.tenant(), role.unit, role.role, day(role.valid_from), day(role.valid_to), decision}));
  return UnitRoleId{connection.last_insert_id()};
}

Result<void> end_unit_role(store::Connection& connection, const store::TenantScope& scope, UnitRoleId id,
                           Date valid_to) {
  TRY(const auto role, get_unit_role(connection, scope, id));
  TRY(const auto unit, load_unit(connection, scope, role.unit));
  TRY_VOID(require_days(unit, role.valid_from, valid_to));
  TRY_VOID(require_free(connection, scope.tenant(), role.role, role.valid_from, valid_to, id));
  TRY(const auto changed, connection.run("UPDATE unit_role SET valid_to = ?3 WHERE tenant_id = ?1 AND id = ?2",
                                         {scope.tenant(), id, day(valid_to)}));
  khien_assert(changed == 1);
  return {};
}

Result<UnitRole> get_unit_role(store::Connection& connection, const store::TenantScope& scope, UnitRoleId id) {
  std::optional<UnitRole> role;
  TRY_VOID(connection.query("SELECT " KHIEN_ROLE_COLUMNS
                            " FROM unit_role r WHERE r.tenant_id = ?1 AND r.id = ?3 AND " KHIEN_IN_SCOPE("r.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              role = role_from(row);
                              return {};
                            }));
  if (!role) return Error(Code::not_found, "there is no such role of a unit");
  return std::move(*role);
}

Result<std::vector<UnitRole>> list_unit_roles(store::Connection& connection, const store::TenantScope& scope,
                                              std::optional<UnitId> unit) {
  std::vector<UnitRole> roles;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_ROLE_COLUMNS " FROM unit_role r WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND (?3 = 0 OR r.unit_id = ?3) ORDER BY r.unit_id, r.valid_from, r.id",
      {scope.tenant(), scope.roots_json(), unit.value_or(UnitId{})}, [&](const store::Row& row) -> Result<void> {
        roles.push_back(role_from(row));
        return {};
      }));
  return roles;
}

}  // namespace khien::estate
