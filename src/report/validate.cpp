#include <algorithm>
#include <set>

#include "khien/core/text.hpp"
#include "khien/report/snapshot.hpp"

namespace khien::report {
namespace {

Error wrong(std::string_view place, std::string_view what) {
  return {Code::invalid, std::string(place) + ": " + std::string(what)};
}

bool is_id(std::string_view text, std::string_view beside) {
  return !text.empty() && text.size() <= 80 && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || beside.contains(c);
  });
}

Result<void> id(std::string_view text, std::string_view beside, const std::string& place) {
  if (is_id(text, beside)) return {};
  return wrong(place, "an id has a-z, 0-9 and " + std::string(beside) + " only");
}

Result<void> utf8(std::string_view text, const std::string& place) {
  if (is_utf8(text)) return {};
  return wrong(place, "not UTF-8");
}

Result<void> utf8(const LocalText& text, const std::string& place) {
  TRY_VOID(utf8(text.vi, place + ".vi"));
  return utf8(text.en, place + ".en");
}

Result<void> utf8(const std::vector<std::string>& texts, const std::string& place) {
  for (const std::string& text : texts) TRY_VOID(utf8(text, place));
  return {};
}

Result<void> number(std::int64_t value, const std::string& place) {
  if (value >= -kMostWhole && value <= kMostWhole) return {};
  return wrong(place, "a number beyond 2^53");
}

// Years that RFC 3339 can write.
Result<void> moment(Timestamp value, const std::string& place) {
  const auto again = from_rfc3339(to_rfc3339(value));
  if (again && *again == value) return {};
  return wrong(place, "a moment outside the years 0 to 9999");
}

struct ValueCheck {
  const std::string& place;

  Result<void> operator()(const Unknown& unknown) const { return utf8(unknown.why, place + ".unknown"); }
  Result<void> operator()(std::int64_t whole) const { return number(whole, place); }
  Result<void> operator()(const Ratio& ratio) const {
    if (ratio.whole < 1) return wrong(place, "a ratio over nothing is not a value but unknown");
    if (ratio.part < 0) return wrong(place, "a ratio below zero");
    TRY_VOID(number(ratio.part, place));
    return number(ratio.whole, place);
  }
  Result<void> operator()(const std::string& text) const { return utf8(text, place); }
  Result<void> operator()(Date) const { return {}; }
  Result<void> operator()(Timestamp time) const { return moment(time, place); }
};

Result<void> value(const Value& checked, const std::string& place) { return std::visit(ValueCheck{place}, checked); }

Result<void> rows_of(const Figure& figure, const std::string& place) {
  if (figure.rows.size() > kMostRowsOfFigure) return wrong(place + ".rows", "more than 10000 rows");
  if (figure.row_count > static_cast<std::uint64_t>(kMostWhole)) return wrong(place + ".row_count", "a number beyond 2^53");
  const std::uint64_t named = std::min<std::uint64_t>(figure.row_count, kMostRowsOfFigure);
  if (figure.rows.size() != named) {
    return wrong(place + ".rows", std::to_string(figure.rows.size()) + " rows are named of " + std::to_string(figure.row_count));
  }
  if (figure.all_rows && figure.row_count <= kMostRowsOfFigure) return wrong(place + ".all_rows", "all of the rows are named");
  TRY_VOID(utf8(figure.rows, place + ".rows"));
  const auto unsorted = std::ranges::adjacent_find(figure.rows, std::ranges::greater_equal{});
  if (unsorted != figure.rows.end()) return wrong(place + ".rows", "not sorted, or '" + *unsorted + "' twice");
  return {};
}

Result<void> figure_at(const Figure& figure, const std::string& place) {
  TRY_VOID(id(figure.id, "_.", place + ".id"));
  TRY_VOID(utf8(figure.label, place + ".label"));
  TRY_VOID(utf8(figure.unit, place + ".unit"));
  TRY_VOID(utf8(figure.query, place + ".query"));
  TRY_VOID(value(figure.value, place + ".value"));
  return rows_of(figure, place);
}

bool fits(const Value& cell, ColumnType type) {
  switch (type) {
    case ColumnType::text: return std::holds_alternative<std::string>(cell);
    case ColumnType::number: return std::holds_alternative<std::int64_t>(cell);
    case ColumnType::ratio: return std::holds_alternative<Ratio>(cell);
    case ColumnType::day: return std::holds_alternative<Date>(cell);
    case ColumnType::moment: return std::holds_alternative<Timestamp>(cell);
  }
  return false;
}

Result<void> columns_of(const Table& table, const std::string& place) {
  if (table.columns.empty()) return wrong(place, "a table without columns");
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const std::string here = place + "[" + std::to_string(i) + "]";
    TRY_VOID(id(column.id, "_", here + ".id"));
    if (!seen.insert(column.id).second) return wrong(here + ".id", "'" + column.id + "' stands twice");
    TRY_VOID(utf8(column.label, here + ".label"));
    if (column.width < 1 || column.width > 100) return wrong(here + ".width", "must be within 1 and 100");
  }
  return {};
}

