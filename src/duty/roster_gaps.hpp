#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "measures.hpp"

namespace khien::duty {

inline constexpr std::string_view kRosterGaps = "rosters_gap_minutes";

// Of each unit of the picture: the minutes without anyone on duty in the holiday windows whose
// first day off is in the period. None where the unit put nobody on duty here at all, or the
// period has no holiday: a roster kept on paper is not a hole.
Result<std::vector<std::optional<double>>> read_roster_gaps(store::Connection& connection, const store::TenantScope& scope, const Picture& picture,
                                                            const law::Calendar& calendar, const Period& period);

}  // namespace khien::duty
