#include "dto_incident.hpp"

#include <algorithm>

#include "dto.hpp"
#include "khien/api/api.hpp"
#include "khien/incident/figures.hpp"
#include "rule_words.hpp"

namespace khien::api {
namespace {

void write_text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
  json.key(name);
  text.empty() ? json.null() : json.string(text);
}

void write_words(JsonWriter& json, std::string_view name, const LocalText& words) {
  json.key(name);
  write_text(json, words);
}

void write_user(JsonWriter& json, std::string_view name, std::optional<UserId> user, const NameMap& names) {
  json.key(name);
  write_user_ref(json, user, names);
}

void write_minutes(JsonWriter& json, std::string_view name, std::optional<std::int64_t> minutes) {
  json.key(name);
  minutes ? json.integer(*minutes) : json.null();
}

void write_traits(JsonWriter& json, const IncidentView& view) {
  const auto& incident = view.detail.incident;
  write_incident_traits(json, view.rules.catalogue, incident.detected_at, view.detail.said, incident::traits_of(view.rules.severities, incident.severity, {}));
}

void write_reports(JsonWriter& json, const IncidentView& view) {
  json.key("reports").begin_array();
  for (const auto& report : view.detail.reports) {
    json.begin_object().field("clock", report.clock).field("step", to_string(report.step)).field("sent_at", report.sent_at);
    json.field("recipient", report.recipient).field("channel", to_string(report.channel)).field("receipt", report.receipt).key("document");
    report.document ? json.integer(*report.document) : json.null();
    json.field("recorded_at", report.recorded_at);
    write_user(json, "by", report.by, view.names);
    json.end_object();
  }
  json.end_array();
}

void write_tasks(JsonWriter& json, const IncidentView& view) {
  json.key("tasks").begin_array();
  for (const auto& task : view.detail.tasks) {
    json.begin_object().field("id", task.id.value).field("words", task.words);
    write_user(json, "owner", task.owner, view.names);
    write_time(json, "due_at", task.due_at);
    write_time(json, "done_at", task.done_at);
    write_user(json, "done_by", task.done_by, view.names);
    json.end_object();
  }
  json.end_array();
}

void write_about(JsonWriter& json, const IncidentView& view) {
  json.key("members").begin_array();
  for (const auto& member : view.detail.members) {
    json.begin_object();
    write_user(json, "user", member.user, view.names);
    json.field("part", to_string(member.part)).end_object();
  }
  json.end_array().key("findings").begin_array();
  for (const auto& finding : view.detail.findings) {
    json.begin_object().field("id", finding.id.value).field("title", words_for(view.options, finding.rule).title.vi);
    json.field("severity", to_string(finding.severity)).field("open", finding.open).end_object();
  }
  json.end_array().key("machines").begin_array();
  for (const auto& machine : view.detail.machines) write_ref(json, machine.id.value, machine.name);
  json.end_array().key("sites").begin_array();
  for (const auto& site : view.detail.sites) write_ref(json, site.id.value, site.address);
  json.end_array();
}

void write_metrics(JsonWriter& json, const incident::IncidentDetail& detail) {
  const auto speed = incident::speed_of(detail);
  json.key("metrics").begin_object();
  write_minutes(json, "minutes_to_detect", speed.detect);
  write_minutes(json, "minutes_to_report", speed.report);
  write_minutes(json, "minutes_to_contain", speed.contain);
  write_minutes(json, "minutes_to_close", speed.close);
  json.end_object();
}

}  // namespace

void write_incident_traits(JsonWriter& json, const law::Catalogue& catalogue, Timestamp detected, const std::vector<std::string>& said,
                           const std::vector<std::string>& by_severity) {
  const auto holds = [](const std::vector<std::string>& traits, std::string_view one) { return std::ranges::find(traits, one) != traits.end(); };
  json.key("traits").begin_array();
  if (const auto* rules = catalogue.clock_rules_on(vietnam_day(detected))) {
    for (const auto& trait : rules->traits) {
      json.begin_object().field("id", trait.id);
      write_words(json, "title", trait.title);
      json.field("said", holds(said, trait.id)).field("by_severity", holds(by_severity, trait.id)).end_object();
    }
  }
  json.end_array();
}

void write_incident_clock(JsonWriter& json, const incident::Clock& clock, Timestamp now) {
  json.begin_object().field("id", clock.words.id);
  write_words(json, "name", clock.words.name);
  write_time(json, "due_at", clock.words.due);
  json.field("basis", clock.words.basis);
  write_text_or_null(json, "rule", clock.words.rule);
  write_words(json, "receiver", clock.words.receiver);
  write_words(json, "content", clock.words.content);
  json.field("state", to_string(incident::state_of(clock.times, now)));
  write_time(json, "met_at", clock.times.met);
  json.end_object();
}

