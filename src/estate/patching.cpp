#include "khien/estate/patching.hpp"

#include "khien/estate/scope_sql.hpp"

namespace khien::estate {

Result<void> set_patching(store::Connection& connection, TenantId tenant, UnitId unit, const Patching& patching) {
  TRY_VOID(connection.run(
      "INSERT INTO unit_patching (tenant_id, unit_id, machines_known, advisories_overdue) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (tenant_id, unit_id) DO UPDATE SET machines_known = excluded.machines_known, "
      "advisories_overdue = excluded.advisories_overdue "
      "WHERE (machines_known, advisories_overdue) IS NOT (excluded.machines_known, excluded.advisories_overdue)",
      {tenant, unit, patching.machines_known, patching.advisories_overdue}));
  return {};
}

Result<std::map<UnitId, Patching>> patching_by_unit(store::Connection& connection, const store::TenantScope& scope) {
  std::map<UnitId, Patching> units;
  TRY_VOID(connection.query(
      "SELECT p.unit_id, p.machines_known, p.advisories_overdue FROM unit_patching p WHERE p.tenant_id = ?1 AND p.unit_id IN "
      KHIEN_UNITS_IN_SCOPE,
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        units.emplace(row.id<UnitTag>(0), Patching{row.integer(1), row.integer(2)});
        return {};
      }));
  return units;
}

}  // namespace khien::estate
