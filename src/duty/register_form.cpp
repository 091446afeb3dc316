#include "khien/duty/register_form.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "field_check.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"

namespace khien::duty {
namespace {

using law::Condition;
using law::RegisterCheck;

constexpr std::size_t kMostFieldsBytes = 80'000;  // 20,000 characters

const law::RegisterField* field_named(const law::Register& form, std::string_view name) {
  const auto found = std::ranges::find(form.fields, name, &law::RegisterField::name);
  return found == form.fields.end() ? nullptr : &*found;
}

Error not_an_object() {
  return refuse(Code::invalid, "fields", {"Nội dung bản ghi không đúng dạng.", "The record's content is malformed."});
}

// Each field once, and only those of the form.
Result<std::vector<FieldEntry>> read_entries(const law::Register& form, const Json& object) {
  std::vector<FieldEntry> entries;
  std::vector<std::string_view> seen;
  TRY_VOID(object.each_field([&](std::string_view name, Json value) -> Result<void> {
    const auto* field = field_named(form, name);
    if (field == nullptr || std::ranges::find(seen, field->name) != seen.end()) {
      return refuse(Code::invalid, "fields",
                    {"Có trường không thuộc sổ này, hoặc lặp lại.", "A field is not of this register, or is there twice."});
    }
    seen.push_back(field->name);
    TRY(auto checked, checked_value(*field, value));
    if (checked) entries.push_back({field->name, std::move(*checked)});
    return {};
  }));
  const auto rank = [&](const FieldEntry& entry) { return field_named(form, entry.name) - form.fields.data(); };
  std::ranges::sort(entries, {}, rank);
  return entries;
}

bool check_applies(const RegisterCheck& check, const Fields& fields, Date today) {
  if (check.level_at_least) {
    const auto* level = fields.find("level");
    if (level == nullptr || id_of(*level) < *check.level_at_least) return false;
  }
  return std::ranges::all_of(check.when, [&](const Condition& condition) { return holds(condition, fields, today); });
}

// Two names for one body: case, marks and spaces do not make another.
std::string spelled_alike(std::string_view text) {
  std::string out;
  for (const char c : fold(text)) {
    if (c != ' ' && c != '.' && c != ',') out += c;
  }
  return out;
}

bool is_kept(const RegisterCheck& check, const Fields& fields) {
  const auto& names = check.fields;
  switch (check.rule) {
    case RegisterCheck::Rule::differs: {
      const auto first = spelled_alike(fields.text(names.at(0)));
      const auto second = spelled_alike(fields.text(names.at(1)));
      return first.empty() || second.empty() || first != second;
    }
    case RegisterCheck::Rule::not_before: {
      const auto later = fields.date(names.at(0));
      const auto earlier = fields.date(names.at(1));
      return !later || !earlier || *later >= *earlier;
    }
    case RegisterCheck::Rule::at_most: {
      const auto part = fields.number(names.at(0));
      const auto whole = fields.number(names.at(1));
      return !part || !whole || *part <= *whole;
    }
    case RegisterCheck::Rule::required:
      return std::ranges::all_of(names, [&](const std::string& name) { return fields.find(name) != nullptr; });
  }
  return true;
}

// "assessor = monitor" may be the truth, and is then to be seen; an end before its
// beginning is not.
bool may_be_true(const RegisterCheck& check) { return check.rule == RegisterCheck::Rule::differs; }

Result<void> require_checks(const law::Register& form, const Fields& fields, Date today) {
  for (const auto& field : form.fields) {
    if (!field.required || fields.find(field.name) != nullptr) continue;
    return refuse(Code::invalid, path_of(field), {"Còn thiếu «" + field.title.vi + "».",
                                                  "\"" + field.title.en + "\" is missing."});
  }
  for (const auto& check : form.checks) {
    if (may_be_true(check) || !check_applies(check, fields, today) || is_kept(check, fields)) continue;
    return refuse(Code::invalid, "fields." + check.fields.front(), check.message);
  }
  return {};
}

// What is to come proves nothing yet.
Result<void> require_day_is_there(const law::Register& form, const std::optional<Date>& dated_on, Date today) {
  if (form.may_lie_ahead || !dated_on || *dated_on <= today) return {};
  return refuse(Code::invalid, path_of(*field_named(form, form.date_field)),
                {"Ngày này nằm ở tương lai; việc đã xong mới được ghi vào sổ.",
                 "The day lies ahead; only what was done is entered."});
}

// A secret is refused in a record's words as it is in a file.
Result<void> require_no_marking(const law::Register& form, const Fields& fields) {
  for (const auto& entry : fields.all()) {
    const auto* text = std::get_if<std::string>(&entry.value);
    if (text != nullptr) TRY_VOID(refuse_marked_text(path_of(*field_named(form, entry.name)), *text));
  }
  return {};
}

std::string shown(const law::RegisterField& field, const FieldValue& value, bool vietnamese) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? (vietnamese ? "có" : "yes") : (vietnamese ? "không" : "no");
  }
  if (const auto* number = std::get_if<double>(&value)) {
    std::string text = std::to_string(*number);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  const auto choice = std::ranges::find(field.choices, *text);
  const auto index = static_cast<std::size_t>(choice - field.choices.begin());
  if (choice != field.choices.end() && index < field.choice_titles.size()) {
    return vietnamese ? field.choice_titles[index].vi : field.choice_titles[index].en;
  }
  if (field.format != law::RegisterField::Format::date || text->size() != 10) return *text;
  return text->substr(8, 2) + "/" + text->substr(5, 2) + "/" + text->substr(0, 4);
}

// Fills the braces of a pattern; a name that is no field stays as it is.
std::string filled(const law::Register& form, const Fields& fields, std::string_view pattern, bool vietnamese) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = open == pattern.npos ? pattern.npos : pattern.find('}', open);
    if (close == pattern.npos) return out.append(pattern);
    out.append(pattern.substr(0, open));
    const auto name = pattern.substr(open + 1, close - open - 1);
    const auto* field = field_named(form, name);
    const auto* value = fields.find(name);
    out += field != nullptr && value != nullptr ? shown(*field, *value, vietnamese) : field != nullptr ? "–" : std::string(name);
    pattern.remove_prefix(close + 1);
  }
  return out;
}

