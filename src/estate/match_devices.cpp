#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "agent_line.hpp"
#include "khien/estate/devices.hpp"

namespace khien::estate {
namespace {

struct Match {
  std::int64_t machine = 0;
  std::string kind;

  bool operator==(const Match&) const = default;
};
using Matches = std::unordered_map<std::int64_t, Match>;  // by device

// Pairs of one kind in the order of their rank; each end whose other end is taken
// already by a pair of higher rank is passed over.
Result<void> match_kind(store::Connection& connection, TenantId tenant, std::string_view kind, Matches& matches,
                        std::unordered_set<std::int64_t>& taken) {
  return connection.query(
      "SELECT d.device, m.machine FROM "
      "(SELECT key, min(device_id) AS device FROM device_key WHERE tenant_id = ?1 AND kind = ?2 "
      " GROUP BY key HAVING count(*) = 1) d JOIN "
      "(SELECT key, min(machine_id) AS machine FROM machine_key WHERE tenant_id = ?1 AND kind = ?2 "
      " GROUP BY key HAVING count(*) = 1) m ON m.key = d.key "
      "WHERE NOT EXISTS (SELECT 1 FROM device_parted p "
      " WHERE p.tenant_id = ?1 AND p.device_id = d.device AND p.machine_id = m.machine) ORDER BY d.device, m.machine",
      {tenant, kind}, [&](const store::Row& row) -> Result<void> {
        if (matches.contains(row.integer(0)) || taken.contains(row.integer(1))) return {};
        matches[row.integer(0)] = {row.integer(1), std::string(kind)};
        taken.insert(row.integer(1));
        return {};
      });
}

// What is stored, agents' own lines apart.
Result<Matches> stored_matches(store::Connection& connection, TenantId tenant) {
  Matches stored;
  TRY_VOID(connection.query(
      "SELECT id, machine_id, matched_by FROM device "
      "WHERE tenant_id = ?1 AND machine_id IS NOT NULL AND matched_by <> 'agent'",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        stored[row.integer(0)] = {row.integer(1), std::string(row.text(2))};
        return {};
      }));
  return stored;
}

Result<void> write_changes(store::Connection& connection, TenantId tenant, const Matches& before,
                           const Matches& after) {
  // First all that go, for a machine has one device at any time.
  for (const auto& [device, match] : before) {
    const auto found = after.find(device);
    if (found != after.end() && found->second == match) continue;
    TRY_VOID(connection.run("UPDATE device SET machine_id = NULL, matched_by = NULL WHERE tenant_id = ?1 AND id = ?2",
                            {tenant, device}));
  }
  for (const auto& [device, match] : after) {
    const auto found = before.find(device);
    if (found != before.end() && found->second == match) continue;
    TRY_VOID(connection.run("DELETE FROM device WHERE tenant_id = ?1 AND machine_id = ?2 AND matched_by = 'agent'",
                            {tenant, match.machine}));
    TRY_VOID(connection.run("UPDATE device SET machine_id = ?3, matched_by = ?4 WHERE tenant_id = ?1 AND id = ?2",
                            {tenant, device, match.machine, match.kind}));
  }
  return {};
}

Result<void> give_lines_to_the_rest(store::Connection& connection, TenantId tenant) {
  std::vector<MachineId> without;
  TRY_VOID(connection.query(
      "SELECT m.id FROM machine m WHERE m.tenant_id = ?1 AND m.revoked_at IS NULL AND NOT EXISTS "
      "(SELECT 1 FROM device d WHERE d.tenant_id = m.tenant_id AND d.machine_id = m.id)",
      {tenant}, [&](const store::Row& row) -> Result<void> {
        without.push_back(MachineId{row.integer(0)});
        return {};
      }));
  for (const MachineId machine : without) TRY_VOID(keep_agent_line(connection, tenant, machine));
  return {};
}

}  // namespace

Result<std::int64_t> match_devices(store::Connection& connection, TenantId tenant) {
  TRY(const auto before, stored_matches(connection, tenant));
  Matches after;
  std::unordered_set<std::int64_t> taken;
  for (const std::string_view kind : {"serial", "mac", "name"}) {
    TRY_VOID(match_kind(connection, tenant, kind, after, taken));
  }
  TRY_VOID(write_changes(connection, tenant, before, after));
  TRY_VOID(give_lines_to_the_rest(connection, tenant));
  return static_cast<std::int64_t>(after.size());
}

}  // namespace khien::estate
