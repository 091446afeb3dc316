#pragma once

#include <string_view>

#include "khien/model/finding.hpp"

namespace khien::flow {

// Who turns which state into which:
//
//   from          a `present` claim   a `gone` claim,       a person
//                 see()               rule withdrawn        decide()
//                                     settle_gone(),
//                                     withdraw()
//   (none)        new                 –                     –
//   new           new                 resolved              in_progress, suppressed, resolved
//   in_progress   in_progress         resolved              new, suppressed, resolved
//   suppressed    suppressed          suppressed            new, in_progress
//   resolved      new                 resolved              new, in_progress, suppressed
//
// A person may also stay in a state, to add a note or to take the finding.
//
// What an order let back is suppressed with an allowance, by allow(), in the name
// of who gave the order; it is for those bytes and until a day. That ends it:
//   suppressed ──see() of other bytes, or past the day──► new
//   suppressed ──end_allowance(), the day is over──► new; resolved if it was gone
//
// Of the advisory judge a person only takes or notes (decide()): it is closed by what the
// inventory shows, from any state, and a decision with a reason and an end day holds it:
//   any ──end_match()──► resolved
//   new, in_progress ──hold()──► suppressed ──let_go()──► new
// see(), settle_gone(), withdraw(), close(), end_match(), hold(), let_go(), allow() and
// end_allowance() are in finding_writer.cpp, decide() is in decide.cpp; nothing else writes
// a state.

FindingState after_present(FindingState from);
FindingState after_gone(FindingState from);
FindingState after_end(FindingState from);
// `there`: the last word about the subject was that it is.
FindingState after_allowance(bool there);
bool person_may(FindingState from, FindingState to);

bool is_open(FindingState state);

// What the transition does to the number of open findings: "opened", "resolved"
// or "". Suppressing closes without resolving anything.
std::string_view effect_of(FindingState from, FindingState to);

}  // namespace khien::flow
