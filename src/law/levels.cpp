#include "khien/law/levels.hpp"

#include <algorithm>
#include <charconv>

namespace khien::law {
namespace {

// What is known of a test: an open question leaves it open unless the other parts
// decide alone.
enum class Truth : unsigned char { no, open, yes };

Truth of(bool value) { return value ? Truth::yes : Truth::no; }

Truth truth_of(const LevelTest& test, const Answers& answers) {
  switch (test.kind) {
    case LevelTest::Kind::all: {
      Truth all = Truth::yes;
      for (const LevelTest& part : test.parts) all = std::min(all, truth_of(part, answers));
      return all;
    }
    case LevelTest::Kind::any: {
      Truth any = Truth::no;
      for (const LevelTest& part : test.parts) any = std::max(any, truth_of(part, answers));
      return any;
    }
    case LevelTest::Kind::not_: {
      const Truth inner = truth_of(test.parts.front(), answers);
      return inner == Truth::open ? Truth::open : of(inner == Truth::no);
    }
    default:
      break;
  }
  const auto answer = answers.find(test.question);
  if (answer == answers.end()) return Truth::open;
  if (test.kind == LevelTest::Kind::is) return of(std::get<bool>(answer->second) == test.is);
  const std::int64_t number = std::get<std::int64_t>(answer->second);
  return of(test.kind == LevelTest::Kind::at_least ? number >= test.number : number < test.number);
}

void collect_open(const LevelTest& test, const Answers& answers, std::vector<std::string>& open) {
  for (const LevelTest& part : test.parts) collect_open(part, answers, open);
  if (!test.parts.empty() || test.question.empty() || answers.contains(test.question)) return;
  if (std::ranges::find(open, test.question) == open.end()) open.push_back(test.question);
}

const LevelQuestion* question_of(const LevelRules& rules, std::string_view id) {
  const auto found = std::ranges::find(rules.questions, id, &LevelQuestion::id);
  return found == rules.questions.end() ? nullptr : &*found;
}

Result<void> check(const LevelRules& rules, const Answers& answers) {
  for (const auto& [id, answer] : answers) {
    const LevelQuestion* question = question_of(rules, id);
    if (question == nullptr) return Error(Code::invalid, "the rules have no question '" + id + "'");
    const bool fits =
        std::holds_alternative<bool>(answer) == (question->kind == LevelQuestion::Kind::boolean);
    if (!fits) return Error(Code::invalid, "question '" + id + "' has an answer of another kind");
  }
  return {};
}

}  // namespace

Result<LevelProposal> propose(const LevelRules& rules, const Answers& answers) {
  TRY_VOID(check(rules, answers));
  LevelProposal proposal{.rule = rules.id};
  for (int level = 5; level >= 1; --level) {
    for (const LevelCriterion& criterion : rules.criteria) {
      if (criterion.level != level || truth_of(criterion.when, answers) != Truth::yes) continue;
      proposal.reasons.push_back({level, criterion.article, criterion.text});
    }
  }
  if (!proposal.reasons.empty()) proposal.level = proposal.reasons.front().level;
  for (const LevelCriterion& criterion : rules.criteria) {
    if (criterion.level <= proposal.level.value_or(0)) continue;
    if (truth_of(criterion.when, answers) == Truth::open)
      collect_open(criterion.when, answers, proposal.open);
  }
  // In the order in which the rules ask.
  std::ranges::sort(proposal.open, {}, [&rules](const std::string& id) { return question_of(rules, id); });
  return proposal;
}

Result<void> add_answer(const LevelRules& rules, std::string_view answer, Answers& answers) {
  const auto equals = answer.find('=');
  if (equals == answer.npos) return Error(Code::invalid, "an answer is written question=value");
  const std::string id(answer.substr(0, equals));
  const std::string_view value = answer.substr(equals + 1);
  const LevelQuestion* question = question_of(rules, id);
  if (question == nullptr) return Error(Code::invalid, "the rules have no question '" + id + "'");
  if (answers.contains(id)) return Error(Code::invalid, "question '" + id + "' is answered twice");
  if (question->kind == LevelQuestion::Kind::boolean) {
    if (value != "true" && value != "false") return Error(Code::invalid, "'" + id + "' wants true or false");
    answers.emplace(id, value == "true");
    return {};
  }
  std::int64_t number = 0;
  const auto end = std::from_chars(value.data(), value.data() + value.size(), number);
  if (end.ec != std::errc() || end.ptr != value.data() + value.size() || number < 0) {
    return Error(Code::invalid, "'" + id + "' wants a whole number");
  }
  answers.emplace(id, number);
  return {};
}

}  // namespace khien::law
