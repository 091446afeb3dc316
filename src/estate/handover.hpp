#pragma once

#include "unit_versions.hpp"

namespace khien::estate {

// Gives all that hangs on a unit which has no day from `on` on to its heir; its
// roles end the day before. Code::conflict if a name is taken there.
Result<void> hand_over(store::Connection& connection, TenantId tenant, const UnitNow& unit, UnitId heir, Date on);

}  // namespace khien::estate
