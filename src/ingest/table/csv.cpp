#include "table/csv.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "khien/ingest/table.hpp"

namespace khien::ingest {
namespace {

constexpr std::array<char, 3> kSeparators{',', ';', '\t'};

// The one that is most in the first line that is not empty, outside of quotes.
char separator_of(std::string_view text) {
  std::array<std::size_t, 3> counts{};
  bool quoted = false, any = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r') && any) break;
    any = any || (c != '\n' && c != '\r');
    const auto* found = std::ranges::find(kSeparators, c);
    if (!quoted && found != kSeparators.end()) ++counts[static_cast<std::size_t>(found - kSeparators.begin())];
  }
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// Excel's own first line: "sep=;".
std::optional<char> declared_separator(std::string_view& text, std::int64_t& line) {
  if (!text.starts_with("sep=") || text.size() < 5) return std::nullopt;
  const char separator = text[4];
  const auto end = text.find('\n');
  if (end == text.npos || end > 6) return std::nullopt;
  text.remove_prefix(end + 1);
  ++line;
  return separator;
}

class CsvReader {
 public:
  CsvReader(std::string_view text, char separator, std::int64_t line, Budget& budget)
      : text_(text), separator_(separator), line_(line), budget_(budget) {}

  Result<TableSheet> read() {
    TableSheet sheet;
    while (at_ < text_.size()) {
      TRY(auto row, record());
      const bool empty = std::ranges::all_of(row.cells, [](const std::string& cell) { return cell.empty(); });
      // What PowerShell writes before its headings.
      const bool comment = row.cells.size() == 1 && row.cells[0].starts_with("#TYPE ");
      if (!empty && !comment) sheet.rows.push_back(std::move(row));
    }
    return sheet;
  }

 private:
  Result<TableRow> record() {
    TRY_VOID(budget_.check_time());
    TableRow row{.number = line_};
    for (;;) {
      TRY(auto cell, field());
      TRY_VOID(budget_.take_entries());
      TRY_VOID(budget_.take_out(cell.size()));
      row.cells.push_back(std::move(cell));
      if (at_ < text_.size() && text_[at_] == separator_) {
        ++at_;
        continue;
      }
      end_line();
      return row;
    }
  }

  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  bool ends_field(char c) const { return c == separator_ || c == '\n' || c == '\r'; }

  Result<std::string> field() {
    if (at_ >= text_.size() || text_[at_] != '"') {
      const std::size_t begin = at_;
      while (at_ < text_.size() && !ends_field(text_[at_])) ++at_;
      return std::string(text_.substr(begin, at_ - begin));
    }
    const std::int64_t opened = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          ++at_;
        } else {
          ++at_;
          // What follows the closing quote, against the rules, is kept as it is.
          while (at_ < text_.size() && !ends_field(text_[at_])) cell += text_[at_++];
          return cell;
        }
      }
      if (text_[at_] == '\n') ++line_;
      cell += text_[at_];
    }
    return Error(Code::invalid, "line " + std::to_string(opened) + ": a quotation mark is not closed");
  }

  std::string_view text_;
  char separator_;
  std::int64_t line_;
  Budget& budget_;
  std::size_t at_ = 0;
};

}  // namespace

Result<TableSheet> parse_csv(std::string_view text, Budget& budget) {
  std::int64_t line = 1;
  const auto declared = declared_separator(text, line);
  return CsvReader(text, declared.value_or(separator_of(text)), line, budget).read();
}

std::string to_csv(const TableSheet& sheet) {
  std::string text;
  for (const TableRow& row : sheet.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      text += i == 0 ? "\"" : ",\"";
      for (const char c : row.cells[i]) (text += c == '"' ? "\"" : "") += c;
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace khien::ingest
