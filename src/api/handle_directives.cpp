#include <algorithm>
#include <utility>

#include "call.hpp"
#include "days.hpp"
#include "dto.hpp"
#include "dto_duty.hpp"
#include "duty_call.hpp"
#include "khien/duty/directives.hpp"
#include "problem.hpp"

namespace khien::api {
namespace {

std::string directive_object(DirectiveId id) { return "directive:" + std::to_string(id.value); }

void write_directive(JsonWriter& json, const duty::DirectiveRecord& record) {
  const auto& outline = record.outline;
  json.begin_object().field("id", record.id.value).field("key", record.key);
  write_text_or_null(json, "number", outline.number);
  write_words(json, "issuer", outline.issuer.value_or(LocalText{"Không rõ cơ quan ban hành", "Issuer unknown"}));
  write_date(json, "date", outline.date);
  write_words(json, "title", outline.title);
  json.field("source", record.shipped ? "shipped" : "entered").field("state", to_string(record.state));
  write_date(json, "valid_from", outline.valid_from);
  write_date(json, "valid_to", outline.valid_to);
  json.field("clauses", outline.clauses).field("duties", outline.duties).end_object();
}

void write_faults(JsonWriter& json, const std::vector<law::Fault>& faults) {
  json.key("faults").begin_array();
  for (const auto& fault : faults) {
    json.begin_object().field("field", fault.field).field("line", std::int64_t{fault.line});
    write_words(json, "message", fault.message);
    json.end_object();
  }
  json.end_array();
}

std::string relation_text(const law::Relation& relation) {
  std::string text = relation.number;
  if (relation.date) text += (text.empty() ? "" : ", ") + to_string(*relation.date);
  if (!relation.issuer.empty()) text += (text.empty() ? "" : ", ") + relation.issuer;
  return text;
}

void write_relations(JsonWriter& json, const law::Directive& directive, const std::vector<duty::DirectiveRecord>& all) {
  json.key("relations").begin_array();
  for (const auto& relation : directive.relations) {
    const auto known = duty::related(all, relation);
    json.begin_object().field("kind", law::to_string(relation.kind)).field("text", relation_text(relation)).key("directive");
    known.empty() ? json.null() : json.integer(known.front().value);
    json.end_object();
  }
  for (const auto& retarget : directive.retargets) {
    json.begin_object().field("kind", "retargets");
    json.field("text", retarget.from + " → " + retarget.to + ", " + to_string(retarget.on)).key("directive").null().end_object();
  }
  json.end_array();
}

void write_duty_line(JsonWriter& json, const law::Duty& duty, const law::Catalogue& catalogue) {
  json.begin_object().field("id", duty.id);
  write_words(json, "title", duty.title);
  json.field("recurrence", law::to_string(duty.recurrence));
  write_words(json, "due_text", law::describe(duty.due, duty.recurrence));
  json.field("basis", law::to_string(duty.basis));
  const auto* metric = catalogue.metric(duty.metric);
  write_words_or_null(json, "measure", metric == nullptr ? std::nullopt : std::optional(metric->title));
  write_text_or_null(json, "register", duty.register_name.empty() ? std::nullopt : std::optional(duty.register_name));
  json.end_object();
}

void write_clauses(JsonWriter& json, const duty::TenantLaw& law, const duty::Binding& binding, Date today) {
  json.key("clauses").begin_array();
  for (const auto& clause : binding.directive->clauses) {
    json.begin_object().key("clause");
    write_clause(json, law, binding, clause, law.addressees(clause, today));
    json.key("duties").begin_array();
    for (const auto& duty : clause.duties) write_duty_line(json, duty, law.catalogue());
    json.end_array().end_object();
  }
  json.end_array();
}

// What a directive holds: of one that binds from the catalogue; of a draft from its
// own text beside the catalogue, if it has no faults.
struct Contents {
  std::shared_ptr<const duty::TenantLaw> law;
  std::optional<duty::Binding> binding;
  std::vector<law::Fault> faults;
};

Result<Contents> contents_of(const Call& call, store::Connection& connection, const duty::DirectiveRecord& record) {
  Contents contents;
  TRY(contents.law, law_of(call, connection));
  if (const auto* binding = contents.law->binding(record.id)) {
    contents.binding = *binding;
    return contents;
  }
  if (record.text.empty()) return contents;
  TRY(auto draft, duty::read_draft(*contents.law, record));
  contents.faults = std::move(draft.faults);
  if (draft.law) {
    contents.law = std::move(draft.law);
    if (const auto* binding = contents.law->binding(record.id)) contents.binding = *binding;
  }
  return contents;
}

Result<Reply> one_directive(const Call& call, store::Connection& connection, DirectiveId id) {
  const auto today = vietnam_day(call.now);
  TRY(const auto record, duty::get_directive(connection, call.scope(), *call.services.law, id, today));
  TRY(const auto contents, contents_of(call, connection, record));
  TRY(const auto all, duty::list_directives(connection, call.scope(), *call.services.law, today));
  TRY(const auto names, account_names(connection, call.who->tenant()));
  const auto* directive = contents.binding ? contents.binding->directive : nullptr;
  JsonWriter json;
  json.begin_object().key("directive");
  write_directive(json, record);
  json.field("text", record.text).field("text_sha256", sha256(record.text).hex());
  write_faults(json, contents.faults);
  write_words_or_null(json, "note", directive == nullptr ? std::nullopt : directive->note);
  if (directive != nullptr) {
    write_relations(json, *directive, all);
    write_clauses(json, *contents.law, *contents.binding, today);
  } else {
    json.key("relations").begin_array().end_array().key("clauses").begin_array().end_array();
  }
  write_person_or_null(json, "entered_by", record.entered_by, names);
  write_person_or_null(json, "decided_by", record.decided_by, names);
  json.field("decision_note", record.decision_note).field("may_decide", record.may_decide(actor_of(call)));
  json.field("may_change", record.may_change(actor_of(call))).end_object();
  return call.json(json);
}

// The text as it was sent: a directive's own words must not be respelled twice.
std::string text_in_body(const Call& call) { return call.text("text").value_or(""); }

}  // namespace

namespace route {

Reply list_directives(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto all, duty::list_directives(connection, call.scope(), *call.services.law, vietnam_day(call.now)));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const auto& record : all) write_directive(json, record);
    json.end_array().end_object();
    return call.json(json);
  });
}

