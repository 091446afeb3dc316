#include "khien/law/calendar.hpp"

#include <algorithm>
#include <bitset>
#include <map>

#include "holidays.hpp"
#include "khien/core/assert.hpp"

namespace khien::law {
namespace {

// Made when a Calendar is; other years are computed each time they are asked for.
constexpr int kFirstKept = 2000;
constexpr int kLastKept = 2070;
// Rest days beyond a year's count are a bug of the data's check, not of a year.
constexpr int kLongestHoliday = 60;

constexpr std::size_t kDaysOfYear = 366;

std::size_t index_of(Date day) { return static_cast<std::size_t>(day - *Date::of(day.year(), 1, 1)); }

}  // namespace

struct Calendar::Impl {
  struct Days {
    std::bitset<kDaysOfYear> holiday;  // a public holiday
    std::bitset<kDaysOfYear> off;      // no work: weekend, holiday, swapped
  };

  explicit Impl(std::vector<CalendarYear> given);

  CalendarYear year(int number) const;
  Days days(int number) const;
  Days make_days(int number) const;
  bool is_holiday(Date day) const { return days(day.year()).holiday[index_of(day)]; }
  bool is_off(Date day) const { return days(day.year()).off[index_of(day)]; }
  HolidayWindow window_around(Date holiday) const;

  std::map<int, CalendarYear> years;  // given, and computed ones that are kept
  std::map<int, Days> kept;
};

Calendar::Impl::Impl(std::vector<CalendarYear> given) {
  for (CalendarYear& one : given) {
    const int number = one.year;
    // A file that says it knows nothing still has the days that are certain.
    if (one.status == CalendarStatus::unknown && one.holidays.empty()) {
      one.holidays = computed_year(number).holidays;
    }
    khien_assert(years.emplace(number, std::move(one)).second);
  }
  for (int number = kFirstKept - 1; number <= kLastKept + 1; ++number) {
    if (!years.contains(number)) years.emplace(number, computed_year(number));
  }
  for (int number = kFirstKept; number <= kLastKept; ++number) kept.emplace(number, make_days(number));
}

CalendarYear Calendar::Impl::year(int number) const {
  const auto found = years.find(number);
  return found != years.end() ? found->second : computed_year(number);
}

Calendar::Impl::Days Calendar::Impl::days(int number) const {
  const auto found = kept.find(number);
  return found != kept.end() ? found->second : make_days(number);
}

Calendar::Impl::Days Calendar::Impl::make_days(int number) const {
  Days made;
  const Date first = *Date::of(number, 1, 1);
  const Date last = *Date::of(number, 12, 31);
  for (Date day = first; day <= last; day = day + 1) {
    if (day.is_weekend()) made.off.set(index_of(day));
    if (day == Date::last()) break;
  }
  const auto within = [&](Date day) { return day >= first && day <= last; };
  // A holiday at a year's end may be in its neighbour's file, a swapped day too.
  for (const int near : {number - 1, number, number + 1}) {
    if (near < 1 || near > 9999) continue;
    const CalendarYear of_year = year(near);
    for (const Holiday& holiday : of_year.holidays) {
      for (Date day = holiday.from; day <= holiday.to; day = day + 1) {
        if (!within(day)) continue;
        made.holiday.set(index_of(day));
        made.off.set(index_of(day));
      }
    }
    for (const Swap& swap : of_year.swaps) {
      if (within(swap.off)) made.off.set(index_of(swap.off));
      if (within(swap.work)) made.off.reset(index_of(swap.work));
    }
  }
  return made;
}

HolidayWindow Calendar::Impl::window_around(Date holiday) const {
  HolidayWindow window{.first_off = holiday, .last_off = holiday};
  while (is_off(window.first_off - 1) && holiday - window.first_off < kLongestHoliday) {
    window.first_off = window.first_off - 1;
  }
  while (is_off(window.last_off + 1) && window.last_off - holiday < kLongestHoliday) {
    window.last_off = window.last_off + 1;
  }
  window.last_work_before = window.first_off - 1;
  window.first_work_after = window.last_off + 1;
  window.from = vietnam_moment(window.last_work_before, year(window.last_work_before.year()).work_to);
  window.to = vietnam_moment(window.first_work_after, year(window.first_work_after.year()).work_from);
  window.status = CalendarStatus::enacted;
  for (const int near : {holiday.year() - 1, holiday.year(), holiday.year() + 1}) {
    for (const Holiday& one : year(near).holidays) {
      if (one.to < window.first_off || one.from > window.last_off) continue;
      for (const LocalText& name : one.names) {
        if (std::ranges::find(window.names, name) == window.names.end()) window.names.push_back(name);
      }
      window.status = std::max(window.status, one.status);
    }
  }
  return window;
}

Calendar::Calendar(std::vector<CalendarYear> years) : impl_(std::make_shared<const Impl>(std::move(years))) {}

CalendarYear Calendar::year(int year) const { return impl_->year(year); }

bool Calendar::is_public_holiday(Date day) const { return impl_->is_holiday(day); }

bool Calendar::is_off(Date day) const { return impl_->is_off(day); }

Date Calendar::add_working_days(Date day, int count) const {
  khien_assert(count >= 0);
  while (count > 0 && day < Date::last()) {
    day = day + 1;
    if (is_working_day(day)) --count;
  }
  return day;
}

int Calendar::working_days_between(Date after, Date to) const {
  int count = 0;
  for (Date day = after; day < to;) {
    day = day + 1;
    if (is_working_day(day)) ++count;
  }
  return count;
}

std::vector<HolidayWindow> Calendar::windows(Date from, Date to) const {
  std::vector<HolidayWindow> found;
  // A union whose holiday lies outside the range may reach into it with its weekend.
  const Date last = to + kLongestHoliday;
  for (Date day = from - kLongestHoliday; day <= last; day = day + 1) {
    if (is_public_holiday(day)) {
      HolidayWindow window = impl_->window_around(day);
      day = window.last_off;
      if (window.last_off >= from && window.first_off <= to) found.push_back(std::move(window));
    }
    if (day == Date::last()) break;
  }
  return found;
}

}  // namespace khien::law
