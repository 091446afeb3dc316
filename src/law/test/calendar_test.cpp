#include "khien/law/calendar.hpp"

#include <doctest/doctest.h>

#include <array>

namespace khien::law {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }
Date tet(int year) { return solar_of({.year = year, .month = 1, .day = 1}).value(); }
Date hung_kings(int year) { return solar_of({.year = year, .month = 3, .day = 10}).value(); }

TEST_CASE("Tết and the Hùng Kings' day are those of the printed calendars, 2018 to 2035") {
  struct Row {
    int year;
    const char* tet;
    const char* kings;
    Weekday weekday;
  };
  constexpr std::array<Row, 18> kTable{{{2018, "2018-02-16", "2018-04-25", Weekday::friday},
                                        {2019, "2019-02-05", "2019-04-14", Weekday::tuesday},
                                        {2020, "2020-01-25", "2020-04-02", Weekday::saturday},
                                        {2021, "2021-02-12", "2021-04-21", Weekday::friday},
                                        {2022, "2022-02-01", "2022-04-10", Weekday::tuesday},
                                        {2023, "2023-01-22", "2023-04-29", Weekday::sunday},
                                        {2024, "2024-02-10", "2024-04-18", Weekday::saturday},
                                        {2025, "2025-01-29", "2025-04-07", Weekday::wednesday},
                                        {2026, "2026-02-17", "2026-04-26", Weekday::tuesday},
                                        {2027, "2027-02-06", "2027-04-16", Weekday::saturday},
                                        {2028, "2028-01-26", "2028-04-04", Weekday::wednesday},
                                        {2029, "2029-02-13", "2029-04-23", Weekday::tuesday},
                                        {2030, "2030-02-02", "2030-04-12", Weekday::saturday},
                                        {2031, "2031-01-23", "2031-04-01", Weekday::thursday},
                                        {2032, "2032-02-11", "2032-04-19", Weekday::wednesday},
                                        {2033, "2033-01-31", "2033-04-09", Weekday::monday},
                                        {2034, "2034-02-19", "2034-04-28", Weekday::sunday},
                                        {2035, "2035-02-08", "2035-04-17", Weekday::thursday}}};
  for (const Row& row : kTable) {
    CAPTURE(row.year);
    CHECK(to_string(tet(row.year)) == row.tet);
    CHECK(tet(row.year).weekday() == row.weekday);
    CHECK(to_string(hung_kings(row.year)) == row.kings);
  }
}

TEST_CASE("UTC+7 gives another Tết than China's UTC+8 in 1968, 1985, 2007, 2030 and 2053") {
  CHECK(tet(1968) == day("1968-01-29"));  // China: 30 January
  CHECK(tet(1985) == day("1985-01-21"));  // China: 20 February
  CHECK(tet(2007) == day("2007-02-17"));  // China: 18 February
  CHECK(tet(2030) == day("2030-02-02"));  // China: 3 February
  CHECK(tet(2053) == day("2053-02-18"));  // China: 19 February
}

TEST_CASE("leap months are where the sun enters no new sector") {
  struct Leap {
    int year;
    int month;
  };
  for (const Leap leap : {Leap{2020, 4}, {2023, 2}, {2025, 6}, {2028, 5}, {2031, 3}, {2033, 11}}) {
    CAPTURE(leap.year);
    for (int month = 1; month <= 12; ++month) {
      CHECK(solar_of({.year = leap.year, .month = month, .day = 1, .leap = true}).has_value() ==
            (month == leap.month));
    }
  }
  CHECK(lunar_of(day("2025-07-25")) == LunarDate{2025, 6, 1, true});
  CHECK_FALSE(solar_of({.year = 2024, .month = 6, .day = 1, .leap = true}));
}

TEST_CASE("every day from 1901 to 2199 has one lunar date, and back, and months follow one another") {
  LunarDate before = lunar_of(day("1901-01-01")).value();
  for (Date at = day("1901-01-02"); at <= day("2199-12-31"); at = at + 1) {
    const auto lunar = lunar_of(at);
    REQUIRE(lunar);
    const bool next_day = lunar->day == before.day + 1 && lunar->month == before.month &&
                          lunar->leap == before.leap && lunar->year == before.year;
    const bool next_month =
        lunar->day == 1 && before.day >= 29 &&
        (lunar->month == before.month % 12 + 1 || (lunar->leap && lunar->month == before.month)) &&
        lunar->year == before.year + (before.month == 12 && lunar->month == 1 ? 1 : 0);
    if (!(next_day || next_month) || solar_of(*lunar) != at) FAIL("at " << to_string(at));
    before = *lunar;
  }
}

