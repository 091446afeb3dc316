#include "khien/core/json.hpp"
#include "khien/report/snapshot.hpp"
#include "snapshot_json.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

void write(JsonWriter& json, const LocalText& text) {
  json.begin_object().field("vi", text.vi).field("en", text.en).end_object();
}

void write(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

// One member whose name tells the type, so that a day is never taken for text.
struct ValueWriter {
  JsonWriter& json;

  void operator()(const Unknown& unknown) const { write(json.key("unknown"), unknown.why); }
  void operator()(std::int64_t whole) const { json.field("number", whole); }
  void operator()(const Ratio& ratio) const {
    json.key("ratio").begin_array().integer(ratio.part).integer(ratio.whole).end_array();
  }
  void operator()(const std::string& text) const { json.field("text", text); }
  void operator()(Date day) const { json.field("day", to_string(day)); }
  void operator()(Timestamp time) const { json.field("moment", time); }
};

void write(JsonWriter& json, const Value& value) {
  json.begin_object();
  std::visit(ValueWriter{json}, value);
  json.end_object();
}

void write(JsonWriter& json, const Figure& figure) {
  json.begin_object().field("id", figure.id);
  write(json.key("label"), figure.label);
  write(json.key("value"), figure.value);
  write(json.key("unit"), figure.unit);
  json.field("query", figure.query);
  write(json.key("rows"), figure.rows);
  json.field("row_count", static_cast<std::int64_t>(figure.row_count));
  if (figure.all_rows) json.field("all_rows", figure.all_rows->hex());
  json.end_object();
}

void write(JsonWriter& json, const Column& column) {
  json.begin_object().field("id", column.id);
  write(json.key("label"), column.label);
  json.field("type", word_of(kColumnTypes, column.type)).field("width", std::int64_t{column.width}).end_object();
}

void write(JsonWriter& json, const Table& table) {
  json.begin_object().field("id", table.id);
  write(json.key("title"), table.title);
  json.key("columns").begin_array();
  for (const Column& column : table.columns) write(json, column);
  json.end_array().key("rows").begin_array();
  for (const Table::Row& row : table.rows) {
    json.begin_object().field("key", row.key).key("cells").begin_array();
    for (const Value& cell : row.cells) write(json, cell);
    json.end_array().end_object();
  }
  json.end_array().field("query", table.query).key("unknown");
  if (table.unknown) write(json, table.unknown->why);
  else json.null();
  if (table.seen_on) json.field("seen_on", to_string(*table.seen_on));
  json.end_object();
}

void write(JsonWriter& json, const Period& period) {
  json.begin_object().field("id", period.id);
  write(json.key("name"), period.name);
  json.field("from", to_string(period.from)).field("to", to_string(period.to)).end_object();
}

void write(JsonWriter& json, const Issuer& issuer) {
  json.begin_object()
      .field("parent_agency", issuer.parent_agency)
      .field("agency", issuer.agency)
      .field("place", issuer.place)
      .field("symbol", issuer.symbol)
      .field("signer_mode", issuer.signer_mode)
      .field("signer_mode_title", issuer.signer_mode_title)
      .field("signer_title", issuer.signer_title)
      .field("signer_name", issuer.signer_name);
  write(json.key("recipients"), issuer.recipients);
  json.end_object();
}

void write(JsonWriter& json, const IndexDefinition& index) {
  json.begin_object().field("id", index.id);
  write(json.key("title"), index.title);
  write(json.key("formula"), index.formula);
  write(json.key("caution"), index.caution);
  json.end_object();
}

void write(JsonWriter& json, const Previous& previous) {
  json.begin_object()
      .field("period", previous.period)
      .field("digest", previous.digest)
      .field("index", previous.index_definition)
      .key("figures")
      .begin_object();
  for (const auto& [id, entry] : previous.figures) {
    json.key(id).begin_object();
    write(json.key("label"), entry.label);
    write(json.key("value"), entry.value);
    write(json.key("unit"), entry.unit);
    json.field("query", entry.query).end_object();
  }
  json.end_object().end_object();
}

void write(JsonWriter& json, const Replaces& replaces) {
  json.begin_object().field("number", replaces.number).field("issued_on", to_string(replaces.issued_on));
  json.field("reason", replaces.reason).end_object();
}

void write_head(JsonWriter& json, const Snapshot& snapshot) {
  json.field("schema", std::int64_t{kSnapshotSchema})
      .field("kind", snapshot.kind)
      .field("kind_version", std::int64_t{snapshot.kind_version})
      .field("tenant", snapshot.tenant);
  json.key("scope").begin_object().field("key", snapshot.scope_key).field("name", snapshot.scope_name).end_object();
  write(json.key("period"), snapshot.period);
  json.key("data").begin_object();
  json.field("from", to_string(snapshot.data_from)).field("to", to_string(snapshot.data_to));
  json.field("rule", snapshot.window_rule);
  if (snapshot.since) json.field("since", *snapshot.since);
  json.end_object();
  json.field("cut_off", snapshot.cut_off).field("taken_at", snapshot.taken_at);
}

}  // namespace

std::string figure_json(const Figure& figure) {
  JsonWriter json;
  write(json, figure);
  return json.take();
}

std::string table_json(const Table& table) {
  JsonWriter json;
  write(json, table);
  return json.take();
}

std::string to_json(const Snapshot& snapshot) {
  JsonWriter json;
  json.begin_object();
  write_head(json, snapshot);
  json.key("index");
  if (snapshot.index) write(json, *snapshot.index);
  else json.null();
  write(json.key("issuer"), snapshot.issuer);
  json.key("words").begin_object();
  for (const auto& [id, text] : snapshot.words) json.field(id, text);
  json.end_object().key("figures").begin_array();
  for (const Figure& figure : snapshot.figures) write(json, figure);
  json.end_array().key("tables").begin_array();
  for (const Table& table : snapshot.tables) write(json, table);
  json.end_array().key("previous");
  if (snapshot.previous) write(json, *snapshot.previous);
  else json.null();
  if (snapshot.replaces) write(json.key("replaces"), *snapshot.replaces);
  if (!snapshot.about.empty()) json.field("about", snapshot.about);
  json.end_object();
  return json.take();
}

}  // namespace khien::report
