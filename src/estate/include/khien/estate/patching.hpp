#pragma once

#include <cstdint>
#include <map>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// How far a unit is with the vulnerabilities it was warned of; its own machines only.
struct Patching {
  std::int64_t machines_known = 0;      // with an inventory; 0: nothing can be said
  std::int64_t advisories_overdue = 0;  // open on a machine of it, past their day

  bool operator==(const Patching&) const = default;
};

// By who follows advisories.
Result<void> set_patching(store::Connection& connection, TenantId tenant, UnitId unit, const Patching& patching);
// Of the units in scope; one that nobody counted is not there.
Result<std::map<UnitId, Patching>> patching_by_unit(store::Connection& connection, const store::TenantScope& scope);

}  // namespace khien::estate
