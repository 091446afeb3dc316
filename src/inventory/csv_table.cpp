#include <algorithm>

#include "collecting.hpp"
#include "khien/core/text.hpp"

namespace khien::inventory {
namespace {

constexpr std::size_t kMostColumns = 100;

// RFC 4180, quotes doubled in quotes; the line of each record's beginning.
struct Record {
  std::size_t line = 0;
  std::vector<std::string> cells;
};

Result<std::vector<Record>> records_of(std::string_view text, char separator, Budget& budget) {
  std::vector<Record> records;
  Record record{1, {""}};
  std::size_t line = 1;
  bool quoted = false, any = false;
  const auto end = [&]() -> Result<void> {
    TRY_VOID(budget.take_entries(record.cells.size()));
    if (any) records.push_back(std::move(record));
    record = {line, {""}};
    any = false;
    return {};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') record.cells.back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') record.cells.back() += text[++i];
      else quoted = false;
    } else if (c == '"' && record.cells.back().empty()) {
      quoted = any = true;
    } else if (c == separator) {
      if (record.cells.size() >= kMostColumns) return Error(Code::exhausted, line_name(line) + ": more than 100 columns");
      record.cells.emplace_back();
    } else if (c == '\n') {
      TRY_VOID(end());
    } else if (c != '\r') {
      record.cells.back() += c;
      any = any || c != ' ';
    }
  }
  if (quoted) return Error(Code::invalid, line_name(record.line) + ": a quote that does not end");
  TRY_VOID(end());
  return records;
}

char separator_of(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  char best = ',';
  for (const char candidate : {';', '\t', '|'}) {
    if (std::ranges::count(line, candidate) > std::ranges::count(line, best)) best = candidate;
  }
  return best;
}

}  // namespace

Result<void> read_csv_table(std::string_view text, Collecting& into, std::string& format) {
  TRY(const auto records, records_of(text, separator_of(text), into.budget()));
  if (records.size() < 2) return Error(Code::invalid, "no inventory that is known");
  std::vector<std::string> headings;
  for (const std::string& cell : records.front().cells) headings.push_back(fold(trim(cell)));
  const auto has = [&](std::string_view name) { return std::ranges::find(headings, name) != headings.end(); };
  const bool osquery = has("hotfix_id") || (has("name") && has("version") && (has("publisher") || has("install_location") || has("identifying_number")));
  const bool version = has("phien ban") || has("version") || has("firmware") || has("ban") || has("phien ban phan mem") || has("firmware version") || has("software version");
  if (!osquery && !version) return Error(Code::invalid, "a table whose headings name neither a product nor a version");
  format = osquery ? "osquery-csv" : "appliances-csv";
  std::vector<std::vector<std::pair<std::string, std::string>>> rows;
  for (std::size_t i = 1; i < records.size(); ++i) {
    std::vector<std::pair<std::string, std::string>> row;
    for (std::size_t c = 0; c < headings.size() && c < records[i].cells.size(); ++c) row.emplace_back(headings[c], records[i].cells[c]);
    rows.push_back(std::move(row));
  }
  return read_osquery(rows, into);
}

}  // namespace khien::inventory
