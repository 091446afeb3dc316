#include "khien/law/due.hpp"

#include <doctest/doctest.h>

namespace khien::law {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }

struct World {
  Calendar calendar;
  Directive directive{.valid_from = day("2018-09-13")};

  std::vector<Occurrence> of(Recurrence recurrence, DueRule rule, std::string_view from,
                             std::string_view to) const {
    const Duty duty{.recurrence = recurrence, .due = std::move(rule)};
    return occurrences(duty, directive, calendar, day(from), day(to));
  }
};

std::string dues(const std::vector<Occurrence>& occurrences) {
  std::string text;
  for (const Occurrence& one : occurrences)
    text += (text.empty() ? "" : " ") + (one.due ? to_string(*one.due) : "-");
  return text;
}

constexpr DueRule kBefore20th{.kind = DueRule::Kind::before_day, .month = 0, .day = 20};

TEST_CASE(
    "before the 20th of the quarter's last month is due on the 19th, from the directive's first day on") {
  const World world;
  const auto found = world.of(Recurrence::quarterly, kBefore20th, "2018-01-01", "2019-12-31");
  CHECK(dues(found) == "2018-09-19 2018-12-19 2019-03-19 2019-06-19 2019-09-19 2019-12-19");
  CHECK(found[0].period_from == day("2018-07-01"));
  CHECK(found[0].period_to == day("2018-09-30"));
}

TEST_CASE("an occurrence exists from the due on or after valid_from") {
  World world;
  world.directive.valid_from = day("2018-09-19");
  CHECK(dues(world.of(Recurrence::quarterly, kBefore20th, "2018-07-01", "2018-12-31")) ==
        "2018-09-19 2018-12-19");
  world.directive.valid_from = day("2018-09-20");
  CHECK(dues(world.of(Recurrence::quarterly, kBefore20th, "2018-07-01", "2018-12-31")) == "2018-12-19");
}

TEST_CASE("no period begins after the directive's last day") {
  World world;
  world.directive.valid_to = day("2019-06-30");
  CHECK(dues(world.of(Recurrence::quarterly, kBefore20th, "2019-01-01", "2020-12-31")) ==
        "2019-03-19 2019-06-19");
  world.directive.valid_to = day("2019-07-01");
  CHECK(dues(world.of(Recurrence::quarterly, kBefore20th, "2019-06-01", "2020-12-31")) ==
        "2019-06-19 2019-09-19");
}

TEST_CASE("what is found is what the asked days meet, by period or by due") {
  const World world;
  CHECK(dues(world.of(Recurrence::quarterly, kBefore20th, "2019-09-25", "2019-09-30")) == "2019-09-19");
  CHECK(dues(world.of(Recurrence::quarterly, kBefore20th, "2019-09-30", "2019-10-01")) ==
        "2019-09-19 2019-12-19");
  CHECK(world.of(Recurrence::quarterly, kBefore20th, "2019-10-01", "2019-09-30").empty());
  const DueRule after_end{.kind = DueRule::Kind::end_of_period, .working_days = 5};
  // 2019 ends on a Tuesday; New Year's Day is off: the fifth working day is 8 January.
  CHECK(dues(world.of(Recurrence::yearly, after_end, "2020-01-08", "2020-01-08")) == "2020-01-08 2021-01-08");
  CHECK(dues(world.of(Recurrence::yearly, after_end, "2020-01-09", "2020-01-09")) == "2021-01-08");
}

TEST_CASE("half-yearly before two dates: one in each half, due the day before") {
  const World world;
  const DueRule rule{.kind = DueRule::Kind::before_dates, .dates = {{6, 14}, {12, 14}}};
  const auto found = world.of(Recurrence::half_yearly, rule, "2020-01-01", "2020-12-31");
  CHECK(dues(found) == "2020-06-13 2020-12-13");
  CHECK(found[0].period_to == day("2020-06-30"));
  CHECK(found[1].period_from == day("2020-07-01"));
}

TEST_CASE("yearly before 5 December, by 25 December, and before 1 January") {
  const World world;
  CHECK(dues(world.of(Recurrence::yearly, {.kind = DueRule::Kind::before_day, .month = 12, .day = 5},
                      "2020-01-01", "2021-12-31")) == "2020-12-04 2021-12-04");
  CHECK(dues(world.of(Recurrence::yearly, {.kind = DueRule::Kind::by_dates, .dates = {{12, 25}}},
                      "2020-01-01", "2020-12-31")) == "2020-12-25");
  // Due before its own period begins.
  CHECK(dues(world.of(Recurrence::yearly, {.kind = DueRule::Kind::before_day, .month = 1, .day = 1},
                      "2019-12-31", "2019-12-31")) == "2018-12-31 2019-12-31");
}

TEST_CASE("29 February of a common year is the 28th") {
  const World world;
  CHECK(dues(world.of(Recurrence::yearly, {.kind = DueRule::Kind::by_dates, .dates = {{2, 29}}}, "2023-01-01",
                      "2024-12-31")) == "2023-02-28 2024-02-29");
}

TEST_CASE("the end of the period is its last day") {
  const World world;
  const DueRule rule{.kind = DueRule::Kind::end_of_period};
  CHECK(dues(world.of(Recurrence::quarterly, rule, "2024-01-01", "2024-12-31")) ==
        "2024-03-31 2024-06-30 2024-09-30 2024-12-31");
  CHECK(dues(world.of(Recurrence::half_yearly, rule, "2024-01-01", "2024-12-31")) == "2024-06-30 2024-12-31");
}

TEST_CASE("a period with no day named has no due") {
  const World world;
  const auto found = world.of(Recurrence::yearly, {}, "2024-06-01", "2024-06-01");
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].due);
  CHECK(found[0].period_to == day("2024-12-31"));
}

