#include "dto_botnet.hpp"

#include <algorithm>
#include <array>

#include "dto.hpp"
#include "khien/core/text.hpp"

namespace khien::api {
namespace {

using botnet::Event;

void write_port(JsonWriter& json, std::string_view name, std::optional<int> port) {
  json.key(name);
  port ? json.integer(*port) : json.null();
}

void write_machine_ref(JsonWriter& json, const std::optional<MachineId>& machine, std::string_view name) {
  json.key("machine");
  if (machine) {
    write_ref(json, machine->value, name);
  } else {
    json.null();
  }
}

void write_date(JsonWriter& json, std::string_view name, Date day) { json.field(name, to_string(day)); }

// Who ticked a step off, since the address came back.
void write_step(JsonWriter& json, const botnet::Playbook::Step& step, const botnet::CaseDetail& detail, const NameMap& names) {
  const auto done = std::ranges::find_if(detail.history, [&](const botnet::HistoryLine& line) {
    return line.event == Event::step && line.step == step.id && line.round == detail.record.recurrences;
  });
  const bool is_done = done != detail.history.end();
  json.begin_object().field("id", step.id).field("required", step.required).key("title");
  write_text(json, step.title);
  json.key("how");
  write_text(json, step.how);
  write_time(json, "done_at", is_done ? std::optional(done->at) : std::nullopt);
  json.key("done_by");
  write_user_ref(json, is_done ? done->who : std::nullopt, names);
  json.end_object();
}

void write_sighting(JsonWriter& json, const botnet::Sighting& one) {
  json.begin_object();
  write_date(json, "listed_on", one.listed_on);
  write_time(json, "seen_at", one.seen_at);
  write_port(json, "port", one.port);
  json.field("malware", one.malware).field("controller", one.controller);
  write_port(json, "controller_port", one.controller_port);
  json.field("origin", one.origin).end_object();
}

void write_connection(JsonWriter& json, const botnet::Connection& one) {
  json.begin_object().field("matched", one.matched).field("inside", one.inside).field("outside", one.outside);
  write_port(json, "port", one.port);
  json.field("first_at", one.first_at).field("last_at", one.last_at).field("times", one.times);
  write_machine_ref(json, one.machine, one.machine_name);
  json.field("machines", one.machines).end_object();
}

void write_history(JsonWriter& json, const botnet::HistoryLine& line, const NameMap& names) {
  json.begin_object().field("at", line.at).key("who");
  write_user_ref(json, line.who, names);
  json.field("event", to_string(line.event)).field("state", to_string(line.state)).field("round", line.round);
  json.field("step", line.step).field("note", line.note).end_object();
}

void write_problems(JsonWriter& json, const std::vector<botnet::ListProblem>& problems) {
  json.key("problems").begin_array();
  for (const auto& problem : problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value).key("message");
    write_text(json, problem.message);
    json.end_object();
  }
  json.end_array();
}

bool clean_can_be_said(const botnet::CaseDetail& detail, const botnet::Playbook& playbook) {
  const auto done = detail.steps_done();
  return std::ranges::all_of(playbook.steps, [&](const auto& step) { return !step.required || std::ranges::find(done, step.id) != done.end(); });
}

}  // namespace

std::vector<Event> may_say(const botnet::CaseDetail& detail, const BotnetViewer& viewer) {
  std::vector<Event> all;
  const bool writes = viewer.role == Role::province_admin || viewer.role == Role::soc_operator || viewer.role == Role::unit_officer;
  if (!writes) return all;
  for (const Event event : {Event::sent, Event::cleaning, Event::step, Event::reported_clean, Event::attributed, Event::host, Event::note}) {
    if (!next_state(detail.record.state, event)) continue;
    if (event == Event::attributed && !viewer.whole_tenant) continue;
    if (event == Event::sent && viewer.role == Role::unit_officer) continue;
    if (event == Event::step && viewer.playbook.steps.empty()) continue;
    if (event == Event::reported_clean && !clean_can_be_said(detail, viewer.playbook)) continue;
    all.push_back(event);
  }
  return all;
}

void write_botnet_lookup_state(JsonWriter& json, const BotnetViewer& viewer) {
  json.begin_object().key("days_since");
  viewer.lookup ? json.integer(viewer.lookup->days_since(viewer.now)) : json.null();
  json.field("every_days", std::int64_t{viewer.playbook.lookup_days});
  json.field("late", !viewer.lookup || viewer.now - viewer.lookup->looked_up_at > days(viewer.playbook.lookup_days)).key("label");
  write_text(json, viewer.playbook.label);
  json.field("may_import", viewer.may_import()).end_object();
}

