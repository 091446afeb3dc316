#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"

namespace khien {

// A list that a person keeps in a file, as text: what a cell shows, without
// formulas, formats or types. Values from outside: valid UTF-8 in NFC, nothing
// else is promised.
struct TableRow {
  std::int64_t number = 0;  // in the source: a sheet's row, a text's line; from 1
  std::vector<std::string> cells;

  bool operator==(const TableRow&) const = default;
};

struct TableSheet {
  std::string name;  // empty where the format has none
  std::vector<TableRow> rows;  // without those that are wholly empty

  bool operator==(const TableSheet&) const = default;
};

struct Table {
  std::vector<TableSheet> sheets;
  std::vector<LocalText> notes;  // what the reader had to decide: "read as TCVN3"

  bool operator==(const Table&) const = default;
};

// For the way between the sandbox and the hub, and to keep a table until somebody
// confirms it.
std::string to_json(const Table& table);
// Code::invalid unless to_json() could have written it; sheets, rows and cells are
// taken from the budget's entries.
Result<Table> table_from_json(std::string_view text, Budget& budget);

}  // namespace khien
