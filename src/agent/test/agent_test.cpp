// The whole agent without threads: from a file on the disk to the hub's store.
#include "agent.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

class FakeMachine final : public probe::MachineProbe {
 public:
  Result<MachineSeen> machine() override { return seen; }
  Result<std::vector<Package>> packages() override { return installed; }

  MachineSeen seen{.hostname = "mx1", .os_id = "debian", .os_name = "Debian 12", .os_version = "12",
                   .kernel_running = "6.1", .kernel_installed = "6.1", .addresses = {"192.0.2.7"}, .agent_version = {}};
  std::vector<Package> installed{{"pkg:deb/debian/bash@5", "bash", "5", "", ""}};
};

// Reads what is behind the descriptor, as khien-worker does.
class ReadingWorker final : public WorkerPort {
 public:
  Result<scan::Verdict> scan(const Fd& file, std::uint64_t) override {
    FakeJudge judge;
    TRY(const auto status, status_of(file));
    TRY(auto answer, judge.judge(file, status));
    return std::move(answer.verdict);
  }
  std::size_t rule_count() const override { return 12; }
  std::size_t ioc_count() const override { return 3; }
  std::string sandbox() const override { return "fake"; }
};

struct AgentHouse {
  ManualClock clock{Timestamp{system_clock().now().ms} + days(1)};
  SeededRandom random{1};
  FakeHub hub{clock};
  TemporaryFolder folder;
  TemporaryFolder tree;
  Env env{clock, random, system_files()};
  AgentOptions options;
  FakeMachine* machine = nullptr;
  FakeWatcher* watcher = nullptr;
  std::unique_ptr<Agent> agent;

  AgentHouse() {
    options.folder = folder / "agent";
    options.run_folder = folder / "run";
    options.content_folder = std::string(KHIEN_SOURCE_DIR) + "/src/agent/fuzz/corpus";
    options.roots = {tree.path()};
    REQUIRE(enrol({.hub_url = "https://hub:8444", .token = hub.token(), .folder = options.folder, .hostname = "mx1",
                   .agent_version = kAgentVersionForTest},
                  env, hub.fetch_ca(), hub.factory()));
    start();
  }
  static constexpr const char* kAgentVersionForTest = "test";

  void start() {
    agent.reset();
    auto fake_machine = std::make_unique<FakeMachine>();
    auto fake_watcher = std::make_unique<FakeWatcher>();
    machine = fake_machine.get();
    watcher = fake_watcher.get();
    AgentParts parts{.make_client = hub.factory(),
                     .machine = std::move(fake_machine),
                     .walker = std::make_unique<FakeWalker>(),
                     .watcher = std::move(fake_watcher),
                     .watcher_absent = {},
                     .engines = {.clock = clock,
                                 .files = system_files(),
                                 .content_folder = options.content_folder,
                                 .start_worker = []() -> Result<std::unique_ptr<WorkerPort>> {
                                   return std::unique_ptr<WorkerPort>(std::make_unique<ReadingWorker>());
                                 },
                                 .clamd = nullptr,
                                 .clamd_absent = "test"},
                     .usage = [] { return ProcessUsage{1, 2}; }};
    auto opened = Agent::open(options, std::move(parts), env);
    REQUIRE_MESSAGE(opened, opened.error().what());
    agent = std::move(opened).value();
  }

  // As the threads do, one after the other.
  void run(Duration time) {
    const std::int64_t end = clock.monotonic().ms + time.ms;
    for (;;) {
      REQUIRE(agent->step_sensors());
      REQUIRE(agent->step_scan(milliseconds(1)));
      agent->step_upload();
      if (clock.monotonic().ms >= end) return;
      clock.advance(milliseconds(500));
    }
  }

  template <class Body>
  std::vector<Body> stored() {
    std::vector<Body> bodies;
    JsonDocument memory;
    for (const auto& [key, text] : hub.events) {
      Budget budget({});
      const auto observation = observation_from_json(text, memory, budget);
      REQUIRE_MESSAGE(observation, observation.error().what());
      if (const auto* body = std::get_if<Body>(&observation->body)) bodies.push_back(*body);
    }
    return bodies;
  }
};

