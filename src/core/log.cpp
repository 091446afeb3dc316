#include "khien/core/log.hpp"

#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "khien/core/json.hpp"
#include "utf8.hpp"

namespace khien {
namespace {

struct Output {
  std::mutex mutex;
  int descriptor = STDERR_FILENO;
  LogLevel least = LogLevel::info;
};

Output& output() {
  // Never destroyed: a thread may still log while the process ends.
  static Output& the_output = *new Output;
  return the_output;
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

void append_value(std::string& line, const std::variant<std::string_view, std::int64_t, bool>& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    append_json_string(line, *text, Disguises::escape);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    line.append(std::to_string(*integer));
  } else {
    line.append(std::get<bool>(value) ? "true" : "false");
  }
}

// One call in the common case, so that lines of several processes that append
// to one file do not mix.
void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // there is nowhere left to say so
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string log_line(Timestamp at, LogLevel level, std::string_view event,
                     std::initializer_list<LogField> fields) {
  std::string line;
  line.reserve(256);
  line.append(R"({"@timestamp":")").append(to_rfc3339(at));
  line.append(R"(","log.level":")").append(name_of(level)).append(R"(","event":)");
  append_json_string(line, event, Disguises::escape);
  for (const LogField& field : fields) {
    line.push_back(',');
    append_json_string(line, field.name, Disguises::escape);
    line.push_back(':');
    append_value(line, field.value);
  }
  line.push_back('}');
  return line;
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  Output& to = output();
  const std::lock_guard lock(to.mutex);
  if (level < to.least) return;
  std::string line = log_line(system_clock().now(), level, event, fields);
  line.push_back('\n');
  write_all(to.descriptor, line);
}

void set_log_output(int descriptor, LogLevel least) {
  Output& to = output();
  const std::lock_guard lock(to.mutex);
  to.descriptor = descriptor;
  to.least = least;
}

}  // namespace khien
