#include "khien/incident/escalations.hpp"

#include <algorithm>
#include <array>

#include "names.hpp"

namespace khien::incident {
namespace {

// Internal: no rule says by when a province looks itself.
constexpr Duration kDay = hours(24);

constexpr std::array<std::string_view, 3> kLevels{"soon", "late", "day_late"};
constexpr std::array<std::string_view, 5> kSteps{"unit", "standing_body", "province", "ministry", "other"};

// What is due at its last moment is late only behind it.
constexpr Duration kBehind = milliseconds(1);

struct Planned {
  Escalation escalation;
  Timestamp comes_at;
};
std::vector<Planned> plan(const ClockTimes& times) {
  if (!times.late) return {};
  std::vector<Planned> all{
      {{EscalationLevel::soon, Step::unit, *times.soon}, *times.soon},
      {{EscalationLevel::late, Step::standing_body, *times.late}, *times.late + kBehind},
      {{EscalationLevel::day_late, Step::province, *times.late + kDay}, *times.late + kDay}};
  if (!times.quiet_until) return all;
  // It was late when it began: nothing of it is soon any more.
  all.erase(all.begin());
  for (Planned& one : all) {
    one.escalation.at = std::max(one.escalation.at, *times.quiet_until);
    one.comes_at = std::max(one.comes_at, *times.quiet_until);
  }
  return all;
}

}  // namespace

std::string_view to_string(EscalationLevel level) { return kLevels.at(static_cast<std::size_t>(level)); }
Result<EscalationLevel> escalation_level_from_string(std::string_view text) { return value_of<EscalationLevel>(kLevels, "level", text); }
std::string_view to_string(Step step) { return kSteps.at(static_cast<std::size_t>(step)); }
Result<Step> step_from_string(std::string_view text) { return value_of<Step>(kSteps, "step", text); }

std::vector<Escalation> escalations(const ClockTimes& times, Timestamp now) {
  std::vector<Escalation> due;
  for (const Planned& planned : plan(times)) {
    const bool met_before = times.met && *times.met < planned.comes_at;
    if (planned.comes_at > now || met_before) break;
    due.push_back(planned.escalation);
  }
  return due;
}

std::optional<Timestamp> next_escalation(const ClockTimes& times, std::size_t behind) {
  const auto planned = plan(times);
  if (times.met || behind >= planned.size()) return std::nullopt;
  return planned[behind].comes_at;
}

}  // namespace khien::incident
