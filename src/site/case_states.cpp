#include "case_states.hpp"

#include <array>
#include <string>

namespace khien::site {
namespace {

constexpr std::array<std::string_view, 6> kStates{"open", "cause_wanted", "rescanning", "watching", "closed", "legitimate"};
constexpr std::array<std::string_view, 8> kEvents{"found",   "clean", "stayed",     "confirmed",
                                                  "removed", "cause", "legitimate", "recheck"};
constexpr std::array<std::string_view, 13> kCauses{
    "stolen_account", "cms_hole", "plugin_hole",  "foreign_file", "shared_server", "server_hole", "insider",
    "supplier",       "open_posting", "search_echo", "lapsed_domain", "taken_name", "other"};

template <class Enum, std::size_t N>
Result<Enum> value_of(const std::array<std::string_view, N>& names, std::string_view what, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return Error(Code::invalid, std::string(what) + " is not one that is known");
}

using State = CaseState;
using Event = CaseEvent;

std::optional<Step> on_found(std::optional<State> from) {
  if (!from) return Step{State::open};
  switch (*from) {
    case State::watching:
    case State::closed: return Step{State::open, true};
    case State::rescanning: return Step{State::open};
    case State::legitimate: return Step{State::open};
    default: return std::nullopt;
  }
}

}  // namespace

std::string_view to_string(CaseState state) { return kStates.at(static_cast<std::size_t>(state)); }
Result<CaseState> case_state_from_string(std::string_view text) { return value_of<CaseState>(kStates, "state of a case", text); }
std::string_view to_string(CaseEvent event) { return kEvents.at(static_cast<std::size_t>(event)); }
Result<CaseEvent> case_event_from_string(std::string_view text) { return value_of<CaseEvent>(kEvents, "event of a case", text); }
std::string_view to_string(Cause cause) { return kCauses.at(static_cast<std::size_t>(cause)); }
Result<Cause> cause_from_string(std::string_view text) { return value_of<Cause>(kCauses, "cause", text); }

bool is_alive(CaseState state) { return state != State::closed && state != State::legitimate; }

bool waits_for_person(CaseState state) { return state == State::open || state == State::cause_wanted; }

std::optional<Step> step(std::optional<CaseState> from, CaseEvent event, bool cause_named) {
  if (event == Event::found) return on_found(from);
  if (!from) return std::nullopt;
  switch (event) {
    case Event::clean: return *from == State::rescanning ? std::optional(Step{State::watching}) : std::nullopt;
    case Event::stayed: return *from == State::watching ? std::optional(Step{State::closed}) : std::nullopt;
    case Event::removed:
      if (*from != State::open) return std::nullopt;
      return Step{cause_named ? State::rescanning : State::cause_wanted};
    case Event::cause:
      if (*from == State::open || *from == State::legitimate) return std::nullopt;
      return Step{*from == State::cause_wanted ? State::rescanning : *from};
    case Event::legitimate: return is_alive(*from) ? std::optional(Step{State::legitimate}) : std::nullopt;
    case Event::confirmed:
    case Event::recheck: return is_alive(*from) ? std::optional(Step{*from}) : std::nullopt;
    case Event::found: break;
  }
  return std::nullopt;
}

}  // namespace khien::site
