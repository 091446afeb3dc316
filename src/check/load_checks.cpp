#include <algorithm>
#include <array>
#include <utility>

#include "khien/check/checks.hpp"
#include "reading.hpp"

namespace khien::check {
namespace {

struct Question {
  std::string_view word;
  Condition::Asks asks;
};
constexpr std::array<Question, 6> kQuestions{{{"is", Condition::Asks::is},
                                              {"is_not", Condition::Asks::is_not},
                                              {"begins", Condition::Asks::begins},
                                              {"at_least", Condition::Asks::at_least},
                                              {"at_most", Condition::Asks::at_most},
                                              {"missing", Condition::Asks::missing}}};

Result<std::string> fact_name(const Reading& reading, const Yaml& at, std::string name) {
  if (find_fact(name) == nullptr) return reading.wrong(at, "'" + name + "' is no fact that an agent tells");
  return name;
}

Result<void> read_answer(const Reading& reading, const Yaml& value, Condition& condition) {
  using enum Condition::Asks;
  if (condition.asks == at_least || condition.asks == at_most) {
    if (value.kind != Yaml::Kind::integer) return reading.wrong(value, "must be a whole number");
    condition.number = value.integer;
    return {};
  }
  if (condition.asks == missing) {
    if (value.kind != Yaml::Kind::boolean) return reading.wrong(value, "must be true or false");
    if (!value.boolean) condition.asks = told;
    return {};
  }
  TRY(condition.values, reading.texts(value));
  return {};
}

Result<Condition> read_condition(const Reading& reading, const Yaml& map) {
  Condition condition;
  TRY(auto name, reading.text_at(map, "fact"));
  TRY(condition.fact, fact_name(reading, map, std::move(name)));
  if (map.fields.size() != 2) return reading.wrong(map, "must ask one thing of one fact");
  for (const Yaml::Field& field : map.fields) {
    if (field.name == "fact") continue;
    const auto question = std::ranges::find(kQuestions, field.name, &Question::word);
    if (question == kQuestions.end()) return reading.wrong(field.value, "unknown question '" + field.name + "'");
    condition.asks = question->asks;
    TRY_VOID(read_answer(reading, field.value, condition));
  }
  return condition;
}

Result<void> read_conditions(const Reading& reading, const Yaml& map, Check& check) {
  TRY(const auto* list, reading.list_at(map, "when"));
  for (const Yaml& item : *list) {
    TRY(auto condition, read_condition(reading, item));
    const Source source = find_fact(condition.fact)->source;
    if (check.when.empty()) check.source = source;
    if (source != check.source) return reading.wrong(item, "facts of one check come from one observation");
    check.when.push_back(std::move(condition));
  }
  return {};
}

// A map of facts: a text, or a list of texts where a fact is told several times.
Result<std::vector<Fact>> read_example(const Reading& reading, const Yaml& map, std::string_view name) {
  std::vector<Fact> facts;
  TRY(const Yaml* example, reading.member(map, name));
  if (example->kind != Yaml::Kind::map) return reading.wrong(*example, "must be a map of facts");
  for (const Yaml::Field& field : example->fields) {
    TRY(const auto fact, fact_name(reading, field.value, field.name));
    if (field.value.kind != Yaml::Kind::list) {
      TRY(auto value, reading.text(field.value));
      facts.push_back({fact, std::move(value)});
      continue;
    }
    TRY(auto values, reading.texts(field.value));
    for (std::string& value : values) facts.push_back({fact, std::move(value)});
  }
  return facts;
}

Result<void> read_examples(const Reading& reading, const Yaml& map, Check& check) {
  TRY(check.hit, read_example(reading, map, "hit"));
  TRY(check.miss, read_example(reading, map, "miss"));
  if (!holds(check, check.hit)) return reading.wrong(*map.find("hit"), "check " + check.id + " does not hit its example");
  if (holds(check, check.miss)) return reading.wrong(*map.find("miss"), "check " + check.id + " hits its miss");
  return {};
}

// What a check stands on; a file says it once for the checks that do not.
struct Ground {
  LocalText clause;
  std::vector<std::string> clauses;
};

Result<Ground> read_ground(const Reading& reading, const Yaml& map) {
  Ground ground;
  TRY(ground.clause, reading.words_at(map, "clause"));
  TRY(const Yaml* clauses, reading.member(map, "clauses"));
  TRY(ground.clauses, reading.texts(*clauses));
  return ground;
}

Result<void> read_words(const Reading& reading, const Yaml& map, const Ground& of_file, Check& check) {
  TRY(check.title, reading.words_at(map, "title"));
  TRY(check.why, reading.words_at(map, "why"));
  Ground ground = of_file;
  if (map.find("clause") != nullptr) {
    TRY(ground, read_ground(reading, map));
  }
  check.clause = std::move(ground.clause);
  check.clauses = std::move(ground.clauses);
  TRY(const auto* steps, reading.list_at(map, "steps"));
  for (const Yaml& step : *steps) {
    TRY(auto words, reading.words(step));
    check.steps.push_back(std::move(words));
  }
  return {};
}

Result<Check> read_check(const Reading& reading, const Yaml& map, const Ground& of_file) {
  constexpr std::string_view kFields[] = {"id",    "subject", "severity", "title", "why", "steps",
                                          "clause", "clauses", "when",     "hit",   "miss"};
  TRY_VOID(reading.only(map, kFields));
  Check check;
  TRY(check.id, reading.id_at(map, "id"));
  TRY(check.subject, reading.text_at(map, "subject"));
  if (check.subject.starts_with('/')) return reading.wrong(*map.find("subject"), "a subject with a slash first is a file");
  TRY(const auto severity, reading.text_at(map, "severity"));
  const auto known = severity_from_string(severity);
  if (!known) return reading.wrong(*map.find("severity"), known.error().what());
  check.severity = *known;
  TRY_VOID(read_words(reading, map, of_file, check));
  TRY_VOID(read_conditions(reading, map, check));
  TRY_VOID(read_examples(reading, map, check));
  return check;
}

Result<void> read_file(const SourceFile& file, Budget& budget, std::vector<Check>& checks) {
  auto document = parse_yaml(file.text, budget);
  if (!document) return std::move(document).error().within(file.path);
  const Reading reading(file.path);
  constexpr std::string_view kFields[] = {"clause", "clauses", "checks"};
  TRY_VOID(reading.only(*document, kFields));
  TRY(const auto ground, read_ground(reading, *document));
  TRY(const auto* list, reading.list_at(*document, "checks"));
  for (const Yaml& item : *list) {
    TRY(auto check, read_check(reading, item, ground));
    if (std::ranges::find(checks, check.id, &Check::id) != checks.end()) {
      return reading.wrong(item, "check " + check.id + " is there already");
    }
    if (std::ranges::find(checks, check.subject, &Check::subject) != checks.end()) {
      return reading.wrong(item, "subject '" + check.subject + "' is another check's");
    }
    checks.push_back(std::move(check));
  }
  return {};
}

}  // namespace

Result<CheckSet> CheckSet::load(const std::vector<SourceFile>& files, Budget& budget) {
  CheckSet set;
  for (const SourceFile& file : files) TRY_VOID(read_file(file, budget, set.checks_));
  return set;
}

}  // namespace khien::check
