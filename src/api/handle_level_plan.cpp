#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "khien/duty/level_plan.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

Result<Reply> one_plan(const Call& call, store::Connection& connection, SystemId system) {
  TRY(const auto law, law_of(call, connection));
  TRY(const auto plan, duty::read_level_plan(connection, call.scope(), law, system, call.now));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_level_plan(json, plan, names);
  return call.json(json);
}

}  // namespace

namespace route {

Reply get_level_plan(Call& call) {
  return call.read([&](store::Connection& connection) { return one_plan(call, connection, {call.object}); });
}

Reply set_level_plan_item(Call& call) {
  const SystemId system{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    duty::PlanJudgement judgement;
    judgement.requirement = call.text("requirement").value_or("");
    TRY(judgement.state, duty::plan_state_from_string(call.text("state").value_or("")));
    judgement.note = call.text("note").value_or("");
    judgement.evidence = evidence_in_body(call);
    judgement.by = call.who->user;
    TRY_VOID(duty::judge_requirement(connection, call.scope(), law, system, judgement, call.now));
    TRY_VOID(call.audit(connection, "level_plan.judge", "system:" + std::to_string(system.value),
                        judgement.requirement + " " + std::string(to_string(judgement.state))));
    return one_plan(call, connection, system);
  });
}

Reply export_level_plan(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    TRY(const auto plan, duty::read_level_plan(connection, call.scope(), law, {call.object}, call.now));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    const auto name_of = [&](UserId user) {
      const auto found = names.find(user.value);
      return found == names.end() ? std::string() : found->second;
    };
    const bool as_csv = call.query_text("format") != "json";
    const bool vietnamese = call.query_text("language") != "en";
    Reply reply{.status = call.route.success,
                .body = as_csv ? duty::plan_as_csv(plan, vietnamese, name_of) : duty::plan_as_json(plan, name_of)};
    reply.media_type = as_csv ? "text/csv; charset=utf-8" : "application/json";
    reply.download = plan.system.name + (as_csv ? ".csv" : ".json");
    return reply;
  });
}

}  // namespace route
}  // namespace khien::api
