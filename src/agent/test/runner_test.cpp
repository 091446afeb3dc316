// The agent as it runs: threads, the real worker and watcher, a hub over mutual
// TLS.
#include "khien/agent/runner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <fstream>
#include <string>
#include <thread>

#include "net_fixture.hpp"
#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

struct RunnerHouse {
  NetHouse net;
  TemporaryFolder tree{TemporaryFolder::Place::disk};
  AgentOptions options;

  RunnerHouse() {
    options.folder = net.house.folder / "agent";
    options.run_folder = net.house.folder / "run";
    options.content_folder = std::string(KHIEN_SOURCE_DIR) + "/content/scan";
    options.worker = KHIEN_WORKER;
    options.clamd = false;
    options.background = false;
    options.roots = {tree.path()};
    const auto enrolled = net.enrol_here(net.hub.token());
    REQUIRE_MESSAGE(enrolled, enrolled.error().what());
  }
  bool comes(const std::function<bool()>& holds) {
    for (int i = 0; i < 1'200; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
};

TEST_CASE("a running agent reports, finds what is written, ends at once and goes on after") {
  RunnerHouse house;
  HubDoor& door = house.net.door;
  std::int64_t soonest_end_ms = minutes(1).ms;  // a busy machine may be slow once, not each time
  for (int round = 1; round <= 2; ++round) {
    auto runner = Runner::start(house.options, system_env());
    REQUIRE_MESSAGE(runner, runner.error().what());
    CHECK(house.comes([&] { return door.stored("\"state\":\"complete\"") == round; }));
    std::ofstream(house.tree / ("eicar" + std::to_string(round))) << eicar();
    CHECK(house.comes([&] { return door.stored("eicar" + std::to_string(round)) >= 1; }));
    CHECK((*runner)->failure().empty());
    CHECK(house.comes([&] { return (*runner)->status().contact == Contact::reached; }));
    CHECK(check_status((*runner)->status(), kAgentVersion, system_clock().now()));
    const auto began = system_clock().monotonic();
    runner = Error(Code::internal, "ended");
    soonest_end_ms = std::min(soonest_end_ms, system_clock().monotonic().ms - began.ms);
  }
  CHECK(soonest_end_ms < 3'000);
  const std::lock_guard lock(door.mutex);
  CHECK(house.net.hub.stream.epoch == 1);
}

TEST_CASE("a machine that is not enrolled is told so") {
  RunnerHouse house;
  house.options.folder = house.net.house.folder / "nobody";
  CHECK(Runner::start(house.options, system_env()).error().code() == Code::not_found);
}

// By hand: `agent_test -ns -tc="*for measurements*"` prints the hub's address and
// a token, and serves for five minutes.
TEST_CASE("a hub for measurements" * doctest::skip()) {
  NetHouse net;
  std::printf("%s %s\n", net.url.c_str(), net.hub.token().c_str());
  for (int i = 0; i < 300; ++i) {
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    if (i % 30 == 0) std::printf("events %d\n", net.door.stored(""));
  }
}

}  // namespace
}  // namespace khien::agent
