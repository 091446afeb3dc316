#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// A role of the directives that a decision gave to a unit. Which roles there are
// is content; here a role is a word of [a-z0-9_].
struct UnitRole {
  UnitRoleId id;
  UnitId unit;
  std::string role;
  Date valid_from;
  std::optional<Date> valid_to;  // last day; none: open
  std::string decision;
};

struct NewUnitRole {
  UnitId unit;
  std::string role;
  Date valid_from;
  std::optional<Date> valid_to;
  std::string decision;
};
// Code::conflict if any unit of the tenant holds the role on one of those days:
// end that first. Code::invalid if the unit does not exist on all of them.
Result<UnitRoleId> assign_unit_role(store::Connection& connection, const store::TenantScope& scope,
                                    const NewUnitRole& role);
// The last day may be moved, and may lie ahead.
Result<void> end_unit_role(store::Connection& connection, const store::TenantScope& scope, UnitRoleId id,
                           Date valid_to);
Result<UnitRole> get_unit_role(store::Connection& connection, const store::TenantScope& scope, UnitRoleId id);

// In scope, of `unit` alone if given (not below it); past and coming ones too, by
// unit and then by day.
Result<std::vector<UnitRole>> list_unit_roles(store::Connection& connection, const store::TenantScope& scope,
                                              std::optional<UnitId> unit);

}  // namespace khien::estate
