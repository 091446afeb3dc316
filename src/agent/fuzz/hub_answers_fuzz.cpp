// Input: a kind byte, then what a hub (or clamd) answered: the body of a 409, of
// another refusal, a Retry-After header, or a signature's name.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "file_judge.hpp"
#include "hub_answers.hpp"
#include "khien/core/text.hpp"

using namespace khien;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

// Whatever the hub says: nothing that waits is given up, a new epoch is above
// both, and a gap lies before what waits.
void check_plan(const agent::Conflict& conflict) {
  for (const std::uint64_t first_seq : {std::uint64_t{1}, std::uint64_t{2}, conflict.expected_seq, conflict.expected_seq + 1}) {
    for (const std::uint32_t epoch : {1u, conflict.epoch, conflict.epoch + 1}) {
      if (epoch == 0) continue;
      const auto plan = agent::plan_resync(epoch, first_seq, conflict);
      using Step = agent::Resync::Step;
      if (plan.step == Step::new_epoch) check(plan.epoch > epoch && plan.epoch > conflict.epoch);
      if (plan.step == Step::fill_gap) check(plan.seq >= 1 && plan.seq < first_seq);
      if (plan.step == Step::none) check(conflict.epoch <= epoch);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      if (const auto conflict = agent::conflict_from_json(text)) check_plan(*conflict);
      break;
    case 1: {
      // `printable` may make one byte six, never more.
      const std::string message = agent::refusal_message(text);
      check(message.size() <= 6 * 200 && is_utf8(message));
      check(message.find_first_of("\r\n\x1b") == message.npos);
      break;
    }
    case 2: {
      net::Headers headers;
      headers.add("Retry-After", std::string(text));
      if (const auto pause = agent::retry_after(headers)) check(pause->ms >= 0 && pause->ms <= 3'600'000);
      break;
    }
    default: {
      const auto match = agent::clamav_match(text);
      check(match.rule.size() <= 1'024 && is_utf8(match.rule));
    }
  }
  return 0;
}
