#include <utility>

#include "botnet_call.hpp"
#include "duty_call.hpp"
#include "incident_call.hpp"
#include "call.hpp"
#include "dto.hpp"
#include "dto_botnet.hpp"
#include "khien/core/bytes.hpp"
#include "khien/estate/units.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kNoSuchStep{"Địa chỉ đang ở bước không cho phép thao tác này. Tải lại rồi thử lại.",
                            "The address's state does not allow this. Reload and try again."};

std::string case_object(botnet::CaseId id) { return "botnet_case:" + std::to_string(id.value); }

Result<Reply> one_address(const Call& call, store::Connection& connection, botnet::CaseId id) {
  TRY(const auto detail, botnet::get_case_detail(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  TRY(const auto viewer, botnet_viewer(call, connection, names));
  TRY(const auto incidents, botnet::incidents_of(connection, call.scope(), id));
  JsonWriter json;
  write_botnet_detail(json, detail, incidents, viewer);
  return call.json(json);
}

}  // namespace

namespace route {

Reply list_botnet_addresses(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    botnet::CaseQuery query{.words = call.query_text("q"), .cursor = call.query_text("cursor"), .limit = call.query_limit()};
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto view = call.query_text("view"); !view.empty()) {
      TRY(query.view, botnet::view_from_string(view));
    }
    auto page = botnet::list_cases(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    const NameMap names;
    TRY(const auto viewer, botnet_viewer(call, connection, names));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page->items) write_botnet_address(json, record, viewer);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("counts");
    write_botnet_counts(json, page->counts, viewer);
    json.key("lookup");
    write_botnet_lookup_state(json, viewer);
    json.end_object();
    return call.json(json);
  });
}

Reply get_botnet_address(Call& call) {
  return call.read([&](store::Connection& connection) { return one_address(call, connection, {call.object}); });
}

Reply move_botnet_address(Call& call) {
  const botnet::CaseId id{call.object};
  const std::string event = call.text("event").value_or("");
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    botnet::Decision decision{.step = call.text("step").value_or(""), .note = call.text("note").value_or(""), .unit = {}, .machine = {}};
    TRY(decision.event, botnet::event_from_string(event));
    if (const auto unit = call.integer("unit")) decision.unit = UnitId{*unit};
    if (const auto machine = call.integer("machine")) decision.machine = MachineId{*machine};
    TRY_VOID(botnet::get_case(connection, call.scope(), id));
    // That a unit was told is said by who tells it.
    if (decision.event == botnet::Event::sent && call.who->role == Role::unit_officer) return denied();
    const auto decided = botnet::decide(connection, call.scope(), playbook_of(call), id, call.who->user, decision, call.now);
    if (!decided) return refusal(decided.error(), {.conflict = &kNoSuchStep, .field = "event"});
    const std::string step = decision.step.empty() ? "" : ": " + decision.step;
    TRY_VOID(call.audit(connection, "botnet.move", case_object(id), event + step));
    return one_address(call, connection, id);
  });
  return with_refusal_told(call, std::move(reply), case_object(id), event);
}

Reply open_botnet_incident(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  const botnet::CaseId id{call.object};
  const auto detected = time_in_body(call, "detected_at");
  if (!detected) return invalid("detected_at");
  botnet::IncidentOfCase asked{.words = call.text("words").value_or(""), .detected_at = *detected};
  if (const auto text = call.text("severity")) {
    const auto severity = severity_from_string(*text);
    if (!severity) return invalid("severity");
    asked.severity = *severity;
  }
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    if (const auto there = call.integer("incident")) {
      const incident::IncidentId incident{*there};
      TRY_VOID(botnet::link_incident(connection, call.scope(), id, incident, call.who->user, call.now));
      TRY_VOID(call.audit(connection, "botnet.incident", case_object(id), "incident:" + std::to_string(incident.value)));
      return one_address(call, connection, id);
    }
    TRY(const auto law, law_of(call, connection));
    const incident::Rules rules{law->catalogue(), call.services.options.incidents->severities};
    TRY(const auto opened, botnet::open_incident_of(connection, call.scope(), rules, id, asked, call.who->user, call.now));
    TRY_VOID(call.audit(connection, "incident.open", "incident:" + std::to_string(opened.value), case_object(id)));
    TRY_VOID(call.audit(connection, "botnet.incident", case_object(id), "incident:" + std::to_string(opened.value)));
    return one_address(call, connection, id);
  });
  return with_refusal_told(call, std::move(reply), case_object(id), "incident");
}

Reply list_botnet_lookups(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    auto page = botnet::list_lookups(connection, call.scope(), call.query_text("cursor"), call.query_limit());
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    TRY(const auto viewer, botnet_viewer(call, connection, names));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& lookup : page->items) write_botnet_lookup(json, lookup, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.key("lookup");
    write_botnet_lookup_state(json, viewer);
    json.end_object();
    return call.json(json);
  });
}

Reply record_botnet_lookup(Call& call) {
  Timestamp at = call.now;
  if (const auto text = call.text("looked_up_at")) {
    const auto parsed = from_rfc3339(*text);
    if (!parsed) return invalid("looked_up_at");
    at = *parsed;
  }
  const auto found = call.integer("found").value_or(0);
  const std::string note = call.text("note").value_or("");
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const bool whole, botnet::sees_whole_tenant(connection, call.scope()));
    if (!whole) return denied();
    TRY(const auto unit, botnet::looking_unit(connection, call.scope(), call.now));
    const auto recorded = botnet::record_lookup(connection, call.scope(), {.unit = unit, .looked_up_at = at, .found = found, .note = note, .list = {}, .by = call.who->user},
                                                playbook_of(call).lookup_days, call.now);
    if (!recorded) return refusal(recorded.error());
    TRY_VOID(call.audit(connection, "botnet.lookup", "botnet_lookup:" + std::to_string(recorded->value), std::to_string(found) + " addresses"));
    TRY_VOID(put_into_register(call, connection, unit, at, found, note));
    return call.done();
  });
  if (reply.status >= 400) return with_refusal_told(call, std::move(reply), "botnet_lookup", "record");
  auto page = list_botnet_lookups(call);
  return page;
}

Reply upload_botnet_log(Call& call) {
  const UnitId unit{call.integer("unit").value_or(0)};
  // Foreign before anything is read, so that the file tells nothing of it.
  const auto seen = call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(estate::get_unit(connection, call.scope(), unit));
    return call.done();
  });
  if (seen.status >= 400) return seen;
  const auto bytes = from_base64(call.text("content").value_or(""));
  if (!bytes) return invalid("content");
  const auto table = table_in(call, *bytes);
  if (!table) return unreadable_list(table.error());
  const auto reading = botnet::read_log(*table);
  // Everybody else's writes do not wait for a million lines.
  std::optional<Result<botnet::MatchedLog>> matched;
  const auto looked = call.read([&](store::Connection& connection) -> Result<Reply> {
    const botnet::NewLog log{.unit = unit, .file_name = call.text("file_name").value_or(""), .by = call.who->user};
    matched.emplace(botnet::match_log(connection, call.scope(), playbook_of(call), log, reading));
    return call.done();
  });
  if (looked.status >= 400) return looked;
  if (!*matched) return refusal(matched->error(), {.field = "content"});
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto report = botnet::keep_log(connection, call.scope(), **matched, call.now);
    if (!report) return refusal(report.error(), {.field = "content"});
    TRY_VOID(call.audit(connection, "botnet.log", "unit:" + std::to_string(unit.value), std::to_string(report->matched) + " of " + std::to_string(report->rows) + " lines"));
    JsonWriter json;
    write_botnet_log(json, *report);
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
