#include "dto_duty.hpp"

#include <algorithm>

#include "dto.hpp"

namespace khien::api {
namespace {

LocalText unknown_issuer() { return {"Không rõ cơ quan ban hành", "Issuer unknown"}; }

void write_kinds(JsonWriter& json, const law::Clause& clause) {
  json.key("kinds").begin_array();
  for (const auto kind : clause.kinds) json.string(law::to_string(kind));
  json.end_array();
}

void write_counts(JsonWriter& json, const duty::StateCounts& counts) {
  json.begin_object();
  for (const auto state : duty::kDutyStates) json.field(to_string(state), counts[state]);
  json.end_object();
}

void write_measure(JsonWriter& json, const duty::DutyInstance& instance) {
  json.key("measure");
  if (instance.metric == nullptr) {
    json.null();
    return;
  }
  const auto& target = instance.duty->target;
  const auto none = LocalText{"", ""};
  const bool known = instance.measurement.known();
  json.begin_object();
  write_words(json, "title", instance.metric->title);
  write_words(json, "value", duty::describe(instance.measurement, *instance.metric));
  write_words(json, "target", target ? duty::describe(*target, *instance.metric) : none);
  json.field("known", known).field("met", known && target && target->holds(instance.measurement.value())).end_object();
}

void write_instance(JsonWriter& json, const duty::DutyInstance& instance, const duty::Cell& cell,
                    const duty::Actor& actor, const NameMap& names) {
  const auto& duty = *instance.duty;
  json.begin_object().field("duty", duty.id);
  write_words(json, "title", duty.title);
  json.field("recurrence", law::to_string(duty.recurrence));
  write_date(json, "period_from", instance.period_from);
  write_date(json, "period_to", instance.period_to);
  write_date(json, "due", instance.due);
  write_words(json, "due_text", law::describe(duty.due, duty.recurrence));
  json.field("basis", law::to_string(duty.basis)).field("state", to_string(instance.state));
  write_words(json, "reason", instance.reason);
  json.field("needs", law::to_string(duty.met_by));
  write_text_or_null(json, "register", duty.register_name.empty() ? std::nullopt : std::optional(duty.register_name));
  write_measure(json, instance);
  json.key("steps").begin_array();
  for (const auto& step : duty.steps) write_text(json, step);
  json.end_array().key("minutes");
  duty.minutes ? json.integer(*duty.minutes) : json.null();
  write_words(json, "proof", duty.proof);
  json.field("approval", law::to_string(duty.approval)).field("may_record", instance.may_record);
  json.key("records").begin_array();
  for (const auto& record : instance.records) write_duty_record(json, record, *cell.law, actor, names);
  json.end_array().end_object();
}

void write_directive_head(JsonWriter& json, const duty::Binding& binding) {
  const auto& directive = *binding.directive;
  json.begin_object().field("id", binding.id.value).field("key", directive.key);
  write_text_or_null(json, "number", directive.number);
  write_words(json, "issuer", issuer_of(directive));
  write_words(json, "title", directive.title);
  json.end_object();
}

void write_matrix_column(JsonWriter& json, const duty::MatrixColumn& column) {
  json.begin_object().field("clause", column.clause->id).field("directive", column.binding->id.value);
  write_words(json, "title", column.clause->title);
  write_kinds(json, *column.clause);
  const bool has_duties = !column.clause->duties.empty();
  json.field("recurrence", column.recurrence ? law::to_string(*column.recurrence) : has_duties ? "mixed" : "none");
  write_date(json, "due", column.due);
  json.key("counts");
  write_counts(json, column.counts);
  json.end_object();
}

}  // namespace

void write_date(JsonWriter& json, std::string_view name, std::optional<Date> date) {
  json.key(name);
  date ? json.string(to_string(*date)) : json.null();
}

void write_words(JsonWriter& json, std::string_view name, const LocalText& text) {
  json.key(name);
  write_text(json, text);
}

void write_words_or_null(JsonWriter& json, std::string_view name, const std::optional<LocalText>& text) {
  json.key(name);
  if (text) {
    write_text(json, *text);
  } else {
    json.null();
  }
}

void write_text_or_null(JsonWriter& json, std::string_view name, const std::optional<std::string>& text) {
  json.key(name);
  text ? json.string(*text) : json.null();
}

void write_person(JsonWriter& json, UserId user, const NameMap& names) {
  const auto found = names.find(user.value);
  // What the command line recorded has no account.
  write_ref(json, std::max<std::int64_t>(user.value, 1), found == names.end() ? "system" : found->second);
}

void write_person_or_null(JsonWriter& json, std::string_view name, std::optional<UserId> user, const NameMap& names) {
  json.key(name);
  if (user) {
    write_person(json, *user, names);
  } else {
    json.null();
  }
}

LocalText issuer_of(const law::Directive& directive) { return directive.issuer.value_or(unknown_issuer()); }

void write_evidence(JsonWriter& json, const duty::Evidence& evidence, const NameMap& names) {
  json.begin_object().field("id", evidence.id.value).key("unit");
  write_ref(json, evidence.unit.value, evidence.unit_name);
  json.field("file_name", evidence.file_name).field("size", evidence.size).field("sha256", evidence.sha256.hex());
  json.field("looked_at", to_string(evidence.looked_at));
  write_date(json, "effective_on", evidence.effective_on);
  json.key("uploaded_by");
  write_person(json, evidence.uploaded_by, names);
  json.field("uploaded_at", evidence.uploaded_at).end_object();
}

void write_evidence_list(JsonWriter& json, const std::vector<duty::Evidence>& evidence, const NameMap& names) {
  json.key("evidence").begin_array();
  for (const auto& one : evidence) write_evidence(json, one, names);
  json.end_array();
}

void write_decision(JsonWriter& json, const duty::Handling& handling, const NameMap& names) {
  write_person_or_null(json, "decided_by", handling.decided_by, names);
  write_time(json, "decided_at", handling.decided_at);
  json.field("decision_note", handling.decision_note);
}

void write_duty_record(JsonWriter& json, const duty::DutyRecord& record, const duty::TenantLaw& law,
                       const duty::Actor& actor, const NameMap& names) {
  const auto ref = law.catalogue().duty(record.duty);
  json.begin_object().field("id", record.id.value).key("unit");
  write_ref(json, record.unit.value, record.unit_name);
  json.field("duty", record.duty);
  write_words(json, "title", ref ? ref.duty->title : LocalText{record.duty, record.duty});
  json.field("clause", ref ? ref.clause->id : std::string());
  write_date(json, "period_from", record.period_from);
  write_date(json, "done_on", record.done_on);
  json.field("statement", record.statement).field("not_applicable", record.not_applicable);
  json.field("state", to_string(record.handling.state)).key("recorded_by");
  write_person(json, record.handling.recorded_by, names);
  json.field("recorded_at", record.handling.recorded_at);
  write_decision(json, record.handling, names);
  json.field("may_decide", record.handling.may_decide(actor)).field("may_withdraw", record.handling.may_withdraw(actor));
  write_evidence_list(json, record.evidence, names);
  json.end_object();
}

void write_clause(JsonWriter& json, const duty::TenantLaw& law, const duty::Binding& binding, const law::Clause& clause,
                  const std::vector<std::string>& roles) {
  const auto& directive = *binding.directive;
  json.begin_object().field("id", clause.id).field("place", clause.place);
  write_words(json, "title", clause.title);
  json.field("quote", clause.quote).key("second_hand");
  if (clause.second_hand) {
    write_text(json, *clause.second_hand);
  } else {
    json.null();
  }
  json.key("addressees").begin_array();
  for (const auto& id : roles) {
    const auto* role = law.catalogue().role(id);
    write_text(json, role == nullptr ? LocalText{id, id} : role->title);
  }
  json.end_array().field("verb", clause.verb.words).field("strength", law::to_string(clause.verb.strength));
  write_kinds(json, clause);
  json.key("directive").begin_object().field("id", binding.id.value);
  write_text_or_null(json, "number", directive.number);
  write_words(json, "issuer", issuer_of(directive));
  write_date(json, "date", directive.date);
  write_words(json, "title", directive.title);
  json.end_object().end_object();
}

void write_cell(JsonWriter& json, const duty::Cell& cell, const duty::Actor& actor, const NameMap& names) {
  json.begin_object().key("unit");
  write_ref(json, cell.unit.value, cell.unit_name);
  write_date(json, "as_of", cell.as_of);
  json.key("clause");
  write_clause(json, *cell.law, *cell.binding, *cell.clause, cell.roles);
  json.field("state", to_string(cell.state)).key("instances").begin_array();
  for (const auto& instance : cell.instances) write_instance(json, instance, cell, actor, names);
  json.end_array().key("history").begin_array();
  for (const auto& event : cell.history) {
    json.begin_object().field("at", event.at);
    const auto found = event.who ? names.find(event.who->value) : names.end();
    write_text_or_null(json, "who", found == names.end() ? std::nullopt : std::optional(found->second));
    write_words(json, "text", event.text);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_matrix(JsonWriter& json, const duty::Matrix& matrix) {
  json.begin_object();
  write_date(json, "as_of", matrix.as_of);
  json.key("directives").begin_array();
  const duty::Binding* last = nullptr;
  for (const auto& column : matrix.columns) {
    if (column.binding == last) continue;
    write_directive_head(json, *column.binding);
    last = column.binding;
  }
  json.end_array().key("columns").begin_array();
  for (const auto& column : matrix.columns) write_matrix_column(json, column);
  json.end_array().key("rows").begin_array();
  for (const auto& row : matrix.rows) {
    json.begin_object().key("unit");
    write_ref(json, row.unit.value, row.name);
    json.field("kind", estate::to_string(row.kind)).field("overdue", row.overdue).field("cells", row.cells).end_object();
  }
  json.end_array().key("unassigned").begin_array();
  for (const auto& role : matrix.unassigned) {
    json.begin_object().field("role", role.role);
    write_words(json, "title", role.title);
    json.field("clauses", role.clauses).end_object();
  }
  json.end_array().end_object();
}

void write_shares(JsonWriter& json, const duty::KindShares& shares) {
  json.field("clauses", shares.clauses).field("does", shares.does).field("measures", shares.measures);
  json.field("records_only", shares.records_only);
}

void write_level_plan(JsonWriter& json, const duty::LevelPlan& plan, const NameMap& names) {
  json.begin_object().field("system", plan.system.id.value);
  json.field("rule", plan.system.level ? plan.system.level->rule : std::string());
  write_words(json, "rule_title", plan.set == nullptr ? LocalText{"Chưa có bộ yêu cầu", "No requirements known"} : plan.set->title);
  json.field("level", std::int64_t{plan.level});
  for (const auto state : {duty::PlanState::met, duty::PlanState::partly, duty::PlanState::missing, duty::PlanState::not_judged}) {
    json.field(to_string(state), plan.count(state));
  }
  json.key("requirements").begin_array();
  for (const auto& item : plan.items) {
    json.begin_object().field("id", item.requirement->id).field("clause", item.requirement->clause);
    write_words(json, "group", item.requirement->group);
    write_words(json, "title", item.requirement->title);
    json.field("state", to_string(item.state)).field("note", item.note);
    write_person_or_null(json, "decided_by", item.decided_by, names);
    write_time(json, "decided_at", item.decided_at);
    write_evidence_list(json, item.evidence, names);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace khien::api
