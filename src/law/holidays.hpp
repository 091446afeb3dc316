#pragma once

#include "khien/law/calendar.hpp"

namespace khien::law {

// What the law alone fixes of a year: the days that are off whatever is decided.
CalendarYear computed_year(int year);

}  // namespace khien::law
