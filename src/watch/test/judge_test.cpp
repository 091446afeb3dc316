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

TEST_CASE("a page with nothing in it is not called clean") {
  for (const std::string page : {"", " \n", "<html><body></body></html>", "<script>draw()</script>", "\x89PNG\x1a\x01\x02\x03\x04\x05\x06\x07 IHDR"}) {
    CAPTURE(page);
    const MadeUp one{.name = "empty", .right = {}, .address = "https://xa.gov.vn/", .page = page};
    const Judgement judgement = judge_case(as_case(one), shipped_rules(), nullptr);
    CHECK(judgement.judged == PageClass::unknown);
  }
}

}  // namespace khien::watch
