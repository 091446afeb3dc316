#include <algorithm>

#include "load.hpp"

namespace khien::law {
namespace {

constexpr int kDeepest = 6;

const LevelQuestion* question_of(const LevelRules& rules, std::string_view id) {
  const auto found = std::ranges::find(rules.questions, id, &LevelQuestion::id);
  return found == rules.questions.end() ? nullptr : &*found;
}

// {question: id, is|at_least|below: value}
LevelTest question_test(const LevelRules& rules, Fields& fields, const Value& value) {
  LevelTest made{.kind = LevelTest::Kind::is};
  made.question = fields.id("question");
  const auto is = fields.optional("is");
  const auto at_least = fields.optional("at_least");
  const auto below = fields.optional("below");
  if (int(is.has_value()) + int(at_least.has_value()) + int(below.has_value()) != 1) {
    value.fault({"cần đúng một trong: is, at_least, below", "exactly one of is, at_least, below is needed"});
    return made;
  }
  const LevelQuestion* question = question_of(rules, made.question);
  if (question == nullptr) {
    value.fault({"không có câu hỏi '" + made.question + "'", "there is no question '" + made.question + "'"});
  } else if ((question->kind == LevelQuestion::Kind::boolean) != is.has_value()) {
    value.fault(
        {"phép so sánh không hợp với loại câu hỏi", "the comparison does not fit the question's kind"});
  }
  if (is) {
    made.is = is->boolean();
  } else {
    made.kind = at_least ? LevelTest::Kind::at_least : LevelTest::Kind::below;
    made.number = (at_least ? *at_least : *below).integer(0, 2'000'000'000);
  }
  return made;
}

}  // namespace

void Loader::levels(const Value& file) {
  Fields fields(file);
  LevelRules made{.id = fields.id("id")};
  define(Names::level_rule, made.id, file);
  made.title = fields.local_text("title", 200);
  fields.validity(made.valid_from, made.valid_to);
  claim_validity("levels", made.id, made.valid_from, made.valid_to, file);
  made.caution = fields.optional_local_text("caution");
  if (const auto questions = fields.required("questions")) {
    for (const Value& item : questions->items(100)) {
      Fields of(item);
      LevelQuestion question{
          .id = of.id("id"), .text = of.local_text("text"), .kind = of.word("kind", kQuestionKinds)};
      of.done();
      if (question_of(made, question.id) != nullptr)
        item.fault({"câu hỏi có hai lần", "the question stands here twice"});
      made.questions.push_back(std::move(question));
    }
  }
  if (const auto criteria = fields.required("criteria")) {
    for (const Value& item : criteria->items(200)) made.criteria.push_back(criterion(made, item));
    if (made.criteria.empty()) criteria->fault({"không được rỗng", "must not be empty"});
  }
  fields.done();
  made_->level_rules.push_back(std::move(made));
}

LevelCriterion Loader::criterion(const LevelRules& rules, const Value& value) {
  Fields fields(value);
  LevelCriterion made{.level = fields.integer("level", 1, 5), .article = fields.text("article", 200)};
  made.text = fields.local_text("text");
  if (const auto when = fields.required("when")) made.when = level_test(rules, *when, 0);
  fields.done();
  return made;
}

LevelTest Loader::level_test(const LevelRules& rules, const Value& value, int depth) {
  Fields fields(value);
  LevelTest made;
  if (depth > kDeepest) {
    value.fault({"lồng quá sâu", "nested too deep"});
    return made;
  }
  if (fields.has("question")) {
    made = question_test(rules, fields, value);
  } else if (const auto inner = fields.optional("not")) {
    made.kind = LevelTest::Kind::not_;
    made.parts.push_back(level_test(rules, *inner, depth + 1));
  } else {
    const auto all = fields.optional("all");
    const auto any = fields.optional("any");
    if (all.has_value() == any.has_value()) {
      value.fault({"cần đúng một trong: all, any, not, question",
                   "exactly one of all, any, not, question is needed"});
      return made;
    }
    made.kind = all ? LevelTest::Kind::all : LevelTest::Kind::any;
    for (const Value& item : (all ? *all : *any).items(100))
      made.parts.push_back(level_test(rules, item, depth + 1));
    if (made.parts.empty()) value.fault({"không được rỗng", "must not be empty"});
  }
  fields.done();
  return made;
}

void Loader::requirements(const Value& file) {
  Fields fields(file);
  RequirementSet made{.id = fields.id("id"), .rule = fields.id("rule")};
  define(Names::requirement_set, made.id, file);
  refer(Names::level_rule, made.rule, file);
  made.title = fields.local_text("title", 200);
  fields.validity(made.valid_from, made.valid_to);
  claim_validity("requirements of " + made.rule, made.id, made.valid_from, made.valid_to, file);
  made.caution = fields.optional_local_text("caution");
  if (const auto list = fields.required("requirements")) {
    for (const Value& item : list->items()) {
      Fields of(item);
      Requirement one{.id = of.id("id"), .level = of.integer("level", 1, 5), .clause = of.text("clause", 80)};
      define(Names::requirement, one.id, item);
      one.group = of.local_text("group", 200);
      one.title = of.local_text("title", 500);
      if (const auto metric = of.optional("metric")) {
        one.metric = metric->id();
        refer(Names::metric, one.metric, *metric);
      }
      of.done();
      made.requirements.push_back(std::move(one));
    }
  }
  fields.done();
  made_->requirement_sets.push_back(std::move(made));
}

void Loader::clocks(const Value& file) {
  Fields fields(file);
  ClockRules made{.id = fields.id("id")};
  define(Names::clock_rule, made.id, file);
  made.title = fields.local_text("title", 200);
  fields.validity(made.valid_from, made.valid_to);
  claim_validity("clocks", made.id, made.valid_from, made.valid_to, file);
  made.duty = fields.local_text("duty");
  made.caution = fields.optional_local_text("caution");
  if (const auto traits = fields.optional("traits")) {
    for (const Value& item : traits->items(50)) {
      Fields of(item);
      IncidentTrait trait{
          .id = of.id("id"), .title = of.local_text("title", 300), .note = of.optional_local_text("note")};
      of.done();
      if (std::ranges::find(made.traits, trait.id, &IncidentTrait::id) != made.traits.end()) {
        item.fault({"'" + trait.id + "' có hai lần", "'" + trait.id + "' stands here twice"});
      }
      made.traits.push_back(std::move(trait));
    }
  }
  if (const auto list = fields.required("clocks")) {
    for (const Value& item : list->items(50)) made.clocks.push_back(clock(made, item));
  }
  fields.done();
  made_->clock_rules.push_back(std::move(made));
}

IncidentClock Loader::clock(const ClockRules& rules, const Value& value) {
  using Kind = IncidentClock::Kind;
  Fields fields(value);
  IncidentClock made{.id = fields.id("id"), .title = fields.local_text("title", 200)};
  if (std::ranges::find(rules.clocks, made.id, &IncidentClock::id) != rules.clocks.end()) {
    value.fault({"'" + made.id + "' có hai lần", "'" + made.id + "' stands here twice"});
  }
  if (const auto applies = fields.required("applies")) {
    made.applies = applies->ids();
    for (const std::string& id : made.applies) {
      if (std::ranges::find(rules.traits, id, &IncidentTrait::id) != rules.traits.end()) continue;
      applies->fault({"không có đặc điểm '" + id + "'", "there is no trait '" + id + "'"});
    }
  }
  int given = 0;
  if (const auto at_once = fields.optional("at_once")) given += at_once->boolean() ? 1 : 0;
  for (const auto& [name, kind] :
       {std::pair("hours", Kind::hours), {"days", Kind::days}, {"working_days", Kind::working_days}}) {
    const auto amount = fields.optional(name);
    if (!amount) continue;
    made.kind = kind;
    made.amount = amount->integer(1, 10'000);
    ++given;
  }
  if (given != 1) {
    value.fault({"cần đúng một trong: at_once: true, hours, days, working_days",
                 "exactly one of at_once: true, hours, days, working_days is needed"});
  }
  made.receiver = fields.local_text("receiver", 500);
  if (const auto words = fields.optional("receiver_words")) made.receiver_words = words->texts();
  made.content = fields.local_text("content");
  made.article = fields.text("article", 200);
  fields.done();
  return made;
}

}  // namespace khien::law
