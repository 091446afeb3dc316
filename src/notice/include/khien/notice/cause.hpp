#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"

namespace khien::notice {

using MessageId = Id<struct MessageTag>;

// What somebody may have to be told of.
enum class CauseKind : unsigned char {
  malware,           // a file of high or critical severity on machines
  site_case,         // a website was altered
  site_returned,     // and again, after it was clean
  advisory,          // something with a deadline is followed now
  advisory_soon,
  advisory_overdue,
  duty_soon,
  duty_overdue,
  incident_opened,
  incident_task,     // given to a person
  incident_soon,     // a clock has a quarter of its time left
  incident_late,     // and is past its time
  incident_unmet,    // a day later still
  botnet_case,       // an address of a unit is on a botnet list
  request,           // the standing body asks a unit
  request_reminder,
  help_asked,
  help_answered,
  duty_call,         // a test call: is anybody on duty there?
  roster_gap,        // a holiday window in which nobody is on duty
  test,              // a person asked for one
};
std::string_view to_string(CauseKind kind);
// Code::invalid if there is none of that name.
Result<CauseKind> cause_kind_from_string(std::string_view text);

// One thing that happened, and never what was seen: no name of a file, no address, no text
// from outside has a place in it.
struct Cause {
  std::string key;     // its name for ever: who was told of it is not told again
  CauseKind kind = CauseKind::malware;
  std::string bundle;  // causes of one bundle are told together; never shown
  int level = 0;       // how often nobody answered
  std::vector<UnitId> path;  // the unit, then those above it, nearest first; never empty
  Timestamp at;
  std::int64_t count = 1;    // machines, sites, duties
  std::optional<UserId> owner;
  std::optional<Timestamp> due;
  std::int64_t link = 0;     // of the thing, by the kind; 0: several
};

// How a person is reached. In the page always; there is no hour at which that is loud.
enum class Channel : unsigned char { in_page, mail, webhook };
std::string_view to_string(Channel channel);
Result<Channel> channel_from_string(std::string_view text);

}  // namespace khien::notice
