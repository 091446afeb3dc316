#pragma once

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// A tree deeper than this is a mistake, and every read pays for depth.
inline constexpr int kMaxTreeDepth = 32;

// The closure (table unit_ancestor) follows the parents (unit.parent_id).
// Adds the row of a new root or leaf and all above it; `parent` {0} for a root.
Result<void> add_to_tree(store::Connection& connection, TenantId tenant, UnitId unit, UnitId parent);
// Moves a subtree. Code::invalid if `parent` lies in it, or if it would be too deep.
Result<void> move_in_tree(store::Connection& connection, TenantId tenant, UnitId unit, UnitId parent);
Result<bool> is_below_or_same(store::Connection& connection, TenantId tenant, UnitId unit, UnitId ancestor);

// Code::not_found, in the same words for an absent and for a foreign unit.
Result<void> require_unit(store::Connection& connection, const store::TenantScope& scope, UnitId unit);

}  // namespace khien::estate
