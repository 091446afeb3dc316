#include "finding_states.hpp"

namespace khien::flow {

using enum FindingState;

FindingState after_present(FindingState from) { return from == resolved ? new_ : from; }

FindingState after_gone(FindingState from) { return is_open(from) ? resolved : from; }

FindingState after_end(FindingState) { return resolved; }

FindingState after_allowance(bool there) { return there ? new_ : resolved; }

bool person_may(FindingState from, FindingState to) { return !(from == suppressed && to == resolved); }

bool is_open(FindingState state) { return state == new_ || state == in_progress; }

std::string_view effect_of(FindingState from, FindingState to) {
  if (!is_open(from) && is_open(to)) return "opened";
  if (is_open(from) && to == resolved) return "resolved";
  return "";
}

}  // namespace khien::flow
