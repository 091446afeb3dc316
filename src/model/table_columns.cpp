#include "khien/model/table_columns.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"

namespace khien {
namespace {

constexpr std::size_t kHeadingRows = 10;
constexpr std::size_t kMostHeading = 200;
constexpr std::array<std::string_view, 4> kNoWidth{"\u200b", "\u200c", "\u200d", "\ufeff"};
constexpr std::array<std::string_view, 4> kWideBlanks{"\u00a0", "\u2007", "\u202f", "\u3000"};

std::size_t size_of_first(const std::array<std::string_view, 4>& all, std::string_view text) {
  for (const auto one : all) {
    if (text.starts_with(one)) return one.size();
  }
  return 0;
}

std::optional<std::map<std::string_view, std::size_t>> match(std::span<const Column> known, const TableRow& row) {
  std::map<std::string_view, std::size_t> at;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (row.cells[i].size() > kMostHeading) continue;
    const std::string heading = words_only(row.cells[i]);
    for (const Column& column : known) {
      if (at.contains(column.key) || std::ranges::find(column.headings, heading) == column.headings.end()) continue;
      at[column.key] = i;
      break;
    }
  }
  const bool whole = std::ranges::all_of(known, [&](const Column& c) { return !c.required || at.contains(c.key); });
  return whole ? std::optional(std::move(at)) : std::nullopt;
}

}  // namespace

std::string neat(std::string_view cell) {
  std::string text;
  while (!cell.empty()) {
    if (const auto nothing = size_of_first(kNoWidth, cell); nothing > 0) {
      cell.remove_prefix(nothing);
      continue;
    }
    const auto wide = size_of_first(kWideBlanks, cell);
    const bool blank = wide > 0 || static_cast<unsigned char>(cell.front()) <= ' ';
    if (!blank) text += cell.front();
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
    cell.remove_prefix(std::max<std::size_t>(wide, 1));
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string words_only(std::string_view text) {
  std::string out;
  for (const char c : fold(neat(text))) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (word) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::optional<Columns> Columns::find(std::span<const Column> known, const Table& table) {
  for (const TableSheet& sheet : table.sheets) {
    for (std::size_t i = 0; i < std::min(kHeadingRows, sheet.rows.size()); ++i) {
      auto at = match(known, sheet.rows[i]);
      if (!at) continue;
      Columns columns;
      columns.sheet_ = &sheet;
      columns.rows_ = std::span(sheet.rows).subspan(i + 1);
      columns.at_ = std::move(*at);
      columns.headings_ = sheet.rows[i].cells;
      return columns;
    }
  }
  return std::nullopt;
}

std::string Columns::heading(std::string_view key) const {
  const auto found = at_.find(key);
  return found == at_.end() ? std::string() : neat(headings_[found->second]);
}

std::string Columns::value(const TableRow& row, std::string_view key) const {
  const auto found = at_.find(key);
  if (found == at_.end() || found->second >= row.cells.size()) return {};
  return neat(row.cells[found->second]);
}

}  // namespace khien
