#include <doctest/doctest.h>

#include "test/content.hpp"

namespace khien::law {
namespace {

Date day(std::string_view text) { return Date::parse(text).value(); }

const Catalogue& small() {
  static const auto loaded = load(small_world()).catalogue;
  REQUIRE(loaded);
  return *loaded;
}

// ------------------------------------------------------------------- levels

LevelProposal proposal(std::initializer_list<std::string_view> given) {
  const LevelRules& rules = *small().level_rule("old");
  Answers answers;
  for (const std::string_view answer : given) REQUIRE(add_answer(rules, answer, answers));
  return propose(rules, answers).value();
}

TEST_CASE("the highest criterion that holds is proposed, each that holds is cited") {
  const auto one = proposal({"public=false", "users=9999"});
  CHECK(one.level == 2);
  CHECK(one.rule == "old");
  REQUIRE(one.reasons.size() == 1);
  CHECK(one.reasons[0].article == "Điều 8");
  const auto two = proposal({"public=true", "users=10000"});
  CHECK(two.level == 3);
  REQUIRE(two.reasons.size() == 2);
  CHECK(two.reasons[0].level == 3);
  CHECK(two.reasons[1].article == "Điều 7");
  CHECK(two.open.empty());
}

TEST_CASE("questions that could still raise the level are open, others are not") {
  CHECK(proposal({}).open == std::vector<std::string>{"public", "users"});
  CHECK_FALSE(proposal({}).level);
  CHECK(proposal({"public=true"}).level == 1);
  CHECK(proposal({"public=true"}).open == std::vector<std::string>{"users"});
  CHECK(proposal({"users=20000"}).level == 3);
  CHECK(proposal({"users=20000"}).open.empty());  // public or not, it stays 3
  CHECK(proposal({"users=5"}).open == std::vector<std::string>{"public"});
}

TEST_CASE("answers that do not fit their question are refused by name") {
  const LevelRules& rules = *small().level_rule("old");
  Answers answers;
  for (const auto* bad : {"public", "public=yes", "users=-1", "users=1.5", "users=", "nothing=true",
                          "users=99999999999999999999"}) {
    CAPTURE(bad);
    const auto added = add_answer(rules, bad, answers);
    REQUIRE_FALSE(added);
    CHECK(added.error().code() == Code::invalid);
  }
  CHECK(answers.empty());
  REQUIRE(add_answer(rules, "users=5", answers));
  CHECK_FALSE(add_answer(rules, "users=6", answers));
  CHECK_FALSE(propose(rules, {{"users", true}}));
  CHECK_FALSE(propose(rules, {{"nothing", true}}));
}

TEST_CASE("which level rule is in force is a matter of the day, and may be none") {
  CHECK(small().level_rule_on(day("2026-06-30"))->id == "old");
  CHECK(small().level_rule_on(day("2026-07-01")) == nullptr);
  CHECK(small().level_rule_on(day("2016-06-30")) == nullptr);
}

TEST_CASE("requirements are those of the system's own rule and level") {
  const RequirementSet* set = small().requirements_of("old", day("2026-01-01"));
  REQUIRE(set != nullptr);
  CHECK(set->of_level(3).size() == 1);
  CHECK(set->of_level(4).empty());  // a higher level is its own list
  CHECK(small().requirements_of("old", day("2016-12-31")) == nullptr);
  CHECK(small().requirements_of("new", day("2026-01-01")) == nullptr);
}

// ------------------------------------------------------------------- clocks

Timestamp at(std::string_view text) { return from_rfc3339(text).value(); }

TEST_CASE("a clock runs only for incidents that have its trait") {
  const ClockRules& rules = *small().clock_rules_on(day("2026-08-20"));
  CHECK(deadlines(rules, small().calendar(), at("2026-08-20T08:00:00+07:00"), {}).empty());
  const auto due = deadlines(rules, small().calendar(), at("2026-08-20T08:00:00+07:00"), {"serious"});
  REQUIRE(due.size() == 1);
  CHECK(due[0].moment == at("2026-08-21T08:00:00+07:00"));
  CHECK(due[0].due == day("2026-08-21"));
}

TEST_CASE("five days are five whole days, working days skip rest days, the soonest comes first") {
  const ClockRules rules{.clocks = {{.id = "working", .kind = IncidentClock::Kind::working_days, .amount = 1},
                                    {.id = "days", .kind = IncidentClock::Kind::days, .amount = 5},
                                    {.id = "at once"}}};
  const auto due = deadlines(rules, small().calendar(), at("2026-06-19T23:00:00+07:00"), {});  // a Friday
  REQUIRE(due.size() == 3);
  CHECK(due[0].clock->id == "at once");
  CHECK(due[0].moment == at("2026-06-19T23:00:00+07:00"));
  CHECK(due[1].clock->id == "working");
  CHECK(due[1].due == day("2026-06-22"));
  CHECK(due[2].due == day("2026-06-24"));
  CHECK(due[2].moment == at("2026-06-24T23:59:59.999+07:00"));
}

// --------------------------------------------------------------- addressees

TEST_CASE("duties move to another role only by a document, from its day on") {
  const Clause& clause = *small().clause("D-1").clause;
  CHECK(small().addressees(clause, day("2025-06-30")) == std::vector<std::string>{"old_council", "body"});
  CHECK(small().addressees(clause, day("2025-07-01")) == std::vector<std::string>{"council", "body"});
}

TEST_CASE("a directive that has ended moves nothing") {
  auto files = changed("directives/d.yaml", "valid_to: null", "valid_to: 2025-12-31");
  const auto loaded = load(files).catalogue;
  REQUIRE(loaded);
  CHECK(loaded->addressees(*loaded->clause("D-1").clause, day("2026-01-01")).front() == "old_council");
}

TEST_CASE("one role may become two, and a later document moves on from there") {
  auto files = changed("directives/d.yaml", "  - { from: old_council, to: council, on: 2025-07-01 }",
                       "  - { from: old_council, to: council, on: 2025-07-01 }\n"
                       "  - { from: old_council, to: body, on: 2025-07-01 }\n"
                       "  - { from: council, to: old_council, on: 2026-01-01 }");
  const auto loaded = load(files).catalogue;
  REQUIRE(loaded);
  const Clause& clause = *loaded->clause("D-1").clause;
  CHECK(loaded->addressees(clause, day("2025-12-31")) == std::vector<std::string>{"council", "body"});
  CHECK(loaded->addressees(clause, day("2026-01-01")) == std::vector<std::string>{"old_council", "body"});
}

TEST_CASE("only directives that count move a role") {
  const Clause& clause = *small().clause("D-1").clause;
  const auto none = [](const Directive&) { return false; };
  CHECK(small().addressees(clause, day("2025-07-01"), none) == std::vector<std::string>{"old_council", "body"});
}

TEST_CASE("a target holds at its own value") {
  CHECK(Target{Target::Kind::at_least, 0.9}.holds(0.9));
  CHECK_FALSE(Target{Target::Kind::at_least, 0.9}.holds(0.89));
  CHECK(Target{Target::Kind::at_most, 0}.holds(0));
  CHECK_FALSE(Target{Target::Kind::at_most, 0}.holds(1));
  CHECK(Target{Target::Kind::equals, 1}.holds(1));
  CHECK_FALSE(Target{Target::Kind::equals, 1}.holds(2));
}

}  // namespace
}  // namespace khien::law
