#include <algorithm>
#include <map>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "machine_health.hpp"

namespace khien::estate {
namespace {

std::int64_t& by_health(MachineCounts& counts, MachineHealth health) {
  switch (health) {
    case MachineHealth::protected_: return counts.protected_;
    case MachineHealth::attention: return counts.attention;
    case MachineHealth::infected: return counts.infected;
    case MachineHealth::silent: return counts.silent;
    case MachineHealth::pending: break;
  }
  return counts.pending;
}

// Machines of one unit that share a health.
struct Group {
  UnitId unit;
  MachineHealth health = MachineHealth::pending;
  std::int64_t machines = 0;
  std::int64_t files_scanned = 0;
  std::optional<Timestamp> last_scan_at;
  std::int64_t open_findings = 0;
};

void add(MachineCounts& counts, const Group& group) {
  counts.total += group.machines;
  by_health(counts, group.health) += group.machines;
  counts.files_scanned += group.files_scanned;
  counts.last_scan_at = std::max(counts.last_scan_at, group.last_scan_at);
}

Group group_from(const store::Row& row) {
  Group group;
  group.unit = {row.integer(0)};
  group.health = health_of_rank(row.integer(1));
  group.machines = row.integer(2);
  group.files_scanned = row.integer(3);
  if (!row.is_null(4)) group.last_scan_at = row.time(4);
  group.open_findings = row.integer(5);
  return group;
}

// From the index machine_by_unit alone.
Result<std::vector<Group>> load_groups(store::Connection& connection, const store::TenantScope& scope,
                                       std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto roots, roots_below(connection, scope, unit));
  std::vector<Group> groups;
  TRY_VOID(connection.query(
      "SELECT m.unit_id, " KHIEN_HEALTH_RANK
      " AS rank, count(*), sum(m.files_scanned), max(m.last_complete_scan_at), sum(m.open_findings) "
      "FROM machine m WHERE m.tenant_id = ?1 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE " GROUP BY m.unit_id, rank",
      {scope.tenant(), roots, silent_before(now), scan_old_before(now)}, [&](const store::Row& row) -> Result<void> {
        groups.push_back(group_from(row));
        return {};
      }));
  return groups;
}

}  // namespace

Result<MachineCounts> count_machines(store::Connection& connection, const store::TenantScope& scope,
                                     std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto groups, load_groups(connection, scope, unit, now));
  MachineCounts counts;
  for (const Group& group : groups) add(counts, group);
  khien_assert(counts.total == counts.protected_ + counts.attention + counts.infected + counts.silent + counts.pending);
  return counts;
}

Result<std::vector<UnitMachines>> machines_by_unit(store::Connection& connection, const store::TenantScope& scope,
                                                   std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto groups, load_groups(connection, scope, unit, now));
  std::map<UnitId, UnitMachines> by_unit;
  for (const Group& group : groups) {
    UnitMachines& entry = by_unit[group.unit];
    add(entry.counts, group);
    entry.open_findings += group.open_findings;
  }
  // In the order of list_units, so that both screens show units alike.
  TRY(const auto units, list_units(connection, scope));
  std::vector<UnitMachines> all;
  for (const Unit& known : units) {
    const auto found = by_unit.find(known.id);
    if (found == by_unit.end()) continue;
    found->second.unit = known.id;
    found->second.name = known.name;
    all.push_back(std::move(found->second));
  }
  return all;
}

}  // namespace khien::estate
