#pragma once

#include <optional>

#include "khien/core/date.hpp"
#include "khien/duty/states.hpp"
#include "khien/law/due.hpp"

namespace khien::duty {

// The best that was recorded for a unit, a duty and a period.
enum class Mark : unsigned char {
  none,
  refused,          // sent back
  waiting,          // for a second person
  approved,
  waiting_exempt,   // "does not apply", waiting
  approved_exempt,  // "does not apply", agreed
};

// All that the state of one duty, unit and occurrence depends on.
struct Facts {
  const law::Duty* duty = nullptr;
  const law::Occurrence* occurrence = nullptr;
  Date as_of;
  bool applies = true;             // the duty's own condition on the unit
  Mark record = Mark::none;        // duty records
  Mark in_register = Mark::none;   // register records of the period
  const Measurement* measurement = nullptr;  // null: the duty names no metric
};

// Pure: the same facts, the same state.
DutyState judge(const Facts& facts);

// Why it is so, in words.
LocalText reason_of(const Facts& facts, DutyState state, const law::Metric* metric);

// How many days before its last day in time a duty is "due soon".
int soon_days(const law::Duty& duty);

}  // namespace khien::duty
