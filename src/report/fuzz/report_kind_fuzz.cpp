// Input: a kind's file. Either an error that names the line, or a kind of which every
// snapshot with its figures, tables and words makes a document in both languages: the same
// one twice, with no note missing, and with nothing left in braces that the kind put there.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "khien/report/kind.hpp"

using namespace khien;
using namespace khien::report;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

Value value_number(std::size_t at) {
  switch (at % 6) {
    case 0: return std::int64_t{static_cast<std::int64_t>(at) * 1000};
    case 1: return Ratio{1, 3};
    case 2: return Unknown{{"chưa có nguồn", "no source"}};
    case 3: return std::string("<tên>\n=1");
    case 4: return *Date::of(2026, 2, 5);
    default: return Timestamp{1'790'000'000'000};
  }
}

Snapshot snapshot_for(const Kind& kind) {
  const Period period = *read_period("2026-Q3");
  const Window window = window_of(kind, period);
  require(window.from <= window.to);
  Snapshot made{.kind = kind.id, .kind_version = kind.version, .scope_name = "Xã", .period = period};
  made.data_from = window.from;
  made.data_to = window.to;
  made.window_rule = window.rule;
  made.index = IndexDefinition{"index@1", {"Chỉ số", "Index"}, {"Chia", "Divide"}, {"Lưu ý", "Caution"}};
  for (const WordsField& field : kind.fields) made.words[field.id] = std::string("x", std::min<std::size_t>(1, field.most_characters));
  for (const std::string& id : kind.figures) {
    made.figures.push_back({.id = id, .label = {id, id}, .value = value_number(made.figures.size()), .query = id + "@1"});
  }
  for (const std::string& id : kind.tables) {
    Table table{.id = id, .title = {id, id}, .columns = {{"a", {"A", "A"}, ColumnType::number}}, .query = id + "@1"};
    if (made.tables.size() % 2 == 0) table.rows = {{"row:1", {std::int64_t{4}}}, {"row:2", {Unknown{}}}};
    made.tables.push_back(std::move(table));
  }
  Snapshot earlier = made;
  if (!earlier.figures.empty()) earlier.figures.pop_back();
  made.previous = previous_of(earlier);
  return made;
}

std::size_t braces(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '{')); }

void look_through(const Document& document) {
  const auto look = [&](const std::vector<Run>& runs) {
    for (const Run& run : runs) require((!run.note || *run.note < document.notes.size()) && braces(run.text) == 0);
  };
  for (const Block& block : document.blocks) {
    if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
      look(paragraph->runs);
      continue;
    }
    const auto& table = std::get<TableBlock>(block);
    require(table.widths.size() == table.head.size());
    for (const auto& row : table.rows) {
      require(row.size() == table.head.size());
      for (const Cell& cell : row) look(cell.runs);
    }
  }
  require(braces(document.letterhead.subject) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto kind = read_kind(text);
  if (!kind) {
    const std::string& what = kind.error().what();
    require(kind.error().code() == Code::exhausted || what.starts_with("line "));
    return 0;
  }
  const Snapshot snapshot = snapshot_for(*kind);
  require(check(*kind, snapshot).has_value());
  for (const Language language : {Language::vi, Language::en}) {
    const auto document = compose(*kind, snapshot, {.number = 7}, language);
    require(document.has_value());
    require(*document == *compose(*kind, *read_snapshot(to_json(snapshot)), {.number = 7}, language));
    look_through(*document);
    require(!plain_text(*document).empty());
  }
  return 0;
}
