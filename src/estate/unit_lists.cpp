#include <map>
#include <utility>

#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

// Columns id, name, kind, parent_id, code, valid_from, valid_to.
Result<Unit> unit_from(const store::Row& row) {
  Unit unit;
  unit.id = {row.integer(0)};
  unit.name = row.text(1);
  TRY(unit.kind, unit_kind_from_string(row.text(2)));
  if (!row.is_null(3)) unit.parent = UnitId{row.integer(3)};
  unit.code = row.text(4);
  unit.valid_from = known(day_at(row, 5));
  unit.valid_to = optional_day_at(row, 6);
  return unit;
}

store::Connection::Visit into(std::vector<Unit>& units) {
  return [&units](const store::Row& row) -> Result<void> {
    TRY(auto unit, unit_from(row));
    units.push_back(std::move(unit));
    return {};
  };
}

// Siblings in Vietnamese order, parents anywhere.
Result<std::vector<Unit>> units_now(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<Unit> units;
  TRY_VOID(connection.query(
      "SELECT u.id, u.name, u.kind, u.parent_id, coalesce(u.code, ''), u.valid_from, u.valid_to FROM unit u "
      "WHERE u.tenant_id = ?1 AND u.valid_to IS NULL AND u.id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY u.name_order, u.id",
      {scope.tenant(), scope.roots_json()}, into(units)));
  return units;
}

// A unit's first and last day stay those of the unit, not those of the version.
Result<std::vector<Unit>> units_on(store::Connection& connection, const store::TenantScope& scope, Date date) {
  std::vector<Unit> units;
  TRY_VOID(connection.query(
      "SELECT u.id, v.name, v.kind, v.parent_id, coalesce(v.code, ''), u.valid_from, u.valid_to FROM unit_version v "
      "JOIN unit u ON u.tenant_id = v.tenant_id AND u.id = v.unit_id "
      "WHERE v.tenant_id = ?1 AND v.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND v.valid_from <= ?3 AND (v.valid_to IS NULL OR v.valid_to >= ?3) ORDER BY v.name_order, u.id",
      {scope.tenant(), scope.roots_json(), day(date)}, into(units)));
  return units;
}

Result<std::map<UnitId, std::int64_t>> count_machines_here(store::Connection& connection,
                                                           const store::TenantScope& scope) {
  std::map<UnitId, std::int64_t> counts;
  TRY_VOID(connection.query(
      "SELECT m.unit_id, count(*) FROM machine m "
      "WHERE m.tenant_id = ?1 AND m.stand_in = 0 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE " GROUP BY m.unit_id",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        counts[UnitId{row.integer(0)}] = row.integer(1);
        return {};
      }));
  return counts;
}

// Parents before children: a walk from the roots, siblings as they come. What
// lies above the scope is not told: a parent outside becomes none.
std::vector<Unit> in_tree_order(std::vector<Unit> units) {
  std::map<UnitId, std::size_t> index;
  for (std::size_t i = 0; i < units.size(); ++i) index[units[i].id] = i;
  std::map<std::size_t, std::vector<std::size_t>> children;
  std::vector<std::size_t> waiting;
  for (std::size_t i = units.size(); i-- > 0;) {
    auto& parent = units[i].parent;
    if (parent && !index.contains(*parent)) parent.reset();
    (parent ? children[index[*parent]] : waiting).push_back(i);
  }
  std::vector<Unit> ordered;
  ordered.reserve(units.size());
  while (!waiting.empty()) {
    const std::size_t i = waiting.back();
    waiting.pop_back();
    waiting.insert(waiting.end(), children[i].begin(), children[i].end());
    ordered.push_back(std::move(units[i]));
  }
  khien_assert(ordered.size() == units.size());
  return ordered;
}

// As it is now, ended units below their heirs.
Result<std::map<UnitId, UnitId>> parents_now(store::Connection& connection, TenantId tenant) {
  std::map<UnitId, UnitId> parents;
  TRY_VOID(connection.query("SELECT id, parent_id FROM unit WHERE tenant_id = ?1 AND parent_id IS NOT NULL", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              parents[UnitId{row.integer(0)}] = UnitId{row.integer(1)};
                              return {};
                            }));
  return parents;
}

// Machines of a unit that the list does not have are those of the next above it that
// it has: a view of another day has the same sum.
Result<void> lift(store::Connection& connection, TenantId tenant, const std::map<UnitId, std::size_t>& listed,
                  std::map<UnitId, std::int64_t>& here) {
  std::vector<UnitId> absent;
  for (const auto& [unit, count] : here) {
    if (!listed.contains(unit)) absent.push_back(unit);
  }
  if (absent.empty()) return {};
  TRY(const auto parents, parents_now(connection, tenant));
  for (const UnitId unit : absent) {
    auto above = parents.find(unit);
    while (above != parents.end() && !listed.contains(above->second)) above = parents.find(above->second);
    if (above != parents.end()) here[above->second] += here[unit];
    here.erase(unit);
  }
  return {};
}

Result<std::vector<Unit>> as_tree(store::Connection& connection, const store::TenantScope& scope,
                                  std::vector<Unit> units) {
  TRY(auto here, count_machines_here(connection, scope));
  auto ordered = in_tree_order(std::move(units));
  std::map<UnitId, std::size_t> index;
  for (std::size_t i = 0; i < ordered.size(); ++i) index[ordered[i].id] = i;
  TRY_VOID(lift(connection, scope.tenant(), index, here));
  // Backwards, so that each unit is complete before its parent takes it in.
  for (std::size_t i = ordered.size(); i-- > 0;) {
    const auto found = here.find(ordered[i].id);
    if (found != here.end()) ordered[i].machines += found->second;
    if (ordered[i].parent) ordered[index.at(*ordered[i].parent)].machines += ordered[i].machines;
  }
  return ordered;
}

}  // namespace

Result<std::vector<Unit>> list_units(store::Connection& connection, const store::TenantScope& scope) {
  TRY(auto units, units_now(connection, scope));
  return as_tree(connection, scope, std::move(units));
}

Result<std::vector<Unit>> list_units(store::Connection& connection, const store::TenantScope& scope, Date as_of) {
  TRY(auto units, units_on(connection, scope, as_of));
  return as_tree(connection, scope, std::move(units));
}

Result<Unit> get_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY_VOID(require_unit(connection, scope, id));
  Unit unit;
  TRY_VOID(connection.query_one(
      "SELECT u.id, u.name, u.kind, u.parent_id, coalesce(u.code, ''), u.valid_from, u.valid_to FROM unit u "
      "WHERE u.tenant_id = ?1 AND u.id = ?2",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        TRY(unit, unit_from(row));
        return {};
      }));
  if (unit.parent) {
    if (const auto seen = require_unit(connection, scope, *unit.parent); !seen) unit.parent.reset();
  }
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM machine m WHERE m.tenant_id = ?1 AND m.stand_in = 0 AND m.unit_id IN "
      "(SELECT unit_id FROM unit_ancestor WHERE tenant_id = ?1 AND ancestor_id = ?2)",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        unit.machines = row.integer(0);
        return {};
      }));
  return unit;
}

}  // namespace khien::estate
