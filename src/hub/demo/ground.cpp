#include "ground.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::hub::demo {

const SampleUnit& Ground::unit(std::string_view slug) const {
  const auto found = std::ranges::find(units, slug, &SampleUnit::slug);
  khien_assert(found != units.end());
  return *found;
}

Timestamp Ground::moment(Date day, int minutes_of_day) const {
  return std::min(vietnam_moment(day, minutes_of_day), now);
}

duty::Actor SamplePeople::recorder_of(UnitId unit) const {
  const auto officer = officers.find(unit);
  return officer == officers.end() ? operator_ : officer->second;
}

Date day(int year, int month, int day_of_month) {
  const auto date = Date::of(year, month, day_of_month);
  khien_assert(date.has_value());
  return *date;
}

Date earliest_today() { return day(2026, 10, 1); }

}  // namespace khien::hub::demo