void write_botnet_address(JsonWriter& json, const botnet::CaseRecord& record, const BotnetViewer& viewer) {
  json.begin_object().field("id", record.id.value).field("address", record.address).field("source", record.source).key("unit");
  if (record.known_unit) {
    write_ref(json, record.unit.value, record.unit_name);
  } else {
    json.null();
  }
  json.field("range", record.range).field("purpose", record.purpose).field("state", to_string(record.state));
  json.field("opened_at", record.opened_at).field("entered_at", record.entered_at);
  write_date(json, "first_listed", record.first_listed);
  write_date(json, "open_since", record.open_since);
  write_date(json, "last_listed", record.last_listed);
  write_time(json, "last_seen_at", record.last_seen_at);
  json.field("age_days", std::int64_t{record.age_days(vietnam_day(viewer.now))}).field("absences", std::int64_t{record.absences});
  json.field("recurrences", record.recurrences).field("malware", record.malware).field("controller", record.controller);
  write_machine_ref(json, record.machine, record.machine_name);
  json.end_object();
}

void write_botnet_counts(JsonWriter& json, const botnet::CaseCounts& counts, const BotnetViewer& viewer) {
  json.begin_object().field("open", counts.open).field("waiting", counts.waiting).field("working", counts.working);
  json.field("delisted", counts.delisted).field("unknown", counts.unknown).field("all", counts.all).field("recurred", counts.recurred);
  json.key("oldest_days");
  counts.oldest ? json.integer(vietnam_day(viewer.now) - *counts.oldest) : json.null();
  json.end_object();
}

void write_botnet_detail(JsonWriter& json, const botnet::CaseDetail& detail, const std::vector<botnet::LinkedIncident>& incidents, const BotnetViewer& viewer) {
  json.begin_object().key("address");
  write_botnet_address(json, detail.record, viewer);
  json.key("steps").begin_array();
  for (const auto& step : viewer.playbook.steps) write_step(json, step, detail, viewer.names);
  json.end_array().key("sightings").begin_array();
  for (const auto& one : detail.sightings) write_sighting(json, one);
  json.end_array().key("connections").begin_array();
  for (const auto& one : detail.connections) write_connection(json, one);
  json.end_array().key("history").begin_array();
  for (const auto& line : detail.history) write_history(json, line, viewer.names);
  json.end_array().key("may").begin_array();
  for (const auto event : may_say(detail, viewer)) json.string(to_string(event));
  json.end_array().key("incidents").begin_array();
  for (const auto& one : incidents) json.begin_object().field("id", one.id.value).field("title", one.title).field("state", to_string(one.state)).end_object();
  json.end_array().key("lookup");
  write_botnet_lookup_state(json, viewer);
  json.end_object();
}

void write_botnet_list(JsonWriter& json, const botnet::ListRecord& record, const NameMap& names) {
  json.begin_object().field("id", record.id.value).field("source", record.source);
  write_date(json, "listed_on", record.listed_on);
  json.field("complete", record.complete).field("file_name", record.file_name).field("state", record.state);
  json.field("rows", record.rows).field("addresses", record.addresses).field("problems_total", record.problems);
  json.field("created_at", record.created_at).key("created_by");
  write_user_ref(json, record.created_by, names);
  write_time(json, "confirmed_at", record.confirmed_at);
  json.end_object();
}

void write_botnet_lookup(JsonWriter& json, const botnet::Lookup& lookup, const NameMap& names) {
  json.begin_object().field("id", lookup.id.value).key("unit");
  write_ref(json, lookup.unit.value, lookup.unit_name);
  json.field("looked_up_at", lookup.looked_up_at).key("who");
  write_user_ref(json, lookup.by, names);
  json.field("found", lookup.found).field("note", lookup.note).field("by_list", lookup.list.has_value()).end_object();
}

void write_botnet_log(JsonWriter& json, const botnet::LogReport& report) {
  json.begin_object().field("rows", report.rows).field("unread", report.unread).field("matched", report.matched);
  json.field("kept", report.kept).field("cases", report.cases).field("machines", report.machines);
  write_problems(json, report.problems);
  json.end_object();
}

}  // namespace khien::api
