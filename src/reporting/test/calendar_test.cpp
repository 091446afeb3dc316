#include <doctest/doctest.h>

#include <set>

#include "house.hpp"
#include "khien/estate/systems.hpp"

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

// The whole page of the calendar, typed from the documents: which day is the last in time, who owes
// it (the standing body for all, the owner, a unit), and what is made of it.
struct CalendarDay {
  std::string_view duty, kind, period, due;
  enum class Of { whole, owner, unit } of = Of::whole;
};
using enum CalendarDay::Of;
constexpr CalendarDay kCalendarPage[] = {
    {"HU-1.5b.yearly", "unit-year", "2026", "2026-12-04", unit},                         // before 5/12
    {"HU-2.7.yearly", "levels-3-4-year", "2026", "2026-12-13"},                          // before 14/12
    {"HU-2.8.half_yearly", "level-5-half-year", "2026-H2", "2026-12-13"},                // before 14/12
    {"KG-1.5b.quarterly", "malware-index-quarter", "2026-Q4", "2026-12-19"},             // before 20/12
    {"NĐ331-35.specialised", "operator-year", "2026", "2026-12-19"},                     // before 20/12
    {"NĐ331-35.operator", "operator-year", "2026", "2026-12-19", unit},                  // before 20/12
    {"NĐ331-36.owner", "owner-year", "2026", "2026-12-24", owner},                       // before 25/12
    {"TH-8.yearly", "security-year", "2026", "2026-12-31"},                              // every year
    {"TH-8.half_yearly", "security-half-year", "2026-H2", "2026-12-31"},                 // every six months
    {"KG-1.5b.quarterly", "malware-index-quarter", "2027-Q1", "2027-03-19"},             // before 20/3
    {"HU-2.8.half_yearly", "level-5-half-year", "2027-H1", "2027-06-13"},                // before 14/6
    {"KG-1.5b.quarterly", "malware-index-quarter", "2027-Q2", "2027-06-19"},             // before 20/6
    {"TH-8.half_yearly", "security-half-year", "2027-H1", "2027-06-30"},                 // every six months
    {"KG-1.5b.quarterly", "malware-index-quarter", "2027-Q3", "2027-09-19"},             // before 20/9
    {"NĐ333-8.5b.yearly", "national-systems-year", "2027", "2027-09-30", unit},          // before 1/10
};

// Levels 1, 3 and 5, so that every report of the page is owed.
void give_systems(House& house) {
  house.write([&](store::Connection& c) -> Result<void> {
    for (const int level : {1, 3, 5}) {
      TRY(const auto id, estate::create_system(c, house.scope(), {.unit = house.health, .name = "Hệ thống cấp " + std::to_string(level)}, kNow));
      TRY_VOID(estate::set_system_level(c, house.scope(), id, {.valid_from = day("2026-08-19"), .valid_to = {}, .level = level, .rule = "nd-331-2026", .decision = {}}, kNow));
    }
    return {};
  }).value();
}

// Made, frozen, sent and approved on the day before its last.
void goes_green(House& house, const CalendarDay& one, int number) {
  const auto now = vietnam_moment(day(one.due) - 1) + hours(9);
  if (house.road.clock().now() < now) house.road.clock().advance({now.ms - house.road.clock().now().ms});
  const auto owes = one.of == whole ? house.police : one.of == owner ? house.road.root() : house.health;
  const auto line = [&](const std::vector<CalendarItem>& all) {
    const auto found = std::ranges::find_if(all, [&](const CalendarItem& item) {
      return item.duty->id == one.duty && item.period.id == one.period && item.unit == owes;
    });
    REQUIRE(found != all.end());
    return *found;
  };
  const auto before = line(house.calendar());
  CHECK(before.kind->kind.id == one.kind);
  CHECK(before.of_whole == (one.of == whole));
  CHECK(before.due == day(one.due));
  CHECK(before.state == duty::DutyState::due_soon);
  const auto id = house.ready(one.kind, one.period, one.of == whole ? std::nullopt : std::optional(owes));
  const auto frozen = house.freeze(id, number, vietnam_day(now));
  REQUIRE_MESSAGE(frozen, frozen.error().what());
  REQUIRE(house.send(id));
  const auto detail = house.detail(id).value();
  const auto proved = std::ranges::find(detail.duties, one.duty, &MadeRecord::duty);
  REQUIRE_MESSAGE((proved != detail.duties.end()), detail.history.front().words);
  REQUIRE(house.write([&](store::Connection& c) {
    return duty::decide_duty_record(c, house.scope(), proved->record, {true, ""}, kSecond, house.road.clock().now());
  }));
  const auto after = line(house.calendar());
  CHECK(after.state == duty::DutyState::met);
  CHECK(after.report == id);
  const auto record = house.road.read([&](store::Connection& c) { return duty::get_duty_record(c, house.scope(), proved->record); }).value();
  REQUIRE(record.evidence.size() == 1);
  CHECK(record.evidence[0].sha256 == sha256(house.issued(id).value()));
}

TEST_CASE("every date of the calendar: the duty is there, and the document that is made of it turns it green") {
  House house;
  give_systems(house);
  int number = 20;
  for (const auto& one : kCalendarPage) {
    CAPTURE(one.duty);
    CAPTURE(one.period);
    goes_green(house, one, ++number);
  }
}

// The response network's circular ended on 30 June 2026: its last report was due on the 19th.
TEST_CASE("what a circular asked for is owed as long as it bound, and no longer") {
  House house;
  for (const CalendarDay& one : {CalendarDay{"TT20-M5.half_yearly", "response-network-half-year", "2025-H2", "2025-12-14"},
                                 CalendarDay{"TT20-M5.half_yearly", "response-network-half-year", "2026-H1", "2026-06-19"}}) {
    CAPTURE(one.period);
    house.road.clock().jump_to(vietnam_moment(day(one.due) - 9));
    goes_green(house, one, 40);
  }
  house.road.clock().jump_to(kNow);
  for (const auto& item : house.calendar()) CHECK((item.duty->id != "TT20-M5.half_yearly" || item.due < day("2026-06-30")));
}

// The old day of the ministry was the last day of the new report's data: one that is made on the
// last day in time counts all of it, and the first of its days is 15 December of the year before.
TEST_CASE("the yearly report of the decree counts from 15 December to 14 December, whole") {
  House house;
  give_systems(house);
  house.road.clock().advance({(vietnam_moment(day("2026-12-19")) + hours(9)).ms - kNow.ms});
  for (const auto* kind : {"operator-year", "owner-year"}) {
    const auto snapshot = house.detail(house.ready(kind, "2026", house.road.root())).value().snapshot;
    CHECK(snapshot.data_from == day("2025-12-15"));
    CHECK(snapshot.data_to == day("2026-12-14"));
    CHECK(snapshot.cut_off == vietnam_moment(day("2026-12-15")) - milliseconds(1));
  }
  // A day too early: the 14th is not over.
  House early;
  early.road.clock().advance({(vietnam_moment(day("2026-12-14")) + hours(9)).ms - kNow.ms});
  const auto cut = early.detail(early.ready("owner-year", "2026", early.road.root())).value().snapshot;
  CHECK(cut.cut_off == early.road.clock().now());
  // What a person made for all is the specialised unit's, and no unit's own.
  CHECK_FALSE(early.make("owner-year", "2026"));
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
