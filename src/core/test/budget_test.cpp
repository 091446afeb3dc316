#include "khien/core/budget.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <utility>

namespace khien {
namespace {

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

TEST_CASE("a budget is spent to the last byte and no further") {
  Budget budget({.bytes_in = 10});
  CHECK(budget.take_in(4));
  CHECK(budget.take_in(6));
  CHECK(budget.take_in(0));
  const auto more = budget.take_in(1);
  REQUIRE_FALSE(more);
  CHECK(more.error().code() == Code::exhausted);
  CHECK(more.error().what() == "budget: bytes in over 10");
}

TEST_CASE("what was refused is not counted") {
  Budget budget({.bytes_out = 10});
  CHECK_FALSE(budget.take_out(11));
  CHECK(budget.take_out(10));
}

TEST_CASE("a count near 2^64 does not wrap around") {
  Budget budget({.bytes_in = 10, .bytes_out = kMost, .entries = 10});
  CHECK(budget.take_in(1));
  CHECK_FALSE(budget.take_in(kMost));
  CHECK(budget.take_out(kMost));
  CHECK_FALSE(budget.take_out(1));
  CHECK(budget.take_entries(1));
  CHECK_FALSE(budget.take_entries(kMost));
}

TEST_CASE("each limit names itself") {
  Budget budget({.bytes_out = 1, .depth = 0, .entries = 2});
  CHECK(budget.take_out(2).error().what() == "budget: bytes out over 1");
  CHECK(budget.take_entries(3).error().what() == "budget: entries over 2");
  CHECK(budget.enter().error().what() == "budget: depth over 0");
}

TEST_CASE("entries are taken one at a time unless told otherwise") {
  Budget budget({.entries = 2});
  CHECK(budget.take_entries());
  CHECK(budget.take_entries());
  CHECK_FALSE(budget.take_entries());
}

TEST_CASE("levels nest up to the limit and are given back in any order") {
  Budget budget({.depth = 2});
  auto outer = budget.enter();
  REQUIRE(outer);
  {
    const auto inner = budget.enter();
    REQUIRE(inner);
    CHECK(budget.enter().error().code() == Code::exhausted);
  }
  auto inner = budget.enter();
  CHECK(inner);
}

TEST_CASE("a moved level is given back once") {
  Budget budget({.depth = 1});
  {
    Budget::Level first = budget.enter().value();
    const Budget::Level second = std::move(first);
    CHECK_FALSE(budget.enter());
  }
  CHECK(budget.enter());
}

TEST_CASE("one budget spans all nested levels") {
  Budget budget({.bytes_out = 100, .depth = 5});
  const auto unpack = [&](auto& self, int levels) -> Result<void> {
    TRY(const auto level, budget.enter());
    TRY_VOID(budget.take_out(30));
    return levels == 1 ? Result<void>() : self(self, levels - 1);
  };
  CHECK(unpack(unpack, 3));
  CHECK(unpack(unpack, 1).error().what() == "budget: bytes out over 100");
  CHECK(Budget({.depth = 5}).enter());
}

TEST_CASE("time is checked against monotonic time, whatever the wall clock does") {
  ManualClock clock({1'000'000});
  const Budget budget({.time = seconds(10)}, &clock);
  clock.jump_to({5'000'000'000});
  clock.advance(seconds(10));
  CHECK(budget.check_time());
  clock.advance(milliseconds(1));
  const auto late = budget.check_time();
  REQUIRE_FALSE(late);
  CHECK(late.error().code() == Code::exhausted);
  CHECK(late.error().what() == "budget: time over 10000 ms");
}

TEST_CASE("without a clock there is no time limit") { CHECK(Budget({.time = {}}).check_time()); }

}  // namespace
}  // namespace khien
