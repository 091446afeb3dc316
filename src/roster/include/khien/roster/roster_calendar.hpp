#pragma once

#include <string>
#include <vector>

#include "khien/core/time.hpp"
#include "khien/roster/shifts.hpp"

namespace khien::roster {

// The shifts as a calendar program reads them: RFC 5545, times in UTC, one UID a shift for as
// long as it exists, telephone and unit in the description. Pure.
std::string calendar_of(const std::vector<Shift>& shifts, std::string_view name, Timestamp now);

}  // namespace khien::roster
