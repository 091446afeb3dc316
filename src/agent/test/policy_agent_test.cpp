// A policy's way through a whole agent: fetched, kept, followed without a restart,
// told of; and what a hub in wrong hands cannot do by it.
#include <doctest/doctest.h>

#include "agent_house.hpp"

namespace khien::agent {
namespace {

struct PolicyHouse : AgentHouse {
  PolicyHouse() {
    hub.policy_seed = Bytes(32, std::byte{7});
    enrol_again();
  }
  std::string exclusion(const std::string& path, Date until) {
    return R"({"format":1,"exclusions":[{"path":")" + path + R"(","reason":"kho","until":")" + to_string(until) + "\"}]}";
  }
};

TEST_CASE("a policy is followed within seconds, without a restart, and told of") {
  PolicyHouse house;
  house.run(seconds(6));
  REQUIRE(house.stored<PolicySeen>().size() == 1);
  CHECK(house.stored<PolicySeen>()[0].state == PolicySeen::State::none);
  CHECK(house.hub.policy_fetches == 0);
  std::filesystem::create_directories(house.tree / "more/deep");
  house.hub.give_policy(1, R"({"format":1,"files_per_second":321,"cpu_percent":40})");
  house.run(minutes(2));
  CHECK(house.hub.policy_fetches == 1);
  const auto seen = house.stored<PolicySeen>().back();
  CHECK(seen.version == 1);
  CHECK(seen.state == PolicySeen::State::in_force);
  CHECK(seen.differences == std::vector<PolicySeen::Difference>{{PolicySetting::cpu_percent, PolicyDeviation::unsupported}});
  CHECK(house.agent->scan_policy_for_test().files_per_second == 321);
  // Another one at once, and after a restart it is still there.
  house.hub.give_policy(2, R"({"format":1,"files_per_second":400})");
  house.run(minutes(2));
  CHECK(house.agent->scan_policy_for_test().files_per_second == 400);
  house.hub.policy_version = 0;
  house.start();
  CHECK(house.agent->scan_policy_for_test().files_per_second == 400);
  const auto before = house.stored<PolicySeen>().size();
  house.run(minutes(61));
  CHECK(house.stored<PolicySeen>().size() >= before + 1);  // each hour, changed or not
}

TEST_CASE("what is left out is not looked at until the day it ends, and then it is") {
  PolicyHouse house;
  const std::string folder = house.tree / "kho/sach";
  std::filesystem::create_directories(folder);
  const Date today = vietnam_day(house.clock.now());
  house.hub.give_policy(1, house.exclusion(folder, today));
  house.run(minutes(2));
  REQUIRE(house.agent->scan_policy_for_test().exclude.front() == folder);
  std::ofstream(folder + "/eicar.com") << eicar();
  house.watcher->written(folder + "/eicar.com");
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().empty());
  house.clock.advance(days(1));
  house.run(minutes(2));
  REQUIRE(house.stored<FileSeen>().size() == 1);
  CHECK(house.stored<FileSeen>()[0].path == folder + "/eicar.com");
}

TEST_CASE("a link does not hide what may not be left out") {
  PolicyHouse house;
  std::filesystem::create_directories(house.tree / "a");
  std::filesystem::create_directory_symlink(house.tree.path(), house.folder / "link");
  house.hub.give_policy(1, house.exclusion(house.folder / "link", vietnam_day(house.clock.now())));
  house.run(minutes(2));
  CHECK(house.stored<PolicySeen>().back().differences ==
        std::vector<PolicySeen::Difference>{{PolicySetting::exclusions, PolicyDeviation::bound}});
  std::ofstream(house.tree / "a/eicar.com") << eicar();
  house.watcher->written(house.tree / "a/eicar.com");
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().size() == 1);
}

TEST_CASE("bytes that are spared stay, and are told of all the same") {
  PolicyHouse house;
  house.options.quarantine_automatically = true;
  house.start();
  house.hub.give_policy(1, R"({"format":1,"exclusions":[{"sha256":")" + sha256(eicar()).hex() + R"(","reason":"mẫu thử","until":")" +
                               to_string(vietnam_day(house.clock.now())) + "\"}]}");
  house.run(minutes(2));
  const std::string path = house.tree / "eicar.com";
  std::ofstream(path) << eicar();
  house.watcher->written(path);
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().size() == 1);
  CHECK(std::filesystem::exists(path));
  CHECK(house.stored<QuarantineSeen>().empty());
}

TEST_CASE("a hub that answers with anything else changes nothing, and is told why") {
  PolicyHouse house;
  house.hub.give_policy(5, R"({"format":1,"files_per_second":321})");
  house.run(minutes(2));
  REQUIRE(house.agent->scan_policy_for_test().files_per_second == 321);
  const auto good = house.hub.policy_file;
  house.hub.policy_seed = Bytes(32, std::byte{9});  // another key than the one pinned
  house.hub.give_policy(6, R"({"format":1,"files_per_second":999})");
  house.run(minutes(2));
  CHECK(house.agent->scan_policy_for_test().files_per_second == 321);
  CHECK(house.stored<PolicySeen>().back().refusal == PolicyRefusal::signature);
  // It is not asked for again and again.
  const int fetches = house.hub.policy_fetches;
  house.run(minutes(5));
  CHECK(house.hub.policy_fetches <= fetches + 1);
  // A certificate that is renewed does not bring the other key in.
  house.clock.advance(days(25));
  house.run(minutes(45));
  CHECK(house.hub.renewals >= 1);
  CHECK(house.agent->scan_policy_for_test().files_per_second == 321);
  house.hub.policy_file = good;
  house.hub.policy_version = 7;
  house.run(minutes(12));
  CHECK(house.stored<PolicySeen>().back().refusal == PolicyRefusal::none);
}

TEST_CASE("an agent that enrolled before there were policies pins the key with its next certificate") {
  AgentHouse house;
  house.run(seconds(6));
  CHECK(house.stored<PolicySeen>().empty());
  house.hub.policy_seed = Bytes(32, std::byte{7});
  house.clock.advance(days(25));
  house.run(minutes(45));
  REQUIRE(house.hub.renewals >= 1);
  house.hub.give_policy(1, R"({"format":1,"files_per_second":321})");
  house.run(minutes(2));
  CHECK(house.agent->scan_policy_for_test().files_per_second == 321);
}

TEST_CASE("folders that a policy adds are watched at once") {
  PolicyHouse house;
  TemporaryFolder more;
  house.hub.give_policy(1, R"({"format":1,"roots":[")" + more.path() + "\"]}");
  house.run(minutes(2));
  const auto& roots = house.agent->scan_policy_for_test().roots;
  CHECK(std::ranges::count(roots, more.path()) == 1);
  CHECK(std::ranges::count(roots, house.tree.path()) == 1);
  std::ofstream(more / "eicar.com") << eicar();
  house.watcher->written(more / "eicar.com");
  house.run(seconds(20));
  CHECK(house.stored<FileSeen>().size() == 1);
}

}  // namespace
}  // namespace khien::agent
