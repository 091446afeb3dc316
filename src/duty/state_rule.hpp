#pragma once

#include <algorithm>
#include <optional>

#include "khien/duty/states.hpp"

namespace khien::duty {

// The states of a duty's two occurrences that are at stake on a day.
struct Stake {
  std::optional<DutyState> past;
  std::optional<DutyState> next;
};

// The past occurrence speaks until the next one is at stake; whoever handed in the
// next one is not asked for the last one any more (matrix.hpp).
inline std::optional<DutyState> state_of(const Stake& stake) {
  if (!stake.past || !stake.next) return stake.past ? stake.past : stake.next;
  if (*stake.next == DutyState::not_due) return stake.past;
  return *stake.next == DutyState::met ? stake.next : std::max(*stake.past, *stake.next);
}

}  // namespace khien::duty
