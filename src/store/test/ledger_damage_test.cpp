#include "test/ledger_damage.hpp"

#include <doctest/doctest.h>

#include <cstdio>

#include "khien/core/random.hpp"
#include "test/campaign_mode.hpp"

namespace khien::store {
namespace {

TEST_CASE("whatever bytes are damaged, an event that is served is the one that was acknowledged") {
  const Quiet quiet;
  damaged::Original original;
  const int damages = in_campaign() ? 100'000 : 200;
  int unopened = 0;
  std::int64_t withheld = 0;
  std::int64_t served = 0;
  for (int i = 1; i <= damages; ++i) {
    SeededRandom random(static_cast<std::uint64_t>(i));
    // One to three edits; sometimes a few bytes on top.
    std::array<std::uint8_t, 27> edits{};
    random.fill(std::as_writable_bytes(std::span(edits)));
    const auto size = 8 * (1 + random.below(3)) + (i % 10 == 0 ? 3 : 0);
    const auto outcome = damaged::damage_and_judge(original, edits.data(), size);
    CAPTURE(i);
    CHECK(outcome.broken == "");
    if (!outcome.opened) {
      ++unopened;
      continue;
    }
    served += static_cast<std::int64_t>(outcome.served);
    withheld += static_cast<std::int64_t>(original.events.size() - outcome.served);
  }
  std::printf("damaged ledgers: %d; refused whole: %d; events served as acknowledged: %lld, withheld: %lld\n", damages,
              unopened, static_cast<long long>(served), static_cast<long long>(withheld));
  // The damage reached something, and did not reach everything.
  CHECK(unopened > 0);
  CHECK(withheld > 0);
  CHECK(served > 0);
}

}  // namespace
}  // namespace khien::store
