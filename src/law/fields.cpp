#include "fields.hpp"

#include <algorithm>

#include "khien/core/text.hpp"

namespace khien::law {
namespace {

constexpr std::size_t kLongestId = 80;
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

std::string shown(std::string_view text) { return std::string(truncate(printable(text), 60)); }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, [](char c) {
    // Letters of any script (Đ): bytes above ASCII.
    return (c & 0x80) != 0 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '_' || c == '-';
  });
}

LocalText wrong_kind(Yaml::Kind wanted) {
  static const std::map<Yaml::Kind, LocalText> kNames{
      {Yaml::Kind::boolean, {"true hoặc false", "true or false"}},
      {Yaml::Kind::integer, {"số nguyên", "a whole number"}},
      {Yaml::Kind::number, {"số", "a number"}},
      {Yaml::Kind::text, {"chữ", "text"}},
      {Yaml::Kind::list, {"danh sách", "a list"}},
      {Yaml::Kind::map, {"nhóm các trường", "a group of fields"}}};
  const auto found = kNames.find(wanted);
  return {"phải là " + found->second.vi, "must be " + found->second.en};
}

// Two digits at `at`; -1 where there are none.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9')
    return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

}  // namespace

// -------------------------------------------------------------------- Faults

void Faults::add(std::string_view file, int line, std::string_view field, LocalText message) {
  if (faults_.size() >= kMost) {
    ++dropped_;
    return;
  }
  faults_.push_back({std::string(file), line, std::string(field), std::move(message)});
}

std::vector<Fault> Faults::take() {
  std::ranges::sort(faults_, [](const Fault& a, const Fault& b) {
    return std::tie(a.file, a.line, a.field, a.message.en) < std::tie(b.file, b.line, b.field, b.message.en);
  });
  if (dropped_ > 0) {
    const std::string count = std::to_string(dropped_);
    faults_.push_back({"", 0, "", {"và " + count + " lỗi nữa", "and " + count + " more faults"}});
  }
  return std::move(faults_);
}

LocalText not_among(std::string_view what, std::string_view allowed) {
  const std::string list(allowed);
  return {"'" + shown(what) + "' không thuộc: " + list, "'" + shown(what) + "' is none of: " + list};
}

// --------------------------------------------------------------------- Value

Value Value::member(std::string_view name, const Yaml& yaml) const {
  std::string path = path_.empty() ? shown(name) : path_ + "." + shown(name);
  return Value(*faults_, file_, yaml, std::move(path));
}

std::vector<Value> Value::items(std::size_t most) const {
  std::vector<Value> values;
  if (!want(Yaml::Kind::list)) return values;
  if (yaml_->items.size() > most) {
    fault({"quá " + std::to_string(most) + " mục", "more than " + std::to_string(most) + " items"});
    return values;
  }
  for (std::size_t i = 0; i < yaml_->items.size(); ++i) {
    values.emplace_back(*faults_, file_, yaml_->items[i], path_ + "[" + std::to_string(i) + "]");
  }
  return values;
}

bool Value::want(Yaml::Kind kind) const {
  if (yaml_->kind == kind) return true;
  fault(wrong_kind(kind));
  return false;
}

// A bare 1440 or 12.1 is text too where text is wanted.
std::string Value::plain_word() const {
  const bool textual = yaml_->kind == Yaml::Kind::text || yaml_->kind == Yaml::Kind::integer ||
                       yaml_->kind == Yaml::Kind::number;
  return textual ? yaml_->text : std::string(to_string(yaml_->kind));
}

std::string Value::text(std::size_t most_characters) const {
  if (yaml_->kind != Yaml::Kind::integer && yaml_->kind != Yaml::Kind::number && !want(Yaml::Kind::text))
    return {};
  auto normal = nfc(yaml_->text);
  if (!normal || is_blank(*normal)) {
    fault({"không được để trống", "must not be empty"});
    return {};
  }
  if (characters(*normal) > most_characters) {
    const std::string most = std::to_string(most_characters);
    fault({"dài quá " + most + " ký tự", "longer than " + most + " characters"});
  }
  return std::move(normal).value();
}

std::string Value::id() const {
  std::string name = text(kLongestId);
  if (!name.empty() && !is_id(name)) {
    fault({"mã chỉ gồm chữ, số và . _ -", "an id has letters, digits and . _ - only"});
  }
  return name;
}

bool Value::boolean() const { return want(Yaml::Kind::boolean) && yaml_->boolean; }

int Value::integer(int least, int most) const {
  if (!want(Yaml::Kind::integer)) return least;
  if (yaml_->integer < least || yaml_->integer > most) {
    const std::string range = std::to_string(least) + "–" + std::to_string(most);
    fault({"phải nằm trong khoảng " + range, "must be within " + range});
    return least;
  }
  return static_cast<int>(yaml_->integer);
}

double Value::number() const {
  if (yaml_->kind == Yaml::Kind::integer || want(Yaml::Kind::number)) return yaml_->number;
  return 0;
}

