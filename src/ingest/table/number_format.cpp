#include "table/number_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "khien/core/date.hpp"

namespace khien::ingest {
namespace {

constexpr double kLargestWhole = 1e15;
constexpr std::int64_t kDays1900 = -25'569;  // 1899-12-30
constexpr std::int64_t kDays1904 = -24'107;  // 1904-01-01

NumberFormat built_in(int id) {
  NumberFormat format;
  format.date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  format.time = (id >= 18 && id <= 22) || (id >= 45 && id <= 47);
  return format;
}

// The letters that mean something: not in quotes, not in brackets, not escaped.
std::string letters_of(std::string_view code) {
  std::string letters;
  bool quoted = false, bracketed = false;
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '[' || c == ']')) {
      bracketed = c == '[';
    } else if (!quoted && !bracketed) {
      letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  return letters;
}

std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string clock_of(std::int64_t seconds) {
  std::string text = two(seconds / 3600) + ":" + two(seconds / 60 % 60);
  if (seconds % 60 != 0) text += ":" + two(seconds % 60);
  return text;
}

std::string moment_of(double serial, const NumberFormat& format, bool from_1904) {
  auto days = static_cast<std::int64_t>(std::floor(serial));
  auto seconds = static_cast<std::int64_t>(std::llround((serial - std::floor(serial)) * 86'400));
  if (seconds == 86'400) {
    ++days;
    seconds = 0;
  }
  if (!format.date) return clock_of(seconds);
  const std::string date = to_string(Date::from_days(days + (from_1904 ? kDays1904 : kDays1900)));
  return seconds == 0 ? date : date + " " + clock_of(seconds);
}

}  // namespace

NumberFormat number_format_of(int id, std::string_view code) {
  if (code.empty()) return built_in(id);
  const std::string letters = letters_of(code);
  NumberFormat format;
  if (!letters.empty() && letters.find_first_not_of('0') == letters.npos) format.zeros = letters.size();
  const auto has = [&](char c) { return letters.find(c) != letters.npos; };
  if (letters.find("general") != letters.npos) return format;
  format.time = has('h') || has('s');
  format.date = has('y') || has('d') || (has('m') && !format.time);
  return format;
}

std::string shown_number(std::string_view text, const NumberFormat& format, bool from_1904) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::string(text);
  }
  const bool in_calendar = number >= 0 && number < 2'958'466;  // up to 9999-12-31
  if ((format.date || format.time) && in_calendar) return moment_of(number, format, from_1904);
  if (std::floor(number) == number && std::fabs(number) < kLargestWhole) {
    std::string whole = std::to_string(static_cast<std::int64_t>(number));
    if (number >= 0 && whole.size() < format.zeros) whole.insert(0, format.zeros - whole.size(), '0');
    return whole;
  }
  std::array<char, 64> digits;
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return std::string(digits.data(), written.ptr);
}

}  // namespace khien::ingest
