#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/model/table.hpp"

namespace khien {

// One column that a list may have, by the folded words that head it.
struct Column {
  std::string_view key;
  bool required = false;
  std::vector<std::string_view> headings;
};

// A table with a row of headings: the first of its sheets in whose first ten rows all required
// headings stand. Borrows the table.
class Columns {
 public:
  static std::optional<Columns> find(std::span<const Column> known, const Table& table);

  std::span<const TableRow> rows() const { return rows_; }
  const TableSheet& sheet() const { return *sheet_; }
  // As the file heads it; empty if the file has no such column.
  std::string heading(std::string_view key) const;
  // neat() of it; empty if there is none.
  std::string value(const TableRow& row, std::string_view key) const;
  bool has(std::string_view key) const { return at_.contains(key); }

 private:
  const TableSheet* sheet_ = nullptr;
  std::span<const TableRow> rows_;
  std::map<std::string_view, std::size_t> at_;
  std::vector<std::string> headings_;
};

// What a person sees in a cell: blanks of every kind as single spaces, none at its ends,
// nothing without width.
std::string neat(std::string_view cell);
// Folded words between single spaces: "Địa chỉ  IP:" is "dia chi ip".
std::string words_only(std::string_view text);

}  // namespace khien
