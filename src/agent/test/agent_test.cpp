// The whole agent without threads: from a file on the disk to the hub's store.
#include "agent.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "agent_house.hpp"

namespace khien::agent {
namespace {

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

TEST_CASE("how the machine is set up is told at start, looked at every four hours, and told again if it changed") {
  AgentHouse house;
  house.run(seconds(6));
  REQUIRE(house.stored<ConfigurationSeen>().size() == 1);
  CHECK(house.stored<ConfigurationSeen>()[0] == house.configuration->seen);
  house.clock.advance(minutes(239));
  house.run(seconds(2));
  CHECK(house.configuration->looks == 1);
  house.clock.advance(minutes(1));
  house.run(seconds(6));
  CHECK(house.configuration->looks == 2);
  CHECK(house.stored<ConfigurationSeen>().size() == 1);
  house.configuration->seen.facts[0].value = "no";
  house.clock.advance(hours(4));
  house.run(seconds(6));
  REQUIRE(house.stored<ConfigurationSeen>().size() == 2);
  CHECK(house.stored<ConfigurationSeen>()[1].facts[0].value == "no");
}

TEST_CASE("other makers' protection and the firewall are told with our own, and looked at hourly") {
  AgentHouse house;
  house.run(seconds(6));
  REQUIRE(house.stored<ProtectionSeen>().size() == 1);
  CHECK(house.stored<ProtectionSeen>()[0].products == house.configuration->others.products);
  CHECK(house.stored<ProtectionSeen>()[0].firewall == FirewallState::on);
  house.configuration->others.firewall = FirewallState::off;
  house.run(minutes(1));
  CHECK(house.stored<ProtectionSeen>().size() == 1);
  house.clock.advance(hours(1));
  house.run(seconds(6));
  REQUIRE(house.stored<ProtectionSeen>().size() == 2);
  CHECK(house.stored<ProtectionSeen>()[1].firewall == FirewallState::off);
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
