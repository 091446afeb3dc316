#include "incident_call.hpp"

#include <utility>

#include "dto_incident.hpp"
#include "duty_call.hpp"
#include "khien/incident/refusal.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

bool may_edit(const Call& call) {
  const auto role = call.who->role;
  return role == Role::province_admin || role == Role::soc_operator || role == Role::unit_officer;
}

// Answered as it was refused, once the attempt is written down.
Reply note_refused(const Call& call, const IncidentAct& act, const Error& error) {
  const std::string object = (call.route.object == ObjectKind::incident_task ? "incident_task:" : "incident:") + std::to_string(call.object);
  const auto noted = call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY_VOID(call.audit(connection, "incident.refused", object, act.action));
    return Reply{};
  });
  return noted.status < 400 ? refusal(error) : noted;
}

}  // namespace

std::optional<std::optional<Timestamp>> time_in_body(const Call& call, std::string_view name) {
  const auto text = call.text(name);
  if (!text) return std::optional<Timestamp>();
  const auto time = from_rfc3339(*text);
  // std::optional(std::optional(…)) would copy the inner one: what cannot be read would count as absent.
  if (!time) return std::nullopt;
  return std::optional<std::optional<Timestamp>>(std::in_place, *time);
}

Result<Reply> incident_detail(const Call& call, store::Connection& connection, incident::IncidentId id) {
  TRY(const auto detail, incident::get_incident(connection, call.scope(), id, call.now));
  TRY(const auto law, law_of(call, connection));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  TRY(const auto botnet, botnet::cases_of(connection, call.scope(), id));
  const incident::Rules rules{law->catalogue(), call.services.options.incidents->severities};
  JsonWriter json;
  write_incident_detail(json, {.detail = detail, .rules = rules, .options = call.services.options, .names = names, .botnet = botnet, .may_edit = may_edit(call) && detail.incident.state != incident::State::closed, .now = call.now});
  return call.json(json);
}

Reply audited_change(const Call& call, const IncidentAct& act, const IncidentWork& work, const IncidentAnswer& answer) {
  if (!call.services.options.incidents) return unavailable();
  std::optional<Error> refused;
  auto reply = call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto done = work(connection);
    if (!done) {
      const auto* known = incident::refusal_of(done.error());
      if (known != nullptr && known->code == Code::conflict) refused = done.error();
      return done.error();
    }
    TRY_VOID(call.audit(connection, act.action, "incident:" + std::to_string(done->value), act.detail));
    return answer(connection, *done);
  });
  return refused ? note_refused(call, act, *refused) : std::move(reply);
}

Reply audited_change(const Call& call, const IncidentAct& act, const IncidentWork& work) {
  return audited_change(call, act, work, [&](store::Connection& connection, incident::IncidentId id) { return incident_detail(call, connection, id); });
}

void note_denied_incident(const Call& call) {
  const bool is_task = call.route.object == ObjectKind::incident_task;
  // What is outside of the scope leaves no trace that it is there. A refusal stands with or without its line.
  (void)call.write([&](store::Connection& connection) -> Result<Reply> {
    incident::IncidentId id{call.object};
    if (is_task) {
      TRY(id, incident::incident_of_task(connection, call.scope(), {call.object}));
    }
    TRY_VOID(incident::require_incident(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, "incident.refused", "incident:" + std::to_string(id.value), std::string(call.route.name)));
    return Reply{};
  });
}

}  // namespace khien::api
