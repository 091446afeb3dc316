#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/estate/contacts.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/units.hpp"

namespace khien::estate {

// One column that a kind of list may have. `key` is the field's name in the
// interface, so that a refusal finds its column.
struct ImportColumn {
  std::string_view key;
  bool required = false;
  std::vector<std::string_view> headings;  // folded, in Vietnamese without marks and in English
};
const std::vector<ImportColumn>& columns_of(ImportKind kind);

// The list in a table: the first sheet with a row of headings that fits.
class ImportList {
 public:
  // None where no row of the first ten of any sheet has the required headings.
  static std::optional<ImportList> find(ImportKind kind, const Table& table);

  std::span<const TableRow> rows() const { return rows_; }
  // The sheet it stands in, and those with rows that are not read.
  const TableSheet& sheet() const { return *sheet_; }
  const std::vector<std::string>& unread() const { return unread_; }
  // As the file heads it; empty if the file has no such column.
  std::string heading(std::string_view key) const;
  // cell_text() of it; empty if there is none.
  std::string value(const TableRow& row, std::string_view key) const;
  // Nothing stands in any of its columns.
  bool is_blank(const TableRow& row) const;
  bool has(std::string_view key) const { return at_.contains(key); }
  std::vector<std::string_view> keys() const;

 private:
  const TableSheet* sheet_ = nullptr;
  std::vector<std::string> unread_;
  std::span<const TableRow> rows_;
  std::map<std::string_view, std::size_t> at_;
  std::vector<std::string> headings_;
};

// What a person sees in the cell: without blanks at its ends, each blank of Unicode
// a space and no two in a row, nothing that has no width.
std::string cell_text(std::string_view cell);
// "#N/A", "#REF!" and their like, and "####" where a column was too narrow.
bool is_spreadsheet_error(std::string_view text);

// Words of a cell, marks or not. Code::invalid if they are none that is known.
Result<UnitKind> unit_kind_from_words(std::string_view words, std::string_view name);
Result<DeviceKind> device_kind_from_words(std::string_view words, DeviceKind otherwise);
Result<ContactPurpose> purpose_from_words(std::string_view words);
Result<bool> flag_from_words(std::string_view words);
// 2026-11-22, 22/11/2026, 22-11-2026 or 22.11.2026; none from nothing.
Result<std::optional<Date>> date_from_words(std::string_view words);

}  // namespace khien::estate
