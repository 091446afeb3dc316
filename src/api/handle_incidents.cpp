#include <algorithm>
#include <set>
#include <utility>

#include "botnet_call.hpp"
#include "call.hpp"
#include "dto.hpp"
#include "dto_incident.hpp"
#include "duty_call.hpp"
#include "incident_call.hpp"
#include "khien/core/bytes.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/imports.hpp"
#include "khien/incident/proposals.hpp"
#include "problem.hpp"
#include "rules.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

using View = incident::IncidentQuery::View;

constexpr std::size_t kMostProposals = 50;

View view_of(std::string_view name) {
  if (name == "contained") return View::contained;
  if (name == "late") return View::late;
  if (name == "soon") return View::soon;
  if (name == "mine") return View::mine;
  if (name == "closed") return View::closed;
  return name == "all" ? View::all : View::open;
}

std::vector<std::string> strings_in_body(const Call& call, std::string_view name) {
  std::vector<std::string> texts;
  const auto list = call.body->field(name);
  if (!list) return texts;
  (void)list->each([&](Json one) -> Result<void> {
    TRY(const auto text, one.string());
    texts.emplace_back(text);
    return {};
  });
  return texts;
}

std::vector<FindingId> findings_in_body(const Call& call) {
  std::vector<FindingId> all;
  for (const auto id : call.integers("findings")) all.push_back({id});
  return all;
}

Result<incident::IncidentQuery> query_of(const Call& call, store::Connection& connection) {
  incident::IncidentQuery query{.view = view_of(call.query_text("view")), .me = call.who->user, .unit = {}, .words = call.query_text("q"),
                                .severities = {}, .cursor = call.query_text("cursor"), .limit = call.query_limit()};
  TRY(query.unit, unit_in_query(call, connection));
  const auto severities = call.query_text("severity");
  for (const auto item : list_items(severities)) {
    TRY(const auto severity, severity_from_string(item));
    query.severities.push_back(severity);
  }
  return query;
}

Result<incident::NewIncident> incident_in_body(const Call& call, Timestamp detected) {
  incident::NewIncident made{.unit = {call.integer("unit").value_or(0)}, .title = call.text("title").value_or(""), .detected_at = detected,
                             .words = call.text("words").value_or(""), .traits = strings_in_body(call, "traits"), .findings = findings_in_body(call)};
  TRY(made.kind, incident::kind_from_string(call.text("kind").value_or("")));
  TRY(made.severity, severity_from_string(call.text("severity").value_or("")));
  TRY(made.source, incident::source_from_string(call.text("source").value_or(made.findings.empty() ? "person" : "finding")));
  return made;
}

Result<incident::IncidentChange> change_in_body(const Call& call) {
  incident::IncidentChange change{.title = call.text("title"), .kind = {}, .severity = {}, .traits = {}, .findings = findings_in_body(call)};
  if (const auto kind = call.text("kind")) {
    TRY(change.kind, incident::kind_from_string(*kind));
  }
  if (const auto severity = call.text("severity")) {
    TRY(change.severity, severity_from_string(*severity));
  }
  change.cause = call.text("cause");
  if (call.body->field("traits")) change.traits = strings_in_body(call, "traits");
  return change;
}

// Of an incident that is not there: every clock runs.
struct Imagined {
  Timestamp detected;
  Severity severity;
  std::vector<std::string> said;
};
void write_clock_list(JsonWriter& json, const law::Catalogue& catalogue, const incident::SeverityTable& table, const Imagined& one, Timestamp now) {
  const auto clocks = incident::clocks_of(catalogue, one.detected, incident::traits_of(table, one.severity, one.said));
  json.begin_object().key("rule");
  clocks.rule.empty() ? json.null() : json.string(clocks.rule);
  json.key("duty");
  write_text(json, clocks.duty);
  json.key("caution");
  write_text(json, clocks.caution);
  json.key("severity_label");
  write_text(json, table.label);
  write_incident_traits(json, catalogue, one.detected, one.said, incident::traits_of(table, one.severity, {}));
  json.key("clocks").begin_array();
  for (const auto& clock : clocks.clocks) write_incident_clock(json, {clock, incident::times_of(one.detected, clock.due, table.at_once)}, now);
  json.end_array().end_object();
}

}  // namespace

