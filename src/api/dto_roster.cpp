#include "dto_roster.hpp"

#include <algorithm>

#include "dto.hpp"
#include "dto_duty.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

void write_handover(JsonWriter& json, const roster::Handover& note, const NameMap& names) {
  json.begin_object().field("words", note.words).field("at", note.at).key("by");
  write_person(json, note.by, names);
  json.end_object();
}

void write_call(JsonWriter& json, const roster::Call& call, const NameMap& names) {
  json.begin_object().field("step", to_string(call.step)).field("at", call.at).field("person", call.person).field("phone", call.phone).key("user");
  write_user_ref(json, call.user, names);
  json.end_object();
}

bool may_answer(const Call& call, const roster::Ping& ping) {
  if (!is_waiting(ping, call.now) || call.who->role == Role::inspector) return false;
  const bool by_telephone = std::ranges::any_of(ping.calls, [](const roster::Call& one) { return !one.user; });
  return by_telephone || is_called(ping, call.who->user);
}

}  // namespace

bool may_plan(const Call& call) {
  const auto role = call.who->role;
  return role == Role::province_admin || role == Role::soc_operator || role == Role::unit_officer;
}

void write_shift(JsonWriter& json, const Call& call, const roster::Shift& shift, const NameMap& names) {
  json.begin_object().field("id", shift.id.value).key("unit");
  write_ref(json, shift.unit.value, shift.unit_name);
  json.field("from", shift.span.from).field("to", shift.span.to).field("person", shift.person).field("phone", shift.phone).key("user");
  write_user_ref(json, shift.user, names);
  json.field("part", roster::to_string(shift.part)).key("handover");
  if (shift.handover) {
    write_handover(json, *shift.handover, names);
  } else {
    json.null();
  }
  json.field("may_edit", may_plan(call) && !shift.has_begun(call.now)).end_object();
}

void write_roster_span(JsonWriter& json, const roster::Span& span) {
  json.begin_object().field("from", span.from).field("to", span.to).field("minutes", roster::minutes_of(span)).end_object();
}

void write_roster_spans(JsonWriter& json, std::string_view name, const std::vector<roster::Span>& spans) {
  json.key(name).begin_array();
  for (const auto& span : spans) write_roster_span(json, span);
  json.end_array();
}

void write_duty_ping(JsonWriter& json, const Call& call, const roster::Ping& ping, const NameMap& names) {
  json.begin_object().field("id", ping.id.value).key("unit");
  write_ref(json, ping.unit.value, ping.unit_name);
  json.field("asked_at", ping.asked_at).key("asked_by");
  write_person(json, ping.asked_by, names);
  json.field("person", ping.people_asked());
  write_time(json, "answered_at", ping.answered_at);
  json.key("answered_by");
  write_user_ref(json, ping.answered_by, names);
  write_time(json, "escalated_at", ping.escalated_at());
  json.key("seconds_to_answer");
  if (ping.answered_at) {
    json.integer((*ping.answered_at - ping.asked_at).ms / 1000);
  } else {
    json.null();
  }
  json.field("may_answer", may_answer(call, ping)).key("calls").begin_array();
  for (const auto& one : ping.calls) write_call(json, one, names);
  json.end_array().end_object();
}

void write_roster_settings(JsonWriter& json, UnitId unit, std::string_view unit_name, const roster::UnitSettings& settings) {
  json.begin_object().key("unit");
  write_ref(json, unit.value, unit_name);
  json.field("need", roster::to_string(settings.need)).field("deputy_after_minutes", settings.deputy_after_minutes);
  json.field("leader_after_minutes", settings.leader_after_minutes).end_object();
}

Reply told_if_refused(const Call& call, Reply reply, std::string_view action, const std::string& what, std::string_view detail) {
  if (reply.status != 403 && reply.status != 409) return reply;
  const auto told = call.services.hub.write([&](store::Connection& connection) { return call.audit(connection, action, what, detail); });
  return told ? std::move(reply) : refusal(told.error());
}

}  // namespace khien::api
