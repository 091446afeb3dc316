#include "khien/core/moment.hpp"

#include <array>
#include <charconv>

#include "khien/core/date.hpp"

namespace khien {
namespace {

constexpr std::size_t kMostText = 40;
constexpr int kFirstYear = 2000;

std::optional<int> number(std::string_view text, std::size_t most_digits) {
  int value = 0;
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// Three parts between two of the same separator.
std::optional<std::array<std::string_view, 3>> three_parts(std::string_view text, char separator) {
  const auto first = text.find(separator);
  if (first == text.npos) return std::nullopt;
  const auto second = text.find(separator, first + 1);
  if (second == text.npos) return std::nullopt;
  return std::array{text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

std::optional<Date> read_day(std::string_view text) {
  for (const char separator : {'/', '-', '.'}) {
    const auto parts = three_parts(text, separator);
    if (!parts) continue;
    const bool year_first = (*parts)[0].size() == 4;
    const auto year = number((*parts)[year_first ? 0 : 2], 4);
    const auto month = number((*parts)[1], 2);
    const auto day = number((*parts)[year_first ? 2 : 0], 2);
    if (!year || !month || !day || *year < kFirstYear) return std::nullopt;
    return Date::of(*year, *month, *day);
  }
  return std::nullopt;
}

// Seconds with a fraction: what is smaller than a millisecond is cut off.
std::optional<int> read_seconds(std::string_view text) {
  const auto dot = text.find_first_of(".,");
  const auto whole = number(text.substr(0, dot), 2);
  if (!whole || *whole > 59) return std::nullopt;
  int ms = *whole * 1000;
  if (dot == text.npos) return ms;
  const auto fraction = text.substr(dot + 1);
  if (!number(fraction, 9)) return std::nullopt;
  int scale = 100;
  for (std::size_t i = 0; i < fraction.size() && scale > 0; ++i, scale /= 10) ms += (fraction[i] - '0') * scale;
  return ms;
}

}  // namespace

std::optional<Duration> read_time_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const auto second = text.find(':', colon + 1);
  const auto hour = number(text.substr(0, colon), 2);
  const auto minute = number(text.substr(colon + 1, second == text.npos ? text.npos : second - colon - 1), 2);
  const auto ms = second == text.npos ? std::optional(0) : read_seconds(text.substr(second + 1));
  if (!hour || !minute || !ms || *hour > 23 || *minute > 59) return std::nullopt;
  return Duration{hours(*hour).ms + minutes(*minute).ms + *ms};
}

std::optional<Timestamp> read_day_begin(std::string_view text) {
  const auto day = read_day(text);
  return day ? std::optional(vietnam_moment(*day)) : std::nullopt;
}

std::optional<Timestamp> read_moment(std::string_view text) {
  if (text.size() > kMostText) return std::nullopt;
  if (const auto exact = from_rfc3339(text)) return exact->ms >= 0 ? std::optional(*exact) : std::nullopt;
  if (const auto day = read_day_begin(text)) return day;
  auto between = text.find(' ');
  if (between == text.npos) between = text.find('T');
  if (between == text.npos) return std::nullopt;
  auto first = text.substr(0, between), second = text.substr(between + 1);
  if (first.find(':') != first.npos) std::swap(first, second);
  const auto day = read_day_begin(first);
  const auto time = read_time_of_day(second);
  if (!day || !time) return std::nullopt;
  return *day + *time;
}

}  // namespace khien
