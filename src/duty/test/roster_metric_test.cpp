#include "khien/duty/bound.hpp"
#include "khien/duty/measuring.hpp"
#include "khien/roster/shifts.hpp"
#include "world.hpp"

using namespace khien::roster;

namespace khien::duty {
namespace {

// The holiday whose turn it is.
struct Holiday {
  Holiday() { window = world.law()->catalogue().calendar().windows(kToday + 1, kToday + 60).at(0); }
  Result<ShiftId> put(UnitId unit, Timestamp from, Timestamp to, Part part = Part::main) {
    const NewShift made{.unit = unit, .span = {.from = from, .to = to}, .part = part, .person = "An", .phone = {}, .user = {}};
    return world.write([&](store::Connection& c) { return add_shift(c, *world.whole, made, UserId{11}, kNow); });
  }
  Measurement measured(UnitId unit) {
    const auto law = world.law();
    const MetricQuery query{.metrics = {"rosters_gap_minutes"}, .unit = unit, .as_of = kToday, .period = std::pair(window.last_work_before, window.first_work_after)};
    return world.read([&](store::Connection& c) { return measure(c, *world.whole, law->catalogue(), query, kNow); }).value().at(0).measurement;
  }
  void prove() {
    const Timestamp then = vietnam_moment(window.last_work_before, 9 * 60);
    const auto law = world.law();
    const NewDutyRecord made{world.department, "ĐN-1.4.roster", window.last_work_before, window.last_work_before, "Lịch trực đã ký.", {}, false};
    const auto id = world.write([&](store::Connection& c) { return record_duty(c, *world.whole, *law, made, kOfficer, then); });
    REQUIRE_MESSAGE(id, id.error().what());
    REQUIRE(world.write([&](store::Connection& c) { return decide_duty_record(c, *world.whole, *id, {true, ""}, kOperator, then); }));
  }
  World world;
  law::HolidayWindow window;
};

TEST_CASE("the clause binds departments, and neither the commune nor who acts for all") {
  World world;
  const auto law = world.law();
  const auto bound = world.read([&](store::Connection& c) { return units_bound(c, *world.whole, *law, "rosters_gap_minutes", kToday); }).value();
  CHECK(bound == std::vector<UnitId>{world.department});
  CHECK(world.read([&](store::Connection& c) { return units_bound(c, *world.whole, *law, "rosters_gap_minutes", day("2020-01-01")); }).value().empty());
}

TEST_CASE("minutes without anyone are counted in the holiday's window alone, of the unit alone") {
  Holiday holiday;
  const auto department = holiday.world.department;
  CHECK(holiday.measured(department).why == Measurement::Why::nothing);
  holiday.put(department, holiday.window.from, holiday.window.to - minutes(1)).value();
  CHECK(holiday.measured(department).value() == 1);
  CHECK(holiday.measured(holiday.world.commune).why == Measurement::Why::nothing);
  holiday.put(department, holiday.window.to - minutes(1), holiday.window.to, Part::deputy).value();
  CHECK(holiday.measured(department).value() == 1);
  holiday.put(department, holiday.window.to - minutes(1), holiday.window.to + hours(9)).value();
  CHECK(holiday.measured(department).value() == 0);
}

TEST_CASE("no gap and a proven roster turn the duty green, one minute of hole turns it red") {
  Holiday holiday;
  auto& world = holiday.world;
  holiday.put(world.department, holiday.window.from, holiday.window.from + hours(10)).value();
  const auto second = holiday.put(world.department, holiday.window.from + hours(10), holiday.window.to).value();
  holiday.prove();
  const auto during = holiday.window.first_off;
  CHECK(world.cell(world.department, "ĐN-1.4", during) == 'm');

  const auto move = [&](Timestamp from) {
    return world.write([&](store::Connection& c) { return change_shift(c, *world.whole, second, {.from = from}, UserId{11}, kNow); });
  };
  REQUIRE(move(holiday.window.from + hours(10) + minutes(1)));
  CHECK(world.cell(world.department, "ĐN-1.4", during) == 'o');
  REQUIRE(move(holiday.window.from + hours(10)));
  CHECK(world.cell(world.department, "ĐN-1.4", during) == 'm');
}

TEST_CASE("a roster on paper is not a hole: it cannot be known") {
  Holiday holiday;
  holiday.prove();
  CHECK(holiday.world.cell(holiday.world.department, "ĐN-1.4", holiday.window.first_off) == 'u');
}

TEST_CASE("the day's reading speaks of the holiday whose turn it is") {
  Holiday holiday;
  auto& world = holiday.world;
  holiday.put(world.department, holiday.window.from, holiday.window.to - minutes(7)).value();
  const auto law = world.law();
  REQUIRE(world.write([&](store::Connection& c) { return store_readings(c, *world.whole, *law, kNow); }).has_value());
  CHECK(world.count("SELECT CAST(part AS INTEGER) FROM metric_reading WHERE metric = 'rosters_gap_minutes' AND coverage = 'unit'") == 7);
}

}  // namespace
}  // namespace khien::duty
