#include <algorithm>
#include <utility>

#include "board.hpp"
#include "decision_rows.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/decisions.hpp"
#include "patch_states.hpp"

namespace khien::patch {
namespace {

constexpr std::string_view kList = "advisory-machines";
constexpr std::size_t kMaxPage = 500;
constexpr std::int64_t kAnyState = -1;

// ?3 the advisory, ?4 the unit or 0, ?5 the state or -1. Every machine of the scope that
// has a finding of it, a version that is not told, or no inventory; by its worst.
#define KHIEN_BELOW(column)                                                                          \
  " AND (?4 = 0 OR EXISTS (SELECT 1 FROM unit_ancestor b WHERE b.tenant_id = ?1 AND b.unit_id = "    \
  column " AND b.ancestor_id = ?4)) "
#define KHIEN_MACHINES_OF_ADVISORY                                                                                          \
  "WITH each (machine_id, rank) AS (SELECT f.machine_id, " KHIEN_PATCH_RANK                                                 \
  " FROM advisory_vulnerability av CROSS JOIN finding f INDEXED BY finding_of_advisory ON f.tenant_id = av.tenant_id "        \
  "AND f.judge = 'advisory' AND f.rule = 'advisory:' || av.name LEFT JOIN advisory_held h ON h.tenant_id = f.tenant_id AND h.finding_id = f.id "     \
  "LEFT JOIN advisory_decision d ON d.tenant_id = h.tenant_id AND d.id = h.decision_id "                                    \
  "WHERE av.tenant_id = ?1 AND av.advisory_id = ?3 AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_BELOW("f.unit_id")         \
  KHIEN_STILL_OURS("f.machine_id") " "                                                                                      \
  "UNION ALL SELECT m.id, 3 FROM machine m WHERE m.tenant_id = ?1 AND " KHIEN_IS_OURS("m") " AND m.unit_id IN "               \
  KHIEN_UNITS_IN_SCOPE KHIEN_BELOW("m.unit_id") "AND NOT EXISTS (SELECT 1 FROM inventory_fact i "                           \
  "WHERE i.tenant_id = m.tenant_id AND i.machine_id = m.id) "                                                               \
  "UNION ALL SELECT m.id, 3 FROM advisory_vulnerability av CROSS JOIN vulnerability v ON v.tenant_id = av.tenant_id "       \
  "AND v.name = av.name CROSS JOIN package_vulnerability pv INDEXED BY package_vulnerability_by_vulnerability "             \
  "ON pv.tenant_id = v.tenant_id AND pv.vulnerability_id = v.id AND pv.state = 'unknown' AND pv.followed = 1 "              \
  "CROSS JOIN machine_package mp ON mp.tenant_id = pv.tenant_id AND mp.package_id = pv.package_id CROSS JOIN machine m ON m.tenant_id = mp.tenant_id AND m.id = mp.machine_id "                \
  "WHERE av.tenant_id = ?1 AND av.advisory_id = ?3 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_BELOW("m.unit_id")         \
  "AND " KHIEN_IS_OURS("m") "), worst (machine_id, rank) AS (SELECT machine_id, min(rank) FROM each GROUP BY machine_id) "

Result<void> add_finding(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id, AdvisoryMachine& machine) {
  std::optional<AdvisoryDecisionId> decision;
  TRY_VOID(connection.query(
      "SELECT f.id, f.settled_through, f.opened_at, h.decision_id, d.decided_at, (SELECT max(y.at) FROM finding_history y "
      "WHERE y.tenant_id = f.tenant_id AND y.finding_id = f.id), " KHIEN_PATCH_RANK
      " FROM advisory_vulnerability av JOIN finding f ON f.tenant_id = av.tenant_id AND f.machine_id = ?3 AND f.judge = 'advisory' "
      "AND f.rule = 'advisory:' || av.name LEFT JOIN advisory_held h ON h.tenant_id = f.tenant_id AND h.finding_id = f.id "
      "LEFT JOIN advisory_decision d ON d.tenant_id = h.tenant_id AND d.id = h.decision_id "
      "WHERE av.tenant_id = ?1 AND av.advisory_id = ?2 ORDER BY 7, f.settled_through DESC LIMIT 1",
      {scope.tenant(), id, machine.machine}, [&](const store::Row& row) -> Result<void> {
        machine.finding = row.id<FindingTag>(0);
        machine.proof = ObservationId{row.integer(1)};
        const bool is_open = static_cast<PatchState>(row.integer(6)) == PatchState::open;
        machine.since = is_open ? row.time(2) : row.is_null(4) ? row.time(5) : row.time(4);
        if (!row.is_null(3)) decision = row.id<AdvisoryDecisionTag>(3);
        return {};
      }));
  if (!decision) return {};
  auto found = get_decision(connection, scope, *decision);
  if (found) machine.decision = std::move(found).value();
  return found || found.error().code() == Code::not_found ? Result<void>() : Result<void>(std::move(found).error());
}

// What shows it, or cannot be told.
Result<void> add_packages(store::Connection& connection, TenantId tenant, AdvisoryId id, AdvisoryMachine& machine) {
  return connection.query(
      "SELECT DISTINCT j.subject, p.name, p.version, pv.fixed FROM advisory_vulnerability av "
      "CROSS JOIN vulnerability v ON v.tenant_id = av.tenant_id AND v.name = av.name "
      "CROSS JOIN machine_package mp ON mp.tenant_id = av.tenant_id AND mp.machine_id = ?3 "
      "CROSS JOIN package_vulnerability pv ON pv.tenant_id = mp.tenant_id AND pv.package_id = mp.package_id AND pv.vulnerability_id = v.id "
      "CROSS JOIN package_judged j ON j.tenant_id = mp.tenant_id AND j.package_id = mp.package_id "
      "CROSS JOIN package p ON p.tenant_id = mp.tenant_id AND p.id = mp.package_id "
      "WHERE av.tenant_id = ?1 AND av.advisory_id = ?2 AND (pv.state = 'unknown' OR EXISTS (SELECT 1 FROM finding f "
      "CROSS JOIN finding_package fp ON fp.tenant_id = f.tenant_id AND fp.finding_id = f.id AND fp.package_id = mp.package_id "
      "WHERE f.tenant_id = ?1 AND f.machine_id = ?3 AND f.judge = 'advisory' AND f.rule = 'advisory:' || av.name "
      "AND f.state <> 'resolved')) ORDER BY j.subject, p.name, p.version LIMIT 50",
      {tenant, id, machine.machine}, [&](const store::Row& row) -> Result<void> {
        machine.packages.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))});
        return {};
      });
}