void write_incident(JsonWriter& json, const incident::Incident& incident, const NameMap& names, Timestamp now) {
  json.begin_object().field("id", incident.id.value).key("unit");
  write_ref(json, incident.unit.value, incident.unit_name);
  json.field("title", incident.title).field("kind", to_string(incident.kind)).field("severity", to_string(incident.severity));
  json.field("state", to_string(incident.state)).field("detected_at", incident.detected_at).field("opened_at", incident.opened_at);
  write_user(json, "opened_by", incident.opened_by, names);
  json.field("source", to_string(incident.source)).field("personal_data", incident.personal_data).key("next_clock");
  if (incident.next_clock) {
    write_incident_clock(json, *incident.next_clock, now);
  } else {
    json.null();
  }
  json.field("late", incident.late).field("tasks_open", incident.tasks_open);
  write_user(json, "owner", incident.owner, names);
  json.end_object();
}

void write_incident_import(JsonWriter& json, const incident::ImportReport& report) {
  json.begin_object().field("rows", report.rows).field("opened", report.opened).field("known", report.known).key("incidents").begin_array();
  for (const auto id : report.incidents) json.integer(id.value);
  json.end_array().field("problems_total", report.problems_total).key("problems").begin_array();
  for (const auto& problem : report.problems) {
    json.begin_object().field("row", problem.row).field("column", problem.column).field("value", problem.value).key("message");
    write_text(json, problem.message);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_incident_counts(JsonWriter& json, const incident::IncidentCounts& counts) {
  json.key("counts").begin_object().field("open", counts.open).field("contained", counts.contained).field("closed", counts.closed);
  json.field("late", counts.late).field("soon", counts.soon).end_object();
}

void write_incident_entry(JsonWriter& json, const incident::IncidentEntry& entry, const NameMap& names) {
  json.begin_object().field("id", entry.id.value).field("what", to_string(entry.what));
  json.field("happened_at", entry.happened_at).field("recorded_at", entry.recorded_at);
  write_user(json, "by", entry.by, names);
  json.field("words", entry.words.empty() ? entry.told.vi : entry.words).key("told");
  if (entry.told.vi.empty()) {
    json.null();
  } else {
    write_text(json, entry.told);
  }
  json.key("evidence").begin_array();
  for (const auto& file : entry.evidence) {
    json.begin_object().field("id", file.id.value).field("file_name", file.file_name).field("sha256", file.sha256.hex()).end_object();
  }
  json.end_array().end_object();
}

void write_incident_proposal(JsonWriter& json, const incident::Proposal& proposal, const LocalText& rule, std::string_view unit_name) {
  json.begin_object().field("rule", proposal.rule);
  write_words(json, "rule_title", rule);
  json.key("unit");
  write_ref(json, proposal.unit.value, unit_name);
  write_words(json, "title", proposal.title);
  json.field("kind", to_string(proposal.kind)).field("severity", to_string(proposal.severity)).field("detected_at", proposal.detected_at);
  json.field("assets", proposal.assets).key("findings").begin_array();
  for (const FindingId finding : proposal.findings) json.integer(finding.value);
  json.end_array().end_object();
}

void write_incident_detail(JsonWriter& json, const IncidentView& view) {
  const auto& detail = view.detail;
  const auto& incident = detail.incident;
  const auto law = incident::clocks_of(view.rules.catalogue, incident.detected_at, {});
  json.begin_object().key("incident");
  write_incident(json, incident, view.names, view.now);
  write_words(json, "duty", law.duty);
  write_words(json, "caution", law.caution);
  write_words(json, "severity_label", view.rules.severities.label);
  write_traits(json, view);
  json.key("clocks").begin_array();
  for (const auto& clock : detail.clocks) write_incident_clock(json, clock, view.now);
  json.end_array();
  write_reports(json, view);
  write_tasks(json, view);
  write_about(json, view);
  json.field("cause", detail.cause).field("lesson", detail.lesson);
  write_metrics(json, detail);
  json.key("botnet").begin_array();
  for (const auto& one : view.botnet) {
    json.begin_object().field("id", one.id.value).field("address", one.address).key("unit");
    write_ref(json, one.unit.value, one.unit_name);
    json.field("state", to_string(one.state)).end_object();
  }
  json.end_array();
  json.field("may_edit", view.may_edit).end_object();
}

}  // namespace khien::api
