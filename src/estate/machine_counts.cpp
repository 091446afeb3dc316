#include <algorithm>
#include <functional>
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

struct Entry {
  UnitId unit;
  MachineHealth health = MachineHealth::pending;
  std::int64_t files_scanned = 0;
  std::optional<Timestamp> last_scan_at;
  std::int64_t open_findings = 0;
};

void add(MachineCounts& counts, const Entry& machine) {
  ++counts.total;
  ++by_health(counts, machine.health);
  counts.files_scanned += machine.files_scanned;
  counts.last_scan_at = std::max(counts.last_scan_at, machine.last_scan_at);
}

Entry entry_from(const store::Row& row) {
  Entry entry{UnitId{row.integer(0)}, health_of_rank(row.integer(1)), row.integer(2), {}, row.integer(4)};
  if (!row.is_null(3)) entry.last_scan_at = row.time(3);
  return entry;
}

// From the index machine_by_unit alone, in its order. Summed here: grouping by a
// health that SQL computes would sort them all.
Result<void> each_machine(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                          Timestamp now, const std::function<void(const Entry&)>& visit) {
  TRY(const auto roots, roots_below(connection, scope, unit));
  return connection.query(
      "SELECT m.unit_id, " KHIEN_HEALTH_RANK
      ", m.files_scanned, m.last_complete_scan_at, m.open_findings "
      "FROM machine m WHERE m.tenant_id = ?1 AND m.stand_in = 0 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE,
      {scope.tenant(), roots, silent_before(now), scan_old_before(now)}, [&](const store::Row& row) -> Result<void> {
        visit(entry_from(row));
        return {};
      });
}

}  // namespace

Result<MachineCounts> count_machines(store::Connection& connection, const store::TenantScope& scope,
                                     std::optional<UnitId> unit, Timestamp now) {
  MachineCounts counts;
  TRY_VOID(each_machine(connection, scope, unit, now, [&](const Entry& machine) { add(counts, machine); }));
  khien_assert(counts.total == counts.protected_ + counts.attention + counts.infected + counts.silent + counts.pending);
  return counts;
}

Result<ProtectionCounts> count_protection(store::Connection& connection, const store::TenantScope& scope,
                                          std::optional<UnitId> unit, Timestamp now) {
  static_assert(kContentOld.ms == 1'296'000'000);  // as the text below
  TRY(const auto roots, roots_below(connection, scope, unit));
  ProtectionCounts counts;
  TRY_VOID(connection.query_one(
      "SELECT count(*), coalesce(sum(m.protection_on IS 1), 0), coalesce(sum(m.firewall = 'on'), 0), "
      "coalesce(sum(m.firewall = 'off'), 0), coalesce(sum(m.content_updated_at IS NULL "
      "OR m.content_updated_at <= coalesce(m.sample_at - 1296000000, ?3)), 0) "
      "FROM machine m INDEXED BY machine_protection WHERE m.tenant_id = ?1 AND m.revoked_at IS NULL "
      "AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE,
      {scope.tenant(), roots, now - kContentOld}, [&](const store::Row& row) -> Result<void> {
        counts = {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
        return {};
      }));
  return counts;
}

Result<std::vector<UnitMachines>> machines_by_unit(store::Connection& connection, const store::TenantScope& scope,
                                                   std::optional<UnitId> unit, Timestamp now) {
  std::map<UnitId, UnitMachines> by_unit;
  TRY_VOID(each_machine(connection, scope, unit, now, [&](const Entry& machine) {
    UnitMachines& entry = by_unit[machine.unit];
    add(entry.counts, machine);
    entry.open_findings += machine.open_findings;
  }));
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
