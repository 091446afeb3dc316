// Input: the words of a letter, in any encoding.
//
// Beyond "no crash": every place lies in the text that is given back, everything found
// travels as JSON and comes back equal.
#include <cstdint>
#include <cstdlib>

#include "khien/core/text.hpp"
#include "khien/feed/letter.hpp"

using namespace khien;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class Value>
void check(const feed::LetterFacts& facts, const std::vector<feed::Found<Value>>& all) {
  for (const auto& one : all) {
    demand(one.at.begin < one.at.end && one.at.end <= facts.text.size());
    demand(is_utf8(std::string_view(facts.text).substr(one.at.begin, one.at.end - one.at.begin)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 100'000) return 0;
  Budget budget({.bytes_in = 1u << 20});
  const auto facts = feed::read_letter({reinterpret_cast<const char*>(data), size}, budget);
  if (!facts) return 0;
  demand(is_utf8(facts->text));
  check(*facts, facts->numbers);
  check(*facts, facts->dates);
  check(*facts, facts->issuers);
  check(*facts, facts->subjects);
  check(*facts, facts->cves);
  check(*facts, facts->products);
  check(*facts, facts->deadlines);
  check(*facts, facts->severities);
  check(*facts, facts->scores);
  check(*facts, facts->references);
  Budget way({.bytes_in = 16u << 20, .depth = 8, .entries = 1'000'000});
  const auto back = feed::letter_from_json(to_json(*facts), way);
  demand(back && *back == *facts);
  return 0;
}
