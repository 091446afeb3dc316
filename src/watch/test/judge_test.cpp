#include "khien/watch/judge.hpp"

#include <doctest/doctest.h>

#include "cases.hpp"
#include "shipped_rules.hpp"

namespace khien::watch {

TEST_CASE("made-up pages of each kind of attack, and of each that looks like one, get their class") {
  const auto cases = made_up_cases("cases.txt");
  CHECK(cases.size() > 70);
  for (const MadeUp& one : cases) {
    const Judgement judgement = judge_case(as_case(one), shipped_rules(), nullptr);
    const bool right = (" " + one.right + " ").contains(" " + std::string(to_string(judgement.judged)) + " ");
    CHECK_MESSAGE(right, to_json(judgement, one.name + " (" + one.right + ")"));
  }
}

}  // namespace khien::watch
