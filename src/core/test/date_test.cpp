#include "khien/core/date.hpp"

#include <doctest/doctest.h>

namespace khien {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }

TEST_CASE("a date is read only as it is written, and only if there is such a day") {
  CHECK(to_string(day("2026-11-22")) == "2026-11-22");
  CHECK(to_string(day("0001-01-01")) == "0001-01-01");
  CHECK(to_string(day("9999-12-31")) == "9999-12-31");
  CHECK(day("2028-02-29").day() == 29);
  for (const auto* text :
       {"", "2027-02-30", "2027-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
        "2026-1-1", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z",
        "2026-11-31", "+026-01-01", "２026-01-01", "20260101"}) {
    CAPTURE(text);
    const auto parsed = Date::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == Code::invalid);
  }
  CHECK(Date::parse("2027-02-30").error().what() == "there is no day 2027-02-30");
  CHECK_FALSE(Date::of(2027, 2, 30));
  CHECK_FALSE(Date::of(2027, 0, 1));
  CHECK_FALSE(Date::of(10000, 1, 1));
}

TEST_CASE("every day of 400 years is one after the day before, and is read as it is written") {
  Date at = day("1800-01-01");
  int weekday = static_cast<int>(at.weekday());
  while (at.year() < 2200) {
    const Date next = at + 1;
    weekday = weekday % 7 + 1;
    const bool new_month = at.day() == days_in_month(at.year(), at.month());
    const bool ok = next.day() == (new_month ? 1 : at.day() + 1) && next - at == 1 &&
                    static_cast<int>(next.weekday()) == weekday && day(to_string(next)) == next &&
                    Date::of(next.year(), next.month(), next.day()) == next;
    if (!ok) FAIL("after " << to_string(at));
    at = next;
  }
}

TEST_CASE("weekdays are those of the wall calendar") {
  CHECK(day("2026-02-17").weekday() == Weekday::tuesday);
  CHECK(day("2030-02-02").weekday() == Weekday::saturday);
  CHECK(day("1969-07-20").weekday() == Weekday::sunday);
  CHECK(day("2030-02-02").is_weekend());
  CHECK_FALSE(day("2026-02-17").is_weekend());
}

TEST_CASE("sums stop at the ends of the calendar") {
  CHECK(day("2024-02-28") + 2 == day("2024-03-01"));
  CHECK(day("2024-03-01") - 366 == day("2023-03-01"));
  CHECK(Date::last() + 1 == Date::last());
  CHECK(Date::first() - 1 == Date::first());
  CHECK(to_string(Date::last()) == "9999-12-31");
}

TEST_CASE("the day is that at UTC+7") {
  CHECK(vietnam_day(from_rfc3339("2026-08-18T16:59:59.999Z").value()) == day("2026-08-18"));
  CHECK(vietnam_day(from_rfc3339("2026-08-18T17:00:00Z").value()) == day("2026-08-19"));
  CHECK(vietnam_day(from_rfc3339("1969-12-31T16:59:59Z").value()) == day("1969-12-31"));
  CHECK(to_rfc3339(vietnam_moment(day("2026-08-19"))) == "2026-08-18T17:00:00.000Z");
  CHECK(to_rfc3339(vietnam_moment(day("2026-08-19"), 17 * 60)) == "2026-08-19T10:00:00.000Z");
}

}  // namespace
}  // namespace khien
