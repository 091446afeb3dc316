#pragma once

#include <optional>
#include <string_view>

#include "khien/core/time.hpp"

namespace khien::incident {

// How a reporting clock stands.
enum class ClockState : unsigned char {
  running,
  soon,       // a quarter of its time is left, or less
  late,
  met,
  met_late,
  no_number,  // the law names none, and nobody was told yet
};
std::string_view to_string(ClockState state);

// The moments of one clock. `due` is the law's, its last moment in time; "at once" is due at
// detection itself and counts as late only after the province's own minutes. All three are
// there or none.
struct ClockTimes {
  std::optional<Timestamp> due;
  std::optional<Timestamp> soon;
  std::optional<Timestamp> late;  // the last moment that is not late
  std::optional<Timestamp> met;   // when it was sent: the earliest sending that was recorded
  // Nothing is carried up before it; there where the clock was late when it began.
  std::optional<Timestamp> quiet_until = {};

  bool operator==(const ClockTimes&) const = default;
};
// `due` is not before `detected`.
ClockTimes times_of(Timestamp detected, std::optional<Timestamp> due, Duration at_once);

ClockState state_of(const ClockTimes& times, Timestamp now);

}  // namespace khien::incident
