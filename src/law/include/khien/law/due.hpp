#pragma once

#include <optional>
#include <vector>

#include "khien/law/calendar.hpp"
#include "khien/law/directive.hpp"

namespace khien::law {

// One time that a duty is to be done.
struct Occurrence {
  Date period_from;
  std::optional<Date> period_to;        // nothing: for as long as the directive is in force
  std::optional<Date> due;              // the LAST DAY IN TIME; nothing: a duty without a clock
  std::optional<HolidayWindow> window;  // each_holiday: the hours it covers

  // The days on which the occurrence matters: from period_from to the later of
  // period_to and due.
  Date last_day() const;
};

// Every occurrence whose days (period_from to last_day) meet [from, to], by period.
// Pure: a function of its arguments.
//
//  - quarterly, half_yearly, yearly: calendar periods. An occurrence exists if its due
//    (or, without one, its period's end) is not before the directive's valid_from and
//    its period does not begin after valid_to.
//  - once: one, from valid_from to the date (or to valid_to).
//  - continuous and on_event: one, from valid_from to valid_to. An event's own deadline
//    is due_after().
//  - each_holiday: one a union of holidays; the period runs from the last working day
//    before to the first one after, due is its first day: the roster must stand by then.
std::vector<Occurrence> occurrences(const Duty& duty, const Directive& directive, const Calendar& calendar,
                                    Date from, Date to);

// When an on_event duty is due after its event.
struct EventDue {
  Date due;          // the last day in time
  Timestamp moment;  // the last moment in time
};
// Nothing where the rule is not after_event.
std::optional<EventDue> due_after(const DueRule& rule, const Calendar& calendar, Timestamp event);

// The rule in words: "trước ngày 20 của tháng cuối quý".
LocalText describe(const DueRule& rule, Recurrence recurrence);

}  // namespace khien::law
