#include "khien/duty/states.hpp"

namespace khien::duty {

std::string_view to_string(DutyState state) {
  switch (state) {
    case DutyState::not_applicable: return "not_applicable";
    case DutyState::met: return "met";
    case DutyState::not_due: return "not_due";
    case DutyState::waiting: return "waiting";
    case DutyState::due_soon: return "due_soon";
    case DutyState::unknown: return "unknown";
    case DutyState::overdue: break;
  }
  return "overdue";
}

char letter_of(DutyState state) {
  switch (state) {
    case DutyState::not_applicable: return 'x';
    case DutyState::met: return 'm';
    case DutyState::not_due: return 'n';
    case DutyState::waiting: return 'w';
    case DutyState::due_soon: return 's';
    case DutyState::unknown: return 'u';
    case DutyState::overdue: break;
  }
  return 'o';
}

}  // namespace khien::duty
