#pragma once

#include <optional>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::site {

// A site that was altered, until it stays clean.
enum class CaseState : unsigned char {
  open,          // somebody has to remove what was put there
  cause_wanted,  // it was removed, as a person says; how it came there is not named
  rescanning,    // the cause is named; the next look decides
  watching,      // clean; looked at daily for kWatchedFor
  closed,        // it stayed clean
  legitimate,    // a person said that nothing was wrong
};
std::string_view to_string(CaseState state);
Result<CaseState> case_state_from_string(std::string_view text);

enum class CaseEvent : unsigned char {
  found,       // the hub: a page is altered
  clean,       // the hub: every page of the case was seen whole and clean since
  stayed,      // the hub: clean, and kWatchedFor is over
  confirmed,   // a person: it is what it looks like
  removed,     // a person: what was put there is gone
  cause,       // a person: how it came there
  legitimate,  // a person: nothing is wrong with it
  recheck,     // a person: look again now
};
std::string_view to_string(CaseEvent event);
Result<CaseEvent> case_event_from_string(std::string_view text);

// How it came there. Closed list: what a province counts; the text says the rest.
enum class Cause : unsigned char {
  stolen_account,     // a password was stolen or guessed
  cms_hole,           // the content system was not up to date
  plugin_hole,        // an addition of it was not
  foreign_file,       // a web shell or an upload that runs
  shared_server,      // came from another site of the same server
  server_hole,        // the system or its settings
  insider,            // somebody with the right to write sold or misused it
  supplier,           // by way of who builds or hosts the site
  open_posting,       // visitors may post unmoderated
  search_echo,        // the site's own search repeats what it is asked
  lapsed_domain,      // a linked name belongs to somebody else now
  taken_name,         // a name of ours pointed at what others could take
  other,
};
std::string_view to_string(Cause cause);
Result<Cause> cause_from_string(std::string_view text);

}  // namespace khien::site
