#include "khien/botnet/edges.hpp"

#include <algorithm>
#include <array>

namespace khien::botnet {
namespace {

// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 6> kStates{"new", "sent", "cleaning", "reported_clean", "delisted", "recurred"};
constexpr std::array<std::string_view, 11> kEvents{"listed", "listed_again", "absent", "delisted", "attributed", "sent",
                                                   "cleaning", "step", "reported_clean", "host", "note"};

bool waits(State state) { return state == State::new_ || state == State::recurred; }
bool is_worked_on(State state) { return waits(state) || state == State::sent || state == State::cleaning; }

}  // namespace

std::string_view to_string(State state) { return kStates.at(static_cast<std::size_t>(state)); }

Result<State> state_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kStates, text);
  if (found == kStates.end()) return Error(Code::invalid, "state is not one that is known");
  return static_cast<State>(found - kStates.begin());
}

std::string_view to_string(Event event) { return kEvents.at(static_cast<std::size_t>(event)); }

Result<Event> event_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kEvents, text);
  if (found == kEvents.end()) return Error(Code::invalid, "event is not one that is known");
  return static_cast<Event>(found - kEvents.begin());
}

bool is_of_people(Event event) { return event >= Event::attributed; }

std::optional<State> next_state(State state, Event event) {
  const auto if_ = [](bool holds, State to) { return holds ? std::optional(to) : std::nullopt; };
  switch (event) {
    case Event::sent: return if_(waits(state), State::sent);
    case Event::cleaning: return if_(waits(state) || state == State::sent || state == State::reported_clean, State::cleaning);
    case Event::step: return if_(is_worked_on(state), State::cleaning);
    case Event::reported_clean: return if_(state == State::sent || state == State::cleaning, State::reported_clean);
    case Event::listed_again: return if_(state == State::delisted || state == State::reported_clean, State::recurred);
    case Event::delisted: return if_(state != State::delisted, State::delisted);
    case Event::attributed: return state == State::delisted ? std::nullopt : std::optional(waits(state) ? state : State::sent);
    case Event::host:
    case Event::absent: return if_(state != State::delisted, state);
    case Event::note: return state;
    case Event::listed: break;
  }
  return std::nullopt;
}

bool comes_back(const Standing& standing, Date listed_on, std::optional<Timestamp> seen_at, int absences) {
  if (standing.state == State::delisted) return listed_on > standing.last_listed && absences < kAbsencesToDelist;
  if (standing.state != State::reported_clean || !standing.reported_clean_at) return false;
  // Without a time the day's begin counts: of the day on which it was cleaned nobody knows.
  return seen_at.value_or(vietnam_moment(listed_on)) > *standing.reported_clean_at;
}

int absences_after(Date last_listed, const std::vector<Date>& complete_days) {
  const auto later = std::ranges::upper_bound(complete_days, last_listed);
  return static_cast<int>(std::min<std::ptrdiff_t>(complete_days.end() - later, kAbsencesToDelist));
}

}  // namespace khien::botnet
