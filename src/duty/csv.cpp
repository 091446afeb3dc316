#include "khien/duty/csv.hpp"

#include "khien/core/text.hpp"

namespace khien::duty {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Characters that begin a formula in one program or another, full-width ones too.
bool begins_a_formula(std::string_view cell) {
  const auto first = cell.find_first_not_of(' ');
  if (first == cell.npos) return false;
  const auto rest = cell.substr(first);
  for (const std::string_view mark : {"=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠"}) {
    if (rest.starts_with(mark)) return true;
  }
  return false;
}

std::string quoted_cell(std::string_view text) {
  // Taken out before the look at the first character: a formula may stand behind.
  std::string cell = to_valid_utf8(text);
  std::erase(cell, '\0');
  std::string out = "\"";
  if (begins_a_formula(cell)) out += '\'';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace

CsvWriter::CsvWriter() : text_(kByteOrderMark) {}

void CsvWriter::row(const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text_ += ',';
    text_ += quoted_cell(cells[i]);
  }
  text_ += "\r\n";
}

}  // namespace khien::duty
