#include <algorithm>
#include <functional>
#include <set>

#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/report/snapshot.hpp"
#include "words.hpp"

namespace khien::report {
namespace {

Error wrong(std::string_view place, std::string_view what) {
  return {Code::invalid, std::string(place) + ": " + std::string(what)};
}

std::string inside(const std::string& place, std::string_view name) {
  return place.empty() ? std::string(name) : place + "." + std::string(name);
}

std::string shown(std::string_view text) { return printable(truncate(text, 60)); }

using Names = std::initializer_list<std::string_view>;

// Members of an object, each named once, all of them known: what names it as missing,
// unknown or there twice knows the place. Those of `may` need not be there.
class Members {
 public:
  static Result<Members> of(Json json, std::string place, Names names, Names may = {}) {
    Members made(std::move(place));
    if (!json.is_object()) return wrong(made.place_.empty() ? "snapshot" : made.place_, "not an object");
    TRY_VOID(json.each_field([&](std::string_view name, Json value) { return made.take(name, value, names, may); }));
    for (const std::string_view name : names) {
      if (made.find(name) == nullptr) return wrong(inside(made.place_, name), "is missing");
    }
    return made;
  }

  bool has(std::string_view name) const { return find(name) != nullptr; }
  Json at(std::string_view name) const { return *find(name); }
  std::string place(std::string_view name) const { return inside(place_, name); }

  Result<std::string> text(std::string_view name) const {
    auto found = at(name).string();
    if (!found) return wrong(place(name), "not text");
    return std::string(*found);
  }
  Result<std::int64_t> integer(std::string_view name) const {
    auto found = at(name).integer();
    if (!found) return wrong(place(name), "not a whole number");
    return *found;
  }
  Result<Date> day(std::string_view name) const {
    TRY(const std::string written, text(name));
    auto parsed = Date::parse(written);
    if (!parsed) return wrong(place(name), parsed.error().what());
    return *parsed;
  }
  Result<Timestamp> moment(std::string_view name) const {
    TRY(const std::string written, text(name));
    const auto parsed = from_rfc3339(written);
    // Written in one way only, or the digest of what was read would be another.
    if (!parsed || to_rfc3339(*parsed) != written) return wrong(place(name), "not a moment as YYYY-MM-DDTHH:MM:SS.mmmZ");
    return *parsed;
  }
  Result<std::vector<std::string>> texts(std::string_view name) const;
  Result<LocalText> local(std::string_view name) const;

 private:
  explicit Members(std::string place) : place_(std::move(place)) {}

  const Json* find(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &std::pair<std::string_view, Json>::first);
    return found == members_.end() ? nullptr : &found->second;
  }
  Result<void> take(std::string_view name, Json value, Names names, Names may) {
    const bool known = std::ranges::find(names, name) != names.end() || std::ranges::find(may, name) != may.end();
    if (!known) return wrong(inside(place_, shown(name)), "is no field of this");
    if (find(name) != nullptr) return wrong(inside(place_, name), "stands twice");
    members_.emplace_back(name, value);
    return {};
  }