Result<void> row_of(const Table& table, const Table::Row& row, const std::string& place) {
  if (row.key.empty()) return wrong(place + ".key", "must not be empty");
  TRY_VOID(utf8(row.key, place + ".key"));
  if (row.cells.size() != table.columns.size()) {
    return wrong(place + ".cells", std::to_string(row.cells.size()) + " cells for " + std::to_string(table.columns.size()) + " columns");
  }
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string here = place + ".cells[" + std::to_string(i) + "]";
    const bool unknown = std::holds_alternative<Unknown>(row.cells[i]);
    if (!unknown && !fits(row.cells[i], table.columns[i].type)) {
      return wrong(here, "not of the type of column '" + table.columns[i].id + "'");
    }
    TRY_VOID(value(row.cells[i], here));
  }
  return {};
}

Result<void> table_at(const Table& table, const std::string& place) {
  TRY_VOID(id(table.id, "_.", place + ".id"));
  TRY_VOID(utf8(table.title, place + ".title"));
  TRY_VOID(utf8(table.query, place + ".query"));
  TRY_VOID(columns_of(table, place + ".columns"));
  if (table.unknown) TRY_VOID(utf8(table.unknown->why, place + ".unknown"));
  if (table.unknown && !table.rows.empty()) return wrong(place + ".rows", "rows of a table that is not known");
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    TRY_VOID(row_of(table, table.rows[i], place + ".rows[" + std::to_string(i) + "]"));
  }
  return {};
}

Result<void> issuer(const Issuer& issuer) {
  for (const std::string* text : {&issuer.parent_agency, &issuer.agency, &issuer.place, &issuer.symbol, &issuer.signer_mode,
                                  &issuer.signer_mode_title, &issuer.signer_title, &issuer.signer_name}) {
    TRY_VOID(utf8(*text, "issuer"));
  }
  return utf8(issuer.recipients, "issuer.recipients");
}

Result<void> head(const Snapshot& snapshot) {
  TRY_VOID(id(snapshot.kind, "-", "kind"));
  if (snapshot.kind_version < 1) return wrong("kind_version", "must be 1 or more");
  TRY_VOID(utf8(snapshot.tenant, "tenant"));
  TRY_VOID(utf8(snapshot.scope_key, "scope.key"));
  TRY_VOID(utf8(snapshot.scope_name, "scope.name"));
  TRY_VOID(utf8(snapshot.period.id, "period.id"));
  TRY_VOID(utf8(snapshot.period.name, "period.name"));
  if (snapshot.period.to < snapshot.period.from) return wrong("period.to", "before period.from");
  if (snapshot.data_to < snapshot.data_from) return wrong("data.to", "before data.from");
  TRY_VOID(utf8(snapshot.window_rule, "data.rule"));
  if (snapshot.since) {
    TRY_VOID(moment(*snapshot.since, "data.since"));
    if (vietnam_day(*snapshot.since) != snapshot.data_from) return wrong("data.since", "not on the day of data.from");
  }
  TRY_VOID(moment(snapshot.cut_off, "cut_off"));
  TRY_VOID(moment(snapshot.taken_at, "taken_at"));
  if (snapshot.taken_at < snapshot.cut_off) return wrong("taken_at", "before cut_off");
  TRY_VOID(utf8(snapshot.about, "about"));
  if (snapshot.replaces) {
    TRY_VOID(utf8(snapshot.replaces->number, "replaces.number"));
    TRY_VOID(utf8(snapshot.replaces->reason, "replaces.reason"));
  }
  return issuer(snapshot.issuer);
}

Result<void> index_of(const IndexDefinition& index) {
  TRY_VOID(id(index.id, "-@.", "index.id"));
  TRY_VOID(utf8(index.title, "index.title"));
  TRY_VOID(utf8(index.formula, "index.formula"));
  return utf8(index.caution, "index.caution");
}

Result<void> previous(const Previous& previous) {
  TRY_VOID(utf8(previous.period, "previous.period"));
  if (!Sha256::from_hex(previous.digest)) return wrong("previous.digest", "not 64 hexadecimal digits");
  TRY_VOID(utf8(previous.index_definition, "previous.index"));
  for (const auto& [name, entry] : previous.figures) {
    TRY_VOID(id(name, "_.", "previous.figures"));
    const std::string place = "previous.figures." + name;
    TRY_VOID(utf8(entry.label, place + ".label"));
    TRY_VOID(utf8(entry.unit, place + ".unit"));
    TRY_VOID(utf8(entry.query, place + ".query"));
    TRY_VOID(value(entry.value, place + ".value"));
  }
  return {};
}

}  // namespace

Result<void> validate(const Snapshot& snapshot) {
  TRY_VOID(head(snapshot));
  if (snapshot.index) TRY_VOID(index_of(*snapshot.index));
  for (const auto& [name, text] : snapshot.words) {
    TRY_VOID(id(name, "_", "words"));
    TRY_VOID(utf8(text, "words." + name));
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < snapshot.figures.size(); ++i) {
    const std::string place = "figures[" + std::to_string(i) + "]";
    TRY_VOID(figure_at(snapshot.figures[i], place));
    if (!seen.insert(snapshot.figures[i].id).second) return wrong(place + ".id", "'" + snapshot.figures[i].id + "' stands twice");
  }
  seen.clear();
  for (std::size_t i = 0; i < snapshot.tables.size(); ++i) {
    const std::string place = "tables[" + std::to_string(i) + "]";
    TRY_VOID(table_at(snapshot.tables[i], place));
    if (!seen.insert(snapshot.tables[i].id).second) return wrong(place + ".id", "'" + snapshot.tables[i].id + "' stands twice");
  }
  if (snapshot.previous) TRY_VOID(previous(*snapshot.previous));
  return {};
}

}  // namespace khien::report
