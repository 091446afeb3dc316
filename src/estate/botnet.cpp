#include "khien/estate/botnet.hpp"

#include "khien/estate/scope_sql.hpp"

namespace khien::estate {

Result<void> set_botnet_open(store::Connection& connection, TenantId tenant, UnitId unit, std::int64_t open) {
  TRY_VOID(connection.run("INSERT INTO unit_botnet (tenant_id, unit_id, open) VALUES (?1, ?2, ?3) "
                          "ON CONFLICT (tenant_id, unit_id) DO UPDATE SET open = excluded.open",
                          {tenant, unit, open}));
  return {};
}

Result<void> set_botnet_lookup(store::Connection& connection, TenantId tenant, const BotnetLookup& lookup) {
  TRY_VOID(connection.run("INSERT INTO tenant_botnet (tenant_id, looked_up_at, regular_days) VALUES (?1, ?2, ?3) "
                          "ON CONFLICT (tenant_id) DO UPDATE SET looked_up_at = max(looked_up_at, excluded.looked_up_at), "
                          "regular_days = excluded.regular_days",
                          {tenant, lookup.looked_up_at, lookup.regular_days}));
  return {};
}

Result<std::map<UnitId, std::int64_t>> botnet_open_by_unit(store::Connection& connection, const store::TenantScope& scope) {
  std::map<UnitId, std::int64_t> units;
  TRY_VOID(connection.query("SELECT b.unit_id, b.open FROM unit_botnet b WHERE b.tenant_id = ?1 AND b.unit_id IN " KHIEN_UNITS_IN_SCOPE,
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                              units.emplace(row.id<UnitTag>(0), row.integer(1));
                              return {};
                            }));
  return units;
}

Result<std::optional<BotnetLookup>> botnet_lookup(store::Connection& connection, TenantId tenant) {
  std::optional<BotnetLookup> lookup;
  TRY_VOID(connection.query("SELECT looked_up_at, regular_days FROM tenant_botnet WHERE tenant_id = ?1", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              lookup = BotnetLookup{row.time(0), row.integer(1)};
                              return {};
                            }));
  return lookup;
}

}  // namespace khien::estate
