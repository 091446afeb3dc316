#include "board.hpp"

#include <algorithm>
#include <utility>

#include "khien/estate/scope_sql.hpp"
#include "patch_states.hpp"

namespace khien::patch {
namespace {

// ?3 the advisory or 0, ?4 the unit or 0. Machines by their worst finding, or a version
// that is not told.
#define KHIEN_IN_UNIT(column)                                                                     \
  " AND (?4 = 0 OR EXISTS (SELECT 1 FROM unit_ancestor b WHERE b.tenant_id = ?1 AND b.unit_id = " \
  column " AND b.ancestor_id = ?4))"

void add(PatchCounts& counts, PatchState state, std::int64_t machines) {
  switch (state) {
    case PatchState::open: counts.open += machines; return;
    case PatchState::mitigated: counts.mitigated += machines; return;
    case PatchState::accepted: counts.accepted += machines; return;
    case PatchState::unknown: counts.unknown += machines; return;
    case PatchState::patched: counts.patched += machines; return;
    case PatchState::not_affected: counts.not_affected += machines; return;
  }
}

// Without statistics the planner takes any index that begins with tenant_id, and reads all
// of a table for each row: CROSS JOIN holds the order in which it stands here.
Result<void> read_standings(store::Connection& connection, TenantId tenant, const std::string& roots, std::int64_t unit,
                            std::int64_t advisory, Board& board) {
  return connection.query(
      "WITH each (advisory_id, machine_id, unit_id, rank) AS ("
      "SELECT av.advisory_id, f.machine_id, f.unit_id, " KHIEN_PATCH_RANK
      " FROM advisory a CROSS JOIN advisory_vulnerability av ON av.tenant_id = a.tenant_id AND av.advisory_id = a.id "
      "CROSS JOIN finding f INDEXED BY finding_of_advisory ON f.tenant_id = a.tenant_id AND f.judge = 'advisory' AND f.rule = 'advisory:' || av.name "
      "LEFT JOIN advisory_held h ON h.tenant_id = f.tenant_id AND h.finding_id = f.id "
      "LEFT JOIN advisory_decision d ON d.tenant_id = h.tenant_id AND d.id = h.decision_id "
      "WHERE a.tenant_id = ?1 AND (?3 = 0 OR a.id = ?3) AND (?3 <> 0 OR a.ended_at IS NULL) AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE
      KHIEN_IN_UNIT("f.unit_id") KHIEN_STILL_OURS("f.machine_id")
      " UNION ALL "
      "SELECT av.advisory_id, m.id, m.unit_id, 3 FROM advisory a "
      "CROSS JOIN advisory_vulnerability av ON av.tenant_id = a.tenant_id AND av.advisory_id = a.id "
      "CROSS JOIN vulnerability v ON v.tenant_id = av.tenant_id AND v.name = av.name "
      "CROSS JOIN package_vulnerability pv INDEXED BY package_vulnerability_by_vulnerability ON pv.tenant_id = v.tenant_id "
      "AND pv.vulnerability_id = v.id AND pv.state = 'unknown' AND pv.followed = 1 "
      "CROSS JOIN machine_package mp ON mp.tenant_id = pv.tenant_id AND mp.package_id = pv.package_id "
      "CROSS JOIN machine m ON m.tenant_id = mp.tenant_id AND m.id = mp.machine_id "
      "WHERE a.tenant_id = ?1 AND (?3 = 0 OR a.id = ?3) AND (?3 <> 0 OR a.ended_at IS NULL) AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE
      KHIEN_IN_UNIT("m.unit_id") " AND " KHIEN_IS_OURS("m")
      "), worst (advisory_id, unit_id, rank) AS (SELECT advisory_id, unit_id, min(rank) FROM each GROUP BY advisory_id, machine_id) "
      "SELECT advisory_id, unit_id, rank, count(*) FROM worst GROUP BY advisory_id, unit_id, rank",
      {tenant, roots, advisory, unit}, [&](const store::Row& row) -> Result<void> {
        add(board.advisories[row.id<AdvisoryTag>(0)][row.id<UnitTag>(1)], static_cast<PatchState>(row.integer(2)), row.integer(3));
        return {};
      });
}

Result<void> read_unclear(store::Connection& connection, TenantId tenant, std::int64_t advisory, Board& board) {
  return connection.query(
      "SELECT DISTINCT a.id FROM advisory a CROSS JOIN advisory_vulnerability av ON av.tenant_id = a.tenant_id "
      "AND av.advisory_id = a.id AND av.known = 0 WHERE a.tenant_id = ?1 AND a.kind = 'letter' AND (?2 = 0 OR a.id = ?2)",
      {tenant, advisory}, [&](const store::Row& row) -> Result<void> {
        board.unclear.insert(row.id<AdvisoryTag>(0));
        return {};
      });
}

Result<void> read_units(store::Connection& connection, TenantId tenant, const std::string& roots, std::int64_t unit, Board& board) {
  TRY_VOID(connection.query(
      "SELECT u.id, u.name, u.parent_id IS NULL FROM unit u WHERE u.tenant_id = ?1 AND u.id IN " KHIEN_UNITS_IN_SCOPE " AND ?3 = 0" KHIEN_IN_UNIT("u.id"),
      {tenant, roots, std::int64_t{0}, unit}, [&](const store::Row& row) -> Result<void> {
        board.names.emplace(row.id<UnitTag>(0), row.text(1));
        board.whole = board.whole || row.integer(2) != 0;
        return {};
      }));
  TRY_VOID(connection.query(
      "SELECT m.unit_id, i.machine_id IS NOT NULL, count(*) FROM machine m LEFT JOIN inventory_fact i ON i.tenant_id = m.tenant_id "
      "AND i.machine_id = m.id WHERE m.tenant_id = ?1 AND " KHIEN_IS_OURS("m") " AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND ?3 = 0" KHIEN_IN_UNIT("m.unit_id") " GROUP BY 1, 2",
      {tenant, roots, std::int64_t{0}, unit}, [&](const store::Row& row) -> Result<void> {
        (row.integer(1) != 0 ? board.machines : board.not_told)[row.id<UnitTag>(0)] += row.integer(2);
        return {};
      }));
  return connection.query(
      "SELECT d.unit_id, count(*) FROM device d WHERE d.tenant_id = ?1 AND d.machine_id IS NULL AND d.retired_on IS NULL "
      "AND NOT EXISTS (SELECT 1 FROM machine x WHERE x.tenant_id = d.tenant_id AND x.device_id = d.id) "
      "AND d.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND ?3 = 0" KHIEN_IN_UNIT("d.unit_id") " GROUP BY 1",
      {tenant, roots, std::int64_t{0}, unit}, [&](const store::Row& row) -> Result<void> {
        board.not_told[row.id<UnitTag>(0)] += row.integer(1);
        return {};
      });
}

}  // namespace

PatchCounts& PatchCounts::operator+=(const PatchCounts& other) {
  for (const auto count : {&PatchCounts::open, &PatchCounts::overdue, &PatchCounts::mitigated, &PatchCounts::accepted,
                           &PatchCounts::patched, &PatchCounts::not_affected, &PatchCounts::unknown}) {
    this->*count += other.*count;
  }
  return *this;
}

PatchCounts Board::of(AdvisoryId advisory, UnitId unit) const {
  PatchCounts counts;
  const auto all = advisories.find(advisory);
  if (all != advisories.end()) {
    const auto own = all->second.find(unit);
    if (own != all->second.end()) counts = own->second;
  }
  const auto known = machines.find(unit);
  const std::int64_t told = known == machines.end() ? 0 : known->second;
  const std::int64_t standing = counts.open + counts.mitigated + counts.accepted + counts.patched + counts.unknown;
  // What is left over; a machine whose inventory is new has no standing yet.
  const std::int64_t left_over = std::max<std::int64_t>(0, told - standing);
  if (unclear.contains(advisory)) {
    const std::int64_t fine = std::min(counts.not_affected, left_over);
    counts.not_affected = fine;
    counts.unknown += left_over - fine;
  } else {
    counts.not_affected = left_over;
  }
  const auto silent = not_told.find(unit);
  if (silent != not_told.end()) counts.unknown += silent->second;
  return counts;
}

Result<Board> read_board(store::Connection& connection, TenantId tenant, const std::string& roots_json,
                         std::optional<UnitId> unit, std::optional<AdvisoryId> advisory) {
  Board board;
  const std::int64_t only = unit ? unit->value : 0;
  TRY_VOID(read_units(connection, tenant, roots_json, only, board));
  TRY_VOID(read_unclear(connection, tenant, advisory ? advisory->value : 0, board));
  TRY_VOID(read_standings(connection, tenant, roots_json, only, advisory ? advisory->value : 0, board));
  return board;
}

bool is_overdue(const std::optional<Date>& due, Timestamp now) { return due && vietnam_day(now) > *due; }

}  // namespace khien::patch
