#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "khien/duty/duty_records.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string record_object(DutyRecordId id) { return "duty_record:" + std::to_string(id.value); }

Result<Reply> one_record(const Call& call, store::Connection& connection, const duty::TenantLaw& law, DutyRecordId id) {
  TRY(const auto record, duty::get_duty_record(connection, call.scope(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  write_duty_record(json, record, law, actor_of(call), names);
  return call.json(json);
}

std::string detail_of(const duty::DutyRecord& record) {
  return record.duty + " " + to_string(record.period_from) + " unit:" + std::to_string(record.unit.value);
}

}  // namespace

namespace route {

Reply get_duty_matrix(Call& call) {
  const auto as_of = day_in_query(call);
  if (!as_of) return invalid("as_of");
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    duty::MatrixQuery query;
    query.as_of = *as_of;
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto directive = call.query_integer("directive")) {
      query.directive = DirectiveId{*directive};
      TRY_VOID(duty::get_directive(connection, call.scope(), *call.services.law, *query.directive, vietnam_day(call.now)));
    }
    TRY(const auto matrix, duty::read_matrix(connection, call.scope(), law, query, call.now));
    JsonWriter json;
    write_matrix(json, matrix);
    return call.json(json);
  });
}

Reply get_duty_cell(Call& call) {
  const auto as_of = day_in_query(call);
  if (!as_of) return invalid("as_of");
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const UnitId unit{call.query_integer("unit").value_or(0)};
    const auto actor = actor_of(call);
    TRY(const auto cell, duty::read_cell(connection, call.scope(), law, unit, call.query_text("clause"), *as_of, actor, call.now));
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    write_cell(json, cell, actor, names);
    return call.json(json);
  });
}

Reply get_kind_shares(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const auto today = vietnam_day(call.now);
    JsonWriter json;
    json.begin_object();
    write_shares(json, duty::shares_of(*law, today));
    json.key("directives").begin_array();
    for (const auto& binding : law->bindings()) {
      if (!binding.dated.in_force(today)) continue;
      json.begin_object().field("id", binding.id.value).field("key", binding.directive->key);
      write_text_or_null(json, "number", binding.directive->number);
      write_words(json, "issuer", issuer_of(*binding.directive));
      write_words(json, "title", binding.directive->title);
      write_shares(json, duty::shares_of(*binding.directive));
      json.end_object();
    }
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply list_duty_records(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    duty::DutyRecordQuery query;
    TRY(query.unit, unit_in_query(call, connection));
    if (const auto state = call.query_text("state"); !state.empty()) {
      TRY(query.state, duty::record_state_from_string(state));
    }
    query.cursor = call.query_text("cursor");
    query.limit = call.query_limit();
    const auto page = duty::list_duty_records(connection, call.scope(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page->items) write_duty_record(json, record, *law, actor_of(call), names);
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply record_duty(Call& call) {
  const auto period_from = day_in(call, "period_from");
  if (!period_from) return invalid("period_from");
  const auto done_on = day_in(call, "done_on");
  if (!done_on) return invalid("done_on");
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    duty::NewDutyRecord record;
    record.unit = {call.integer("unit").value_or(0)};
    record.duty = call.text("duty").value_or("");
    record.period_from = *period_from;
    record.done_on = *done_on;
    record.statement = call.text("statement").value_or("");
    record.evidence = evidence_in_body(call);
    record.not_applicable = call.flag("not_applicable").value_or(false);
    TRY(const auto id, duty::record_duty(connection, call.scope(), *law, record, actor_of(call), call.now));
    TRY(const auto made, duty::get_duty_record(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, record.not_applicable ? "duty_record.not_applicable" : "duty_record.create",
                        record_object(id), detail_of(made)));
    return one_record(call, connection, *law, id);
  });
}

Reply withdraw_duty_record(Call& call) {
  const DutyRecordId id{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto record, duty::get_duty_record(connection, call.scope(), id));
    TRY_VOID(duty::withdraw_duty_record(connection, call.scope(), id, actor_of(call), call.now));
    const auto before = std::string(to_string(record.handling.state));
    TRY_VOID(call.audit(connection, "duty_record.withdraw", record_object(id), detail_of(record) + " was " + before));
    return call.done();
  });
}

Reply decide_duty_record(Call& call) {
  const DutyRecordId id{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const auto decision = decision_in_body(call);
    TRY_VOID(duty::decide_duty_record(connection, call.scope(), id, decision, actor_of(call), call.now));
    TRY(const auto record, duty::get_duty_record(connection, call.scope(), id));
    TRY_VOID(call.audit(connection, decision.approve ? "duty_record.approve" : "duty_record.refuse", record_object(id),
                        detail_of(record)));
    return one_record(call, connection, *law, id);
  });
}

}  // namespace route
}  // namespace khien::api
