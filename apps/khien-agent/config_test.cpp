#include "config.hpp"

#include <doctest/doctest.h>

#include <string>

namespace khien::app {
namespace {

std::string refusal(std::string_view text) {
  const auto options = agent_options_from_toml(text, "khien.toml");
  return options ? "accepted" : options.error().what();
}

TEST_CASE("without [agent] everything is as installed") {
  const auto options = agent_options_from_toml("[hub]\nport = 1\n", "khien.toml");
  REQUIRE(options);
  CHECK(options->folder == "/var/lib/khien-agent");
  CHECK(options->clamd);
  CHECK(options->on_access == OnAccess::notify);
  CHECK_FALSE(options->on_access_opens);
  CHECK(options->cpu_percent == 5);
  CHECK(options->cpu_percent_idle == 0);
  CHECK(options->scan_media);
}

TEST_CASE("every key is taken") {
  const auto options = agent_options_from_toml(R"([agent]
folder = "/a"
hub = "https://hub:8444"
roots = ["/x", "/y"]
exclude = ["/x/no"]
scan_at = "03:45"
scan_files_per_second = 7
cpu_percent = 3
cpu_percent_idle = 40
on_access = "permission"
on_access_opens = true
scan_media = false
spool_max_mb = 64
clamd = false
background = false
worker = "/w"
content = "/c"
run_folder = "/r"
)",
                                               "khien.toml");
  REQUIRE_MESSAGE(options, options.error().what());
  CHECK(options->folder == "/a");
  CHECK(options->hub_url == "https://hub:8444");
  CHECK(options->roots == std::vector<std::string>{"/x", "/y"});
  CHECK(options->exclude == std::vector<std::string>{"/x/no"});
  CHECK(options->scan_at_minute == 3 * 60 + 45);
  CHECK(options->scan_files_per_second == 7);
  CHECK(options->cpu_percent == 3);
  CHECK(options->cpu_percent_idle == 40);
  CHECK(options->on_access == OnAccess::permission);
  CHECK(options->on_access_opens);
  CHECK_FALSE(options->scan_media);
  CHECK(options->spool_max_bytes == 64u << 20);
  CHECK_FALSE(options->clamd);
  CHECK_FALSE(options->background);
  CHECK(options->worker == "/w");
  CHECK(options->content_folder == "/c");
  CHECK(options->run_folder == "/r");
}

TEST_CASE("a mistake is named by file, line and key") {
  CHECK(refusal("[agent]\n\nrots = []\n") == "khien.toml:3: agent.rots: unknown key");
  CHECK(refusal("[agent]\nclamd = 1\n") == "khien.toml:2: agent.clamd: must be true or false");
  CHECK(refusal("[agent]\nroots = [\"/a\", 1]\n") == "khien.toml:2: agent.roots: must be a list of texts");
  CHECK(refusal("[agent]\nspool_max_mb = 1\n") == "khien.toml:2: agent.spool_max_mb: is out of range");
  CHECK(refusal("[agent]\nscan_at = \"24:00\"\n") ==
        "khien.toml:2: agent.scan_at: must be a time of the day, as \"12:30\"");
  CHECK(refusal("[agent]\non_access = \"block\"\n") ==
        "khien.toml:2: agent.on_access: must be \"off\", \"notify\" or \"permission\"");
  CHECK(refusal("[agent]\ncpu_percent = 101\n") == "khien.toml:2: agent.cpu_percent: is out of range");
  CHECK(refusal("agent = 1\n") == "khien.toml:1: agent: must be a table, [agent]");
  CHECK(refusal("[agent\n").starts_with("khien.toml:1: "));
}

TEST_CASE("a time of the day may be TOML's own") {
  CHECK(agent_options_from_toml("[agent]\nscan_at = 23:59:00\n", "f")->scan_at_minute == 23 * 60 + 59);
}

TEST_CASE("bounds on policies are the machine's own") {
  const auto options = agent_options_from_toml(
      "[agent]\npolicy = false\npolicy_keep = [\"schedule\", \"roots\"]\npolicy_least_on_access = \"off\"\n"
      "policy_least_files_per_second = 20\npolicy_most_exclusions = 0\n", "f");
  REQUIRE(options.has_value());
  CHECK_FALSE(options->policy.accept);
  CHECK(options->policy.keep == (bit_of(PolicySetting::schedule) | bit_of(PolicySetting::roots)));
  CHECK(options->policy.least_on_access == OnAccess::off);
  CHECK(options->policy.least_files_per_second == 20);
  CHECK(options->policy.most_exclusions == 0);
  CHECK(refusal("[agent]\npolicy_keep = [\"x\"]\n") == "khien.toml:2: agent.policy_keep: names a setting that no policy has");
  CHECK(refusal("[agent]\npolicy_most_exclusions = 201\n") == "khien.toml:2: agent.policy_most_exclusions: is out of range");
}

TEST_CASE("paths must be absolute and the roots not empty") {
  CHECK(refusal("[agent]\nroots = [\"home\"]\n").find("'roots' must be an absolute path") != std::string::npos);
  CHECK(refusal("[agent]\nroots = []\n").find("'roots' names no folder") != std::string::npos);
  CHECK(refusal("[agent]\nfolder = \"/a/\"\n").find("'folder' must be") != std::string::npos);
}

}  // namespace
}  // namespace khien::app
