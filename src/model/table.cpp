#include "khien/model/table.hpp"

#include <utility>

#include "khien/core/json.hpp"

namespace khien {
namespace {

Result<TableRow> row_from(const Json& json) {
  if (!json.is_array() || json.size() == 0) return Error(Code::invalid, "a row is a number and its cells");
  TableRow row;
  bool first = true;
  TRY_VOID(json.each([&](Json value) -> Result<void> {
    if (std::exchange(first, false)) {
      TRY(row.number, value.integer());
      return {};
    }
    TRY(const auto text, value.string());
    row.cells.emplace_back(text);
    return {};
  }));
  return row;
}

Result<TableSheet> sheet_from(const Json& json) {
  TableSheet sheet;
  TRY(const auto name, json.string_at("name"));
  sheet.name = name;
  TRY(const auto rows, json.field("rows"));
  TRY_VOID(rows.each([&](Json value) -> Result<void> {
    TRY(auto row, row_from(value));
    sheet.rows.push_back(std::move(row));
    return {};
  }));
  return sheet;
}

}  // namespace

std::string to_json(const Table& table) {
  JsonWriter json;
  json.begin_object().key("sheets").begin_array();
  for (const TableSheet& sheet : table.sheets) {
    json.begin_object().field("name", sheet.name).key("rows").begin_array();
    for (const TableRow& row : sheet.rows) {
      json.begin_array().integer(row.number);
      for (const std::string& cell : row.cells) json.string(cell);
      json.end_array();
    }
    json.end_array().end_object();
  }
  json.end_array().key("notes").begin_array();
  for (const LocalText& note : table.notes) json.begin_object().field("vi", note.vi).field("en", note.en).end_object();
  json.end_array().end_object();
  return json.take();
}

Result<Table> table_from_json(std::string_view text, Budget& budget) {
  JsonDocument document;
  TRY(const auto root, document.parse(text, budget));
  Table table;
  TRY(const auto sheets, root.field("sheets"));
  TRY_VOID(sheets.each([&](Json value) -> Result<void> {
    TRY(auto sheet, sheet_from(value));
    table.sheets.push_back(std::move(sheet));
    return {};
  }));
  TRY(const auto notes, root.field("notes"));
  TRY_VOID(notes.each([&](Json value) -> Result<void> {
    TRY(const auto vi, value.string_at("vi"));
    TRY(const auto en, value.string_at("en"));
    table.notes.push_back({std::string(vi), std::string(en)});
    return {};
  }));
  return table;
}

}  // namespace khien
