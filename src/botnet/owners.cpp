#include "owners.hpp"

#include <algorithm>

namespace khien::botnet {

Result<Owners> Owners::load(store::Connection& connection, TenantId tenant) {
  Owners owners;
  TRY_VOID(connection.query_one("SELECT id, name FROM unit WHERE tenant_id = ?1 AND parent_id IS NULL", {tenant}, [&](const store::Row& row) -> Result<void> {
    owners.root_ = row.id<UnitTag>(0);
    owners.root_name_ = row.text(1);
    return {};
  }));
  TRY_VOID(connection.query(
      "SELECT r.first, r.last, r.unit_id, u.name, r.range, r.purpose FROM address_range r "
      "JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id WHERE r.tenant_id = ?1 ORDER BY r.first",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        const auto first = address_from_bytes(row.bytes(0)), last = address_from_bytes(row.bytes(1));
        if (!first || !last) return Error(Code::corrupt, "an address range is no range");
        owners.ranges_.push_back({*first, *last, {row.id<UnitTag>(2), std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))}});
        return {};
      }));
  return owners;
}

const Owners::Owner* Owners::of(const Address& address) const {
  auto behind = std::ranges::upper_bound(ranges_, address, {}, &Range::first);
  if (behind == ranges_.begin()) return nullptr;
  --behind;
  return address <= behind->last ? &behind->owner : nullptr;
}

Result<MachinesByAddress> machines_by_address(store::Connection& connection, TenantId tenant, UnitId unit) {
  MachinesByAddress machines;
  TRY_VOID(connection.query(
      "SELECT m.id, h.address, h.since, h.until, h.is_first FROM unit_ancestor a JOIN machine m ON m.tenant_id = a.tenant_id AND m.unit_id = a.unit_id "
      "JOIN machine_address h ON h.tenant_id = m.tenant_id AND h.machine_id = m.id WHERE a.tenant_id = ?1 AND a.ancestor_id = ?2 AND m.revoked_at IS NULL "
      "UNION ALL SELECT m.id, j.value, m.enrolled_at, NULL, 1 FROM unit_ancestor a JOIN machine m ON m.tenant_id = a.tenant_id AND m.unit_id = a.unit_id, "
      "json_each(m.addresses) j WHERE a.tenant_id = ?1 AND a.ancestor_id = ?2 AND m.revoked_at IS NULL AND NOT EXISTS "
      "(SELECT 1 FROM machine_address h WHERE h.tenant_id = m.tenant_id AND h.machine_id = m.id)",
      {tenant, unit}, [&](const store::Row& row) -> Result<void> {
        const auto read = read_endpoint(row.text(1));
        const auto* endpoint = std::get_if<Endpoint>(&read);
        if (endpoint == nullptr) return {};
        Held held{.machine = row.id<MachineTag>(0), .from = row.time(2), .until = {}, .is_first = row.integer(4) != 0};
        if (!row.is_null(3)) held.until = row.time(3);
        machines[endpoint->address].push_back(held);
        return {};
      }));
  return machines;
}

std::vector<MachineId> held_by(const MachinesByAddress& machines, const Address& address, Timestamp first, Timestamp last) {
  std::vector<MachineId> found;
  const auto at = machines.find(address);
  if (at == machines.end()) return found;
  for (const Held& held : at->second) {
    if (held.from <= last && (!held.until || first < *held.until)) found.push_back(held.machine);
  }
  if (found.empty()) {
    for (const Held& held : at->second) {
      if (held.is_first && held.from > last) found.push_back(held.machine);
    }
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::vector<MachineId> held_now(const MachinesByAddress& machines, const Address& address) {
  std::vector<MachineId> found;
  const auto at = machines.find(address);
  if (at == machines.end()) return found;
  for (const Held& held : at->second) {
    if (!held.until) found.push_back(held.machine);
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

Result<bool> is_machine_of(store::Connection& connection, TenantId tenant, MachineId machine, UnitId unit) {
  bool its_own = false;
  TRY_VOID(connection.query("SELECT 1 FROM machine m JOIN unit_ancestor a ON a.tenant_id = m.tenant_id AND a.unit_id = m.unit_id "
                            "WHERE m.tenant_id = ?1 AND m.id = ?2 AND a.ancestor_id = ?3",
                            {tenant, machine, unit}, [&](const store::Row&) -> Result<void> {
                              its_own = true;
                              return {};
                            }));
  return its_own;
}

}  // namespace khien::botnet