namespace route {

Reply list_incidents(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto query, query_of(call, connection));
    auto page = incident::list_incidents(connection, call.scope(), query, call.now);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& one : page->items) write_incident(json, one, names, call.now);
    json.end_array();
    write_next(json, page->total, page->next);
    write_incident_counts(json, page->counts);
    json.end_object();
    return call.json(json);
  });
}

Reply open_incident(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  const auto detected = time_in_body(call, "detected_at");
  if (!detected || !*detected) return invalid("detected_at");
  const auto asked = incident_in_body(call, **detected);
  if (!asked) return refusal(asked.error());
  return audited_change(call, {"incident.open", std::string(to_string(asked->kind)) + " " + std::string(to_string(asked->severity))},
                         [&](store::Connection& connection) -> Result<incident::IncidentId> {
                           TRY(const auto law, law_of(call, connection));
                           const incident::Rules rules{law->catalogue(), call.services.options.incidents->severities};
                           return incident::open_incident(connection, call.scope(), rules, *asked, call.who->user, call.now);
                         });
}

Reply import_incidents(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  const auto bytes = from_base64(call.text("content").value_or(""));
  if (!bytes) return invalid("content");
  if (!call.services.options.read_table) return unavailable();
  const auto table = call.services.options.read_table(*bytes);
  if (!table) return unreadable_list(table.error());
  const auto reading = incident::read_incidents(*table);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const incident::Rules rules{law->catalogue(), call.services.options.incidents->severities};
    TRY(const auto report, incident::import_incidents(connection, call.scope(), rules, reading, call.who->user, call.now));
    for (const auto id : report.incidents) {
      TRY_VOID(call.audit(connection, "incident.open", "incident:" + std::to_string(id.value), "import " + printable(truncate(call.text("file_name").value_or(""), 200))));
    }
    JsonWriter json;
    write_incident_import(json, report);
    return call.json(json);
  });
}

Reply get_incident(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  return call.read([&](store::Connection& connection) { return incident_detail(call, connection, {call.object}); });
}

Reply update_incident(Call& call) {
  const auto change = change_in_body(call);
  if (!change) return refusal(change.error());
  return audited_change(call, {"incident.change", {}}, [&](store::Connection& connection) -> Result<incident::IncidentId> {
    TRY(const auto law, law_of(call, connection));
    const incident::Rules rules{law->catalogue(), call.services.options.incidents->severities};
    const incident::IncidentId id{call.object};
    TRY_VOID(incident::update_incident(connection, call.scope(), rules, id, *change, call.who->user, call.now));
    return id;
  });
}

Reply list_incident_proposals(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  const auto& opening = call.services.options.incidents->opening;
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    TRY(const auto facts, incident::read_facts(connection, call.scope(), unit, opening));
    TRY(const auto units, units_in_scope(connection, call.scope()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    std::set<std::pair<std::string, UnitId>> shown;
    for (const auto& one : incident::proposals(facts, opening)) {
      if (shown.size() == kMostProposals || !shown.emplace(one.rule, one.unit).second) continue;
      const auto name = units.find(one.unit.value);
      write_incident_proposal(json, one, opening.find(one.rule)->why, name == units.end() ? "" : name->second);
    }
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply show_incident_clocks(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  const auto detected = from_rfc3339(call.query_text("detected_at"));
  if (!detected) return invalid("detected_at");
  const auto severity = severity_from_string(call.query_text("severity"));
  if (!severity) return invalid("severity");
  std::vector<std::string> said;
  const auto traits = call.query_text("traits");
  for (const auto item : list_items(traits)) said.emplace_back(item);
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const auto& table = call.services.options.incidents->severities;
    JsonWriter json;
    write_clock_list(json, law->catalogue(), table, {*detected, *severity, said}, call.now);
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
