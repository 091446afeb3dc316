// How often the judge is right on pages that were set aside before it was last mended: a measure, and a floor under it.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "cases.hpp"
#include "shipped_rules.hpp"

namespace khien::watch {
namespace {

struct OfKind {
  int right = 0, all = 0;
};

// By the letter before the name's colon: i, something was put in; d, defaced; x, a dead link; h, honest.
std::map<char, OfKind> right_by_kind(const std::string& file) {
  std::map<char, OfKind> counts;
  for (const MadeUp& one : made_up_cases(file)) {
    const Judgement judgement = judge_case(as_case(one), shipped_rules(), nullptr);
    const bool right = (" " + one.right + " ").contains(" " + std::string(to_string(judgement.judged)) + " ");
    OfKind& count = counts[one.name.front()];
    ++count.all;
    count.right += right ? 1 : 0;
    if (!right && std::getenv("KHIEN_SHOW") != nullptr) std::printf("%s\n", to_json(judgement, one.name).c_str());
  }
  return counts;
}

}  // namespace

// What was reached when the judge was last mended; docs/reference/quality.md tells how it got there.
TEST_CASE("pages that were set aside get their class as often as was written down") {
  const std::map<std::string, std::map<char, int>> reached{{"field.txt", {{'i', 226}, {'d', 17}, {'x', 1}, {'h', 46}}},
                                                           {"held_out.txt", {{'i', 98}, {'d', 12}, {'x', 2}, {'h', 47}}},
                                                           {"common.txt", {{'i', 52}, {'d', 10}, {'h', 40}}},
                                                           {"wide.txt", {{'i', 110}, {'d', 8}, {'h', 75}}}};
  for (const auto& [file, kinds] : reached) {
    CAPTURE(file);
    for (const auto& [kind, count] : right_by_kind(file)) {
      CAPTURE(kind);
      MESSAGE(file, " ", std::string(1, kind), ": ", count.right, " of ", count.all);
      CHECK(count.right >= kinds.at(kind));
      if (kind == 'h') CHECK(count.right == count.all);
    }
  }
}

}  // namespace khien::watch
