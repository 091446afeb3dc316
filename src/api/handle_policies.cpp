#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_policy.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

constexpr Words kDraftedAlready{"Chính sách này đã có bản dự thảo. Hãy sửa bản đó.", "This policy has a draft already. Change that one."};
constexpr Words kNotThatDraft{"Không có bản dự thảo, hoặc bản dự thảo vừa được sửa. Hãy đọc lại.",
                              "There is no draft, or it was changed just now. Read it again."};
constexpr Words kSamePerson{"Người công bố phải khác người soạn.", "Who publishes it must be another person than who wrote it."};

std::string policy_object(PolicyId id) { return "policy:" + std::to_string(id.value); }

std::optional<MachineRole> role_in_body(const Call& call) {
  const auto role = machine_role_from_string(call.text("role").value_or(""));
  return role ? std::optional(*role) : std::nullopt;
}

// The field's name stands before the colon of what the reader says.
Reply refused(const Error& error, const Words* conflict = nullptr) {
  const std::string what = error.what();
  const auto colon = what.find(": ");
  return refusal(error, {.conflict = conflict, .field = colon == what.npos ? "policy" : std::string_view(what).substr(0, colon)});
}

Result<policy::Draft> draft_in_body(const Call& call) {
  policy::Draft draft;
  TRY(draft.policy, policy_from_json(call.text("policy").value_or("")));
  draft.valid_from = day_in(call, "valid_from").value_or(Date());
  draft.valid_until = day_or_none_in(call, "valid_until").value_or(std::nullopt);
  draft.reason = call.text("reason").value_or("");
  return draft;
}

Result<Reply> one_policy(const Call& call, store::Connection& connection, PolicyId id) {
  TRY(const auto record, policy::get_policy(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  const Date today = vietnam_day(call.now);
  const auto* draft = record.draft();
  JsonWriter json;
  json.begin_object().key("policy");
  write_policy(json, record, names, today);
  write_policy_versions(json, record, names, today);
  const bool decides = call.who->role == Role::province_admin || call.who->role == Role::soc_operator;
  json.field("may_decide", decides && draft != nullptr && draft->written_by != call.who->user).end_object();
  return call.json(json);
}

std::string digest_of(const policy::Draft& draft) { return "sha256:" + sha256(to_json(draft.policy)).hex(); }

}  // namespace

namespace route {

Reply list_policies(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto unit, unit_in_query(call, connection));
    TRY(const auto all, policy::list_policies(connection, call.scope(), unit));
    TRY(const auto counts, policy::count_policies(connection, call.scope(), unit));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object();
    write_policy_counts(json, counts);
    json.key("items").begin_array();
    for (const auto& record : all) write_policy(json, record, names, vietnam_day(call.now));
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply get_policy(Call& call) {
  return call.read([&](store::Connection& connection) { return one_policy(call, connection, {call.object}); });
}

Reply create_policy(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from", "valid_until"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const UnitId unit{call.integer("unit").value_or(0)};
    TRY_VOID(estate::get_unit(connection, call.scope(), unit));
    const auto draft = draft_in_body(call);
    if (!draft) return refused(draft.error());
    const auto id = policy::begin_draft(connection, call.scope(), unit, role_in_body(call), call.who->user, *draft, call.now);
    if (!id) return refused(id.error(), &kDraftedAlready);
    TRY_VOID(call.audit(connection, "policy.draft", policy_object(*id), digest_of(*draft)));
    return one_policy(call, connection, *id);
  });
}

Reply write_policy_draft(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from", "valid_until"})) return invalid(*field);
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const PolicyId id{call.object};
    TRY_VOID(policy::get_policy(connection, call.scope(), id));
    const auto draft = draft_in_body(call);
    if (!draft) return refused(draft.error());
    const auto written = policy::write_draft(connection, call.scope(), id, call.who->user, *draft, call.now);
    if (!written) return refused(written.error());
    TRY_VOID(call.audit(connection, "policy.draft", policy_object(id), digest_of(*draft)));
    return one_policy(call, connection, id);
  });
}

Reply preview_policy(Call& call) {
  if (const auto field = impossible_day(call, {"valid_from", "valid_until"})) return invalid(*field);
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    const UnitId unit{call.integer("unit").value_or(0)};
    TRY_VOID(estate::get_unit(connection, call.scope(), unit));
    const auto draft = draft_in_body(call);
    if (!draft) return refused(draft.error());
    const auto touched = policy::preview(connection, call.scope(), unit, role_in_body(call), *draft, call.now);
    if (!touched) return refused(touched.error());
    JsonWriter json;
    write_preview(json, *touched);
    return call.json(json);
  });
}

Reply decide_policy(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const PolicyId id{call.object};
    policy::Decision decision{.publish = call.flag("publish").value_or(false), .read = {}, .note = call.text("note").value_or("")};
    TRY(decision.read, Sha256::from_hex(call.text("read").value_or("")));
    const auto decided = policy::decide_draft(connection, call.scope(), id, call.who->user, decision, call.now);
    if (!decided && decided.error().code() == Code::denied) return problem(409, "conflict", kSamePerson);
    if (!decided) return refused(decided.error(), &kNotThatDraft);
    TRY_VOID(call.audit(connection, decision.publish ? "policy.publish" : "policy.decline", policy_object(id),
                        "digest:" + decision.read.hex()));
    return one_policy(call, connection, id);
  });
}

Reply get_machine_policy(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto record, policy::machine_policy(connection, call.scope(), {call.object}, call.now));
    JsonWriter json;
    write_machine_policy(json, record);
    return call.json(json);
  });
}

}  // namespace route
}  // namespace khien::api
