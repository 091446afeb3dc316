#include <algorithm>

#include "load.hpp"

namespace khien::law {
namespace {

LocalText text_in_any_form(const Value& value) {
  if (value.yaml().kind == Yaml::Kind::map) return value.local_text();
  const std::string text = value.text();
  return {text, text};
}

// Every {name} of the summary is a field.
void check_summary(const Register& made, const std::string& summary, const Value& at) {
  std::size_t open = summary.find('{');
  while (open != summary.npos) {
    const std::size_t close = summary.find('}', open);
    if (close == summary.npos) {
      at.fault({"thiếu dấu }", "a } is missing"});
      return;
    }
    const std::string name = summary.substr(open + 1, close - open - 1);
    if (std::ranges::find(made.fields, name, &RegisterField::name) == made.fields.end()) {
      at.fault({"không có trường '" + name + "'", "there is no field '" + name + "'"});
    }
    open = summary.find('{', close);
  }
}

bool has_date(const Register& made, const std::string& name) {
  const auto field = std::ranges::find(made.fields, name, &RegisterField::name);
  return field != made.fields.end() && field->format == RegisterField::Format::date;
}

void read_choices(RegisterField& made, Fields& fields) {
  const auto choices = fields.optional("enum");
  const auto titles = fields.optional("titles");
  if (!choices) {
    if (titles) titles->fault({"titles không có enum", "titles without an enum"});
    return;
  }
  made.choices = choices->ids();
  if (made.choices.empty()) choices->fault({"không được rỗng", "must not be empty"});
  if (!titles) {
    choices->fault({"enum cần titles", "an enum needs titles"});
    return;
  }
  Fields of(*titles);
  for (const std::string& choice : made.choices) made.choice_titles.push_back(of.local_text(choice, 200));
  of.done();
}

}  // namespace

void Loader::registers(const Value& file) {
  Fields fields(file);
  Register made{.name = fields.id("name")};
  define(Names::register_, made.name, file);
  made.title = fields.local_text("title", 120);
  made.purpose = fields.local_text("purpose");
  if (const auto clauses = fields.optional("clauses")) {
    made.clauses = clauses->ids();
    for (const std::string& id : made.clauses) refer(Names::clause, id, *clauses);
  }
  made.approval = fields.word("approval", kApprovals);
  if (const auto schema = fields.required("schema")) register_schema(made, *schema);
  if (const auto date = fields.optional("date_field")) {
    made.date_field = date->id();
    if (!has_date(made, made.date_field)) date->fault({"phải là một trường có format: date", "must be a field with format: date"});
  }
  if (const auto ahead = fields.optional("may_lie_ahead")) {
    made.may_lie_ahead = ahead->boolean();
    if (made.date_field.empty()) ahead->fault({"may_lie_ahead cần date_field", "may_lie_ahead needs a date_field"});
  }
  if (const auto until = fields.optional("until_field")) {
    made.until_field = until->id();
    if (!has_date(made, made.until_field)) until->fault({"phải là một trường có format: date", "must be a field with format: date"});
  }
  if (const auto summary = fields.required("summary")) {
    made.summary = text_in_any_form(*summary);
    check_summary(made, made.summary.vi, *summary);
    if (made.summary.en != made.summary.vi) check_summary(made, made.summary.en, *summary);
  }
  if (const auto checks = fields.optional("checks")) {
    for (const Value& item : checks->items()) made.checks.push_back(register_check(made, item));
  }
  fields.done();
  made_->registers.push_back(std::move(made));
}

void Loader::register_schema(Register& made, const Value& value) {
  Fields fields(value);
  made.schema_json = to_json(value.yaml());
  if (fields.text("type") != "object") value.fault({"type phải là object", "type must be object"});
  if (const auto properties = fields.required("properties")) {
    Fields whole(*properties);  // a fault if it is no map
    for (const auto& [name, yaml] : properties->yaml().fields) {
      made.fields.push_back(register_field(name, properties->member(name, yaml)));
    }
    if (made.fields.empty()) properties->fault({"không có trường nào", "there are no fields"});
  }
  const auto required = fields.optional("required");
  if (required) {
    for (const Value& item : required->items()) {
      const std::string name = item.id();
      const auto field = std::ranges::find(made.fields, name, &RegisterField::name);
      if (field == made.fields.end()) {
        item.fault({"không có trường '" + name + "'", "there is no field '" + name + "'"});
      } else {
        field->required = true;
      }
    }
  }
  fields.done();
}

RegisterField Loader::register_field(std::string_view name, const Value& value) {
  Fields fields(value);
  RegisterField made{.name = std::string(name), .type = fields.word("type", kFieldTypes)};
  made.title = fields.local_text("title", 120);
  if (const auto format = fields.optional("format")) made.format = format->word(kFormats);
  read_choices(made, fields);
  if (const auto minimum = fields.optional("minimum")) made.minimum = minimum->number();
  if (const auto maximum = fields.optional("maximum")) made.maximum = maximum->number();
  if (const auto length = fields.optional("maxLength")) made.max_length = length->integer(1, 20'000);
  const bool text = made.type == RegisterField::Type::string;
  const bool textual =
      made.format != RegisterField::Format::none || !made.choices.empty() || made.max_length > 0;
  // Links to units and systems are kept as numbers too.
  const bool linked =
      made.format == RegisterField::Format::unit || made.format == RegisterField::Format::system;
  if (textual && !text && !(linked && made.type == RegisterField::Type::integer)) {
    value.fault({"format, enum và maxLength chỉ dùng cho type: string",
                 "format, enum and maxLength are for type: string"});
  }
  if ((made.minimum || made.maximum) && (text || made.type == RegisterField::Type::boolean)) {
    value.fault({"minimum và maximum chỉ dùng cho số", "minimum and maximum are for numbers"});
  }
  if (made.minimum && made.maximum && *made.minimum > *made.maximum) {
    value.fault({"minimum lớn hơn maximum", "minimum is above maximum"});
  }
  fields.done();
  return made;
}

RegisterCheck Loader::register_check(const Register& owner, const Value& value) {
  Fields fields(value);
  RegisterCheck made{.rule = fields.word("rule", kCheckRules)};
  if (const auto names = fields.required("fields")) {
    made.fields = names->ids();
    for (const std::string& name : made.fields) {
      if (std::ranges::find(owner.fields, name, &RegisterField::name) != owner.fields.end()) continue;
      names->fault({"không có trường '" + name + "'", "there is no field '" + name + "'"});
    }
    const bool two = made.rule != RegisterCheck::Rule::required;
    if (two ? made.fields.size() != 2 : made.fields.empty()) {
      names->fault({"số trường không hợp với rule", "the number of fields does not fit the rule"});
    }
  }
  if (const auto when = fields.optional("when")) {
    for (Condition& one : conditions(*when)) {
      if (one.field == "level_at_least" && std::holds_alternative<double>(one.value)) {
        made.level_at_least = static_cast<int>(std::get<double>(one.value));
        one.field = "level";
      }
      if (std::ranges::find(owner.fields, one.field, &RegisterField::name) == owner.fields.end()) {
        when->fault({"không có trường '" + one.field + "'", "there is no field '" + one.field + "'"});
      }
      if (one.field != "level" || !made.level_at_least) made.when.push_back(std::move(one));
    }
  }
  made.message = fields.local_text("message", 500);
  fields.done();
  return made;
}

}  // namespace khien::law
