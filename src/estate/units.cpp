#include "khien/estate/units.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "unit_name.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 6> kKinds{"province", "department", "commune", "school", "hospital", "other"};
// Columns id, name, kind, parent_id.
Result<Unit> unit_from(const store::Row& row) {
  Unit unit;
  unit.id = {row.integer(0)};
  unit.name = row.text(1);
  TRY(unit.kind, unit_kind_from_string(row.text(2)));
  if (!row.is_null(3)) unit.parent = UnitId{row.integer(3)};
  return unit;
}

// The units in scope, siblings in Vietnamese order, parents anywhere.
Result<std::vector<Unit>> load_units(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<Unit> units;
  TRY_VOID(connection.query(
      "SELECT u.id, u.name, u.kind, u.parent_id FROM unit u "
      "WHERE u.tenant_id = ?1 AND u.id IN " KHIEN_UNITS_IN_SCOPE " ORDER BY u.name_order, u.id",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        TRY(auto unit, unit_from(row));
        units.push_back(std::move(unit));
        return {};
      }));
  return units;
}

Result<std::map<UnitId, std::int64_t>> count_machines_here(store::Connection& connection,
                                                           const store::TenantScope& scope) {
  std::map<UnitId, std::int64_t> counts;
  TRY_VOID(connection.query(
      "SELECT m.unit_id, count(*) FROM machine m "
      "WHERE m.tenant_id = ?1 AND m.unit_id IN " KHIEN_UNITS_IN_SCOPE " GROUP BY m.unit_id",
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

Error taken(Error error) {
  if (error.code() != Code::conflict) return error;
  return Error(Code::conflict, "another unit there has this name");
}

// With the true parent, even one that lies above the scope.
Result<Unit> load_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY_VOID(require_unit(connection, scope, id));
  Unit unit;
  TRY_VOID(connection.query_one("SELECT id, name, kind, parent_id FROM unit WHERE tenant_id = ?1 AND id = ?2",
                                {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                                  TRY(unit, unit_from(row));
                                  return {};
                                }));
  return unit;
}

}  // namespace

std::string_view to_string(UnitKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Result<UnitKind> unit_kind_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) return Error(Code::invalid, "kind of unit is not one that is known");
  return static_cast<UnitKind>(found - kKinds.begin());
}

Result<std::vector<Unit>> list_units(store::Connection& connection, const store::TenantScope& scope) {
  TRY(auto units, load_units(connection, scope));
  TRY(const auto here, count_machines_here(connection, scope));
  auto ordered = in_tree_order(std::move(units));
  std::map<UnitId, std::size_t> index;
  for (std::size_t i = 0; i < ordered.size(); ++i) index[ordered[i].id] = i;
  // Backwards, so that each unit is complete before its parent takes it in.
  for (std::size_t i = ordered.size(); i-- > 0;) {
    const auto found = here.find(ordered[i].id);
    if (found != here.end()) ordered[i].machines += found->second;
    if (ordered[i].parent) ordered[index.at(*ordered[i].parent)].machines += ordered[i].machines;
  }
  return ordered;
}

Result<Unit> get_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY(auto unit, load_unit(connection, scope, id));
  if (unit.parent) {
    if (const auto seen = require_unit(connection, scope, *unit.parent); !seen) unit.parent.reset();
  }
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM machine m WHERE m.tenant_id = ?1 AND m.unit_id IN "
      "(SELECT unit_id FROM unit_ancestor WHERE tenant_id = ?1 AND ancestor_id = ?2)",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        unit.machines = row.integer(0);
        return {};
      }));
  return unit;
}

Result<UnitId> create_unit(store::Connection& connection, const store::TenantScope& scope, std::string_view name,
                           UnitKind kind, UnitId parent, Timestamp now) {
  TRY_VOID(require_unit(connection, scope, parent));
  TRY(const auto checked, UnitName::from_text(name));
  auto inserted = connection.run(
      "INSERT INTO unit (tenant_id, parent_id, name, name_folded, name_order, kind, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {scope.tenant(), parent, checked.text, checked.folded, as_bytes(checked.order), to_string(kind), now});
  if (!inserted) return taken(std::move(inserted).error());
  const UnitId id{connection.last_insert_id()};
  TRY_VOID(add_to_tree(connection, scope.tenant(), id, parent));
  return id;
}

Result<void> update_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id,
                         const UnitChange& change) {
  TRY(const auto unit, load_unit(connection, scope, id));
  TRY(const auto name, UnitName::from_text(change.name.value_or(unit.name)));
  if (change.parent) {
    TRY_VOID(require_unit(connection, scope, *change.parent));
    if (!unit.parent) return Error(Code::invalid, "the topmost unit cannot be moved");
    if (change.parent != unit.parent) TRY_VOID(move_in_tree(connection, scope.tenant(), id, *change.parent));
  }
  const auto parent = change.parent ? change.parent : unit.parent;
  // At once: a name that is taken here may be free there.
  auto updated = connection.run(
      "UPDATE unit SET parent_id = ?3, name = ?4, name_folded = ?5, name_order = ?6, kind = ?7 "
      "WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, parent ? store::Value(*parent) : store::Value(nullptr), name.text, name.folded,
       as_bytes(name.order), to_string(change.kind.value_or(unit.kind))});
  if (!updated) return taken(std::move(updated).error());
  khien_assert(*updated == 1);
  return {};
}

Result<void> delete_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY_VOID(require_unit(connection, scope, id));
  if (std::ranges::find(scope.roots(), id) != scope.roots().end()) {
    return Error(Code::conflict, "the topmost unit of your scope cannot be removed");
  }
  // Children, machines and users hold on by foreign keys, whoever owns their tables.
  auto deleted = connection.run("DELETE FROM unit WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id});
  if (!deleted && deleted.error().code() == Code::conflict) {
    return Error(Code::conflict, "the unit still has units below it, machines or users");
  }
  if (!deleted) return std::move(deleted).error();
  return {};
}

}  // namespace khien::estate