TEST_CASE("within seconds of its start the hub knows the machine, its packages, its protection and a complete scan") {
  AgentHouse house;
  house.run(seconds(6));
  REQUIRE(house.stored<MachineSeen>().size() == 1);
  CHECK(house.stored<MachineSeen>()[0].hostname == "mx1");
  CHECK_FALSE(house.stored<MachineSeen>()[0].agent_version.empty());
  REQUIRE(house.stored<PackagesSeen>().size() == 1);
  CHECK(house.stored<Heartbeat>().size() == 1);
  REQUIRE(house.stored<ProtectionSeen>().size() == 1);
  const auto engines = house.stored<ProtectionSeen>()[0].engines;
  REQUIRE(engines.size() == 4);
  CHECK(std::ranges::any_of(engines, [](const EngineState& state) {
    return state.engine == Engine::watch && state.state == EngineState::State::running && state.detail == "fake";
  }));
  CHECK(house.stored<ScanSeen>().back().state == ScanSeen::State::complete);
}

TEST_CASE("EICAR that is written is at the hub within a second, and so is its end") {
  AgentHouse house;
  house.run(seconds(10));
  const std::string path = house.tree / "eicar.com";
  std::ofstream(path) << eicar();
  house.watcher->written(path);
  house.run(seconds(1));
  REQUIRE(house.stored<FileSeen>().size() == 1);
  CHECK(house.stored<FileSeen>()[0].path == path);
  CHECK(house.stored<FileSeen>()[0].sha256 == sha256(eicar()));
  std::filesystem::remove(path);
  house.watcher->gone(path);
  house.run(seconds(6));
  REQUIRE(house.stored<FileGone>().size() == 1);
}

TEST_CASE("an hour is sixty heartbeats, and nothing that did not change") {
  AgentHouse house;
  house.run(Duration{minutes(60).ms + seconds(6).ms});
  CHECK(house.stored<Heartbeat>().size() == 61);
  CHECK(house.stored<MachineSeen>().size() == 1);
  CHECK(house.stored<PackagesSeen>().size() == 1);
  CHECK(house.stored<ProtectionSeen>().size() == 2);  // hourly, changed or not
  CHECK(house.stored<Heartbeat>().back().cpu_ms == 2);
}

TEST_CASE("a package that was installed is told of within the hour, under a greater number") {
  AgentHouse house;
  house.run(minutes(1));
  house.machine->installed.push_back({"pkg:deb/debian/nginx@1", "nginx", "1", "", ""});
  house.run(minutes(61));
  const auto lists = house.stored<PackagesSeen>();
  REQUIRE(lists.size() == 2);
  CHECK(lists[1].inventory > lists[0].inventory);
  CHECK(lists[1].packages.size() == 2);
}

TEST_CASE("a restart goes on where it was: same epoch, next number") {
  AgentHouse house;
  house.run(seconds(10));
  const auto before = house.hub.stream;
  house.start();
  house.run(seconds(10));
  CHECK(house.hub.stream.epoch == before.epoch);
  CHECK(house.hub.stream.seq > before.seq);
}

TEST_CASE("a spool that was deleted, or damaged beyond reading, begins a new epoch and works") {
  for (const bool damaged : {false, true}) {
    AgentHouse house;
    house.run(seconds(10));
    house.agent.reset();
    const std::string spool = house.options.folder + "/spool.db";
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(spool + suffix);
    if (damaged) std::ofstream(spool) << std::string(8'192, 'x');
    house.start();
    house.run(seconds(10));
    CHECK(house.hub.stream.epoch == 2);
    CHECK(house.agent->spool().state().idle());
  }
}

TEST_CASE("the agent does not look at its own folder") {
  AgentHouse house;
  house.options.roots = {house.folder.path()};
  std::ofstream(house.options.folder + "/eicar") << eicar();
  house.start();
  house.watcher->written(house.options.folder + "/eicar");
  house.run(seconds(10));
  CHECK(house.stored<FileSeen>().empty());
}

TEST_CASE("options that cannot be are named") {
  AgentOptions options;
  CHECK(check_options(options));
  options.roots = {"relative"};
  CHECK(check_options(options).error().what().find("'roots'") != std::string::npos);
  options = {};
  options.spool_max_bytes = 1'000;
  CHECK_FALSE(check_options(options));
  options = {};
  options.scan_at_minute = 1'440;
  CHECK_FALSE(check_options(options));
}

TEST_CASE("a long list of packages is sent in parts that fit") {
  std::vector<Package> packages(2'500);
  for (std::size_t i = 0; i < packages.size(); ++i) packages[i].name = std::to_string(i);
  const auto parts = in_parts(packages, 9);
  REQUIRE(parts.size() == 3);
  CHECK(parts[2].part == 3);
  CHECK(parts[2].parts == 3);
  CHECK(parts[2].packages.size() == 500);
  CHECK(parts[2].packages.back().name == "2499");
  CHECK(in_parts({}, 1).size() == 1);
}

}  // namespace
}  // namespace khien::agent
