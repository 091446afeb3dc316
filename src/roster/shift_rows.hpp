#pragma once

#include "khien/roster/shifts.hpp"

namespace khien::roster {

// No shift is longer: so one that reaches into a span began at most so long before it.
inline constexpr Duration kLongestShift = days(31);
inline constexpr Duration kMinute = minutes(1);

inline Error no_shift() { return Error(Code::not_found, "there is no such shift"); }

}  // namespace khien::roster
