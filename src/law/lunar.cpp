#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/law/calendar.hpp"

// The Vietnamese lunar calendar by the rules that Hồ Ngọc Đức describes, with the
// formulas of J. Meeus for the new moon ("Astronomical Formulae for Calculators",
// ch. 32) and the sun's longitude ("Astronomical Algorithms", ch. 25), at UTC+7:
//
//  (1) a month begins on the day, at UTC+7, of a new moon;
//  (2) month 11 holds the winter solstice;
//  (3) where 13 months lie from one month 11 to the next, the first of them in which
//      the sun enters no new sector of 30 degrees is leap: it repeats the number of
//      the month before it.
namespace khien::law {
namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kSynodicMonth = 29.530588853;  // days
constexpr std::int64_t kJulianDayOf1970 = 2'440'588;
constexpr double kDaysToUtc7 = 7.0 / 24;
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

double sine(double degrees) { return std::sin(degrees * kRadians); }

// Dynamical time minus universal time, in days; `t` in Julian centuries from 1900.
double delta_t(double t) {
  if (t < -11) return 0.001 + t * (0.000839 + t * (0.0002261 - t * (0.00000845 + t * 0.000000081)));
  return -0.000278 + t * (0.000265 + t * 0.000262);
}

// The Julian date, universal time, of the new moon number `k` (0: January 1900).
double new_moon(double k) {
  const double t = k / 1236.85;  // Julian centuries from 1900
  const double t2 = t * t;
  const double t3 = t2 * t;
  const double mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t2 - 0.000000155 * t3 +
                      0.00033 * sine(166.56 + 132.87 * t - 0.009173 * t2);
  const double sun = 359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3;    // mean anomaly
  const double moon = 306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3;  // mean anomaly
  const double node = 21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3;   // argument of latitude
  const double correction = (0.1734 - 0.000393 * t) * sine(sun) + 0.0021 * sine(2 * sun) -
                            0.4068 * sine(moon) + 0.0161 * sine(2 * moon) - 0.0004 * sine(3 * moon) +
                            0.0104 * sine(2 * node) - 0.0051 * sine(sun + moon) - 0.0074 * sine(sun - moon) +
                            0.0004 * sine(2 * node + sun) - 0.0004 * sine(2 * node - sun) -
                            0.0006 * sine(2 * node + moon) + 0.0010 * sine(2 * node - moon) +
                            0.0005 * sine(2 * moon + sun);
  return mean + correction - delta_t(t);
}

// (1) The day at UTC+7 on which new moon `k` falls.
Date new_moon_day(std::int64_t k) {
  const double local = new_moon(static_cast<double>(k)) + 0.5 + kDaysToUtc7;
  return Date::from_days(static_cast<std::int64_t>(std::floor(local)) - kJulianDayOf1970);
}

// Which twelfth of its year the sun stands in at the beginning of a day at UTC+7:
// 0 from the March equinox, 9 from the winter solstice.
int sector_at_midnight(Date day) {
  const double julian = static_cast<double>(day.days() + kJulianDayOf1970) - 0.5 - kDaysToUtc7;
  const double t = (julian - 2451545.0) / 36525;  // Julian centuries from 2000
  const double mean = 280.46645 + 36000.76983 * t + 0.0003032 * t * t;
  const double anomaly = 357.52910 + 35999.05030 * t - 0.0001559 * t * t - 0.00000048 * t * t * t;
  const double centre = (1.914600 - 0.004817 * t - 0.000014 * t * t) * sine(anomaly) +
                        (0.019993 - 0.000101 * t) * sine(2 * anomaly) + 0.000290 * sine(3 * anomaly);
  const double turns = (mean + centre) / 360;
  return static_cast<int>(std::floor((turns - std::floor(turns)) * 12)) % 12;
}

// The new moon with which month 11 of `year` begins (2).
std::int64_t month_11_of(int year) {
  const Date last = *Date::of(year, 12, 31);
  auto k = static_cast<std::int64_t>(
      std::floor((static_cast<double>(last.days() + kJulianDayOf1970) - 2415021.0) / kSynodicMonth));
  while (new_moon_day(k) > last) --k;
  while (new_moon_day(k + 1) <= last) ++k;
  // The month that December ends in begins after the solstice: it is month 12.
  return sector_at_midnight(new_moon_day(k)) >= 9 ? k - 1 : k;
}

struct Month {
  Date first;
  Date after;  // the first day of the next month
  int year = 0;
  int month = 0;
  bool leap = false;
};

// The months from month 11 of `year - 1` to before month 11 of `year`.
std::vector<Month> months_of(int year) {
  const std::int64_t begin = month_11_of(year - 1);
  const std::int64_t end = month_11_of(year);
  khien_assert(end - begin == 12 || end - begin == 13);
  bool leap_wanted = end - begin == 13;
  std::vector<Month> months;
  int number = 11;
  int of_year = year - 1;
  for (std::int64_t k = begin; k < end; ++k) {
    Month month{.first = new_moon_day(k), .after = new_moon_day(k + 1)};
    // (3); the first month holds the solstice and is never leap.
    month.leap =
        leap_wanted && k > begin && sector_at_midnight(month.first) == sector_at_midnight(month.after);
    if (month.leap) {
      leap_wanted = false;
    } else if (k > begin && ++number > 12) {
      number = 1;
      ++of_year;
    }
    month.month = number;
    month.year = of_year;
    months.push_back(month);
  }
  return months;
}

bool covered(int year) { return year >= kFirstYear && year <= kLastYear; }

}  // namespace

std::optional<LunarDate> lunar_of(Date day) {
  if (day.year() < kFirstYear || day.year() > kLastYear + 1) return {};
  // A day of January or February may belong to the lunar year before; one after
  // month 11 began belongs to the next list.
  for (const int year : {day.year(), day.year() + 1}) {
    for (const Month& month : months_of(year)) {
      if (day < month.first || day >= month.after) continue;
      if (!covered(month.year)) return {};
      return LunarDate{month.year, month.month, day - month.first + 1, month.leap};
    }
  }
  return {};
}

std::optional<Date> solar_of(const LunarDate& lunar) {
  if (!covered(lunar.year) || lunar.day < 1) return {};
  for (const int year : {lunar.year, lunar.year + 1}) {
    for (const Month& month : months_of(year)) {
      if (month.year != lunar.year || month.month != lunar.month || month.leap != lunar.leap) continue;
      const Date day = month.first + (lunar.day - 1);
      if (day >= month.after) return {};
      return day;
    }
  }
  return {};
}

}  // namespace khien::law
