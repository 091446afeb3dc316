#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/address.hpp"
#include "khien/botnet/list_reader.hpp"
#include "khien/core/time.hpp"
#include "khien/model/table.hpp"

namespace khien::botnet {

// One line of a firewall's, proxy's or resolver's log: who inside spoke to whom outside.
struct LogLine {
  std::int64_t row = 0;
  Timestamp at;
  Address inside;
  Address outside;
  std::optional<int> outside_port;
  std::optional<Address> translated;  // the public address that it left by
  std::optional<int> translated_port;

  bool operator==(const LogLine&) const = default;
};

struct LogReading {
  std::vector<LogLine> lines;
  std::int64_t rows = 0;       // that say something
  std::int64_t unread = 0;     // of them, that could not be read; a log is long, the others are taken
  std::vector<ListProblem> problems;  // the first 20 of those, or why nothing was read
};

// The kind of list called `connections`: headings time, inside address, outside address; and
// port, the address and port after translation, where the log has them. Without such a row of
// headings nothing is read, and a problem of row 0 says what is missing. Pure.
LogReading read_log(const Table& table);

}  // namespace khien::botnet
