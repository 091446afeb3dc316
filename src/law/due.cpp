#include "khien/law/due.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::law {
namespace {

// Beyond, no lunar year is computed and so no holiday is known.
const Date kEarliest = *Date::of(1900, 1, 1);
const Date kLatest = *Date::of(2199, 12, 31);

struct Period {
  Date from;
  Date to;
  int number = 0;  // 0-based within its year
};

int periods_a_year(Recurrence recurrence) {
  switch (recurrence) {
    case Recurrence::quarterly:
      return 4;
    case Recurrence::half_yearly:
      return 2;
    case Recurrence::yearly:
      return 1;
    default:
      return 0;
  }
}

Period period_of(int year, int number, int a_year) {
  const int months = 12 / a_year;
  const int last_month = (number + 1) * months;
  return {.from = *Date::of(year, number * months + 1, 1),
          .to = *Date::of(year, last_month, days_in_month(year, last_month)),
          .number = number};
}

// The day of `year`; 29 February of a common year is 28 February.
Date day_of(int year, MonthDay day) {
  return *Date::of(year, day.month, std::min(day.day, days_in_month(year, day.month)));
}

std::optional<Date> due_of(const DueRule& rule, const Period& period, const Calendar& calendar) {
  const int year = period.from.year();
  switch (rule.kind) {
    case DueRule::Kind::before_day: {
      const int month = rule.month == 0 ? period.to.month() : rule.month;
      return day_of(year, {month, rule.day}) - 1;
    }
    case DueRule::Kind::before_dates:
      return day_of(year, rule.dates.at(static_cast<std::size_t>(period.number))) - 1;
    case DueRule::Kind::by_dates:
      return day_of(year, rule.dates.at(static_cast<std::size_t>(period.number)));
    case DueRule::Kind::end_of_period:
      return calendar.add_working_days(period.to, rule.working_days);
    default:
      return {};
  }
}

bool exists(const Occurrence& occurrence, const Directive& directive) {
  const auto decides = occurrence.due ? occurrence.due : occurrence.period_to;
  if (decides && *decides < directive.valid_from) return false;
  return !directive.valid_to || occurrence.period_from <= *directive.valid_to;
}

bool meets(const Occurrence& occurrence, Date from, Date to) {
  const Date first =
      occurrence.due ? std::min(*occurrence.due, occurrence.period_from) : occurrence.period_from;
  return first <= to && occurrence.last_day() >= from;
}

std::vector<Occurrence> periodic(const Duty& duty, const Directive& directive, const Calendar& calendar,
                                 Date from, Date to) {
  std::vector<Occurrence> found;
  const int a_year = periods_a_year(duty.recurrence);
  // A year to both sides: a due may lie outside its own period.
  const int first_year = std::max(from.year(), directive.valid_from.year()) - 1;
  for (int year = std::max(first_year, kEarliest.year()); year <= std::min(to.year() + 1, kLatest.year());
       ++year) {
    for (int number = 0; number < a_year; ++number) {
      const Period period = period_of(year, number, a_year);
      const Occurrence one{
          .period_from = period.from, .period_to = period.to, .due = due_of(duty.due, period, calendar)};
      if (exists(one, directive) && meets(one, from, to)) found.push_back(one);
    }
  }
  return found;
}

std::vector<Occurrence> on_holidays(const Directive& directive, const Calendar& calendar, Date from,
                                    Date to) {
  std::vector<Occurrence> found;
  // The working days around a union belong to its window.
  for (const HolidayWindow& window : calendar.windows(std::max(from, directive.valid_from) - 1, to + 1)) {
    const Occurrence one{.period_from = window.last_work_before,
                         .period_to = window.first_work_after,
                         .due = window.last_work_before,
                         .window = window};
    if (exists(one, directive) && meets(one, from, to)) found.push_back(one);
  }
  return found;
}

}  // namespace

Date Occurrence::last_day() const {
  if (!period_to) return Date::last();
  return due ? std::max(*due, *period_to) : *period_to;
}

std::vector<Occurrence> occurrences(const Duty& duty, const Directive& directive, const Calendar& calendar,
                                    Date from, Date to) {
  from = std::max(from, kEarliest);
  to = std::min(to, kLatest);
  if (from > to) return {};
  if (duty.recurrence == Recurrence::each_holiday) return on_holidays(directive, calendar, from, to);
  if (periods_a_year(duty.recurrence) > 0) return periodic(duty, directive, calendar, from, to);

  Occurrence one{.period_from = directive.valid_from, .period_to = directive.valid_to};
  if (duty.due.kind == DueRule::Kind::on_date) {
    one.due = duty.due.date;
    one.period_to = duty.due.date;
  }
  if (exists(one, directive) && meets(one, from, to)) return {one};
  return {};
}

std::optional<EventDue> due_after(const DueRule& rule, const Calendar& calendar, Timestamp event) {
  if (rule.kind != DueRule::Kind::after_event) return {};
  if (rule.hours > 0) {
    const Timestamp moment = event + hours(rule.hours);
    return EventDue{.due = vietnam_day(moment), .moment = moment};
  }
  const Date due = calendar.add_working_days(vietnam_day(event), rule.working_days);
  return EventDue{.due = due, .moment = vietnam_moment(due + 1) - milliseconds(1)};
}

}  // namespace khien::law
