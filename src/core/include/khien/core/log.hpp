#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "khien/core/clock.hpp"

namespace khien {

enum class LogLevel : unsigned char { debug, info, warning, error };

// A named value of a log line. Text may be hostile: it is escaped.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, bool> value;

  LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
  LogField(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, std::int64_t v) : name(n), value(v) {}
  LogField(std::string_view n, int v) : name(n), value(std::int64_t{v}) {}
  LogField(std::string_view n, std::size_t v) : name(n), value(static_cast<std::int64_t>(v)) {}
  LogField(std::string_view n, bool v) : name(n), value(v) {}
};

// Khiên's own log: one event, one line of JSON with "@timestamp", "log.level",
// "event" and the fields. Control and bidirectional characters are escaped, so
// hostile text can neither fake a line nor reach a terminal.
//
// Thread-safe. One writer a process: set_log_output() at start-up, standard
// error until then.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, event, fields);
}

// The line log() writes, without its newline.
std::string log_line(Timestamp at, LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields);

// Lines below `least` are dropped. The descriptor is borrowed.
void set_log_output(int descriptor, LogLevel least);

}  // namespace khien
