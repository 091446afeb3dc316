#include <algorithm>

#include "khien/duty/bound.hpp"
#include "khien/roster/needs.hpp"
#include "khien/roster/shifts.hpp"
#include "numbers.hpp"
#include "parts.hpp"
#include "people.hpp"

namespace khien::hub::demo {
namespace {

constexpr int kDaysAhead = 120;
constexpr std::size_t kWindows = 2;
constexpr Duration kWatch = hours(12);
constexpr Duration kThird = hours(8);
constexpr int kDaysOfSoc = 21;
constexpr std::size_t kPeopleOfUnit = 4;

class RosterMaker {
 public:
  explicit RosterMaker(Ground& ground) : ground_(ground) {}

  // The monitoring centre never sleeps: thirds of a day from now on, its own operator among them.
  Result<void> centre(const SampleUnit& unit) {
    TRY_VOID(roster::set_settings(ground_.connection, ground_.scope, unit.id, {.need = roster::Need::always, .deputy_after_minutes = 10, .leader_after_minutes = 15},
                                  ground_.people.operator_.user, ground_.now));
    Timestamp from{ground_.now.ms / minutes(1).ms * minutes(1).ms};
    for (std::size_t i = 0; i < kDaysOfSoc * 3; ++i, from = from + kThird) {
      const roster::Span span{.from = from, .to = from + kThird};
      TRY_VOID(put(unit, span, roster::Part::main, i, i % 3 == 0));
      TRY_VOID(put(unit, span, roster::Part::deputy, i + 1, false));
    }
    return {};
  }

  // Most rosters are whole; some have a hole at a change of shifts, some end a shift early, and a
  // few units have not begun.
  Result<void> holiday(const SampleUnit& unit, const law::HolidayWindow& window, std::uint64_t number) {
    const auto kind = scattered(number, 91, 10);
    if (kind == 0) return {};
    std::size_t shift = 0;
    for (Timestamp from = window.from; from < window.to; from = from + kWatch, ++shift) {
      roster::Span span{.from = from, .to = std::min(from + kWatch, window.to)};
      const bool is_last = span.to == window.to;
      if (kind == 1 && shift == 1) span.from = span.from + minutes(1);
      if (kind == 2 && is_last) continue;
      TRY_VOID(put(unit, span, roster::Part::main, number * kPeopleOfUnit + shift % 3, false));
    }
    return put(unit, {.from = window.from, .to = window.to}, roster::Part::deputy, number * kPeopleOfUnit + 3, false);
  }

 private:
  Result<void> put(const SampleUnit& unit, const roster::Span& span, roster::Part part, std::size_t person, bool is_operator) {
    roster::NewShift made{.unit = unit.id, .span = span, .part = part, .person = person_name(person), .phone = phone_number(person), .user = {}};
    if (is_operator) made.user = ground_.people.operator_.user;
    TRY_VOID(roster::add_shift(ground_.connection, ground_.scope, made, ground_.people.recorder_of(unit.id).user, ground_.now));
    return {};
  }

  Ground& ground_;
};

}  // namespace

Result<void> make_rosters(Ground& ground) {
  RosterMaker maker(ground);
  TRY_VOID(maker.centre(ground.unit("soc")));
  TRY(const auto law, ground.law.of(ground.connection, ground.scope.tenant()));
  std::size_t made = 0;
  for (const auto& window : law->catalogue().calendar().windows(ground.today + 1, ground.today + kDaysAhead)) {
    if (window.from <= ground.now) continue;
    if (made++ == kWindows) break;
    TRY(const auto bound, duty::units_bound(ground.connection, ground.scope, *law, "rosters_gap_minutes", window.last_work_before));
    for (const auto& unit : ground.units) {
      const auto place = std::ranges::find(bound, unit.id);
      if (place != bound.end()) TRY_VOID(maker.holiday(unit, window, static_cast<std::uint64_t>(place - bound.begin())));
    }
  }
  return {};
}

}  // namespace khien::hub::demo
