// Input: what somebody pasted as a list, or after a NUL byte its cells: lines, with tabs between
// cells. Whatever is taken is an address that the Internet can have seen, by the list's day and
// no two alike; each row is an entry, a duplicate or a problem, so nothing is dropped without a
// word; and what was taken, written as a table with headings, is read as the very same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/botnet/list_reader.hpp"
#include "khien/botnet/log_reader.hpp"

using namespace khien;
using namespace khien::botnet;

namespace {

const Date kDay = Date::from_days(20'777);

void demand(bool holds) {
  if (!holds) std::abort();
}

Table cells_of(std::string_view text) {
  Table table = table_of_text(text);
  for (auto& row : table.sheets[0].rows) {
    std::vector<std::string> cells(1);
    for (const char c : row.cells[0]) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    row.cells = std::move(cells);
  }
  return table;
}

std::string port_of(const std::optional<int>& port) { return port ? std::to_string(*port) : std::string(); }

Table written(const ListReading& reading) {
  Table table;
  auto& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"IP", "Port", "Time", "Malware", "C2", "C2 port", "Source"}});
  for (const auto& entry : reading.entries) {
    sheet.rows.push_back({entry.row, {entry.address.text(), port_of(entry.port), entry.seen_at ? to_rfc3339(*entry.seen_at) : "", entry.malware,
                                      entry.controller ? entry.controller->text() : "", port_of(entry.controller_port), entry.origin}});
  }
  return table;
}

void look_at(const Table& table) {
  const auto reading = read_list(table, kDay);
  demand(reading.duplicates >= 0 && reading.problems.size() <= kMostProblems);
  demand(reading.problems_total >= static_cast<std::int64_t>(reading.problems.size()));
  for (const auto& entry : reading.entries) {
    demand(!not_public(entry.address));
    demand(!entry.controller || !not_public(*entry.controller));
    demand(!entry.seen_at || *entry.seen_at < vietnam_moment(kDay + 1));
    demand((!entry.port || (*entry.port > 0 && *entry.port < 65'536)) && entry.malware.size() <= 200);
    const auto again = read_endpoint(entry.address.text());
    demand(std::holds_alternative<Endpoint>(again) && std::get<Endpoint>(again).address == entry.address);
  }
  const auto copy = read_list(written(reading), kDay);
  demand(copy.problems_total == 0 && copy.duplicates == 0 && copy.entries == reading.entries);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 256u << 10) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with('\0')) {
    look_at(table_of_text(text));
    return 0;
  }
  const Table table = cells_of(text.substr(1));
  look_at(table);
  const auto log = read_log(table);
  demand(log.rows == static_cast<std::int64_t>(log.lines.size()) + log.unread);
  return 0;
}
