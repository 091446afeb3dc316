#pragma once

#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// The units in scope that a duty measured by this metric binds on a day, in the order of the
// list of units. Whoever acts for all by an assigned role is not among them: what is asked of
// it is asked of everybody.
Result<std::vector<UnitId>> units_bound(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                        std::string_view metric, Date day);

}  // namespace khien::duty
