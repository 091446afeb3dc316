#include "khien/estate/stand_ins.hpp"

namespace khien::estate {
namespace {

store::Connection::Visit into(std::optional<MachineId>& found) {
  return [&found](const store::Row& row) -> Result<void> {
    found = row.id<MachineTag>(0);
    return {};
  };
}

}  // namespace

Result<std::optional<MachineId>> stand_in_of(store::Connection& connection, TenantId tenant, DeviceId device) {
  std::optional<MachineId> found;
  TRY_VOID(connection.query("SELECT id FROM machine WHERE tenant_id = ?1 AND device_id = ?2", {tenant, device}, into(found)));
  return found;
}

Result<std::optional<MachineId>> stand_in_of(store::Connection& connection, TenantId tenant, SiteId site) {
  std::optional<MachineId> found;
  TRY_VOID(connection.query("SELECT id FROM machine WHERE tenant_id = ?1 AND site_id = ?2", {tenant, site}, into(found)));
  return found;
}

Result<std::optional<MachineId>> stand_in_for(store::Connection& connection, TenantId tenant, DeviceId device, Timestamp now) {
  TRY(auto known, stand_in_of(connection, tenant, device));
  if (known) return known;
  TRY_VOID(connection.run(
      "INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen, revoked_at, device_id, stand_in) "
      "SELECT tenant_id, unit_id, name, name_order, search_key, ?3, ?3, ?3, id, "
      "CASE WHEN retired_on IS NULL AND machine_id IS NULL THEN 1 ELSE 2 END FROM device WHERE tenant_id = ?1 AND id = ?2",
      {tenant, device, now}));
  return stand_in_of(connection, tenant, device);
}

Result<std::optional<MachineId>> stand_in_for(store::Connection& connection, TenantId tenant, SiteId site, Timestamp now) {
  TRY(auto known, stand_in_of(connection, tenant, site));
  if (known) return known;
  TRY_VOID(connection.run(
      "INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen, revoked_at, site_id, stand_in) "
      "SELECT tenant_id, unit_id, address, CAST(address AS BLOB), search_key, ?3, ?3, ?3, id, CASE WHEN valid_to IS NULL THEN 1 ELSE 2 END "
      "FROM site WHERE tenant_id = ?1 AND id = ?2",
      {tenant, site, now}));
  return stand_in_of(connection, tenant, site);
}

Result<bool> stands_in(store::Connection& connection, TenantId tenant, MachineId machine) {
  bool stands = false;
  TRY_VOID(connection.query("SELECT 1 FROM machine WHERE tenant_id = ?1 AND id = ?2 AND stand_in = 1", {tenant, machine},
                            [&](const store::Row&) -> Result<void> {
                              stands = true;
                              return {};
                            }));
  return stands;
}

Result<void> set_stand_in_seen(store::Connection& connection, TenantId tenant, MachineId machine, Timestamp at) {
  TRY_VOID(connection.run("UPDATE machine SET last_seen = max(last_seen, ?3) WHERE tenant_id = ?1 AND id = ?2 AND stand_in > 0",
                          {tenant, machine, at}));
  return {};
}

}  // namespace khien::estate
