#pragma once

#include <optional>
#include <string_view>

#include "khien/core/time.hpp"

namespace khien {

// A time as lists and logs write it, at UTC+7 unless it says another offset: RFC 3339,
// "2026-11-20 08:15[:30[.5]]", "20/11/2026 08:15", "08:15 20/11/2026", a day alone (its begin).
// A day is written with the year first, or day, month, year, with "/", "-" or "."; never month
// first, for 05/06 would then be read as two days. None for anything else. Pure.
std::optional<Timestamp> read_moment(std::string_view text);

// The parts by themselves: a day as above; a time of day in ms.
std::optional<Timestamp> read_day_begin(std::string_view text);
std::optional<Duration> read_time_of_day(std::string_view text);

}  // namespace khien