Date Value::date() const {
  if (!want(Yaml::Kind::text)) return {};
  const auto parsed = Date::parse(yaml_->text);
  if (!parsed) {
    const std::string text = shown(yaml_->text);
    const bool shaped = parsed.error().what().starts_with("there is no day");
    fault(shaped ? LocalText{"không có ngày " + text, "there is no day " + text}
                 : LocalText{"'" + text + "' không phải ngày (NNNN-TT-NN)",
                             "'" + text + "' is not a date (YYYY-MM-DD)"});
    return {};
  }
  if (parsed->year() < kFirstYear || parsed->year() > kLastYear) {
    fault({"năm phải nằm trong khoảng 1900–2199", "the year must be within 1900–2199"});
  }
  return *parsed;
}

MonthDay Value::month_day() const {
  if (!want(Yaml::Kind::text)) return {};
  const std::string& text = yaml_->text;
  const MonthDay day{two_digits(text, 0), two_digits(text, 3)};
  // 2024 has every day there is.
  if (text.size() != 5 || text[2] != '-' || !Date::of(2024, day.month, day.day)) {
    fault({"'" + shown(text) + "' không phải ngày trong năm (TT-NN)",
           "'" + shown(text) + "' is not a day of the year (MM-DD)"});
    return {};
  }
  return day;
}

int Value::time_of_day() const {
  if (!want(Yaml::Kind::text)) return 0;
  const std::string& text = yaml_->text;
  const int hour = two_digits(text, 0);
  const int minute = two_digits(text, 3);
  if (text.size() != 5 || text[2] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    fault({"'" + shown(text) + "' không phải giờ (GG:PP)", "'" + shown(text) + "' is not a time (HH:MM)"});
    return 0;
  }
  return hour * 60 + minute;
}

LocalText Value::local_text(std::size_t most_characters) const {
  Fields fields(*this);
  LocalText text{fields.text("vi", most_characters), fields.text("en", most_characters)};
  fields.done();
  return text;
}

std::vector<std::string> Value::texts() const {
  std::vector<std::string> all;
  for (const Value& item : items()) all.push_back(item.text());
  return all;
}

std::vector<std::string> Value::ids() const {
  std::vector<std::string> all;
  for (const Value& item : items()) {
    std::string id = item.id();
    if (!id.empty() && std::ranges::find(all, id) != all.end()) {
      item.fault({"'" + id + "' có hai lần", "'" + id + "' stands here twice"});
    }
    all.push_back(std::move(id));
  }
  return all;
}

// -------------------------------------------------------------------- Fields

Fields::Fields(Value value) : value_(std::move(value)) {
  if (value_.yaml().kind != Yaml::Kind::map) value_.fault(wrong_kind(Yaml::Kind::map));
}

bool Fields::has(std::string_view name) const {
  const Yaml* found = value_.yaml().find(name);
  return found != nullptr && found->kind != Yaml::Kind::null;
}

std::optional<Value> Fields::optional(std::string_view name) {
  asked_.emplace_back(name);
  if (!has(name)) return {};
  return value_.member(name, *value_.yaml().find(name));
}

std::optional<Value> Fields::required(std::string_view name) {
  auto found = optional(name);
  // Of what is no map at all, that was said already.
  if (!found && value_.yaml().kind == Yaml::Kind::map) {
    value_.member(name, value_.yaml()).fault({"thiếu trường này", "this field is missing"});
  }
  return found;
}

std::string Fields::text(std::string_view name, std::size_t most_characters) {
  const auto found = required(name);
  return found ? found->text(most_characters) : std::string();
}

std::string Fields::id(std::string_view name) {
  const auto found = required(name);
  return found ? found->id() : std::string();
}

Date Fields::date(std::string_view name) {
  const auto found = required(name);
  return found ? found->date() : Date();
}

LocalText Fields::local_text(std::string_view name, std::size_t most_characters) {
  const auto found = required(name);
  return found ? found->local_text(most_characters) : LocalText();
}

int Fields::integer(std::string_view name, int least, int most) {
  const auto found = required(name);
  return found ? found->integer(least, most) : least;
}

std::optional<LocalText> Fields::optional_local_text(std::string_view name) {
  const auto found = optional(name);
  if (!found) return {};
  return found->local_text();
}

std::string Fields::optional_text(std::string_view name) {
  const auto found = optional(name);
  return found ? found->text() : std::string();
}

std::optional<Value> Fields::known(std::string_view name) {
  auto found = required(name);
  if (found && found->yaml().kind == Yaml::Kind::text && found->yaml().text == "unknown") return {};
  return found;
}

void Fields::validity(Date& from, std::optional<Date>& to) {
  from = date("valid_from");
  const auto last = optional("valid_to");
  if (!last) return;
  to = last->date();
  if (*to < from) {
    last->fault({"valid_to (" + to_string(*to) + ") trước valid_from (" + to_string(from) + ")",
                 "valid_to (" + to_string(*to) + ") is before valid_from (" + to_string(from) + ")"});
  }
}

void Fields::done() {
  for (const auto& [name, yaml] : value_.yaml().fields) {
    if (std::ranges::find(asked_, name) != asked_.end()) continue;
    value_.member(name, yaml).fault({"không có trường nào tên này", "there is no field of this name"});
  }
}

}  // namespace khien::law
