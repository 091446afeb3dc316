#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "agent.hpp"
#include "scan_fixture.hpp"

namespace khien::agent {

class FakeMachine final : public probe::MachineProbe {
 public:
  Result<MachineSeen> machine() override { return seen; }
  Result<std::vector<Package>> packages() override { return installed; }

  MachineSeen seen{.hostname = "mx1", .os_id = "debian", .os_name = "Debian 12", .os_version = "12",
                   .kernel_running = "6.1", .kernel_installed = "6.1", .addresses = {"192.0.2.7"}, .agent_version = {}};
  std::vector<Package> installed{{"pkg:deb/debian/bash@5", "bash", "5", "", ""}};
};

class FakeConfiguration final : public probe::ConfigurationProbe {
 public:
  ConfigurationSeen configuration() override {
    ++looks;
    return seen;
  }
  Protection protection() override { return others; }

  int looks = 0;
  ConfigurationSeen seen{{{"ssh.permit_root_login", "yes"}}, {}};
  Protection others{{{"mdatp", "Defender", true, Timestamp{1'795'000'000'000}}}, FirewallState::on};
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
  std::function<void(AgentParts&)> change_parts;
  FakeConfiguration* configuration = nullptr;
  std::unique_ptr<Agent> agent;

  // What loads content; the fake reads whatever it is given.
  std::function<Result<std::unique_ptr<WorkerPort>>(const std::string&)> start_worker =
      [](const std::string&) -> Result<std::unique_ptr<WorkerPort>> {
    return std::unique_ptr<WorkerPort>(std::make_unique<ReadingWorker>());
  };
  std::function<Result<void>(const std::string&)> try_content = [](const std::string&) -> Result<void> { return {}; };

  explicit AgentHouse(TemporaryFolder::Place place = TemporaryFolder::Place::memory) : tree(place) {
    options.folder = folder / "agent";
    options.content_root = folder / "content-root";
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
    auto fake_configuration = std::make_unique<FakeConfiguration>();
    machine = fake_machine.get();
    configuration = fake_configuration.get();
    watcher = fake_watcher.get();
    AgentParts parts{.make_client = hub.factory(),
                     .machine = std::move(fake_machine),
                     .walker = std::make_unique<FakeWalker>(),
                     .watcher = std::move(fake_watcher),
                     .watcher_absent = {},
                     .engines = {.clock = clock,
                                 .files = system_files(),
                                 .content_folder = options.content_folder,
                                 .start_worker = [this](const std::string& content) { return start_worker(content); },
                                 .clamd = nullptr,
                                 .clamd_absent = "test",
                                 .book = nullptr,
                                 .try_content = [this](const std::string& content) { return try_content(content); }},
                     .usage = [] { return ProcessUsage{1, 2}; },
                     .configuration = std::move(fake_configuration)};
    if (change_parts) change_parts(parts);
    auto opened = Agent::open(options, std::move(parts), env);
    REQUIRE_MESSAGE(opened, opened.error().what());
    agent = std::move(opened).value();
  }

  // Another certificate; with it comes the key of the hub's policies, if it has one.
  void enrol_again() {
    agent.reset();
    REQUIRE(enrol({.hub_url = "https://hub:8444", .token = hub.token(), .folder = options.folder, .hostname = "mx1",
                   .agent_version = kAgentVersionForTest, .again = true},
                  env, hub.fetch_ca(), hub.factory()));
    start();
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

}  // namespace khien::agent
