#include "khien/core/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <sstream>
#include <thread>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/json.hpp"
#include "test/temporary_folder.hpp"

namespace khien {
namespace {

using namespace std::string_literals;

std::string line_of(std::string_view event, std::initializer_list<LogField> fields = {}) {
  return log_line({0}, LogLevel::info, event, fields);
}

bool parses(const std::string& line) {
  JsonDocument document;
  Budget budget({});
  return document.parse(line, budget).has_value();
}

// Sends the log to a file for the time of a test.
class LogFile {
 public:
  explicit LogFile(LogLevel least)
      : fd_(::open(folder_.path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    set_log_output(fd_.get(), least);
  }
  ~LogFile() { set_log_output(STDERR_FILENO, LogLevel::info); }

  std::vector<std::string> lines() const {
    std::istringstream text(system_files().read(folder_.path("log"), 10 << 20).value());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

 private:
  TemporaryFolder folder_;
  Fd fd_;
};

TEST_CASE("a log line is one JSON object with time, level, event and fields") {
  CHECK(line_of("scan.done", {{"files", 12}, {"clean", true}, {"unit", "Xã Mỹ Châu"}, {"bytes", std::size_t{5}}}) ==
        R"({"@timestamp":"1970-01-01T00:00:00.000Z","log.level":"info","event":"scan.done",)"
        R"("files":12,"clean":true,"unit":"Xã Mỹ Châu","bytes":5})");
}

TEST_CASE("each level has its name") {
  CHECK(log_line({0}, LogLevel::debug, "e", {}).find(R"("log.level":"debug")") != std::string::npos);
  CHECK(log_line({0}, LogLevel::warning, "e", {}).find(R"("log.level":"warning")") != std::string::npos);
  CHECK(log_line({0}, LogLevel::error, "e", {}).find(R"("log.level":"error")") != std::string::npos);
}

TEST_CASE("hostile text can neither fake a line nor reach a terminal") {
  const std::string hostile =
      "x\"}\n{\"event\":\"fake\"}\r\x1b[2J\x7f\u009b31m\u0085\u202egpj.exe\u2066\u200f\u061c\u2028\u2029\0\xff\\"s;
  const std::string line = line_of(hostile, {{hostile, hostile}});
  CHECK(parses(line));
  for (const char c : line) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'));
  for (const auto* bad : {"\u009b", "\u0085", "\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u2029", "\xff"}) {
    CHECK(line.find(bad) == std::string::npos);
  }
  CHECK(line.find("\\u202E") != std::string::npos);
  CHECK(line.find("\\u009B") != std::string::npos);
}

TEST_CASE("escaped text is what it was once the line is read") {
  const std::string text = "a\n\u202e\u0085\\ \"ệ\"";
  JsonDocument document;
  Budget budget({});
  const std::string line = line_of("e", {{"text", text}});
  CHECK(document.parse(line, budget).value().string_at("text").value() == text);
}

TEST_CASE("lines below the level are dropped") {
  const LogFile file(LogLevel::warning);
  log(LogLevel::debug, "no");
  log_info("no");
  log_warning("first");
  log_error("second", {{"code", to_string(Code::corrupt)}});
  const auto lines = file.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find(R"("event":"first")") != std::string::npos);
  CHECK(lines[1].find(R"("code":"corrupt")") != std::string::npos);
}

TEST_CASE("lines of many threads do not mix") {
  const LogFile file(LogLevel::info);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const std::string text(static_cast<std::size_t>(t) * 3'000, 'x');
      for (int i = 0; i < 100; ++i) log_info("threads", {{"thread", t}, {"text", text}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto lines = file.lines();
  CHECK(lines.size() == 400);
  for (const auto& line : lines) CHECK(parses(line));
}

TEST_CASE("a log that cannot be written does not stop the program") {
  set_log_output(-1, LogLevel::info);
  log_error("lost");
  set_log_output(STDERR_FILENO, LogLevel::info);
}

}  // namespace
}  // namespace khien