TEST_CASE("outside 1900 to 2199, and for days a month does not have, there is nothing") {
  CHECK_FALSE(lunar_of(day("1899-12-31")));
  CHECK_FALSE(lunar_of(day("2250-01-01")));
  CHECK_FALSE(lunar_of(Date::first()));
  CHECK_FALSE(lunar_of(Date::last()));
  CHECK_FALSE(solar_of({.year = 1899, .month = 1, .day = 1}));
  CHECK_FALSE(solar_of({.year = 2200, .month = 1, .day = 1}));
  CHECK_FALSE(solar_of({.year = 2026, .month = 1, .day = 31}));
  CHECK_FALSE(solar_of({.year = 2026, .month = 1, .day = 0}));
  CHECK_FALSE(solar_of({.year = 2026, .month = 13, .day = 1}));
}

// ---------------------------------------------------------------- holidays

TEST_CASE("a year without a file holds the days that are certain under every choice") {
  const Calendar calendar;
  CHECK(calendar.year(2027).status == CalendarStatus::computed);
  CHECK(calendar.year(2027).decision.empty());
  // Tết on Saturday 6 February: eve on Friday, days in lieu whichever five are taken.
  for (const auto* text : {"2027-01-01", "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-04-16",
                           "2027-04-30", "2027-05-03", "2027-09-02"}) {
    CAPTURE(text);
    CHECK(calendar.is_off(day(text)));
  }
  // Decided year by year, so not certain.
  for (const auto* text : {"2027-02-04", "2027-02-11", "2027-09-01", "2027-09-03"}) {
    CAPTURE(text);
    CHECK(calendar.is_working_day(day(text)));
  }
}

TEST_CASE("a holiday on a rest day is made good, two in a row twice") {
  const Calendar calendar;
  CHECK(calendar.is_off(day("2022-05-02")));  // 30 April was a Saturday, 1 May a Sunday
  CHECK(calendar.is_off(day("2022-05-03")));
  CHECK(calendar.is_working_day(day("2022-05-04")));
  CHECK(calendar.is_off(day("2029-09-03")));  // 2 September on a Sunday: two days off, whichever neighbour
  CHECK(calendar.is_off(day("2029-09-04")));
}

TEST_CASE("touching holidays are one window: 2023, when the Hùng Kings' day met 30 April") {
  const Calendar calendar;
  const auto windows = calendar.windows(day("2023-04-01"), day("2023-05-31"));
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].first_off == day("2023-04-29"));
  CHECK(windows[0].last_off == day("2023-05-03"));
  CHECK(windows[0].names.size() == 3);
  CHECK(windows[0].last_work_before == day("2023-04-28"));
  CHECK(windows[0].first_work_after == day("2023-05-04"));
  CHECK(to_rfc3339(windows[0].from) == "2023-04-28T10:00:00.000Z");  // 17:00
  CHECK(to_rfc3339(windows[0].to) == "2023-05-04T00:30:00.000Z");    // 07:30
}

CalendarYear year_2026() {
  CalendarYear year{.year = 2026, .status = CalendarStatus::enacted, .decision = "QĐ 1"};
  const auto add = [&year](const char* from, const char* to, const char* name) {
    year.holidays.push_back({.from = day(from),
                             .to = day(to),
                             .names = {{name, name}},
                             .status = CalendarStatus::enacted,
                             .decision = "QĐ 1"});
  };
  add("2026-01-01", "2026-01-01", "Tết Dương lịch");
  add("2026-02-16", "2026-02-20", "Tết");
  add("2026-04-26", "2026-04-27", "Giỗ Tổ");
  add("2026-04-30", "2026-05-01", "30/4 và 1/5");
  add("2026-09-01", "2026-09-02", "Quốc khánh");
  year.swaps = {{day("2026-01-02"), day("2026-01-10")}, {day("2026-08-31"), day("2026-08-22")}};
  return year;
}

