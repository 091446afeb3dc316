#include "unit_tree.hpp"

#include <string>

#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

// Levels from the tenant's root down to `unit`; 0 for the root itself.
Result<std::int64_t> depth_of(store::Connection& connection, TenantId tenant, UnitId unit) {
  std::int64_t depth = 0;
  TRY_VOID(connection.query_one("SELECT max(distance) FROM unit_ancestor WHERE tenant_id = ?1 AND unit_id = ?2",
                                {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                                  depth = row.integer(0);
                                  return {};
                                }));
  return depth;
}

// Levels below `unit`; 0 for a leaf.
Result<std::int64_t> height_of(store::Connection& connection, TenantId tenant, UnitId unit) {
  std::int64_t height = 0;
  TRY_VOID(connection.query_one("SELECT max(distance) FROM unit_ancestor WHERE tenant_id = ?1 AND ancestor_id = ?2",
                                {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                                  height = row.integer(0);
                                  return {};
                                }));
  return height;
}

}  // namespace

Result<bool> is_below_or_same(store::Connection& connection, TenantId tenant, UnitId unit, UnitId ancestor) {
  bool found = false;
  TRY_VOID(connection.query(
      "SELECT 1 FROM unit_ancestor WHERE tenant_id = ?1 AND unit_id = ?2 AND ancestor_id = ?3",
      {tenant, unit, ancestor}, [&](const store::Row&) -> Result<void> {
        found = true;
        return {};
      }));
  return found;
}

Result<void> add_to_tree(store::Connection& connection, TenantId tenant, UnitId unit, UnitId parent) {
  khien_assert(tenant && unit && unit != parent);
  if (parent) {
    TRY(const auto depth, depth_of(connection, tenant, parent));
    if (depth + 1 > kMaxTreeDepth) return refuse(refusals::kTooDeep);
  }
  TRY_VOID(connection.run(
      "INSERT INTO unit_ancestor (tenant_id, unit_id, ancestor_id, distance) "
      "SELECT ?1, ?2, ?2, 0 UNION ALL "
      "SELECT ?1, ?2, ancestor_id, distance + 1 FROM unit_ancestor WHERE tenant_id = ?1 AND unit_id = ?3",
      {tenant, unit, parent}));
  return {};
}

Result<void> move_in_tree(store::Connection& connection, TenantId tenant, UnitId unit, UnitId parent) {
  khien_assert(tenant && unit && parent);
  TRY(const bool circle, is_below_or_same(connection, tenant, parent, unit));
  if (circle) return refuse(refusals::kCircle);
  TRY(const auto depth, depth_of(connection, tenant, parent));
  TRY(const auto height, height_of(connection, tenant, unit));
  if (depth + 1 + height > kMaxTreeDepth) return refuse(refusals::kTooDeep);

  // The whole subtree lets go of everything above it …
  TRY_VOID(connection.run(
      "DELETE FROM unit_ancestor WHERE tenant_id = ?1 "
      "AND unit_id IN (SELECT unit_id FROM unit_ancestor WHERE tenant_id = ?1 AND ancestor_id = ?2) "
      "AND ancestor_id NOT IN (SELECT unit_id FROM unit_ancestor WHERE tenant_id = ?1 AND ancestor_id = ?2)",
      {tenant, unit}));
  // … and takes hold of everything at and above the new parent.
  TRY_VOID(connection.run(
      "INSERT INTO unit_ancestor (tenant_id, unit_id, ancestor_id, distance) "
      "SELECT ?1, below.unit_id, above.ancestor_id, below.distance + above.distance + 1 "
      "FROM unit_ancestor below, unit_ancestor above "
      "WHERE below.tenant_id = ?1 AND below.ancestor_id = ?2 AND above.tenant_id = ?1 AND above.unit_id = ?3",
      {tenant, unit, parent}));
  return {};
}

Result<void> require_unit(store::Connection& connection, const store::TenantScope& scope, UnitId unit) {
  bool found = false;
  TRY_VOID(connection.query("SELECT 1 WHERE " KHIEN_IN_SCOPE("?3"), {scope.tenant(), scope.roots_json(), unit},
                            [&](const store::Row&) -> Result<void> {
                              found = true;
                              return {};
                            }));
  if (!found) return Error(Code::not_found, "there is no such unit");
  return {};
}

Result<std::string> roots_below(store::Connection& connection, const store::TenantScope& scope,
                                std::optional<UnitId> unit) {
  if (!unit) return scope.roots_json();
  TRY_VOID(require_unit(connection, scope, *unit));
  return "[" + std::to_string(unit->value) + "]";
}

}  // namespace khien::estate
