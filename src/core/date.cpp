#include "khien/core/date.hpp"

#include <algorithm>

#include "civil.hpp"
#include "khien/core/assert.hpp"

namespace khien {
namespace {

constexpr std::int64_t kFirstDay = days_from_civil({1, 1, 1});
constexpr std::int64_t kLastDay = days_from_civil({9999, 12, 31});

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

int days_in_month(int year, int month) {
  khien_assert(month >= 1 && month <= 12);
  return static_cast<int>(days_in_civil_month(year, static_cast<unsigned>(month)));
}

std::optional<Date> Date::of(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
    return {};
  return from_days(days_from_civil({year, static_cast<unsigned>(month), static_cast<unsigned>(day)}));
}

Result<Date> Date::parse(std::string_view text) {
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                      all_digits(text.substr(0, 4)) && all_digits(text.substr(5, 2)) &&
                      all_digits(text.substr(8, 2));
  if (!shaped) return Error(Code::invalid, "not a date (YYYY-MM-DD)");
  const auto date =
      of(number_of(text.substr(0, 4)), number_of(text.substr(5, 2)), number_of(text.substr(8, 2)));
  if (!date) return Error(Code::invalid, "there is no day " + std::string(text));
  return *date;
}

Date Date::from_days(std::int64_t days_since_1970) {
  return Date(static_cast<std::int32_t>(std::clamp(days_since_1970, kFirstDay, kLastDay)));
}

int Date::year() const { return static_cast<int>(civil_from_days(days_).year); }
int Date::month() const { return static_cast<int>(civil_from_days(days_).month); }
int Date::day() const { return static_cast<int>(civil_from_days(days_).day); }

Weekday Date::weekday() const {
  // 1970-01-01 was a Thursday; day 0 of the modulus is a Monday.
  const int from_monday = ((days_ + 3) % 7 + 7) % 7;
  return static_cast<Weekday>(from_monday + 1);
}

std::string to_string(Date date) {
  const CivilDate civil = civil_from_days(date.days());
  std::string text = "0000-00-00";
  const auto put = [&text](std::size_t last, std::int64_t value) {
    for (; value > 0; value /= 10) text[last--] = static_cast<char>('0' + value % 10);
  };
  put(3, civil.year);
  put(6, civil.month);
  put(9, civil.day);
  return text;
}

Date vietnam_day(Timestamp time) {
  const std::int64_t midnight_utc_ms = vietnam_midnight(time).ms + hours(7).ms;
  return Date::from_days(midnight_utc_ms / days(1).ms);
}

Timestamp vietnam_moment(Date day, int minutes_of_day) {
  return Timestamp{day.days() * days(1).ms - hours(7).ms + minutes(minutes_of_day).ms};
}

}  // namespace khien
