#include "khien/duty/register_records.hpp"

#include "khien/core/assert.hpp"
#include "khien/core/yaml.hpp"
#include "numbers.hpp"
#include "parts.hpp"
#include "people.hpp"

namespace khien::hub::demo {
namespace {

constexpr Budget::Limits kLimits{.bytes_in = 1u << 20, .depth = 8, .entries = 100'000};
constexpr std::int64_t kMayWaitDays = 45;

// A line of records.yaml.
struct Line {
  std::string register_name;
  std::string units;
  std::int64_t one_in = 1;
  std::vector<std::int64_t> days_ago;
  std::string fields;  // JSON with words in braces
};

Result<const Yaml*> field_of(const Yaml& map, std::string_view name, Yaml::Kind kind) {
  const Yaml* field = map.find(name);
  if (field != nullptr && field->kind == kind) return field;
  return Error(Code::corrupt,
               "sample/records.yaml:" + std::to_string(map.line) + ": " + std::string(name) + " is missing");
}

Result<Line> line_from(const Yaml& map) {
  Line line;
  TRY(const auto* name, field_of(map, "register", Yaml::Kind::text));
  TRY(const auto* units, field_of(map, "units", Yaml::Kind::text));
  TRY(const auto* days, field_of(map, "days_ago", Yaml::Kind::list));
  TRY(const auto* fields, field_of(map, "fields", Yaml::Kind::map));
  if (const Yaml* one_in = map.find("one_in")) line.one_in = one_in->integer;
  for (const Yaml& each : days->items) line.days_ago.push_back(each.integer);
  line.register_name = name->text;
  line.units = units->text;
  line.fields = to_json(*fields);
  if (line.one_in < 1) return Error(Code::corrupt, "sample/records.yaml: one_in is not positive");
  return line;
}

// What a word in braces stands for in one record.
struct Meaning {
  const SampleUnit& unit;
  Date on;
  std::size_t number;

  std::string of(std::string_view word) const {
    if (word == "unit") return unit.name;
    if (word == "unit_id") return std::to_string(unit.id.value);
    if (word == "person") return person_name(3'000 + number);
    if (word == "phone") return phone_number(3'000 + number);
    if (word == "number") return std::to_string(number);
    khien_assert(word.starts_with("day"));
    const auto days = word.size() > 4 ? std::stoll(std::string(word.substr(4))) : 0;
    return to_string(word.size() > 3 && word[3] == '-' ? on - days : on + days);
  }
};

std::string filled_in(std::string_view text, const Meaning& meaning) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{', filled.empty() ? 1 : 0);  // the first one begins the object
    const auto close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) break;
    filled += text.substr(0, open);
    filled += meaning.of(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return filled.append(text);
}

class RegisterFiller {
 public:
  explicit RegisterFiller(Ground& ground) : ground_(ground) {}

  Result<void> fill(const law::Catalogue& catalogue, const Line& line) {
    std::int64_t place = 0;
    for (const SampleUnit& unit : ground_.units) {
      const bool meant = unit.slug == line.units || to_string(unit.kind) == line.units;
      if (!meant || place++ % line.one_in != 0) continue;
      for (const std::int64_t days : line.days_ago) TRY_VOID(make(catalogue, line, unit, days));
    }
    return {};
  }

 private:
  Result<void> make(const law::Catalogue& catalogue, const Line& line, const SampleUnit& unit,
                    std::int64_t days_ago) {
    const auto number = ++made_;
    // Not everybody wrote on the same day.
    const Date on = ground_.today - days_ago - static_cast<std::int64_t>(scattered(number, 71, 5));
    const auto at = ground_.moment(on + 1, 10 * 60);
    const auto by = ground_.people.recorder_of(unit.id);
    duty::NewRegisterRecord record{.register_name = line.register_name,
                                   .unit = unit.id,
                                   .fields = filled_in(line.fields, {unit, on, number})};
    const auto* form = catalogue.register_named(line.register_name);
    if (form == nullptr)
      return Error(Code::corrupt, "sample/records.yaml: no register " + line.register_name);
    if (scattered(number, 72, 3) == 0) {
      TRY(const auto file, make_evidence(ground_, unit.id, form->title.vi, by.user, at));
      record.evidence = {file};
    }
    auto made = duty::create_register_record(ground_.connection, ground_.scope, catalogue, record, by, at);
    if (!made) return std::move(made).error().within(line.register_name);
    return decide(catalogue, *form, record, *made, by, days_ago);
  }

  Result<void> decide(const law::Catalogue& catalogue, const law::Register& form,
                      duty::NewRegisterRecord& record, RegisterRecordId id, const duty::Actor& by,
                      std::int64_t days_ago) {
    const auto fate = scattered(made_, 73, 40);
    const auto at = ground_.moment(ground_.today - days_ago + 2, 16 * 60);
    if (fate == 0) return duty::withdraw_register_record(ground_.connection, ground_.scope, id, by, at);
    if (form.approval == law::Approval::second_person) {
      if (days_ago < kMayWaitDays && fate < 20) return {};
      const bool approve = fate != 39;
      const duty::Decision decision{.approve = approve, .note = approve ? "" : "Cần đính kèm văn bản gốc."};
      TRY_VOID(duty::decide_register_record(ground_.connection, ground_.scope, id, decision,
                                            ground_.people.leader, at));
      if (!approve) return {};
    }
    // A few were corrected afterwards.
    if (fate != 1) return {};
    record.note = "Sửa lỗi đánh máy";
    TRY_VOID(duty::update_register_record(ground_.connection, ground_.scope, catalogue, id, record, by,
                                          at + hours(1)));
    return {};
  }

  Ground& ground_;
  std::size_t made_ = 0;
};

}  // namespace

Result<void> make_register_records(Ground& ground) {
  Budget budget(kLimits);
  TRY(const auto text, parse_yaml(ground.texts.records, budget));
  TRY(const auto law, ground.law.of(ground.connection, ground.scope.tenant()));
  RegisterFiller filler(ground);
  for (const Yaml& item : text.items) {
    TRY(const auto line, line_from(item));
    TRY_VOID(filler.fill(law->catalogue(), line));
  }
  return {};
}

}  // namespace khien::hub::demo
