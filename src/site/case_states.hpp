#pragma once

#include <optional>

#include "khien/core/time.hpp"
#include "khien/site/case_state.hpp"

namespace khien::site {

// How long a site is looked at daily after it was mended.
inline constexpr Duration kWatchedFor = days(30);

// Which event turns which state into which; – : nothing happens, x : refused.
//
//   from          found     clean     stayed  confirmed  removed       cause       legitimate  recheck
//   (none)        open      –         –       x          x             x           x           x
//   open          –         –         –       same       cause_wanted  x           legitimate  same
//   cause_wanted  –         –         –       same       x             rescanning  legitimate  same
//   rescanning    open      watching  –       same       x             same        legitimate  same
//   watching      open *    –         closed  same       x             same        legitimate  same
//   closed        open *    –         –       x          x             same        x           x
//   legitimate    open †    –         –       x          x             x           x           x
//
// * comes back: counted as a recurrence of the same case; it is to be confirmed and
// its cause named anew. † as a case of its own, as after a year in closed: what is over is over.
// `found` in cause_wanted is what has not been looked at since.
//
// `removed` while the cause is named already (a page that was missed, before it was
// ever clean) goes on to rescanning. record() in cases.cpp performs every edge.
struct Step {
  CaseState state = CaseState::open;
  bool recurrence = false;
};
// None: the event is refused, or changes nothing.
std::optional<Step> step(std::optional<CaseState> from, CaseEvent event, bool cause_named);

// The case is not over.
bool is_alive(CaseState state);
// Somebody has to act.
bool waits_for_person(CaseState state);

}  // namespace khien::site
