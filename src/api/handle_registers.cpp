#include <utility>

#include "call.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "khien/duty/register_records.hpp"
#include "problem.hpp"
#include "scope_checks.hpp"

namespace khien::api {
namespace {

std::string record_object(RegisterRecordId id) { return "register_record:" + std::to_string(id.value); }

std::string detail_of(const duty::RegisterRecord& record) {
  return record.register_name + " version " + std::to_string(record.version) + " of register_record:" +
         std::to_string(record.record.value) + " unit:" + std::to_string(record.unit.value);
}

struct Writing {
  const Call& call;
  store::Connection& connection;
  const duty::TenantLaw& law;
  const NameMap& names;
};

Result<void> write_register_record(JsonWriter& json, const Writing& to, const duty::RegisterRecord& record) {
  const auto actor = actor_of(to.call);
  const auto* form = to.law.catalogue().register_named(record.register_name);
  TRY(const auto may_change, duty::may_change_register_record(to.connection, to.call.scope(), record.id, actor));
  TRY(const auto versions, duty::list_register_versions(to.connection, to.call.scope(), record.id));
  json.begin_object().field("id", record.id.value).field("register", record.register_name).key("unit");
  write_ref(json, record.unit.value, record.unit_name);
  json.key("fields").raw(record.fields.to_json());
  write_words(json, "summary", form == nullptr ? LocalText{record.register_name, record.register_name}
                                               : duty::summary_of(*form, record.fields));
  json.field("state", to_string(record.handling.state)).key("warnings").begin_array();
  if (form != nullptr) {
    for (const auto& warning : duty::warnings_of(*form, record.fields, vietnam_day(to.call.now))) write_text(json, warning);
  }
  json.end_array().key("recorded_by");
  write_person(json, record.handling.recorded_by, to.names);
  json.field("recorded_at", record.handling.recorded_at);
  write_decision(json, record.handling, to.names);
  json.field("may_decide", record.handling.may_decide(actor)).field("may_change", may_change);
  write_evidence_list(json, record.evidence, to.names);
  json.key("versions").begin_array();
  for (const auto& version : versions) {
    json.begin_object().field("id", version.id.value).field("at", version.at).key("who");
    write_person(json, version.by, to.names);
    json.end_object();
  }
  json.end_array().end_object();
  return {};
}

Result<Reply> one_record(const Call& call, store::Connection& connection, const duty::TenantLaw& law, RegisterRecordId id) {
  TRY(const auto record, duty::get_register_record(connection, call.scope(), law.catalogue(), id));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  JsonWriter json;
  TRY_VOID(write_register_record(json, {call, connection, law, names}, record));
  return call.json(json);
}

Result<void> audit_record(const Call& call, store::Connection& connection, const duty::TenantLaw& law,
                          std::string_view action, RegisterRecordId id) {
  TRY(const auto record, duty::get_register_record(connection, call.scope(), law.catalogue(), id));
  return call.audit(connection, action, record_object(id), detail_of(record));
}

}  // namespace

namespace route {

Reply list_registers(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    TRY(auto counts, duty::count_register_records(connection, call.scope()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& form : law->catalogue().registers()) {
      json.begin_object().field("name", form.name);
      write_words(json, "title", form.title);
      write_words(json, "purpose", form.purpose);
      json.key("schema").raw(form.schema_json).field("approval", law::to_string(form.approval));
      json.field("records", counts[form.name].approved).field("waiting", counts[form.name].waiting).end_object();
    }
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply list_register_records(Call& call) {
  duty::RegisterQuery query;
  if (!call.query_text("as_of").empty()) {
    const auto day = day_in_query(call);
    if (!day) return invalid("as_of");
    query.as_of = *day;
  }
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    query.register_name = call.query_text("register");
    TRY(query.unit, unit_in_query(call, connection));
    query.words = call.query_text("q");
    if (const auto state = call.query_text("state"); !state.empty()) {
      TRY(query.state, duty::record_state_from_string(state));
    }
    query.cursor = call.query_text("cursor");
    query.limit = call.query_limit();
    const auto page = duty::list_register_records(connection, call.scope(), law->catalogue(), query);
    if (!page) return refusal(page.error(), {.field = "cursor"});
    TRY(const auto names, account_names(connection, call.who->tenant()));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : page->items) TRY_VOID(write_register_record(json, {call, connection, *law, names}, record));
    json.end_array();
    write_next(json, page->total, page->next);
    json.end_object();
    return call.json(json);
  });
}

Reply create_register_record(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const duty::NewRegisterRecord record{.register_name = call.text("register").value_or(""),
                                         .unit = {call.integer("unit").value_or(0)},
                                         .fields = call.text("fields").value_or(""),
                                         .evidence = evidence_in_body(call),
                                         .note = {}};
    TRY(const auto id, duty::create_register_record(connection, call.scope(), law->catalogue(), record, actor_of(call), call.now));
    TRY_VOID(audit_record(call, connection, *law, "register_record.create", id));
    return one_record(call, connection, *law, id);
  });
}

Reply get_register_record(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    return one_record(call, connection, *law, {call.object});
  });
}

Reply update_register_record(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const duty::NewRegisterRecord change{.register_name = {},
                                         .unit = {},
                                         .fields = call.text("fields").value_or(""),
                                         .evidence = evidence_in_body(call),
                                         .note = call.text("note").value_or("")};
    TRY(const auto id, duty::update_register_record(connection, call.scope(), law->catalogue(), {call.object}, change,
                                                    actor_of(call), call.now));
    TRY_VOID(audit_record(call, connection, *law, "register_record.update", id));
    return one_record(call, connection, *law, id);
  });
}

Reply withdraw_register_record(Call& call) {
  const RegisterRecordId id{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    TRY_VOID(duty::withdraw_register_record(connection, call.scope(), id, actor_of(call), call.now));
    TRY_VOID(audit_record(call, connection, *law, "register_record.withdraw", id));
    return call.done();
  });
}

Reply decide_register_record(Call& call) {
  const RegisterRecordId id{call.object};
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto law, law_of(call, connection));
    const auto decision = decision_in_body(call);
    TRY_VOID(duty::decide_register_record(connection, call.scope(), id, decision, actor_of(call), call.now));
    TRY_VOID(audit_record(call, connection, *law, decision.approve ? "register_record.approve" : "register_record.refuse", id));
    return one_record(call, connection, *law, id);
  });
}

}  // namespace route
}  // namespace khien::api
