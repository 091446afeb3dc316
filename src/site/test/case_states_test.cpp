#include "case_states.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace khien::site {
namespace {

using State = CaseState;
using Event = CaseEvent;

constexpr State kStates[] = {State::open, State::cause_wanted, State::rescanning, State::watching, State::closed, State::legitimate};
constexpr Event kEvents[] = {Event::found, Event::clean, Event::stayed, Event::confirmed,
                             Event::removed, Event::cause, Event::legitimate, Event::recheck};

std::string row(State from, bool cause_named) {
  std::string text;
  for (const Event event : kEvents) {
    const auto next = step(from, event, cause_named);
    text += next ? std::string(to_string(next->state)) + (next->recurrence ? "*" : "") : "-";
    text += ' ';
  }
  return text;
}

TEST_CASE("the table of a site's case, edge by edge") {
  CHECK(row(State::open, false) == "- - - open cause_wanted - legitimate open ");
  CHECK(row(State::open, true) == "- - - open rescanning - legitimate open ");
  CHECK(row(State::cause_wanted, false) == "- - - cause_wanted - rescanning legitimate cause_wanted ");
  CHECK(row(State::rescanning, true) == "open watching - rescanning - rescanning legitimate rescanning ");
  CHECK(row(State::watching, true) == "open* - closed watching - watching legitimate watching ");
  CHECK(row(State::closed, true) == "open* - - - - closed - - ");
  CHECK(row(State::legitimate, false) == "open - - - - - - - ");
  CHECK(step(std::nullopt, Event::found, false)->state == State::open);
  for (const Event event : kEvents) {
    if (event != Event::found) CHECK_FALSE(step(std::nullopt, event, false));
  }
}

TEST_CASE("no way leads to closed but by a named cause, a clean look and thirty days") {
  for (const State from : kStates) {
    for (const Event event : kEvents) {
      for (const bool named : {false, true}) {
        const auto next = step(from, event, named);
        if (!next || next->state == from) continue;
        if (next->state == State::closed) CHECK((from == State::watching && event == Event::stayed));
        if (next->state == State::watching) CHECK((from == State::rescanning && event == Event::clean));
        if (next->state == State::rescanning) CHECK((event == Event::cause || (event == Event::removed && named)));
      }
    }
  }
}

TEST_CASE("stored names of cases go both ways") {
  for (const State state : kStates) CHECK(*case_state_from_string(to_string(state)) == state);
  for (const Event event : kEvents) CHECK(*case_event_from_string(to_string(event)) == event);
  for (int i = 0; i < 13; ++i) CHECK(*cause_from_string(to_string(static_cast<Cause>(i))) == static_cast<Cause>(i));
  CHECK_FALSE(cause_from_string("unknown"));
  CHECK_FALSE(case_state_from_string("Open"));
}

}  // namespace
}  // namespace khien::site
