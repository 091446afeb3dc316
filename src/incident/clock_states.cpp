#include "khien/incident/clock_states.hpp"

#include <algorithm>
#include <array>

#include "khien/core/assert.hpp"

namespace khien::incident {
namespace {

constexpr std::array<std::string_view, 6> kStates{"running", "soon", "late", "met", "met_late", "no_number"};

}  // namespace

std::string_view to_string(ClockState state) { return kStates.at(static_cast<std::size_t>(state)); }

ClockTimes times_of(Timestamp detected, std::optional<Timestamp> due, Duration at_once) {
  if (!due) return {};
  khien_assert(*due >= detected && at_once.ms >= 0);
  const bool is_at_once = *due == detected;
  const Duration whole = *due - detected;
  return {.due = due, .soon = *due - Duration{whole.ms / 4}, .late = is_at_once ? *due + at_once : *due, .met = {}};
}

ClockState state_of(const ClockTimes& times, Timestamp now) {
  khien_assert(times.due.has_value() == times.late.has_value() && times.due.has_value() == times.soon.has_value());
  if (times.met) return times.late && *times.met > *times.late ? ClockState::met_late : ClockState::met;
  if (!times.late) return ClockState::no_number;
  if (now > *times.late) return ClockState::late;
  return now >= *times.soon ? ClockState::soon : ClockState::running;
}

}  // namespace khien::incident
