#include "khien/estate/sharing.hpp"

#include "khien/estate/scope_sql.hpp"

namespace khien::estate {

Result<void> set_sharing_wanted(store::Connection& connection, TenantId tenant, UnitId unit, std::int64_t regular_days, Timestamp now) {
  TRY_VOID(connection.run(
      "INSERT INTO unit_sharing (tenant_id, unit_id, waits_since, regular_days) SELECT tenant_id, id, ?3, ?4 FROM unit "
      "WHERE tenant_id = ?1 AND id = ?2 ON CONFLICT (tenant_id, unit_id) DO UPDATE SET regular_days = excluded.regular_days "
      "WHERE regular_days <> excluded.regular_days",
      {tenant, unit, now, regular_days}));
  return {};
}

Result<void> set_sharing_accepted(store::Connection& connection, TenantId tenant, UnitId unit, std::int64_t regular_days, Timestamp now) {
  TRY_VOID(connection.run(
      "INSERT INTO unit_sharing (tenant_id, unit_id, waits_since, connected_since, last_accepted_at, regular_days) "
      "SELECT tenant_id, id, ?3, ?3, ?3, ?4 FROM unit WHERE tenant_id = ?1 AND id = ?2 "
      "ON CONFLICT (tenant_id, unit_id) DO UPDATE SET connected_since = coalesce(connected_since, excluded.connected_since), "
      "last_accepted_at = max(coalesce(last_accepted_at, 0), excluded.last_accepted_at), regular_days = excluded.regular_days",
      {tenant, unit, now, regular_days}));
  return {};
}

Result<std::map<UnitId, UnitSharing>> sharing_by_unit(store::Connection& connection, const store::TenantScope& scope) {
  std::map<UnitId, UnitSharing> units;
  TRY_VOID(connection.query(
      "SELECT s.unit_id, s.waits_since, s.connected_since, s.last_accepted_at, s.regular_days FROM unit_sharing s "
      "WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE,
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        UnitSharing one{.waits_since = row.time(1), .regular_days = row.integer(4)};
        if (!row.is_null(2)) one.connected_since = row.time(2);
        if (!row.is_null(3)) one.last_accepted_at = row.time(3);
        units.emplace(row.id<UnitTag>(0), one);
        return {};
      }));
  return units;
}

}  // namespace khien::estate
