#include "khien/core/time.hpp"

#include <algorithm>

#include "civil.hpp"

namespace khien {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kVietnamOffsetMs = 7 * 3'600'000;  // no summer time since 1975

constexpr std::int64_t kEarliestMs = days_from_civil({0, 1, 1}) * kDayMs;
constexpr std::int64_t kLatestMs = days_from_civil({10'000, 1, 1}) * kDayMs - 1;

constexpr std::int64_t clamped(std::int64_t ms) { return std::clamp(ms, kEarliestMs, kLatestMs); }

constexpr std::int64_t floored_days(std::int64_t ms) { return ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0); }

void append_digits(std::string& text, std::int64_t value, int width) {
  const std::size_t begin = text.size();
  text.append(static_cast<std::size_t>(width), '0');
  for (std::size_t i = text.size(); i > begin; value /= 10) text[--i] = static_cast<char>('0' + value % 10);
}

void append_date(std::string& text, const CivilDate& date) {
  append_digits(text, date.year, 4);
  text.push_back('-');
  append_digits(text, date.month, 2);
  text.push_back('-');
  append_digits(text, date.day, 2);
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from the left; after the first mismatch everything fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // Exactly `width` digits with a value in [least, most].
  unsigned number(std::size_t width, unsigned least, unsigned most) {
    if (rest_.size() < width) return fail();
    unsigned value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (!is_digit(rest_[i])) return fail();
      value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
    }
    rest_.remove_prefix(width);
    return value >= least && value <= most ? value : fail();
  }

  bool accept(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) fail();
  }

  // Digits after the decimal point, as milliseconds.
  unsigned fraction_ms() {
    std::size_t count = 0;
    unsigned ms = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (count < 3) ms = ms * 10 + static_cast<unsigned>(rest_[count] - '0');
    }
    if (count == 0) return fail();
    rest_.remove_prefix(count);
    return count == 1 ? ms * 100 : count == 2 ? ms * 10 : ms;
  }

  bool failed() const { return failed_; }
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  unsigned fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

CivilDate read_date(Reader& reader) {
  CivilDate date{};
  date.year = reader.number(4, 0, 9999);
  reader.expect('-');
  date.month = reader.number(2, 1, 12);
  reader.expect('-');
  date.day = reader.number(2, 1, days_in_civil_month(date.year, date.month));
  return date;
}

std::int64_t read_time_of_day_ms(Reader& reader) {
  const std::int64_t hour = reader.number(2, 0, 23);
  reader.expect(':');
  const std::int64_t minute = reader.number(2, 0, 59);
  reader.expect(':');
  const std::int64_t second = reader.number(2, 0, 59);
  const std::int64_t ms = reader.accept('.') ? reader.fraction_ms() : 0;
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

std::int64_t read_offset_ms(Reader& reader) {
  if (reader.accept('Z') || reader.accept('z')) return 0;
  const std::int64_t sign = reader.accept('-') ? -1 : 1;
  if (sign == 1) reader.expect('+');
  const std::int64_t hour = reader.number(2, 0, 23);
  reader.expect(':');
  const std::int64_t minute = reader.number(2, 0, 59);
  return sign * (hour * 60 + minute) * 60'000;
}

}  // namespace

std::string to_rfc3339(Timestamp time) {
  const std::int64_t ms = clamped(time.ms);
  const std::int64_t day = floored_days(ms);
  const std::int64_t of_day = ms - day * kDayMs;
  std::string text;
  text.reserve(24);
  append_date(text, civil_from_days(day));
  text.push_back('T');
  append_digits(text, of_day / 3'600'000, 2);
  text.push_back(':');
  append_digits(text, of_day / 60'000 % 60, 2);
  text.push_back(':');
  append_digits(text, of_day / 1000 % 60, 2);
  text.push_back('.');
  append_digits(text, of_day % 1000, 3);
  text.push_back('Z');
  return text;
}

Result<Timestamp> from_rfc3339(std::string_view text) {
  Reader reader(text);
  const CivilDate date = read_date(reader);
  if (!reader.accept('t')) reader.expect('T');
  const std::int64_t time_of_day_ms = read_time_of_day_ms(reader);
  const std::int64_t offset_ms = read_offset_ms(reader);
  if (!reader.done()) return Error(Code::invalid, "not an RFC 3339 time");
  return Timestamp{days_from_civil(date) * kDayMs + time_of_day_ms - offset_ms};
}

std::string vietnam_date(Timestamp time) {
  std::string text;
  text.reserve(10);
  append_date(text, civil_from_days(floored_days(clamped(clamped(time.ms) + kVietnamOffsetMs))));
  return text;
}

Timestamp vietnam_midnight(Timestamp time) {
  // Clamped, so that no moment overflows.
  return {floored_days(clamped(time.ms) + kVietnamOffsetMs) * kDayMs - kVietnamOffsetMs};
}

}  // namespace khien