Reply create_directive(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const auto submit = call.flag("submit").value_or(false);
    TRY(const auto id, duty::enter_directive(connection, call.scope(), *call.services.law, text_in_body(call), submit,
                                             actor_of(call), call.now));
    TRY_VOID(call.audit(connection, submit ? "directive.submit" : "directive.draft", directive_object(id),
                        "sha256:" + sha256(text_in_body(call)).hex()));
    return one_directive(call, connection, id);
  });
}

Reply check_directive(Call& call) {
  return call.read([&](store::Connection& connection) -> Result<Reply> {
    TRY(const auto faults, duty::check_directive(connection, call.scope(), *call.services.law, text_in_body(call)));
    JsonWriter json;
    json.begin_object();
    write_faults(json, faults);
    json.end_object();
    return call.json(json);
  });
}

Reply get_directive(Call& call) {
  return call.read([&](store::Connection& connection) { return one_directive(call, connection, {call.object}); });
}

Reply update_directive(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const DirectiveId id{call.object};
    const auto submit = call.flag("submit").value_or(false);
    TRY_VOID(duty::change_directive(connection, call.scope(), *call.services.law, id, text_in_body(call), submit,
                                    actor_of(call), call.now));
    TRY_VOID(call.audit(connection, submit ? "directive.submit" : "directive.draft", directive_object(id),
                        "sha256:" + sha256(text_in_body(call)).hex()));
    return one_directive(call, connection, id);
  });
}

Reply end_directive(Call& call) {
  const auto last_day = day_in(call, "valid_to");
  if (!last_day) return invalid("valid_to");
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const DirectiveId id{call.object};
    const auto decision = call.text("decision").value_or("");
    TRY_VOID(duty::end_directive(connection, call.scope(), *call.services.law, id, *last_day, decision, actor_of(call), call.now));
    TRY_VOID(call.audit(connection, "directive.end", directive_object(id), "last day " + to_string(*last_day)));
    return one_directive(call, connection, id);
  });
}

Reply decide_directive(Call& call) {
  return call.write([&](store::Connection& connection) -> Result<Reply> {
    const DirectiveId id{call.object};
    const auto decision = decision_in_body(call);
    TRY(const auto read, Sha256::from_hex(call.text("text_sha256").value_or("")));
    TRY(const auto ended,
        duty::decide_directive(connection, call.scope(), *call.services.law, id, read, decision, actor_of(call), call.now));
    TRY_VOID(call.audit(connection, decision.approve ? "directive.approve" : "directive.refuse", directive_object(id)));
    for (const auto old : ended) {
      TRY_VOID(call.audit(connection, "directive.end", directive_object(old), "replaced by " + directive_object(id)));
    }
    return one_directive(call, connection, id);
  });
}

}  // namespace route
}  // namespace khien::api
