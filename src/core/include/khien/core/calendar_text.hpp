#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "khien/core/date.hpp"
#include "khien/core/time.hpp"

namespace khien {

// Lines of iCalendar (RFC 5545): escaped, folded at 75 bytes between code points, CRLF.
class CalendarWriter {
 public:
  // `name` and its parameters are ours; `text` may hold anything.
  void text(std::string_view name, std::string_view text);
  // A value that needs no escaping: dates, numbers, fixed words.
  void plain(std::string_view name, std::string_view value);
  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view whole);
  std::string out_;
};

// "20261122", and "20261122T010203Z": whole seconds, UTC.
std::string calendar_text(Date day);
std::string calendar_text(Timestamp time);

}  // namespace khien
