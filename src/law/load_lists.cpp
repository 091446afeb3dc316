#include <algorithm>

#include "load.hpp"

namespace khien::law {
namespace {

bool can_be(const RegisterField& field, const std::string& text) {
  if (field.type != RegisterField::Type::string) return false;
  if (field.format == RegisterField::Format::date) return Date::parse(text).has_value();
  return field.choices.empty() || std::ranges::find(field.choices, text) != field.choices.end();
}

bool can_be(const RegisterField& field, const Condition::Value& value) {
  if (std::holds_alternative<Condition::AsOf>(value)) return field.format == RegisterField::Format::date;
  if (std::holds_alternative<bool>(value)) return field.type == RegisterField::Type::boolean;
  if (const auto* text = std::get_if<std::string>(&value)) return can_be(field, *text);
  return field.type == RegisterField::Type::integer || field.type == RegisterField::Type::number;
}

// A condition that no record, or every record, meets is a slip of the pen.
bool can_hold(const Condition& condition, const RegisterField& field) {
  switch (condition.kind) {
    case Condition::Kind::present:
      return true;
    case Condition::Kind::any_of:
      return std::ranges::all_of(condition.choices, [&](const std::string& one) { return can_be(field, one); });
    case Condition::Kind::before:
    case Condition::Kind::not_before:
    case Condition::Kind::after:
    case Condition::Kind::not_after:
      return field.format == RegisterField::Format::date && can_be(field, condition.value);
    default:
      return can_be(field, condition.value);
  }
}

}  // namespace

void Loader::roles(const Value& file) {
  for (const Value& item : file.items()) made_->roles.push_back(role(item));
}

Role Loader::role(const Value& value) {
  Fields fields(value);
  Role made{.id = fields.id("id"), .by = fields.word("by", kRoleBys)};
  define(Names::role, made.id, value);
  made.title = fields.local_text("title", 200);
  made.note = fields.optional_local_text("note");
  const auto kinds = fields.optional("kinds");
  if (kinds) made.kinds = kinds->ids();
  for (const std::string& kind : made.kinds) {
    if (std::ranges::find(unit_kinds(), kind) != unit_kinds().end()) continue;
    kinds->fault({"không có loại đơn vị '" + kind + "'", "there is no unit kind '" + kind + "'"});
  }
  if ((made.by == Role::By::kind) == made.kinds.empty()) {
    value.fault(
        {"by: kind cần kinds, by: assignment thì không có", "by: kind needs kinds, by: assignment has none"});
  }
  fields.done();
  return made;
}

void Loader::systems(const Value& file) {
  for (const Value& item : file.items()) {
    Fields fields(item);
    NamedSystem made{.id = fields.integer("id", 1, 1000)};
    define(Names::system, std::to_string(made.id), item);
    made.title = fields.local_text("title", 200);
    made.note = fields.optional_local_text("note");
    fields.done();
    made_->systems.push_back(std::move(made));
  }
}

void Loader::metrics(const Value& file) {
  for (const Value& item : file.items()) made_->metrics.push_back(metric(item));
}

Metric Loader::metric(const Value& value) {
  Fields fields(value);
  Metric made{.id = fields.id("id")};
  define(Names::metric, made.id, value);
  made.title = fields.local_text("title", 200);
  made.unit = fields.word("unit", kUnits);
  made.source = fields.word("source", kSources);
  if (const auto given = fields.optional("expression")) made.expression = expression(*given);
  if ((made.source == Metric::Source::register_) != made.expression.has_value()) {
    value.fault({"source: register cần expression, nguồn khác thì không có",
                 "source: register needs an expression, other sources have none"});
  }
  if (const auto higher = fields.required("higher_is")) {
    const std::string word = higher->text();
    made.higher_is_better = word == "better";
    if (word != "better" && word != "worse") higher->fault(not_among(word, "better, worse"));
  }
  made.note = fields.optional_local_text("note");
  fields.done();
  return made;
}

Expression Loader::expression(const Value& value) {
  Fields fields(value);
  Expression made{.part = aggregate(fields, value)};
  if (const auto over = fields.optional("over")) {
    Fields of(*over);
    made.over = aggregate(of, *over);
    of.done();
  }
  if (const auto exempt = fields.optional("exempt_if")) {
    made.exempt_if = conditions(*exempt);
    const std::string of_register = made.over ? made.over->register_name : made.part.register_name;
    later([this, of_register, exempt_if = made.exempt_if, at = *exempt] {
      check_conditions(of_register, exempt_if, at);
    });
  }
  fields.done();
  return made;
}

Aggregate Loader::aggregate(Fields& fields, const Value& at) {
  Aggregate made{.register_name = fields.id("register")};
  refer(Names::register_, made.register_name, at);
  if (const auto where = fields.optional("where")) made.where = conditions(*where);
  const auto sum = fields.optional("sum");
  const auto count = fields.optional("count");
  if (sum) made.sum = sum->id();
  const bool counts = count && count->boolean();
  if (counts == sum.has_value()) {
    at.fault({"cần đúng một trong hai: count: true, sum: TRƯỜNG",
              "exactly one of count: true and sum: FIELD is needed"});
  }
  later([this, made, at] { check_fields_of(made, at); });
  return made;
}

void Loader::check_fields_of(const Aggregate& aggregate, const Value& at) {
  check_conditions(aggregate.register_name, aggregate.where, at);
  const Register* found = register_named(aggregate.register_name);
  if (found == nullptr || aggregate.sum.empty()) return;
  const auto field = std::ranges::find(found->fields, aggregate.sum, &RegisterField::name);
  const bool numeric = field != found->fields.end() && (field->type == RegisterField::Type::integer ||
                                                        field->type == RegisterField::Type::number);
  if (numeric) return;
  at.fault({"sổ '" + found->name + "' không có trường số '" + aggregate.sum + "'",
            "register '" + found->name + "' has no number field '" + aggregate.sum + "'"});
}

void Loader::check_conditions(const std::string& register_name, const std::vector<Condition>& conditions,
                              const Value& at) {
  const Register* found = register_named(register_name);
  if (found == nullptr) return;  // said already
  for (const Condition& condition : conditions) {
    const auto field = std::ranges::find(found->fields, condition.field, &RegisterField::name);
    if (field == found->fields.end()) {
      at.fault({"sổ '" + register_name + "' không có trường '" + condition.field + "'",
                "register '" + register_name + "' has no field '" + condition.field + "'"});
    } else if (!can_hold(condition, *field)) {
      at.fault({"trường '" + condition.field + "' của sổ '" + register_name + "' không thể có giá trị này",
                "field '" + condition.field + "' of register '" + register_name + "' can never be this"});
    }
  }
}

std::vector<Condition> Loader::conditions(const Value& value) {
  std::vector<Condition> all;
  Fields whole(value);  // a fault if it is no map
  for (const auto& [name, yaml] : value.yaml().fields) {
    const Value member = value.member(name, yaml);
    if (yaml.kind != Yaml::Kind::map) {
      all.push_back(condition(name, member));
      continue;
    }
    for (const auto& [word, operand] : yaml.fields) {
      all.push_back(comparison(name, word, member.member(word, operand)));
    }
  }
  return all;
}

// FIELD: {word: value}
Condition Loader::comparison(std::string_view field, std::string_view word, const Value& value) {
  if (word == to_string(Condition::Kind::any_of)) {
    Condition among{.field = std::string(field), .kind = Condition::Kind::any_of, .value = {}, .choices = value.ids()};
    if (among.choices.empty()) value.fault({"không được rỗng", "must not be empty"});
    return among;
  }
  Condition made = condition(field, value);
  if (word == "empty") {  // the other way to say "present"
    made.kind = Condition::Kind::present;
    made.value = !value.boolean();
    return made;
  }
  const auto found = std::ranges::find(kConditions, word, &Word<Condition::Kind>::word);
  if (found == kConditions.end() || found->value == Condition::Kind::equals) {
    value.fault({"không có phép so sánh '" + std::string(word) + "'",
                 "there is no comparison '" + std::string(word) + "'"});
    return made;
  }
  made.kind = found->value;
  const bool wants_boolean = made.kind == Condition::Kind::present;
  const bool wants_number = made.kind == Condition::Kind::at_least || made.kind == Condition::Kind::at_most;
  const bool fits = std::holds_alternative<bool>(made.value) == wants_boolean &&
                    std::holds_alternative<double>(made.value) == wants_number;
  if (made.kind != Condition::Kind::differs && !fits) {
    value.fault({"giá trị không hợp với phép so sánh", "the value does not fit the comparison"});
  }
  return made;
}

// FIELD: value. "as_of" is the day the question is asked of.
Condition Loader::condition(std::string_view field, const Value& value) {
  Condition made{.field = std::string(field), .value = {}, .choices = {}};
  switch (value.yaml().kind) {
    case Yaml::Kind::boolean:
      made.value = value.yaml().boolean;
      break;
    case Yaml::Kind::integer:
    case Yaml::Kind::number:
      made.value = value.yaml().number;
      break;
    default:
      made.value = value.text();
      if (value.yaml().text == "as_of") made.value = Condition::AsOf{};
  }
  return made;
}

}  // namespace khien::law