TEST_CASE("a decided year is its file: 25 days off in 2026, weekends and swapped days within the unions") {
  const Calendar calendar({year_2026()});
  CHECK(calendar.year(2026).decision == "QĐ 1");
  const auto windows = calendar.windows(day("2026-01-01"), day("2026-12-31"));
  REQUIRE(windows.size() == 5);
  int days_off = 0;
  for (const HolidayWindow& window : windows) {
    days_off += window.last_off - window.first_off + 1;
    CHECK(window.status == CalendarStatus::enacted);
  }
  CHECK(days_off == 25);
  CHECK(windows[0].last_off == day("2026-01-04"));
  CHECK(windows[1].first_off == day("2026-02-14"));
  CHECK(windows[4].first_off == day("2026-08-29"));
  CHECK(calendar.is_working_day(day("2026-01-10")));  // a Saturday, worked
  CHECK(calendar.is_working_day(day("2026-08-22")));
  CHECK(calendar.is_off(day("2026-08-31")));
  CHECK_FALSE(calendar.is_public_holiday(day("2026-08-31")));
  CHECK(calendar.is_public_holiday(day("2026-09-01")));
}

TEST_CASE("working days skip weekends, holidays and swapped days, and count a Saturday that is worked") {
  const Calendar calendar({year_2026()});
  CHECK(calendar.add_working_days(day("2026-02-13"), 1) == day("2026-02-23"));
  CHECK(calendar.add_working_days(day("2026-02-13"), 0) == day("2026-02-13"));
  CHECK(calendar.add_working_days(day("2026-12-31"), 5) == day("2027-01-08"));  // 1 January is off
  CHECK(calendar.add_working_days(day("2026-01-08"), 2) == day("2026-01-10"));  // the worked Saturday
  CHECK(calendar.add_working_days(day("2026-08-28"), 1) == day("2026-09-03"));
  CHECK(calendar.working_days_between(day("2026-02-13"), day("2026-02-23")) == 1);
  CHECK(calendar.working_days_between(day("2026-02-23"), day("2026-02-13")) == 0);
  CHECK(calendar.working_days_between(day("2025-12-31"), day("2026-12-31")) == 261 - 13 + 2);
}

TEST_CASE("24 November is off from 2026 on, and not made good on a weekend") {
  const Calendar calendar;
  CHECK(calendar.is_working_day(day("2025-11-24")));
  CHECK(calendar.is_off(day("2026-11-24")));
  CHECK(calendar.is_off(day("2030-11-24")));  // a Sunday
  CHECK(calendar.is_working_day(day("2030-11-25")));
}

TEST_CASE("a year file that says nothing is known still has the certain days, marked") {
  const Calendar calendar({{.year = 2028, .status = CalendarStatus::unknown}});
  CHECK(calendar.year(2028).status == CalendarStatus::unknown);
  CHECK_FALSE(calendar.year(2028).holidays.empty());
  CHECK(calendar.is_off(day("2028-01-26")));
  CHECK(calendar.windows(day("2028-01-20"), day("2028-01-31")).at(0).status == CalendarStatus::computed);
}

TEST_CASE("working hours are the year's own") {
  auto year = year_2026();
  year.work_from = 8 * 60;
  year.work_to = 16 * 60 + 30;
  const auto window = Calendar({year}).windows(day("2026-02-17"), day("2026-02-17")).at(0);
  CHECK(to_rfc3339(window.from) == "2026-02-13T09:30:00.000Z");
  CHECK(to_rfc3339(window.to) == "2026-02-23T01:00:00.000Z");
}

TEST_CASE("a union at the turn of the year is one window, whichever file holds it") {
  CalendarYear year{.year = 2023, .status = CalendarStatus::enacted};
  year.holidays = {{.from = day("2022-12-31"),
                    .to = day("2023-01-02"),
                    .names = {{"Tết Dương lịch", "New Year"}},
                    .status = CalendarStatus::enacted}};
  const Calendar calendar({year});
  CHECK(calendar.is_public_holiday(day("2022-12-31")));
  const auto windows = calendar.windows(day("2022-12-25"), day("2023-01-10"));
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].last_work_before == day("2022-12-30"));
  CHECK(windows[0].first_work_after == day("2023-01-03"));
}

TEST_CASE("windows that reach into the asked range from outside are found, others are not") {
  const Calendar calendar({year_2026()});
  CHECK(calendar.windows(day("2026-02-21"), day("2026-02-21")).size() == 1);  // the Saturday after
  CHECK(calendar.windows(day("2026-02-23"), day("2026-02-23")).empty());
  CHECK(calendar.windows(day("2026-02-14"), day("2026-02-14")).size() == 1);
  CHECK(calendar.windows(day("2026-02-13"), day("2026-02-13")).empty());
}

TEST_CASE("far years are computed when asked") {
  const Calendar calendar;
  CHECK(calendar.is_off(day("2150-01-01")));
  CHECK(calendar.is_off(day("1990-01-29")));  // the third day of Tết 1990
  CHECK(calendar.is_working_day(day("9998-01-02")));
}

}  // namespace
}  // namespace khien::law
