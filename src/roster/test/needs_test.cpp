#include <doctest/doctest.h>

#include "khien/roster/needs.hpp"

using namespace khien;
using namespace khien::roster;

namespace {

Date day(int year, int month, int day_of_month) { return Date::of(year, month, day_of_month).value(); }

// As decided for 2027: off from 5 to 11 February, working days around.
law::Calendar decided() {
  law::CalendarYear year{.year = 2027, .status = law::CalendarStatus::enacted};
  year.holidays.push_back({.from = day(2027, 2, 5), .to = day(2027, 2, 11), .names = {{"Tết Nguyên đán", "Lunar New Year"}},
                           .status = law::CalendarStatus::enacted, .decision = "x", .core = {}});
  return law::Calendar({year});
}

}  // namespace

TEST_CASE("Tết 2027: from the last working hour before to the first after") {
  const auto windows = decided().windows(day(2027, 2, 1), day(2027, 2, 28));
  REQUIRE(windows.size() == 1);
  const Span year{vietnam_moment(day(2027, 1, 1)), vietnam_moment(day(2027, 12, 31))};
  const auto wanted = wanted_spans(Need::by_law, true, windows, year);
  REQUIRE(wanted.size() == 1);
  CHECK(to_rfc3339(wanted[0].from) == "2027-02-04T10:00:00.000Z");  // Thursday 17:00
  CHECK(to_rfc3339(wanted[0].to) == "2027-02-12T00:30:00.000Z");    // Friday 07:30
  CHECK(minutes_of(wanted[0]) == 7 * 1440 + 14 * 60 + 30);
}

TEST_CASE("Tết 2030 is computed at UTC+7: 2 February is the first day, one before China's") {
  const auto windows = law::Calendar().windows(day(2030, 1, 28), day(2030, 2, 10));
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].status == law::CalendarStatus::computed);
  // The eve and three days, of them Saturday and Sunday made good for.
  CHECK(windows[0].first_off == day(2030, 2, 1));
  CHECK(windows[0].last_off >= day(2030, 2, 5));
  CHECK(to_rfc3339(windows[0].from) == "2030-01-31T10:00:00.000Z");
}

TEST_CASE("a law asks of those it binds, a setting of more, and none takes away") {
  const auto windows = decided().windows(day(2027, 2, 1), day(2027, 2, 28));
  const Span february{vietnam_moment(day(2027, 2, 1)), vietnam_moment(day(2027, 3, 1))};
  CHECK(wanted_spans(Need::by_law, false, windows, february).empty());
  CHECK(wanted_spans(Need::holidays, false, windows, february).size() == 1);
  CHECK(wanted_spans(Need::always, false, windows, february) == std::vector<Span>{february});
  CHECK(wanted_spans(Need::always, true, {}, {february.to, february.from}).empty());
  // Asked about a day within, only that day is wanted.
  const Span one_day{vietnam_moment(day(2027, 2, 7)), vietnam_moment(day(2027, 2, 8))};
  CHECK(wanted_spans(Need::holidays, false, windows, one_day) == std::vector<Span>{one_day});
}

TEST_CASE("gaps of several windows are one answer") {
  const Span first{{0}, {600'000}};
  const Span second{{1'200'000}, {1'800'000}};
  const Coverage found = coverage_of({first, second}, {{.id = 1, .person = "An", .span = {{0}, {540'000}}}, {.id = 2, .person = "An", .span = {{1'260'000}, {9'000'000}}}});
  CHECK(found.gap_minutes == 2);
  CHECK(found.gaps == std::vector<Span>{{{540'000}, {600'000}}, {{1'200'000}, {1'260'000}}});
}