// A kernel that is open, and another image of the same that is not affected beside it.
Result<void> ask_reboot(store::Connection& connection, TenantId tenant, AdvisoryId id, AdvisoryMachine& machine) {
  if (machine.state != PatchState::open) return {};
  return connection.query(
      "SELECT 1 FROM advisory_vulnerability av CROSS JOIN vulnerability v ON v.tenant_id = av.tenant_id AND v.name = av.name "
      "CROSS JOIN finding f ON f.tenant_id = av.tenant_id AND f.machine_id = ?3 "
      "AND f.judge = 'advisory' AND f.rule = 'advisory:' || av.name AND f.state IN ('new', 'in_progress') "
      "CROSS JOIN finding_package fp ON fp.tenant_id = f.tenant_id AND fp.finding_id = f.id "
      "CROSS JOIN package_judged j ON j.tenant_id = fp.tenant_id AND j.package_id = fp.package_id AND j.kernel <> '' "
      "CROSS JOIN machine_package mp ON mp.tenant_id = f.tenant_id AND mp.machine_id = f.machine_id AND mp.package_id <> fp.package_id "
      "CROSS JOIN package_judged o ON o.tenant_id = mp.tenant_id AND o.package_id = mp.package_id AND o.kernel <> '' "
      "AND o.subject = j.subject WHERE av.tenant_id = ?1 AND av.advisory_id = ?2 "
      "AND NOT EXISTS (SELECT 1 FROM package_vulnerability pv WHERE pv.tenant_id = mp.tenant_id AND pv.package_id = mp.package_id "
      "AND pv.vulnerability_id = v.id) LIMIT 1",
      {tenant, id, machine.machine}, [&](const store::Row&) -> Result<void> {
        machine.reboot_needed = true;
        return {};
      });
}