std::string in_words(const law::RegisterField& field, const Condition& condition, bool vietnamese) {
  const auto value = std::holds_alternative<Condition::AsOf>(condition.value)
                         ? std::string(vietnamese ? "ngày đang xem" : "the day asked about")
                         : shown(field, condition.value, vietnamese);
  switch (condition.kind) {
    case Condition::Kind::equals: return value;
    case Condition::Kind::differs: return (vietnamese ? "không phải " : "not ") + value;
    case Condition::Kind::before: return (vietnamese ? "trước " : "before ") + value;
    case Condition::Kind::not_before: return (vietnamese ? "từ " : "from ") + value + (vietnamese ? " trở đi" : " on");
    case Condition::Kind::after: return (vietnamese ? "sau " : "after ") + value;
    case Condition::Kind::not_after: return (vietnamese ? "không muộn hơn " : "not after ") + value;
    case Condition::Kind::at_least: return (vietnamese ? "từ " : "at least ") + value + (vietnamese ? " trở lên" : "");
    case Condition::Kind::at_most: return (vietnamese ? "không quá " : "at most ") + value;
    case Condition::Kind::present: {
      const bool wanted = std::get_if<bool>(&condition.value) == nullptr || std::get<bool>(condition.value);
      return wanted ? (vietnamese ? "có ghi" : "filled in") : (vietnamese ? "để trống" : "empty");
    }
    case Condition::Kind::any_of: break;
  }
  std::string all;
  for (const auto& choice : condition.choices) {
    if (!all.empty()) all += vietnamese ? " hoặc " : " or ";
    all += shown(field, choice, vietnamese);
  }
  return all;
}

int compare(const Fields& fields, const Condition& condition, Date as_of, bool& comparable) {
  const auto sign = [](auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; };
  comparable = true;
  if (const auto* number = std::get_if<double>(&condition.value)) {
    if (const auto own = fields.number(condition.field)) return sign(*own, *number);
  } else if (const auto own = fields.date(condition.field)) {
    if (std::holds_alternative<Condition::AsOf>(condition.value)) return sign(*own, as_of);
    const auto* text = std::get_if<std::string>(&condition.value);
    const auto date = text == nullptr ? Result<Date>(Error(Code::invalid, "")) : Date::parse(*text);
    if (date) return sign(*own, *date);
  }
  comparable = false;
  return 0;
}

bool is_equal(const Fields& fields, const Condition& condition, Date as_of) {
  const auto* own = fields.find(condition.field);
  // An unset yes-or-no is a no.
  const auto* flag = std::get_if<bool>(&condition.value);
  if (own == nullptr) return flag != nullptr && !*flag;
  if (!std::holds_alternative<Condition::AsOf>(condition.value)) return *own == condition.value;
  const auto date = fields.date(condition.field);
  return date && *date == as_of;
}

}  // namespace

const FieldValue* Fields::find(std::string_view name) const {
  const auto found = std::ranges::find(entries_, name, &FieldEntry::name);
  return found == entries_.end() ? nullptr : &found->value;
}

