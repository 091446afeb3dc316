#include "khien/rollout/judge.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "khien/core/random.hpp"

namespace khien::rollout {
namespace {

Vitals healthy(std::int64_t carrying = 10) {
  return {.members = carrying, .carrying = carrying, .others = 1'000, .cpu_p95 = 20, .others_cpu_p95 = 20};
}

TEST_CASE("a ring goes on after its bake and not a moment before") {
  Rollout rollout;
  for (const Ring ring : {Ring::lab, Ring::one_percent, Ring::ten_percent, Ring::rest}) {
    rollout.ring = ring;
    rollout.baked = {rollout.plan.bake(ring).ms - 1};
    CHECK(decide(rollout, healthy()).ring == ring);
    rollout.baked = rollout.plan.bake(ring);
    const auto next = decide(rollout, healthy());
    CHECK(static_cast<int>(next.ring) == static_cast<int>(ring) + 1);
    CHECK(next.standing == Standing::rolling);
  }
  rollout.ring = Ring::critical;
  CHECK(decide(rollout, healthy()).standing == Standing::done);
}

TEST_CASE("no plan bakes shorter than an emergency does") {
  CHECK(RingPlan::of({minutes(10), minutes(20), hours(1), hours(1)}));
  for (std::size_t i = 0; i + 1 < kRings; ++i) {
    std::array<Duration, kRings - 1> bake{hours(9), hours(9), hours(9), hours(9)};
    bake[i] = {0};
    CHECK(RingPlan::of(bake).error().code() == Code::invalid);
    bake[i] = {RingPlan::emergency().bake(static_cast<Ring>(i)).ms - 1};
    CHECK_FALSE(RingPlan::of(bake));
  }
}

TEST_CASE("a ring whose machines were all asleep does not go on") {
  Rollout rollout{.ring = Ring::one_percent, .baked = hours(100)};
  Vitals vitals = healthy();
  vitals.carrying = 0;
  CHECK(decide(rollout, vitals).ring == Ring::one_percent);
  vitals.members = 0;
  CHECK(decide(rollout, vitals).ring == Ring::ten_percent);
}

TEST_CASE("each of the four signs halts, and what is just below does not") {
  Vitals vitals = healthy(100);
  CHECK(halt_for(vitals) == Halt::none);
  SUBCASE("failures") {
    vitals.failures = 1;
    CHECK(halt_for(vitals) == Halt::none);
    vitals.failures = 2;
    CHECK(halt_for(vitals) == Halt::failures);
    vitals = healthy(20);
    vitals.failures = 1;
    CHECK(halt_for(vitals) == Halt::none);
    vitals.carrying = 19;
    CHECK(halt_for(vitals) == Halt::failures);
  }
  SUBCASE("silence: 2 % above the others'") {
    vitals.others_silent = 30;  // 3 %
    vitals.silent = 5;
    CHECK(halt_for(vitals) == Halt::none);
    vitals.silent = 6;
    CHECK(halt_for(vitals) == Halt::silence);
  }
  SUBCASE("one workstation that was switched off is no sign") {
    vitals = healthy(3);
    vitals.silent = 1;
    CHECK(halt_for(vitals) == Halt::none);
    vitals.silent = 2;
    CHECK(halt_for(vitals) == Halt::silence);
  }
  SUBCASE("processor") {
    vitals.others_cpu_p95 = 40;
    vitals.cpu_p95 = 80;
    CHECK(halt_for(vitals) == Halt::none);
    vitals.cpu_p95 = 81;
    CHECK(halt_for(vitals) == Halt::processor);
  }
  SUBCASE("alerts") {
    vitals.others_alerts = 20;  // 0.02 a machine
    vitals.alerts = 20;
    CHECK(halt_for(vitals) == Halt::none);
    vitals.alerts = 21;
    CHECK(halt_for(vitals) == Halt::alerts);
  }
}

// Whatever happens in whatever order: one ring at a time, never back, never before
// the bake, and out of a halt by nobody.
TEST_CASE("properties of ten thousand random lives") {
  SeededRandom random(7);
  for (int life = 0; life < 10'000; ++life) {
    Rollout rollout{.plan = random.below(2) == 0 ? RingPlan::usual() : RingPlan::emergency()};
    for (int step = 0; step < 40; ++step) {
      rollout.baked.ms += static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(hours(2).ms)));
      Vitals vitals = healthy(static_cast<std::int64_t>(random.below(50)));
      if (random.below(20) == 0) vitals.failures = static_cast<std::int64_t>(random.below(4));
      if (random.below(20) == 0) vitals.silent = vitals.carrying / 2;
      if (random.below(20) == 0) vitals.alerts = static_cast<std::int64_t>(random.below(40));
      const bool must_halt = halt_for(vitals) != Halt::none;
      const Decision decision = decide(rollout, vitals);
      const int before = static_cast<int>(rollout.ring), after = static_cast<int>(decision.ring);
      REQUIRE(after >= before);
      REQUIRE(after <= before + 1);
      if (after > before) {
        REQUIRE(rollout.baked >= rollout.plan.bake(rollout.ring));
        REQUIRE_FALSE(must_halt);
        REQUIRE(rollout.standing == Standing::rolling);
        rollout.baked = {0};
      }
      if (rollout.standing == Standing::halted) {
        REQUIRE(decision.standing == Standing::halted);
      } else {
        REQUIRE((decision.standing == Standing::halted) == must_halt);
      }
      rollout.ring = decision.ring;
      rollout.standing = decision.standing;
    }
  }
}

std::vector<Candidate> province(std::size_t machines, std::size_t units) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < machines; ++i) {
    all.push_back({.tenant = {1}, .machine = {static_cast<std::int64_t>(i + 1)}, .unit = static_cast<std::int64_t>(i % units)});
  }
  return all;
}

std::map<Ring, std::size_t> counted(const std::vector<Ring>& rings) {
  std::map<Ring, std::size_t> counts;
  for (const Ring ring : rings) ++counts[ring];
  return counts;
}

TEST_CASE("the first rings are never more than max(3, 1 %) and max(3, 10 %), at any size") {
  for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 29u, 30u, 31u, 299u, 1'000u, 1'020u, 30'000u}) {
    auto all = province(size, 40);
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 5); ++i) all[i].lab = true;
    const auto counts = counted(spread(all, sha256("release")));
    const auto of = [&counts](Ring ring) { return counts.contains(ring) ? counts.at(ring) : 0; };
    CHECK(of(Ring::lab) + of(Ring::one_percent) <= std::max<std::size_t>(3, size / 100));
    CHECK(of(Ring::lab) + of(Ring::one_percent) + of(Ring::ten_percent) <= std::max<std::size_t>(3, size / 10));
    CHECK(of(Ring::critical) == 0);
  }
}

TEST_CASE("the spread is over units, the same each time, another for another release, critical last") {
  auto all = province(4'000, 40);
  all[17].critical = true;
  all[18].lab = true;
  const auto rings = spread(all, sha256("one"));
  CHECK(rings[17] == Ring::critical);
  CHECK(rings[18] == Ring::lab);
  std::set<std::int64_t> units;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (rings[i] == Ring::one_percent) units.insert(all[i].unit);
  }
  CHECK(units.size() >= 38);
  CHECK(spread(all, sha256("two")) != rings);

  auto shuffled = all;
  std::ranges::reverse(shuffled);
  auto again = spread(shuffled, sha256("one"));
  std::ranges::reverse(again);
  CHECK(again == rings);
}

}  // namespace
}  // namespace khien::rollout
