#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_incident.hpp"
#include "duty_call.hpp"
#include "incident_call.hpp"
#include "khien/reporting/reports.hpp"
#include "problem.hpp"

// What people do on an incident: its timeline, tasks, reports, people and end.

namespace khien::api {
namespace {

std::optional<UserId> user_in_body(const Call& call, std::string_view name) {
  const auto id = call.integer(name);
  return id ? std::optional(UserId{*id}) : std::nullopt;
}

// A paper that is named must be one that went out: a draft proves nothing. When it was frozen; none: it was not.
Result<std::optional<Timestamp>> issued_at(const Call& call, store::Connection& connection, std::int64_t document) {
  const auto detail = reporting::get_report(connection, call.scope(), {document});
  if (!detail && detail.error().code() != Code::not_found) return detail.error();
  if (!detail || detail->report.state == reporting::ReportState::draft) return std::optional<Timestamp>();
  return detail->frozen_at();
}

constexpr Words kSentBeforeFrozen{"Giờ gửi không được trước lúc chốt văn bản.", "It cannot have been sent before the document was frozen."};
constexpr Words kNotIssued{"Không có văn bản này, hoặc văn bản chưa chốt.", "There is no such document, or it is a draft."};

Result<incident::NewReport> report_in_body(const Call& call, Timestamp sent) {
  incident::NewReport report{.clock = call.text("clock").value_or(""), .sent_at = sent, .recipient = call.text("recipient").value_or(""),
                             .receipt = call.text("receipt").value_or(""), .document = call.integer("document"), .evidence = evidence_in_body(call), .cause = call.text("cause").value_or("")};
  TRY(report.step, incident::step_from_string(call.text("step").value_or("")));
  TRY(report.channel, incident::channel_from_string(call.text("channel").value_or("")));
  return report;
}

}  // namespace

namespace route {

Reply list_incident_timeline(Call& call) {
  if (!call.services.options.incidents) return unavailable();
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    auto page = incident::list_timeline(connection, call.scope(), {call.object}, call.query_text("cursor"), call.query_limit());
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& entry : page->items) write_incident_entry(json, entry, names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply note_incident(Call& call) {
  const auto happened = time_in_body(call, "happened_at");
  if (!happened) return invalid("happened_at");
  const incident::IncidentNote note{.words = call.text("words").value_or(""), .happened_at = *happened, .evidence = evidence_in_body(call)};
  const incident::IncidentId id{call.object};
  incident::IncidentEntryId entry;
  return audited_change(
      call, {"incident.note", {}},
      [&](store::Connection& connection) -> Result<incident::IncidentId> {
        TRY(entry, incident::note_incident(connection, call.scope(), id, note, call.who->user, call.now));
        return id;
      },
      [&](store::Connection& connection, incident::IncidentId) -> Result<Reply> {
        TRY(const auto line, incident::get_entry(connection, call.scope(), id, entry));
        TRY(const auto names, account_names(connection, call.who->tenant()));
        JsonWriter json;
        write_incident_entry(json, line, names);
        return call.json(json);
      });
}

Reply add_incident_task(Call& call) {
  const auto due = time_in_body(call, "due_at");
  if (!due) return invalid("due_at");
  const incident::NewTask task{.words = call.text("words").value_or(""), .owner = user_in_body(call, "owner"), .due_at = *due};
  return audited_change(call, {"incident.task", "add"}, [&](store::Connection& connection) -> Result<incident::IncidentId> {
    TRY_VOID(incident::add_task(connection, call.scope(), {call.object}, task, call.who->user, call.now));
    return incident::IncidentId{call.object};
  });
}

Reply update_incident_task(Call& call) {
  const incident::TaskChange change{.owner = user_in_body(call, "owner"), .done = call.flag("done"), .words = call.text("words").value_or("")};
  return audited_change(call, {"incident.task", change.done == true ? "done" : "change"}, [&](store::Connection& connection) {
    return incident::update_task(connection, call.scope(), {call.object}, change, call.who->user, call.now);
  });
}

Reply record_incident_report(Call& call) {
  const auto sent = time_in_body(call, "sent_at");
  if (!sent || !*sent) return invalid("sent_at");
  const auto report = report_in_body(call, **sent);
  if (!report) return refusal(report.error());
  if (report->document) {
    std::optional<Timestamp> issued;
    auto looked = call.read([&](store::Connection& connection) -> Result<Reply> {
      TRY(issued, issued_at(call, connection, *report->document));
      return Reply{};
    });
    if (looked.status >= 400) return looked;
    if (!issued) return problem(422, "invalid", kNotIssued, "document");
    if (report->sent_at < *issued) return problem(422, "invalid", kSentBeforeFrozen, "sent_at");
  }
  const incident::IncidentId id{call.object};
  return audited_change(call, {"incident.report", report->clock}, [&](store::Connection& connection) -> Result<incident::IncidentId> {
    TRY_VOID(incident::record_report(connection, call.scope(), id, *report, call.who->user, call.now));
    return id;
  });
}

Reply move_incident(Call& call) {
  const auto happened = time_in_body(call, "happened_at");
  if (!happened) return invalid("happened_at");
  const auto state = incident::state_from_string(call.text("state").value_or(""));
  if (!state) return invalid("state");
  const incident::Move move{.state = *state, .words = call.text("words").value_or(""), .cause = call.text("cause").value_or(""),
                            .lesson = call.text("lesson").value_or(""), .happened_at = *happened};
  const incident::IncidentId id{call.object};
  return audited_change(call, {"incident.move", std::string(to_string(*state))}, [&](store::Connection& connection) -> Result<incident::IncidentId> {
    TRY_VOID(incident::move_incident(connection, call.scope(), id, move, call.who->user, call.now));
    return id;
  });
}

Reply set_incident_member(Call& call) {
  const UserId user{call.integer("user").value_or(0)};
  const auto word = call.text("part").value_or("");
  std::optional<incident::Part> part;
  if (!word.empty()) {
    const auto known = incident::part_from_string(word);
    if (!known) return invalid("part");
    part = *known;
  }
  const incident::IncidentId id{call.object};
  return audited_change(call, {"incident.member", "user:" + std::to_string(user.value) + " " + word}, [&](store::Connection& connection) -> Result<incident::IncidentId> {
    TRY_VOID(incident::set_member(connection, call.scope(), id, user, part, call.who->user, call.now));
    return id;
  });
}

}  // namespace route
}  // namespace khien::api
