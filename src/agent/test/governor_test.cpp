#include "governor.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "khien/core/random.hpp"

namespace khien::agent {
namespace {

using Work = Governor::Work;

// A machine in which time passes and work costs; a step is 100 ms.
struct Machine {
  explicit Machine(Governor::Share share = {}) : governor(share, Duration{0}) {}

  Governor governor;
  std::int64_t now_ms = 0;
  std::int64_t used_ms = 0;
  MachineLoad load;
  std::deque<std::int64_t> steps;  // used in each of the last hour
  std::int64_t hour_ms = 0;
  std::int64_t worst_hour_ms = 0;

  void pass(std::int64_t cost_ms) {
    // What costs more than the step, takes longer than it.
    for (std::int64_t left = std::max<std::int64_t>(cost_ms, 1); left > 0; left -= 200) {
      const std::int64_t part = std::min(cost_ms, left > 200 ? 200 : left) * (cost_ms > 0);
      now_ms += 100;
      used_ms += part;
      steps.push_back(part);
      hour_ms += part;
      if (steps.size() > 36'000) {
        hour_ms -= steps.front();
        steps.pop_front();
      }
      worst_hour_ms = std::max(worst_hour_ms, hour_ms);
    }
    governor.tell({now_ms}, {used_ms}, load);
  }
};

constexpr std::int64_t kHourShareMs = 180'000;  // 5 %

TEST_CASE("over any hour of any workload the average holds") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    Machine machine;
    std::int64_t ends_ms = 0;
    bool greedy = true;
    while (machine.now_ms < hours(6).ms) {
      // Hours that ask for all, and quiet ones that save up.
      if (machine.now_ms >= ends_ms) {
        greedy = random.below(3) > 0;
        ends_ms = machine.now_ms + static_cast<std::int64_t>(random.below(5'400'000));
      }
      const Work work = random.below(2) == 0 ? Work::change : Work::full_scan;
      const bool may = machine.governor.wait(work).ms == 0;
      // One file costs nearly nothing, or all that one may.
      const auto cost = static_cast<std::int64_t>(random.below(50) == 0 ? 12'000 : random.below(100));
      machine.pass(greedy && may ? cost : 0);
    }
    CHECK(machine.worst_hour_ms <= kHourShareMs);
    CHECK(machine.used_ms > kHourShareMs);  // and it did not keep the promise by standing still
  }
}

TEST_CASE("what asks for all of it gets most of it, for ever") {
  Machine machine;
  while (machine.now_ms < hours(5).ms) {
    machine.pass(machine.governor.wait(Work::change).ms == 0 ? 50 : 0);
  }
  CHECK(machine.worst_hour_ms <= kHourShareMs);
  CHECK(machine.used_ms >= 5 * kHourShareMs / 2);
}

TEST_CASE("the first minutes are quick: a first scan of thousands of files is not held up") {
  Machine machine;
  std::int64_t held_up = 0;
  for (int file = 0; file < 20'000; ++file) {
    held_up += machine.governor.wait(Work::full_scan).ms;
    machine.used_ms += 2;
    machine.now_ms += 2;
    machine.governor.tell({machine.now_ms}, {machine.used_ms}, {});
  }
  CHECK(held_up == 0);
}

TEST_CASE("a full scan leaves something to files that change") {
  Machine machine;
  while (machine.governor.wait(Work::full_scan).ms == 0) machine.pass(100);
  CHECK(machine.governor.wait(Work::change).ms == 0);
  CHECK(machine.governor.level() >= Duration{Governor::capacity(50).ms / 5});
  while (machine.governor.wait(Work::change).ms == 0) machine.pass(100);
  CHECK(machine.governor.wait(Work::full_scan) == Governor::kLongestWait);
}

TEST_CASE("a busy machine is asked for less, and not for nothing") {
  std::vector<std::int64_t> used;
  for (const MachineLoad load : {MachineLoad{}, MachineLoad{.load_per_mille = 1'500}, MachineLoad{.load_per_mille = 1'500, .wait_per_mille = 600},
                                 MachineLoad{.load_per_mille = 1'500, .wait_per_mille = 600, .on_battery = true}}) {
    Machine machine;
    while (machine.governor.wait(Work::change).ms == 0) machine.pass(200);
    machine.load = load;
    machine.pass(0);
    const std::int64_t before = machine.used_ms;
    while (machine.now_ms < hours(3).ms) machine.pass(machine.governor.wait(Work::change).ms == 0 ? 10 : 0);
    used.push_back(machine.used_ms - before);
    CHECK(machine.governor.slowed() == (load.load_per_mille > 0));
  }
  for (std::size_t i = 1; i < used.size(); ++i) {
    CHECK(used[i] > 0);
    CHECK(used[i] * 10 / used[i - 1] >= 4);  // about half
    CHECK(used[i] * 10 / used[i - 1] <= 6);
  }
}

TEST_CASE("hurry is for a machine with nothing to do, and only where it was switched on") {
  const auto used_in_two_hours = [](Governor::Share share, MachineLoad load) {
    Machine machine(share);
    machine.load = load;
    machine.pass(0);
    while (machine.now_ms < hours(2).ms) machine.pass(machine.governor.wait(Work::full_scan).ms == 0 ? 50 : 0);
    return machine.used_ms;
  };
  const std::int64_t usual = used_in_two_hours({}, {});
  CHECK(used_in_two_hours({50, 500}, {}) > 5 * usual);
  CHECK(used_in_two_hours({50, 500}, {.load_per_mille = 400}) == usual);
  CHECK(used_in_two_hours({50, 500}, {.on_battery = true}) < usual);
  CHECK(used_in_two_hours({50, 10}, {}) == usual);  // no less than usual
}

// The guard's work asks nobody. Who runs new programs all day must not end the looking at
// files that change.
TEST_CASE("what others use without asking does not stop the rest, not for a day and not for ever") {
  Machine machine;
  machine.used_ms += hours(5).ms;  // in one storm
  machine.pass(0);
  CHECK(machine.governor.level() == Duration{-Governor::capacity(50).ms});
  const std::int64_t ended_ms = machine.now_ms;
  while (machine.governor.level() < Duration{0}) machine.pass(0);
  CHECK(machine.now_ms - ended_ms <= minutes(34).ms);

  // And while it goes on: a fifth of a core, for hours.
  int free_steps = 0;
  int longest = 0;
  for (int step = 0, waited = 0; step < 72'000; ++step) {
    machine.now_ms += 100;
    machine.used_ms += 20;
    machine.governor.tell({machine.now_ms}, {machine.used_ms}, machine.load);
    const bool may = machine.governor.wait(Work::change).ms == 0;
    free_steps += may;
    waited = may ? 0 : waited + 1;
    longest = std::max(longest, waited);
  }
  CHECK(machine.governor.starved());
  CHECK(free_steps >= 900);        // a second of each minute
  CHECK(free_steps <= 1'300);      // and no more
  CHECK(longest <= 10 * 60 * 8);   // steps: until it is known to be somebody else's, 400 s
  // The wait ends where the second begins.
  while (machine.now_ms % 60'000 != 59'500) machine.pass(0);
  machine.used_ms += 100;
  machine.pass(0);
  CHECK(machine.governor.wait(Work::change) == Duration{60'000 - machine.now_ms % 60'000});
}

TEST_CASE("a restart gives nothing that was not there") {
  const Duration full = Governor::capacity(50);
  CHECK(Governor({}, seconds(7)).level() == full);
  CHECK(Governor({}, {}, Governor::Saved{{-5'000}, {0}}).level() == Duration{-5'000});
  CHECK(Governor({}, {}, Governor::Saved{{-5'000}, seconds(100)}).level() == Duration{-2'000});  // 3 % of 100 s
  CHECK(Governor({}, {}, Governor::Saved{full, days(400)}).level() == full);
  CHECK(Governor({}, {}, Governor::Saved{hours(9), {-5}}).level() == full);  // a clock that went back
}

TEST_CASE("another share gives nothing that was not there, and takes no more than it lets be owed") {
  Machine machine(Governor::Share{.per_mille = 50});
  while (machine.governor.wait(Work::change).ms == 0) machine.pass(100);
  const Duration drained = machine.governor.level();
  machine.governor.adopt({.per_mille = 1'000}, {machine.now_ms});
  CHECK(machine.governor.level() == drained);
  CHECK(machine.governor.wait(Work::change).ms > 0);
  machine.pass(0);
  CHECK(machine.governor.wait(Work::change).ms == 0);  // 60 ms came in
  // What is saved under a large share is cut to the small one's.
  for (int i = 0; i < 20'000; ++i) machine.pass(0);
  machine.governor.adopt({.per_mille = 50}, {machine.now_ms});
  CHECK(machine.governor.level() == Governor::capacity(50));
  // And so is a debt.
  machine.governor.adopt({.per_mille = 1'000}, {machine.now_ms});
  machine.used_ms += 600'000;
  machine.governor.tell({machine.now_ms}, {machine.used_ms}, {});
  machine.governor.adopt({.per_mille = 50}, {machine.now_ms});
  CHECK(machine.governor.level() == Duration{-Governor::capacity(50).ms / 5});
}

TEST_CASE("after a time without a limit nothing is saved and nothing owed") {
  Machine machine(Governor::Share{.per_mille = 0});
  for (int i = 0; i < 100; ++i) machine.pass(100);
  CHECK(machine.governor.wait(Work::full_scan).ms == 0);
  machine.governor.adopt({.per_mille = 50}, {machine.now_ms});
  CHECK(machine.governor.level() == Duration{0});
  CHECK(machine.governor.wait(Work::full_scan).ms > 0);
  machine.governor.adopt({.per_mille = 0}, {machine.now_ms});
  CHECK(machine.governor.wait(Work::full_scan).ms == 0);
}

TEST_CASE("no share is no limit; a wait is never nothing while there is a debt") {
  Governor free({.per_mille = 0}, {});
  free.tell(seconds(1), hours(1), {});
  CHECK(free.wait(Work::full_scan).ms == 0);
  Governor governor({}, {});
  governor.tell(seconds(1), {Governor::capacity(50).ms + 1}, {});
  CHECK(governor.wait(Work::change).ms >= 1);
  CHECK(governor.wait(Work::change) <= Governor::kLongestWait);
}

}  // namespace
}  // namespace khien::agent