struct Behind {
  std::int64_t rank = -1, machine = 0;
};
Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{}, std::int64_t{}}));
  return Behind{std::get<std::int64_t>(fields[0]), std::get<std::int64_t>(fields[1])};
}

}  // namespace

Result<AdvisoryMachinePage> list_advisory_machines(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                                                   const AdvisoryMachineQuery& query, Timestamp now) {
  TRY(const auto behind, behind_cursor(query.cursor));
  TRY(const auto detail, get_advisory(connection, scope, id, query.unit, now));
  const std::int64_t unit = query.unit ? query.unit->value : 0;
  const std::int64_t state = query.state ? static_cast<std::int64_t>(*query.state) : kAnyState;
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  AdvisoryMachinePage page;
  page.counts = detail.record.counts;
  TRY_VOID(connection.query_one(KHIEN_MACHINES_OF_ADVISORY "SELECT count(*) FROM worst WHERE (?5 = -1 OR rank = ?5)",
                                {scope.tenant(), scope.roots_json(), id, unit, state}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query(
      KHIEN_MACHINES_OF_ADVISORY
      "SELECT w.machine_id, w.rank, m.hostname, m.unit_id, u.name, m.kernel_running, i.received_at, m.device_id, m.site_id FROM worst w "
      "JOIN machine m ON m.tenant_id = ?1 AND m.id = w.machine_id JOIN unit u ON u.tenant_id = ?1 AND u.id = m.unit_id "
      "LEFT JOIN inventory_fact i ON i.tenant_id = ?1 AND i.machine_id = w.machine_id "
      "WHERE (?5 = -1 OR w.rank = ?5) AND (w.rank, w.machine_id) > (?6, ?7) ORDER BY w.rank, w.machine_id LIMIT ?8",
      {scope.tenant(), scope.roots_json(), id, unit, state, behind.rank, behind.machine, std::uint64_t{limit + 1}},
      [&](const store::Row& row) -> Result<void> {
        if (page.items.size() == limit) {
          const auto& last = page.items.back();
          page.next = estate::to_cursor(kList, {static_cast<std::int64_t>(last.state), last.machine.value});
          return {};
        }
        AdvisoryMachine machine{.machine = row.id<MachineTag>(0), .name = std::string(row.text(2)), .unit = row.id<UnitTag>(3),
                                .unit_name = std::string(row.text(4)), .state = static_cast<PatchState>(row.integer(1)), .since = {},
                                .packages = {}, .kernel_running = std::string(row.text(5)), .inventory_at = {}, .decision = {},
                                .proof = {}, .finding = {}};
        if (!row.is_null(6)) machine.inventory_at = row.time(6);
        if (!row.is_null(7)) machine.stands_for_device = row.id<DeviceTag>(7);
        if (!row.is_null(8)) machine.stands_for_site = row.id<SiteTag>(8);
        page.items.push_back(std::move(machine));
        return {};
      }));
  for (auto& machine : page.items) {
    TRY_VOID(add_finding(connection, scope, id, machine));
    TRY_VOID(add_packages(connection, scope.tenant(), id, machine));
    TRY_VOID(ask_reboot(connection, scope.tenant(), id, machine));
  }
  return page;
}

}  // namespace khien::patch
