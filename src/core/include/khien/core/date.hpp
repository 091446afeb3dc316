#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien {

enum class Weekday : unsigned char { monday = 1, tuesday, wednesday, thursday, friday, saturday, sunday };

// A day of the Gregorian calendar (proleptic), 0001-01-01 to 9999-12-31, without
// a time of day or a zone. Sums that leave the range stop at its ends.
class Date {
 public:
  constexpr Date() = default;  // 1970-01-01

  // Nothing where there is no such day (2027-02-30).
  static std::optional<Date> of(int year, int month, int day);
  // Exactly "YYYY-MM-DD". Code::invalid for anything else, impossible days included.
  static Result<Date> parse(std::string_view text);
  static Date from_days(std::int64_t days_since_1970);
  static Date first() { return from_days(INT64_MIN); }  // 0001-01-01
  static Date last() { return from_days(INT64_MAX); }   // 9999-12-31

  int year() const;
  int month() const;  // 1 to 12
  int day() const;    // 1 to 31
  Weekday weekday() const;
  bool is_weekend() const { return weekday() >= Weekday::saturday; }
  constexpr std::int32_t days() const { return days_; }  // since 1970-01-01

  Date operator+(std::int64_t days) const { return from_days(days_ + days); }
  Date operator-(std::int64_t days) const { return from_days(days_ - days); }
  int operator-(Date other) const { return days_ - other.days_; }
  auto operator<=>(const Date&) const = default;

 private:
  explicit constexpr Date(std::int32_t days) : days_(days) {}
  std::int32_t days_ = 0;
};

int days_in_month(int year, int month);

// "2026-11-22".
std::string to_string(Date date);

// The calendar day of a moment at UTC+7, where every user of Khiên lives, and the
// moment at which that day begins there, plus `minutes_of_day`.
Date vietnam_day(Timestamp time);
Timestamp vietnam_moment(Date day, int minutes_of_day = 0);

}  // namespace khien
