#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/duty/metrics.hpp"

namespace khien::duty {

// Where a unit stands with a duty, from the best to the worst: a clause's cell
// shows the worst of its duties.
enum class DutyState : unsigned char {
  not_applicable,
  met,
  not_due,   // being done
  waiting,   // for a second person
  due_soon,
  unknown,   // cannot be known
  overdue,
};
std::string_view to_string(DutyState state);
// One letter, as the matrix sends it: m w n s o u x.
char letter_of(DutyState state);

inline constexpr std::array kDutyStates{DutyState::met,     DutyState::waiting, DutyState::not_due,       DutyState::due_soon,
                                        DutyState::overdue, DutyState::unknown, DutyState::not_applicable};

struct StateCounts {
  std::array<std::int64_t, 7> each{};

  std::int64_t& operator[](DutyState state) { return each[static_cast<std::size_t>(state)]; }
  std::int64_t operator[](DutyState state) const { return each[static_cast<std::size_t>(state)]; }
};

}  // namespace khien::duty
