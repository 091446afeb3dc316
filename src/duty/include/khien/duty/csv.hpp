#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace khien::duty {

// A table for spreadsheet programs (RFC 4180, UTF-8 with its mark, CRLF). A cell that
// a program could take for a formula (= + - @ TAB CR at its beginning, also behind
// spaces or full-width) gets an apostrophe before it, and every cell is quoted.
class CsvWriter {
 public:
  CsvWriter();
  void row(const std::vector<std::string>& cells);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace khien::duty
