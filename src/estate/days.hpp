#pragma once

#include <optional>

#include "khien/core/date.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {

// How a day is stored: days since 1970-01-01.
inline store::Value day(Date date) { return store::Value(std::int64_t{date.days()}); }
inline store::Value day(const std::optional<Date>& date) { return date ? day(*date) : store::Value(nullptr); }
inline Date day_at(const store::Row& row, int column) { return Date::from_days(row.integer(column)); }
inline std::optional<Date> optional_day_at(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return day_at(row, column);
}

// The first day there is stands for "since ever, as far as we know".
inline std::optional<Date> known(Date first_day) {
  if (first_day == Date::first()) return std::nullopt;
  return first_day;
}

}  // namespace khien::estate
