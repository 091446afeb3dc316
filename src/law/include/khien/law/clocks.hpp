#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/law/calendar.hpp"

namespace khien::law {

// What makes an incident more than an incident ("serious"), in a rule version's own
// words. What is true of one incident is said by people.
struct IncidentTrait {
  std::string id;
  LocalText title;
  std::optional<LocalText> note;
};

struct IncidentClock {
  enum class Kind : unsigned char { at_once, hours, days, working_days };
  std::string id;
  LocalText title;
  std::vector<std::string> applies;  // any of these traits; empty: every incident
  Kind kind = Kind::at_once;
  int amount = 0;
  LocalText receiver;
  std::vector<std::string> receiver_words;  // one of which names the receiver where a person writes it; none: anybody
  LocalText content;  // what the notice must hold
  std::string article;
};

// One version of the rules on reporting incidents. It may hold a duty and no clock.
struct ClockRules {
  std::string id;
  LocalText title;
  Date valid_from;  // by the day of detection at UTC+7
  std::optional<Date> valid_to;
  LocalText duty;
  std::optional<LocalText> caution;
  std::vector<IncidentTrait> traits;
  std::vector<IncidentClock> clocks;
};

struct IncidentDeadline {
  const IncidentClock* clock = nullptr;
  Timestamp moment;  // the last moment in time; at_once: the detection
  Date due;          // its day at UTC+7
};

// The deadlines of an incident, soonest first, for the traits it has. Empty: the duty
// to report is there, a number is not.
std::vector<IncidentDeadline> deadlines(const ClockRules& rules, const Calendar& calendar, Timestamp detected,
                                        const std::vector<std::string>& traits);

}  // namespace khien::law
