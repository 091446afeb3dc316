#include "khien/law/clocks.hpp"

#include <algorithm>

namespace khien::law {
namespace {

bool applies(const IncidentClock& clock, const std::vector<std::string>& traits) {
  if (clock.applies.empty()) return true;
  return std::ranges::any_of(clock.applies, [&traits](const std::string& wanted) {
    return std::ranges::find(traits, wanted) != traits.end();
  });
}

Timestamp end_of_day(Date day) { return vietnam_moment(day + 1) - milliseconds(1); }

Timestamp last_moment(const IncidentClock& clock, const Calendar& calendar, Timestamp detected) {
  switch (clock.kind) {
    case IncidentClock::Kind::at_once:
      return detected;
    case IncidentClock::Kind::hours:
      return detected + hours(clock.amount);
    case IncidentClock::Kind::days:
      // Counted from the day after, to the end of the last (Civil Code Art. 147, 148).
      return end_of_day(vietnam_day(detected) + clock.amount);
    case IncidentClock::Kind::working_days:
      return end_of_day(calendar.add_working_days(vietnam_day(detected), clock.amount));
  }
  return detected;
}

}  // namespace

std::vector<IncidentDeadline> deadlines(const ClockRules& rules, const Calendar& calendar, Timestamp detected,
                                        const std::vector<std::string>& traits) {
  std::vector<IncidentDeadline> found;
  for (const IncidentClock& clock : rules.clocks) {
    if (!applies(clock, traits)) continue;
    const Timestamp moment = last_moment(clock, calendar, detected);
    found.push_back({.clock = &clock, .moment = moment, .due = vietnam_day(moment)});
  }
  // Equal moments in the order of the rules.
  std::ranges::sort(found, [](const IncidentDeadline& a, const IncidentDeadline& b) {
    return a.moment != b.moment ? a.moment < b.moment : a.clock < b.clock;
  });
  return found;
}

}  // namespace khien::law
