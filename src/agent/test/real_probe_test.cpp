// The whole agent over the real probe: khien-worker in its sandbox, fanotify or
// inotify, the system's packages; only the hub is the fake.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "agent.hpp"
#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

struct RealHouse {
  SeededRandom random{1};
  ManualClock noon{kNoon};
  FakeHub hub{system_clock()};
  TemporaryFolder folder;
  TemporaryFolder tree{TemporaryFolder::Place::disk};
  Env env{system_clock(), random, system_files()};
  AgentOptions options;
  std::unique_ptr<Agent> agent;

  RealHouse() {
    options.folder = folder / "agent";
    options.run_folder = folder / "run";
    options.content_folder = std::string(KHIEN_SOURCE_DIR) + "/content/scan";
    options.worker = KHIEN_WORKER;
    options.clamd = false;
    options.roots = {tree.path()};
    options.scan_files_per_second = 0;
    REQUIRE(enrol({.hub_url = "https://hub:8444", .token = hub.token(), .folder = options.folder, .hostname = "mx1",
                   .agent_version = "test"},
                  env, hub.fetch_ca(), hub.factory()));
  }
  void start() {
    auto parts = system_parts(options, env);
    REQUIRE_MESSAGE(parts, parts.error().what());
    parts->make_client = hub.factory();
    auto opened = Agent::open(options, std::move(parts).value(), env);
    REQUIRE_MESSAGE(opened, opened.error().what());
    agent = std::move(opened).value();
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(tree / name) << text; }

  // Steps until it holds, at most a minute; how long it took.
  Duration until(const std::function<bool()>& holds) {
    const Duration began = system_clock().monotonic();
    while (!holds() && system_clock().monotonic().ms - began.ms < minutes(1).ms) {
      REQUIRE(agent->step_scan(milliseconds(50)));
      agent->step_upload();
    }
    return {system_clock().monotonic().ms - began.ms};
  }
  int stored(std::string_view words) {
    int count = 0;
    for (const auto& [key, text] : hub.events) count += text.find(words) != text.npos ? 1 : 0;
    return count;
  }
};

TEST_CASE("EICAR is found at start and on change, clean after overwriting, gone after deletion") {
  RealHouse house;
  house.write("before.com", eicar());
  house.start();
  REQUIRE(house.agent->step_sensors());
  house.until([&] { return house.stored("before.com") == 1; });
  CHECK(house.stored("\"verdict\":\"malicious\"") == 1);
  CHECK(house.stored("khien_eicar") == 1);

  // Within a second of the write; a busy machine may be slow at one of them, not at all.
  std::int64_t soonest_ms = minutes(1).ms;
  for (int i = 0; i < 5; ++i) {
    const std::string name = "later" + std::to_string(i) + ".com";
    house.write(name, eicar());
    soonest_ms = std::min(soonest_ms, house.until([&] { return house.stored(name) == 1; }).ms);
  }
  CHECK(soonest_ms < 1'000);
  MESSAGE("written to stored: " << soonest_ms << " ms");

  house.write("later0.com", "harmless");
  house.until([&] { return house.stored("\"verdict\":\"clean\"") == 1; });
  CHECK(house.stored("\"verdict\":\"clean\"") == 1);
  std::filesystem::remove(house.tree / "before.com");
  house.until([&] { return house.stored("file_gone") == 1; });
  CHECK(house.stored("file_gone") == 1);
}

TEST_CASE("what the machine says of itself can be read by the hub") {
  RealHouse house;
  house.start();
  REQUIRE(house.agent->step_sensors());
  house.until([&] { return house.stored("protection_seen") > 0 && house.agent->spool().state().idle(); });
  CHECK(house.stored("machine_seen") == 1);
  CHECK(house.stored("packages_seen") >= 1);
  CHECK(house.stored("heartbeat") == 1);
  JsonDocument memory;
  for (const auto& [key, text] : house.hub.events) {
    Budget budget({});
    CHECK(observation_from_json(text, memory, budget));
  }
}

}  // namespace
}  // namespace khien::agent