TEST_CASE("once: from the directive to the date") {
  World world;
  const DueRule rule{.kind = DueRule::Kind::on_date, .date = day("2018-11-30")};
  const auto found = world.of(Recurrence::once, rule, "2018-11-01", "2018-11-01");
  REQUIRE(found.size() == 1);
  CHECK(found[0].period_from == day("2018-09-13"));
  CHECK(found[0].period_to == day("2018-11-30"));
  CHECK(dues(found) == "2018-11-30");
  CHECK(world.of(Recurrence::once, rule, "2018-12-01", "2030-01-01").empty());
  CHECK(world.of(Recurrence::once, rule, "2018-01-01", "2018-09-12").empty());
}

TEST_CASE("continuous: one occurrence without a clock, as long as the directive is in force") {
  World world;
  auto found = world.of(Recurrence::continuous, {}, "2026-01-01", "2026-01-01");
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].due);
  CHECK_FALSE(found[0].period_to);
  CHECK(found[0].last_day() == Date::last());
  world.directive.valid_to = day("2025-12-31");
  CHECK(world.of(Recurrence::continuous, {}, "2026-01-01", "2026-01-01").empty());
  found = world.of(Recurrence::on_event, {}, "2025-12-31", "2026-01-01");
  REQUIRE(found.size() == 1);
  CHECK(found[0].period_to == day("2025-12-31"));
}

TEST_CASE("each holiday: from the last working day before to the first after, due on the first") {
  World world;
  world.directive.valid_from = day("2024-01-03");
  const DueRule rule{.kind = DueRule::Kind::holiday_window};
  const auto found = world.of(Recurrence::each_holiday, rule, "2027-01-01", "2027-12-31");
  CHECK(dues(found) == "2026-12-31 2027-02-04 2027-04-15 2027-04-29 2027-09-01 2027-11-23 2027-12-31");
  CHECK(found[1].period_from == day("2027-02-04"));
  CHECK(found[1].period_to == day("2027-02-11"));
  REQUIRE(found[1].window);
  CHECK(found[1].window->first_off == day("2027-02-05"));
  // The New Year of 2024 began before the directive did.
  CHECK(dues(world.of(Recurrence::each_holiday, rule, "2023-12-01", "2024-01-31")).empty());
  // The working days around belong to it.
  CHECK(dues(world.of(Recurrence::each_holiday, rule, "2027-02-04", "2027-02-04")) == "2027-02-04");
  CHECK(dues(world.of(Recurrence::each_holiday, rule, "2027-02-11", "2027-02-11")) == "2027-02-04");
  CHECK(dues(world.of(Recurrence::each_holiday, rule, "2027-02-12", "2027-02-12")).empty());
}

TEST_CASE("asking for all time answers for 1900 to 2199") {
  const World world;
  const Duty duty{.recurrence = Recurrence::yearly, .due = {.kind = DueRule::Kind::end_of_period}};
  const auto found = occurrences(duty, world.directive, world.calendar, Date::first(), Date::last());
  CHECK(found.size() == 2199 - 2018 + 1);
  CHECK(found.back().due == day("2199-12-31"));
}

TEST_CASE("after an event: hours from its moment, working days from the day after") {
  const World world;
  const Timestamp friday = from_rfc3339("2027-01-29T16:30:00+07:00").value();
  const auto by_hours = due_after({.kind = DueRule::Kind::after_event, .hours = 72}, world.calendar, friday);
  REQUIRE(by_hours);
  CHECK(to_rfc3339(by_hours->moment) == "2027-02-01T09:30:00.000Z");
  CHECK(by_hours->due == day("2027-02-01"));
  const auto by_days =
      due_after({.kind = DueRule::Kind::after_event, .working_days = 5}, world.calendar, friday);
  REQUIRE(by_days);
  CHECK(by_days->due == day("2027-02-11"));  // Monday to Thursday, then Tết, then one more
  CHECK(to_rfc3339(by_days->moment) == "2027-02-11T16:59:59.999Z");
  CHECK_FALSE(due_after({}, world.calendar, friday));
}

TEST_CASE("a rule is said in words of both languages") {
  CHECK(describe(kBefore20th, Recurrence::quarterly).vi == "trước ngày 20 của tháng cuối quý");
  CHECK(describe({.kind = DueRule::Kind::before_dates, .dates = {{6, 14}, {12, 14}}},
                 Recurrence::half_yearly) ==
        LocalText{"trước ngày 14/6 và 14/12 hằng năm", "before 14 June and 14 December every year"});
  CHECK(describe({.kind = DueRule::Kind::before_day, .month = 12, .day = 5}, Recurrence::yearly).vi ==
        "trước ngày 5/12 hằng năm");
  CHECK(describe({.kind = DueRule::Kind::on_date, .date = day("2018-11-30")}, Recurrence::once).en ==
        "by 30 November 2018");
  CHECK(describe({}, Recurrence::continuous).vi == "thường xuyên, văn bản không nêu thời hạn");
  CHECK(describe({.kind = DueRule::Kind::end_of_period, .working_days = 5}, Recurrence::yearly).vi ==
        "trong 5 ngày làm việc sau khi hết năm");
  for (const auto kind :
       {DueRule::Kind::by_dates, DueRule::Kind::holiday_window, DueRule::Kind::after_event}) {
    const LocalText words = describe({.kind = kind, .dates = {{1, 2}}, .hours = 24}, Recurrence::yearly);
    CHECK_FALSE(words.vi.empty());
    CHECK_FALSE(words.en.empty());
  }
}

}  // namespace
}  // namespace khien::law
