#include "agent_line.hpp"

#include <string>
#include <vector>

#include "device_matching.hpp"

namespace khien::estate {
namespace {

// What the list line takes over of its machine, where no other line has it.
Result<void> learn_identity(store::Connection& connection, TenantId tenant, DeviceId device) {
  TRY_VOID(connection.run(
      "UPDATE device SET serial = coalesce((SELECT m.serial FROM machine m WHERE m.id = device.machine_id AND NOT EXISTS "
      "(SELECT 1 FROM device o WHERE o.tenant_id = ?1 AND o.serial = m.serial AND o.retired_on IS NULL)), '') "
      "WHERE tenant_id = ?1 AND id = ?2 AND serial = ''",
      {tenant, device}));
  TRY_VOID(connection.run(
      "UPDATE device SET mac = coalesce((SELECT j.value FROM machine m, json_each(m.macs) j "
      "WHERE m.id = device.machine_id AND NOT EXISTS "
      "(SELECT 1 FROM device o WHERE o.tenant_id = ?1 AND o.mac = j.value AND o.retired_on IS NULL) LIMIT 1), '') "
      "WHERE tenant_id = ?1 AND id = ?2 AND mac = ''",
      {tenant, device}));
  return {};
}

Result<std::vector<Key>> keys_of_line(store::Connection& connection, TenantId tenant, DeviceId device) {
  std::vector<Key> keys;
  TRY_VOID(connection.query_one("SELECT unit_id, name, serial, mac FROM device WHERE tenant_id = ?1 AND id = ?2",
                                {tenant, device}, [&](const store::Row& row) -> Result<void> {
                                  keys = keys_of(UnitId{row.integer(0)}, row.text(1), row.text(2),
                                                 {std::string(row.text(3))});
                                  return {};
                                }));
  return keys;
}

}  // namespace

Result<std::optional<AgentLine>> line_of(store::Connection& connection, TenantId tenant, MachineId machine) {
  std::optional<AgentLine> line;
  TRY_VOID(connection.query("SELECT id, matched_by = 'agent' FROM device WHERE tenant_id = ?1 AND machine_id = ?2",
                            {tenant, machine}, [&](const store::Row& row) -> Result<void> {
                              line = AgentLine{DeviceId{row.integer(0)}, row.integer(1) != 0};
                              return {};
                            }));
  return line;
}

Result<void> keep_agent_line(store::Connection& connection, TenantId tenant, MachineId machine) {
  TRY(const auto line, line_of(connection, tenant, machine));
  if (!line) {
    TRY_VOID(connection.run(
        "INSERT INTO device (tenant_id, unit_id, name, name_order, search_key, kind, serial, mac, address, source, "
        "note, machine_id, matched_by, created_at) "
        "SELECT tenant_id, unit_id, CASE hostname WHEN '' THEN '?' ELSE hostname END, hostname_order, search_key, "
        "'other', '', '', coalesce(json_extract(addresses, '$[0]'), ''), 'agent', '', id, 'agent', enrolled_at "
        "FROM machine WHERE tenant_id = ?1 AND id = ?2 AND revoked_at IS NULL",
        {tenant, machine}));
    return {};
  }
  if (!line->is_agents_own) return {};
  TRY_VOID(connection.run(
      "UPDATE device SET unit_id = m.unit_id, name = CASE m.hostname WHEN '' THEN '?' ELSE m.hostname END, "
      "name_order = m.hostname_order, search_key = m.search_key, "
      "address = coalesce(json_extract(m.addresses, '$[0]'), '') "
      "FROM (SELECT * FROM machine WHERE tenant_id = ?1 AND id = ?3) m WHERE device.tenant_id = ?1 AND device.id = ?2",
      {tenant, line->device, machine}));
  return {};
}

Result<void> drop_agent_line(store::Connection& connection, TenantId tenant, DeviceId device) {
  TRY_VOID(connection.run("DELETE FROM device WHERE tenant_id = ?1 AND id = ?2", {tenant, device}));
  return {};
}

Result<void> make_list_line(store::Connection& connection, TenantId tenant, DeviceId device) {
  bool is_own = false;
  TRY_VOID(connection.query("SELECT 1 FROM device WHERE tenant_id = ?1 AND id = ?2 AND matched_by = 'agent'",
                            {tenant, device}, [&](const store::Row&) -> Result<void> {
                              is_own = true;
                              return {};
                            }));
  if (!is_own) return {};
  TRY_VOID(learn_identity(connection, tenant, device));
  TRY_VOID(connection.run("UPDATE device SET machine_id = NULL, matched_by = NULL WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, device}));
  return {};
}

Result<void> learn_of_machine(store::Connection& connection, TenantId tenant, DeviceId device) {
  TRY_VOID(learn_identity(connection, tenant, device));
  TRY(const auto keys, keys_of_line(connection, tenant, device));
  return store_device_keys(connection, tenant, device, keys);
}

Result<void> release_machine(store::Connection& connection, TenantId tenant, MachineId machine) {
  TRY(const auto line, line_of(connection, tenant, machine));
  if (line && line->is_agents_own) {
    TRY_VOID(make_list_line(connection, tenant, line->device));
    TRY_VOID(put_machine_keys(connection, tenant, machine, {}));
    TRY(const auto keys, keys_of_line(connection, tenant, line->device));
    return put_device_keys(connection, tenant, line->device, keys);
  }
  return put_machine_keys(connection, tenant, machine, {});
}

}  // namespace khien::estate
