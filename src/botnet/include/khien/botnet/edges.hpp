#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::botnet {

// How far an address of a list is on its way out of it.
enum class State : unsigned char { new_, sent, cleaning, reported_clean, delisted, recurred };
std::string_view to_string(State state);
Result<State> state_from_string(std::string_view text);

// What happened to a case. People's: sent to done's end; lists': listed to delisted; the hub's
// own: attributed, host.
enum class Event : unsigned char {
  listed,          // a list named the address for the first time
  listed_again,    // a later list named it: after delisting, or after it was said to be clean
  absent,          // a later complete list of the same source does not name it
  delisted,        // the second one
  attributed,      // whose address it is
  sent,            // the unit was told
  cleaning,        // the unit works on it
  step,            // a step of the playbook is done
  reported_clean,  // the unit says it is clean
  host,            // which machine it is
  note,
};
std::string_view to_string(Event event);
Result<Event> event_from_string(std::string_view text);
// A person may say it.
bool is_of_people(Event event);

// How many later complete lists of the source must be without it.
inline constexpr int kAbsencesToDelist = 2;

// Where an event leads; none where the state does not take it. The whole table:
//
//   state           sent  cleaning  step       reported_clean  listed_again  delisted   attributed  host, note
//   new             sent  cleaning  cleaning   –               –             delisted   new         new
//   sent            –     cleaning  cleaning   reported_clean  –             delisted   sent        sent
//   cleaning        –     –         cleaning   reported_clean  –             delisted   sent        cleaning
//   reported_clean  –     cleaning  –          –               recurred      delisted   sent        reported_clean
//   delisted        –     –         –          –               recurred      –          –           (note alone) delisted
//   recurred        sent  cleaning  cleaning   –               –             delisted   recurred    recurred
//
// What another unit did with it is not this one's: told, it begins. No person delists: only lists do. Pure.
std::optional<State> next_state(State state, Event event);

// What a source's lists say of one address.
struct Standing {
  State state = State::new_;
  Date last_listed;                             // day of the newest list that names it
  std::optional<Timestamp> reported_clean_at;   // since it came into its state, if that is it
};
// A list that names it. `seen_at`: the newest time that the list gives; none: none given, and
// then the list's own day counts. Is it news of a case that was thought to be over?
bool comes_back(const Standing& standing, Date listed_on, std::optional<Timestamp> seen_at, int absences_after);
// How many of a source's complete lists, by their days (ascending, each day once), are later
// than the last that names it; no more than kAbsencesToDelist are counted. Lists older than the
// case count for nothing, partial ones are not in `complete_days`.
int absences_after(Date last_listed, const std::vector<Date>& complete_days);

}  // namespace khien::botnet
