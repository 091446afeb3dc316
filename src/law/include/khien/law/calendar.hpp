#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/model/local_text.hpp"

namespace khien::law {

// ------------------------------------------------------------------ lunar dates

// A day of the Vietnamese lunar calendar: new moons and the sun's longitude at UTC+7
// (the Chinese calendar, at UTC+8, differs: Tết of 2030 by a day, of 1985 by a month).
struct LunarDate {
  int year = 0;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 30
  bool leap = false;
  auto operator<=>(const LunarDate&) const = default;
};

// Nothing outside lunar years 1900 to 2199, or where the month has no such day.
std::optional<LunarDate> lunar_of(Date day);
std::optional<Date> solar_of(const LunarDate& lunar);

// --------------------------------------------------------------- public holidays

enum class CalendarStatus : unsigned char {
  enacted,    // decided, in force
  announced,  // said by the government, no decision seen
  unknown,    // a file that knows no decision: the days it lists are off whatever is decided
  computed,   // no year file: only what the law itself fixes
};
std::string_view to_string(CalendarStatus value);

struct Holiday {
  Date from;  // first and last day off of this holiday, as decided
  Date to;
  std::vector<LocalText> names;
  CalendarStatus status = CalendarStatus::computed;
  std::string decision;    // its document; empty: none known
  std::vector<Date> core;  // the days the law itself names
};

// A working day exchanged: `off` is free, `work` (a rest day) is worked instead.
struct Swap {
  Date off;
  Date work;
};

// One year as data, or as computed.
struct CalendarYear {
  int year = 0;
  CalendarStatus status = CalendarStatus::computed;
  std::string decision;
  std::optional<LocalText> note;
  std::vector<Holiday> holidays;  // by date
  std::vector<Swap> swaps;
  int work_from = 7 * 60 + 30;  // first working minute of a day, and the minute it ends
  int work_to = 17 * 60;
};

// Touching days off around at least one public holiday, as one: from the last working
// hour before to the first working hour after.
struct HolidayWindow {
  Date last_work_before;  // the window begins there at `from`
  Date first_off;
  Date last_off;
  Date first_work_after;  // and ends there at `to`
  Timestamp from;
  Timestamp to;
  std::vector<LocalText> names;
  CalendarStatus status = CalendarStatus::computed;  // the least certain of its holidays
};

// Holidays, swapped days and working days. Immutable; safe from many threads.
class Calendar {
 public:
  // Years that are given must be distinct; others are computed when asked, and so are
  // the holidays of one that is unknown and lists none.
  explicit Calendar(std::vector<CalendarYear> years = {});

  // The year's file, or what is computed. Computed holidays are only the certain days:
  // Tết's eve and first three days, and the days that make good for weekends.
  CalendarYear year(int year) const;

  bool is_public_holiday(Date day) const;
  // A weekend, a public holiday or a swapped day off; not a swapped working day.
  bool is_off(Date day) const;
  bool is_working_day(Date day) const { return !is_off(day); }

  // The day that is `count` working days after `day` (0: `day` itself).
  Date add_working_days(Date day, int count) const;
  // Working days in (after, to]; 0 where to <= after.
  int working_days_between(Date after, Date to) const;

  // The unions that have a day off in [from, to], in order.
  std::vector<HolidayWindow> windows(Date from, Date to) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace khien::law
