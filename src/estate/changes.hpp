#pragma once

#include <optional>
#include <string>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// A unit to which something may be given: in scope, and not ended.
Result<void> require_living_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id);

// The value of a field that a change may set.
template <class T>
T changed(const std::optional<T>& change, const T& before) {
  return change ? *change : before;
}

}  // namespace khien::estate
