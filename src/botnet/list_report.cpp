#include "khien/botnet/lists.hpp"

#include "khien/core/json.hpp"

namespace khien::botnet {
namespace {

void write_text(JsonWriter& json, const LocalText& text) { json.begin_object().field("vi", text.vi).field("en", text.en).end_object(); }

void write_port(JsonWriter& json, std::string_view name, std::optional<int> port) {
  json.key(name);
  port ? json.integer(*port) : json.null();
}

void write_sample(JsonWriter& json, const ListReport::Sample& row) {
  json.begin_object().field("row", row.entry.row).field("address", row.entry.address.text());
  write_port(json, "port", row.entry.port);
  json.key("seen_at");
  row.entry.seen_at ? json.time(*row.entry.seen_at) : json.null();
  json.field("malware", row.entry.malware).field("controller", row.entry.controller ? row.entry.controller->text() : "");
  write_port(json, "controller_port", row.entry.controller_port);
  json.field("what", row.what).key("unit");
  if (row.unit) {
    json.begin_object().field("id", row.unit->value).field("name", row.unit_name).end_object();
  } else {
    json.null();
  }
  json.field("range", row.range).end_object();
}

void write_problem(JsonWriter& json, const ListProblem& problem) {
  json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value).key("message");
  write_text(json, problem.message);
  json.end_object();
}

}  // namespace

std::string to_json(const ListReport& report) {
  JsonWriter json;
  json.begin_object().field("rows", report.rows).field("addresses", report.addresses).field("duplicates", report.duplicates);
  json.field("fresh", report.fresh).field("again", report.again).field("recurring", report.recurring);
  json.field("missing", report.missing).field("delisting", report.delisting).field("unknown", report.unknown);
  json.key("units").begin_array();
  for (const auto& share : report.units) {
    json.begin_object().key("unit").begin_object().field("id", share.unit.value).field("name", share.name).end_object();
    json.field("addresses", share.addresses).end_object();
  }
  json.end_array().key("sample").begin_array();
  for (const auto& row : report.sample) write_sample(json, row);
  json.end_array().field("problems_total", report.problems_total).key("problems").begin_array();
  for (const auto& problem : report.problems) write_problem(json, problem);
  json.end_array().key("notes").begin_array();
  for (const auto& note : report.notes) write_text(json, note);
  json.end_array().end_object();
  return json.take();
}

}  // namespace khien::botnet
