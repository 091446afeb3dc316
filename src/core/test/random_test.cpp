#include "khien/core/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

#include "khien/core/env.hpp"
#include "test/death.hpp"

namespace khien {
namespace {

TEST_CASE("the same seed gives the same bytes, another seed others") {
  SeededRandom first(5);
  SeededRandom same(5);
  SeededRandom other(6);
  const Bytes bytes = first.bytes(100);
  CHECK(bytes == same.bytes(100));
  CHECK(bytes != other.bytes(100));
  CHECK(bytes != first.bytes(100));
}

TEST_CASE("seed 0 gives the numbers splitmix64 is known for") {
  SeededRandom random(0);
  CHECK(random.number() == 0xe220a8397b1dcdaf);
  CHECK(random.number() == 0x6e789e6aa1b965f4);
}

TEST_CASE("any count of bytes is filled to the last") {
  for (std::size_t count = 0; count < 40; ++count) {
    std::set<std::byte> last;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Bytes bytes = SeededRandom(seed).bytes(count);
      REQUIRE(bytes.size() == count);
      if (count > 0) last.insert(bytes.back());
    }
    CHECK((count == 0 || last.size() > 1));
  }
}

TEST_CASE("a bounded number stays below its bound and reaches every value") {
  SeededRandom random(7);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6'000; ++i) ++seen.at(random.below(6));
  for (const int count : seen) {
    CHECK(count > 800);
    CHECK(count < 1200);
  }
  CHECK(random.below(1) == 0);
}

TEST_CASE("a bound that does not divide 2^64 makes no value likelier") {
  SeededRandom random(8);
  // Taking the remainder alone would put half of all numbers in the first third.
  const std::uint64_t bound = 3ull << 62;
  int in_first_third = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::uint64_t number = random.below(bound);
    CHECK(number < bound);
    if (number < bound / 3) ++in_first_third;
  }
  CHECK(in_first_third > 850);
  CHECK(in_first_third < 1'150);
}

TEST_CASE("a bound of zero is a bug") {
  CHECK(aborts([] { static_cast<void>(SeededRandom(0).below(0)); }));
}

TEST_CASE("the system's randomness does not repeat itself") {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(system_random().number());
  CHECK(seen.size() == 1'000);
  CHECK(system_random().bytes(100'000).size() == 100'000);
}

TEST_CASE("the real environment is made of the system's parts") {
  const Env env = system_env();
  CHECK(&env.clock == &system_clock());
  CHECK(&env.random == &system_random());
  CHECK(&env.files == &system_files());
}

}  // namespace
}  // namespace khien
