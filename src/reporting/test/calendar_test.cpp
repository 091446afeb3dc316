#include <doctest/doctest.h>

#include <set>

#include "house.hpp"

namespace khien::reporting {
namespace {

// The calendar of the directives, each "before" day as the last day in time: 20/3, 20/6, 20/9,
// 20/12 (Kiên Giang 1440/UBND-VHXH); 5/12, 14/12, 14/6 (Thừa Thiên Huế 5620/UBND-CNTT).
TEST_CASE("documents are owed on the dates of the directives") {
  House house;
  std::set<std::string> due;
  for (const auto& one : house.calendar()) {
    if (one.due) due.insert(one.duty->id + " " + one.period.id + " " + to_string(*one.due));
  }
  for (const std::string_view wanted :
       {"KG-1.5b.quarterly 2026-Q3 2026-09-19", "KG-1.5b.quarterly 2026-Q4 2026-12-19", "KG-1.5b.quarterly 2027-Q1 2027-03-19",
        "KG-1.5b.quarterly 2027-Q2 2027-06-19", "KG-1.5b.quarterly 2027-Q3 2027-09-19", "HU-1.5b.yearly 2026 2026-12-04",
        "HU-2.7.yearly 2026 2026-12-13", "TH-8.yearly 2026 2026-12-31", "TH-8.half_yearly 2027-H1 2027-06-30"}) {
    CHECK_MESSAGE(due.contains(std::string(wanted)), std::string(wanted));
  }
}

TEST_CASE("soonest first, and each with the document that was made of it") {
  House house;
  const auto draft = house.make("unit-year", "2026", house.health).value();
  const auto all = house.calendar();
  CHECK(std::ranges::is_sorted(all, {}, [](const CalendarItem& one) { return std::pair(!one.due, one.due.value_or(Date::last())); }));
  std::size_t seen = 0;
  for (const auto& one : all) {
    if (one.duty->id != "HU-1.5b.yearly" || one.period.id != "2026") continue;
    CHECK_FALSE(one.of_whole);
    CHECK(one.report == (one.unit == house.health ? std::optional(draft) : std::nullopt));
    ++seen;
  }
  CHECK(seen >= 2);
}

}  // namespace
}  // namespace khien::reporting
