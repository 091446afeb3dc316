#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien {

// A length of time in milliseconds. A type of its own so that a count of
// seconds cannot be handed over as one of milliseconds.
struct Duration {
  std::int64_t ms = 0;

  auto operator<=>(const Duration&) const = default;
};

constexpr Duration milliseconds(std::int64_t n) { return {n}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration minutes(std::int64_t n) { return {n * 60'000}; }
constexpr Duration hours(std::int64_t n) { return {n * 3'600'000}; }
constexpr Duration days(std::int64_t n) { return {n * 86'400'000}; }

// A moment: Unix milliseconds, UTC. Stored and sent as this number.
struct Timestamp {
  std::int64_t ms = 0;

  auto operator<=>(const Timestamp&) const = default;
  Timestamp operator+(Duration d) const { return {ms + d.ms}; }
  Timestamp operator-(Duration d) const { return {ms - d.ms}; }
  Duration operator-(Timestamp other) const { return {ms - other.ms}; }
};

// "2026-11-22T03:04:05.678Z". Moments outside the years 0 to 9999 are clamped.
std::string to_rfc3339(Timestamp time);

// RFC 3339 §5.6 with any offset; fractions beyond milliseconds are cut off.
// Code::invalid for anything else, leap seconds included.
Result<Timestamp> from_rfc3339(std::string_view text);

// "2026-11-22" of the calendar day at UTC+7, where every user of Khiên lives.
std::string vietnam_date(Timestamp time);
// Midnight at UTC+7 that begins the day of `time`.
Timestamp vietnam_midnight(Timestamp time);

}  // namespace khien
