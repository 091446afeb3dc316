#include "duty_call.hpp"

namespace khien::api {

duty::Actor actor_of(const Call& call) { return {call.who->user, call.who->role}; }

Result<std::shared_ptr<const duty::TenantLaw>> law_of(const Call& call, store::Connection& connection) {
  return call.services.law->of(connection, call.who->tenant());
}

std::optional<Date> day_in_query(const Call& call) {
  const auto text = call.query_text("as_of");
  if (text.empty()) return vietnam_day(call.now);
  const auto day = Date::parse(text);
  return day ? std::optional(*day) : std::nullopt;
}

std::vector<EvidenceId> evidence_in_body(const Call& call) {
  std::vector<EvidenceId> all;
  for (const auto id : call.integers("evidence")) all.push_back({id});
  return all;
}

duty::Decision decision_in_body(const Call& call) {
  return {.approve = call.flag("approve").value_or(false), .note = call.text("note").value_or("")};
}

}  // namespace khien::api