std::optional<double> Fields::number(std::string_view name) const {
  const auto* value = find(name);
  const auto* number = value == nullptr ? nullptr : std::get_if<double>(value);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::string Fields::text(std::string_view name) const {
  const auto* value = find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

std::optional<Date> Fields::date(std::string_view name) const {
  const auto date = Date::parse(text(name));
  return date ? std::optional(*date) : std::nullopt;
}

std::string Fields::to_json() const {
  JsonWriter json;
  json.begin_object();
  for (const auto& [name, value] : entries_) {
    json.key(name);
    if (const auto* flag = std::get_if<bool>(&value)) {
      json.boolean(*flag);
    } else if (const auto* number = std::get_if<double>(&value)) {
      *number == std::floor(*number) ? json.integer(static_cast<std::int64_t>(*number)) : json.number(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      json.string(*text);
    } else {
      json.null();
    }
  }
  json.end_object();
  return json.take();
}

Result<CheckedFields> check_fields(const law::Register& form, std::string_view json, Date today) {
  JsonDocument memory;
  Budget budget({.bytes_in = kMostFieldsBytes, .depth = 2, .entries = 200});
  const auto object = memory.parse(json, budget);
  if (!object || !object->is_object()) return not_an_object();
  TRY(auto entries, read_entries(form, *object));
  CheckedFields checked;
  checked.fields = Fields(std::move(entries));
  TRY_VOID(require_no_marking(form, checked.fields));
  TRY_VOID(require_checks(form, checked.fields, today));
  for (const auto& entry : checked.fields.all()) {
    const auto* field = field_named(form, entry.name);
    const bool names = field->format == law::RegisterField::Format::unit || field->format == law::RegisterField::Format::system;
    if (names) checked.references.push_back({path_of(*field), field->format, id_of(entry.value)});
  }
  checked.dated_on = checked.fields.date(form.date_field);
  TRY_VOID(require_day_is_there(form, checked.dated_on, today));
  return checked;
}

Fields stored_fields(const law::Register& form, std::string_view json, JsonDocument& memory) {
  Budget budget({.bytes_in = kMostFieldsBytes * 2, .depth = 2, .entries = 400});
  const auto object = memory.parse(json, budget);
  std::vector<FieldEntry> entries;
  if (!object) return Fields();
  const auto read = object->each_field([&](std::string_view name, Json value) -> Result<void> {
    const auto* field = field_named(form, name);
    if (field == nullptr) return {};
    const auto checked = checked_value(*field, value);
    if (checked && *checked) entries.push_back({field->name, **checked});
    return {};
  });
  return read ? Fields(std::move(entries)) : Fields();
}

std::vector<LocalText> warnings_of(const law::Register& form, const Fields& fields, Date today) {
  std::vector<LocalText> warnings;
  for (const auto& check : form.checks) {
    if (check_applies(check, fields, today) && !is_kept(check, fields)) warnings.push_back(check.message);
  }
  return warnings;
}

LocalText summary_of(const law::Register& form, const Fields& fields) {
  return {filled(form, fields, form.summary.vi, true), filled(form, fields, form.summary.en, false)};
}

LocalText words_of(const std::vector<law::Condition>& conditions, const law::Register& form) {
  LocalText words;
  for (const auto& condition : conditions) {
    const auto* field = field_named(form, condition.field);
    if (field == nullptr) continue;
    const std::string_view between = words.vi.empty() ? "" : "; ";
    (words.vi += between) += field->title.vi + ": " + in_words(*field, condition, true);
    (words.en += between) += field->title.en + ": " + in_words(*field, condition, false);
  }
  return words;
}

bool holds(const law::Condition& condition, const Fields& fields, Date as_of) {
  bool comparable = false;
  switch (condition.kind) {
    case Condition::Kind::equals: return is_equal(fields, condition, as_of);
    case Condition::Kind::differs: return !is_equal(fields, condition, as_of);
    case Condition::Kind::present: {
      const auto* wanted = std::get_if<bool>(&condition.value);
      return (fields.find(condition.field) != nullptr) == (wanted == nullptr || *wanted);
    }
    case Condition::Kind::before: return compare(fields, condition, as_of, comparable) < 0 && comparable;
    case Condition::Kind::not_before: return compare(fields, condition, as_of, comparable) >= 0 && comparable;
    case Condition::Kind::after: return compare(fields, condition, as_of, comparable) > 0 && comparable;
    case Condition::Kind::not_after: return compare(fields, condition, as_of, comparable) <= 0 && comparable;
    case Condition::Kind::at_least: return compare(fields, condition, as_of, comparable) >= 0 && comparable;
    case Condition::Kind::at_most: return compare(fields, condition, as_of, comparable) <= 0 && comparable;
    case Condition::Kind::any_of:
      return std::ranges::find(condition.choices, fields.text(condition.field)) != condition.choices.end();
  }
  return false;
}

}  // namespace khien::duty