  std::string place_;
  std::vector<std::pair<std::string_view, Json>> members_;
};

using Visit = std::function<Result<void>(Json, std::string place)>;

Result<void> each_of(Json json, const std::string& place, const Visit& visit) {
  if (!json.is_array()) return wrong(place, "not a list");
  std::size_t at = 0;
  return json.each([&](Json item) { return visit(item, place + "[" + std::to_string(at++) + "]"); });
}

Result<std::vector<std::string>> Members::texts(std::string_view name) const {
  std::vector<std::string> all;
  TRY_VOID(each_of(at(name), place(name), [&](Json item, const std::string& here) -> Result<void> {
    const auto text = item.string();
    if (!text) return wrong(here, "not text");
    all.emplace_back(*text);
    return {};
  }));
  return all;
}

Result<LocalText> Members::local(std::string_view name) const {
  TRY(const Members both, Members::of(at(name), place(name), {"vi", "en"}));
  TRY(std::string vi, both.text("vi"));
  TRY(std::string en, both.text("en"));
  return LocalText{std::move(vi), std::move(en)};
}

Result<Value> ratio(const Members& value) {
  std::vector<std::int64_t> parts;
  const std::string place = value.place("ratio");
  TRY_VOID(each_of(value.at("ratio"), place, [&](Json item, const std::string& here) -> Result<void> {
    const auto part = item.integer();
    if (!part) return wrong(here, "not a whole number");
    parts.push_back(*part);
    return {};
  }));
  if (parts.size() != 2) return wrong(place, "wants two numbers, part and whole");
  return Value(Ratio{parts[0], parts[1]});
}

Result<Value> value(Json json, const std::string& place) {
  constexpr std::array<std::string_view, 6> kTypes{"unknown", "number", "ratio", "text", "day", "moment"};
  std::string_view type;
  if (json.is_object() && json.size() == 1) {
    TRY_VOID(json.each_field([&](std::string_view name, Json) -> Result<void> {
      type = name;
      return {};
    }));
  }
  if (std::ranges::find(kTypes, type) == kTypes.end()) {
    return wrong(place, "wants one of unknown, number, ratio, text, day, moment");
  }
  TRY(const Members one, Members::of(json, place, {type}));
  if (type == "unknown") {
    TRY(LocalText why, one.local(type));
    return Value(Unknown{std::move(why)});
  }
  if (type == "ratio") return ratio(one);
  if (type == "number") {
    TRY(const std::int64_t whole, one.integer(type));
    return Value(whole);
  }
  if (type == "day") {
    TRY(const Date day, one.day(type));
    return Value(day);
  }
  if (type == "moment") {
    TRY(const Timestamp time, one.moment(type));
    return Value(time);
  }
  TRY(std::string text, one.text(type));
  return Value(std::move(text));
}

Result<Figure> figure(Json json, const std::string& place) {
  TRY(const Members of, Members::of(json, place, {"id", "label", "value", "unit", "query", "rows", "row_count"}, {"all_rows"}));
  Figure made;
  TRY(made.id, of.text("id"));
  TRY(made.label, of.local("label"));
  TRY(made.value, value(of.at("value"), of.place("value")));
  TRY(made.unit, of.local("unit"));
  TRY(made.query, of.text("query"));
  TRY(made.rows, of.texts("rows"));
  TRY(const std::int64_t count, of.integer("row_count"));
  if (count < 0) return wrong(of.place("row_count"), "below zero");
  made.row_count = static_cast<std::uint64_t>(count);
  if (!of.has("all_rows")) return made;
  TRY(const std::string hex, of.text("all_rows"));
  const auto digest = Sha256::from_hex(hex);
  if (!digest || digest->hex() != hex) return wrong(of.place("all_rows"), "not 64 hexadecimal digits");
  made.all_rows = *digest;
  return made;
}

Result<Column> column(Json json, const std::string& place) {
  TRY(const Members of, Members::of(json, place, {"id", "label", "type", "width"}));
  Column made;
  TRY(made.id, of.text("id"));
  TRY(made.label, of.local("label"));
  TRY(const std::string word, of.text("type"));
  const auto type = value_of(kColumnTypes, word);
  if (!type) return wrong(of.place("type"), "'" + shown(word) + "' is none of " + all_of(kColumnTypes));
  made.type = *type;
  TRY(const std::int64_t width, of.integer("width"));
  if (width < 1 || width > 100) return wrong(of.place("width"), "must be within 1 and 100");
  made.width = static_cast<int>(width);
  return made;
}

Result<Table::Row> row(Json json, const std::string& place) {
  TRY(const Members of, Members::of(json, place, {"key", "cells"}));
  Table::Row made;
  TRY(made.key, of.text("key"));
  TRY_VOID(each_of(of.at("cells"), of.place("cells"), [&](Json item, const std::string& here) -> Result<void> {
    TRY(Value cell, value(item, here));
    made.cells.push_back(std::move(cell));
    return {};
  }));
  return made;
}

Result<Table> table(Json json, const std::string& place) {
  TRY(const Members of, Members::of(json, place, {"id", "title", "columns", "rows", "query", "unknown"}, {"seen_on"}));
  Table made;
  TRY(made.id, of.text("id"));
  TRY(made.title, of.local("title"));
  TRY(made.query, of.text("query"));
  TRY_VOID(each_of(of.at("columns"), of.place("columns"), [&](Json item, const std::string& here) -> Result<void> {
    TRY(Column one, column(item, here));
    made.columns.push_back(std::move(one));
    return {};
  }));
  TRY_VOID(each_of(of.at("rows"), of.place("rows"), [&](Json item, const std::string& here) -> Result<void> {
    TRY(Table::Row one, row(item, here));
    made.rows.push_back(std::move(one));
    return {};
  }));
  if (of.has("seen_on")) {
    TRY(made.seen_on, of.day("seen_on"));
  }
  if (of.at("unknown").is_null()) return made;
  TRY(LocalText why, of.local("unknown"));
  made.unknown = Unknown{std::move(why)};
  return made;
}

Result<Period> period(Json json) {
  TRY(const Members of, Members::of(json, "period", {"id", "name", "from", "to"}));
  Period made;
  TRY(made.id, of.text("id"));
  TRY(made.name, of.local("name"));
  TRY(made.from, of.day("from"));
  TRY(made.to, of.day("to"));
  return made;
}

Result<Issuer> issuer(Json json) {
  TRY(const Members of, Members::of(json, "issuer", {"parent_agency", "agency", "place", "symbol", "signer_mode", "signer_mode_title",
                                                     "signer_title", "signer_name", "recipients"}));
  Issuer made;
  TRY(made.parent_agency, of.text("parent_agency"));
  TRY(made.agency, of.text("agency"));
  TRY(made.place, of.text("place"));
  TRY(made.symbol, of.text("symbol"));
  TRY(made.signer_mode, of.text("signer_mode"));
  TRY(made.signer_mode_title, of.text("signer_mode_title"));
  TRY(made.signer_title, of.text("signer_title"));
  TRY(made.signer_name, of.text("signer_name"));
  TRY(made.recipients, of.texts("recipients"));
  return made;
}

Result<std::optional<IndexDefinition>> index(Json json) {
  if (json.is_null()) return std::optional<IndexDefinition>();
  TRY(const Members of, Members::of(json, "index", {"id", "title", "formula", "caution"}));
  IndexDefinition made;
  TRY(made.id, of.text("id"));
  TRY(made.title, of.local("title"));
  TRY(made.formula, of.local("formula"));
  TRY(made.caution, of.local("caution"));
  return std::optional(std::move(made));
}

Result<Previous::Entry> entry(Json json, const std::string& place) {
  TRY(const Members of, Members::of(json, place, {"label", "value", "unit", "query"}));
  Previous::Entry made;
  TRY(made.label, of.local("label"));
  TRY(made.value, value(of.at("value"), of.place("value")));
  TRY(made.unit, of.local("unit"));
  TRY(made.query, of.text("query"));
  return made;
}

// An object whose members are named by ids that are not known beforehand.
Result<void> each_named(Json json, const std::string& place, const Visit& visit) {
  if (!json.is_object()) return wrong(place, "not an object");
  std::set<std::string_view> seen;
  return json.each_field([&](std::string_view name, Json item) -> Result<void> {
    if (!seen.insert(name).second) return wrong(place + "." + shown(name), "stands twice");
    return visit(item, std::string(name));
  });
}

Result<std::optional<Previous>> previous(Json json) {
  if (json.is_null()) return std::optional<Previous>();
  TRY(const Members of, Members::of(json, "previous", {"period", "digest", "index", "figures"}));
  Previous made;
  TRY(made.period, of.text("period"));
  TRY(made.digest, of.text("digest"));
  TRY(made.index_definition, of.text("index"));
  TRY_VOID(each_named(of.at("figures"), "previous.figures", [&](Json item, const std::string& name) -> Result<void> {
    TRY(Previous::Entry one, entry(item, "previous.figures." + shown(name)));
    made.figures.emplace(name, std::move(one));
    return {};
  }));
  return std::optional(std::move(made));
}

Result<Replaces> replaces(Json json) {
  TRY(const Members of, Members::of(json, "replaces", {"number", "issued_on", "reason"}));
  Replaces made;
  TRY(made.number, of.text("number"));
  TRY(made.issued_on, of.day("issued_on"));
  TRY(made.reason, of.text("reason"));
  return made;
}

Result<void> read_head(const Members& of, Snapshot& made) {
  TRY(const std::int64_t schema, of.integer("schema"));
  if (schema != kSnapshotSchema) return wrong("schema", std::to_string(schema) + " is not " + std::to_string(kSnapshotSchema));
  TRY(made.kind, of.text("kind"));
  TRY(const std::int64_t version, of.integer("kind_version"));
  if (version < 1 || version > 1'000'000) return wrong("kind_version", "must be within 1 and 1000000");
  made.kind_version = static_cast<int>(version);
  TRY(made.tenant, of.text("tenant"));
  TRY(const Members scope, Members::of(of.at("scope"), "scope", {"key", "name"}));
  TRY(made.scope_key, scope.text("key"));
  TRY(made.scope_name, scope.text("name"));
  TRY(made.period, period(of.at("period")));
  TRY(const Members data, Members::of(of.at("data"), "data", {"from", "to", "rule"}, {"since"}));
  TRY(made.data_from, data.day("from"));
  TRY(made.data_to, data.day("to"));
  TRY(made.window_rule, data.text("rule"));
  if (data.has("since")) {
    TRY(made.since, data.moment("since"));
  }
  TRY(made.cut_off, of.moment("cut_off"));
  TRY(made.taken_at, of.moment("taken_at"));
  TRY(made.index, index(of.at("index")));
  TRY(made.issuer, issuer(of.at("issuer")));
  TRY(made.previous, previous(of.at("previous")));
  if (of.has("replaces")) {
    TRY(made.replaces, replaces(of.at("replaces")));
  }
  if (!of.has("about")) return {};
  TRY(made.about, of.text("about"));
  // Written where it says something, or the digest of what was read would be another.
  if (made.about.empty()) return wrong("about", "must not be empty");
  return {};
}

Result<void> read_body(const Members& of, Snapshot& made) {
  TRY_VOID(each_named(of.at("words"), "words", [&](Json item, const std::string& name) -> Result<void> {
    const auto text = item.string();
    if (!text) return wrong("words." + shown(name), "not text");
    made.words.emplace(name, *text);
    return {};
  }));
  TRY_VOID(each_of(of.at("figures"), "figures", [&](Json item, const std::string& place) -> Result<void> {
    TRY(Figure one, figure(item, place));
    made.figures.push_back(std::move(one));
    return {};
  }));
  return each_of(of.at("tables"), "tables", [&](Json item, const std::string& place) -> Result<void> {
    TRY(Table one, table(item, place));
    made.tables.push_back(std::move(one));
    return {};
  });
}

}  // namespace

Result<Snapshot> read_snapshot(std::string_view json) {
  Budget budget({.bytes_in = kMostSnapshotBytes, .depth = 12, .entries = 16'000'000});
  JsonDocument document;
  TRY(const Json whole, document.parse(json, budget));
  TRY(const Members of, Members::of(whole, "", {"schema", "kind", "kind_version", "tenant", "scope", "period", "data", "cut_off",
                                                "taken_at", "index", "issuer", "words", "figures", "tables", "previous"},
                                     {"replaces", "about"}));
  Snapshot made;
  TRY_VOID(read_head(of, made));
  TRY_VOID(read_body(of, made));
  TRY_VOID(validate(made));
  return made;
}

}  // namespace khien::report
