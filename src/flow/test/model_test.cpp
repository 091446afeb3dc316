// The lifecycle against a small model that knows no SQL: random facts and
// decisions, transactions of random size, restarts and replays in between.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "road.hpp"

namespace khien::flow {
namespace {

using State = FindingState;

struct Expected {
  State state = State::new_;
  std::int64_t sightings = 0;

  bool operator==(const Expected&) const = default;
};

// By path and rule.
using World = std::map<std::pair<std::string, std::string>, Expected>;

void expect_seen(World& world, const std::string& path, const std::string& rule) {
  auto& finding = world[{path, rule}];
  ++finding.sightings;
  if (finding.state == State::resolved) finding.state = State::new_;
}

void expect_gone(World& world, const std::string& path) {
  for (auto& [key, finding] : world) {
    const bool open = finding.state == State::new_ || finding.state == State::in_progress;
    if (key.first == path && open) finding.state = State::resolved;
  }
}

World world_of(Road& road) {
  World world;
  for (const auto& record : road.all()) {
    world[{record.subject, record.rule.substr(5)}] = {record.state, record.sightings};  // without "yara:"
  }
  return world;
}

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
    settle();
    CHECK(road_.flow().lag()->failed == 0);
  }

 private:
  void step() {
    switch (random_.below(12)) {
      case 0: return settle();
      case 1: return decide();
      case 2: return replay();
      case 3: return road_.reopen();
      default: return observe();
    }
  }

  void observe() {
    std::vector<ObservationBody> bodies;
    for (std::uint64_t i = 0; i <= random_.below(12); ++i) {
      const std::string path = "/" + std::to_string(random_.below(3));
      const std::string rule = "r" + std::to_string(random_.below(2));
      if (random_.below(3) > 0) {
        bodies.push_back(infected(path, rule));
        expect_seen(world_, path, rule);
      } else {
        bodies.push_back(random_.below(2) == 0 ? ObservationBody(FileGone{path}) : ObservationBody(clean(path)));
        expect_gone(world_, path);
      }
    }
    REQUIRE(road_.observe(agent_, bodies));
    road_.clock().advance(seconds(1));
    // Decisions look at the findings, so the road must have caught up by then.
    settled_ = false;
  }

  void settle() {
    road_.apply();
    settled_ = true;
    CHECK(world_of(road_) == world_);
    std::int64_t open = 0;
    for (const auto& [key, finding] : world_) open += finding.state == State::new_ || finding.state == State::in_progress;
    CHECK(road_.machine_now(agent_).open_findings == open);
  }

  void decide() {
    if (!settled_) settle();
    const auto all = road_.all();
    if (all.empty()) return;
    const auto& finding = all[random_.below(all.size())];
    const auto to = static_cast<State>(random_.below(4));
    const bool allowed = !(finding.state == State::suppressed && to == State::resolved);
    CHECK(road_.decide(finding.id, to, "vì thử").has_value() == allowed);
    if (allowed) world_[{finding.subject, finding.rule.substr(5)}].state = to;
  }

  // As if the position were older than what was applied: (4).
  void replay() {
    if (!settled_) settle();
    REQUIRE(road_.write([](store::Connection& c) { return c.run("UPDATE flow_position SET observation_id = 0"); }));
    settle();
  }

  SeededRandom random_;
  Road road_;
  AgentIdentity agent_ = road_.machine("a");
  World world_;
  bool settled_ = true;
};

TEST_CASE("random histories end as the model says, whatever happens in between") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Walk(seed).run(40);
  }
}

}  // namespace
}  // namespace khien::flow
