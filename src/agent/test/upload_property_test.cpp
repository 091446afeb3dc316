// Sent = stored + dropped, exactly, whatever the network, the hub and the
// machine do: random faults, restarts, a spool that is too small.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "fixture.hpp"

namespace khien::agent {
namespace {

using Fault = FakeHub::Fault;

Observation any_observation(SeededRandom& random, std::int64_t number) {
  switch (random.below(4)) {
    case 0: return detection("/" + std::to_string(number));
    case 1: return protection(number);
    default: return heartbeat(number);
  }
}

Fault any_fault(SeededRandom& random) {
  constexpr Fault kFaults[] = {Fault::unreachable, Fault::lost_answer, Fault::twice,      Fault::busy, Fault::down,
                               Fault::garbage,     Fault::lost_answer, Fault::other_hash, Fault::less, Fault::none};
  return kFaults[random.below(std::size(kFaults))];
}

struct Run {
  UploadHouse house;
  SeededRandom random;
  std::map<std::string, int> sent;  // text → how often it was put
  std::uint64_t puts = 0;

  explicit Run(std::uint64_t seed) : random(seed) {
    house.house.limits.events = 5 + random.below(200);
    house.restart();
  }

  void put_some() {
    std::vector<Observation> some;
    const std::uint64_t count = 1 + random.below(30);
    for (std::uint64_t i = 0; i < count; ++i) some.push_back(any_observation(random, static_cast<std::int64_t>(++puts)));
    for (const Observation& one : some) ++sent[to_json(one)];
    REQUIRE(house.spool().put(some));
  }
  void upload_some() {
    for (std::uint64_t i = random.below(6); i > 0; --i) {
      if (random.below(2) == 0) house.hub.faults.push_back(any_fault(random));
      house.clock.advance(std::max(house.uploader->step(), milliseconds(1)));
    }
  }
  void settle() {
    house.hub.faults.clear();
    house.drain(hours(24));
  }
};

// Every number of the epoch is an event or in a drop record, and none is both.
void check_cover(const FakeHub& hub) {
  std::map<std::uint64_t, int> covered;
  for (const auto& [key, text] : hub.events) ++covered[key.second];
  for (const auto& [key, drop] : hub.drops) {
    for (std::uint64_t seq = drop.seq_lo; seq <= drop.seq_hi; ++seq) ++covered[seq];
  }
  CHECK(covered.size() == hub.stream.seq);
  for (const auto& [seq, times] : covered) CHECK_MESSAGE(times == 1, "number " << seq);
}

TEST_CASE("sent = stored + dropped under random faults, restarts and a full spool") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    Run run(seed);
    for (int turn = 0; turn < 40; ++turn) {
      run.put_some();
      run.upload_some();
      if (run.random.below(12) == 0) run.house.restart();
    }
    run.settle();
    const FakeHub& hub = run.house.hub;
    CHECK(hub.stream.epoch == 1);
    CHECK(hub.stream.seq == run.puts);
    CHECK(hub.events.size() + hub.dropped() == run.puts);
    check_cover(hub);
    for (const auto& [key, text] : hub.events) CHECK(run.sent[text]-- > 0);  // what was put, and once
  }
}

TEST_CASE("a hub that forgets and a spool that goes back lose no event that still waits") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Run run(seed);
    run.house.house.limits = {};
    run.house.restart();
    for (int turn = 0; turn < 10; ++turn) {
      run.put_some();
      run.upload_some();
    }
    // The hub comes back from a backup: older, or of another epoch.
    FakeHub& hub = run.house.hub;
    run.settle();
    const std::uint64_t keeps = run.random.below(hub.stream.seq + 1);
    for (std::uint64_t seq = keeps + 1; seq <= hub.stream.seq; ++seq) hub.events.erase({hub.stream.epoch, seq});
    hub.stream.seq = keeps;
    if (run.random.below(3) == 0) hub.stream.epoch += 3;
    run.sent.clear();
    run.put_some();
    run.settle();
    for (const auto& [text, times] : run.sent) {
      int stored = 0;
      for (const auto& [key, event] : hub.events) stored += event == text ? 1 : 0;
      CHECK(stored >= times);
    }
  }
}

}  // namespace
}  // namespace khien::agent
