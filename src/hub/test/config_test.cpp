#include "khien/hub/config.hpp"

#include <doctest/doctest.h>

namespace khien::hub {
namespace {

std::string refusal(std::string_view text) {
  const auto config = config_from_toml(text, "khien.toml");
  REQUIRE_FALSE(config);
  CHECK(config.error().code() == Code::invalid);
  return config.error().what();
}

TEST_CASE("an empty file means the defaults") {
  const auto config = config_from_toml("", "khien.toml");
  REQUIRE(config);
  CHECK(config->people_port == 8443);
  CHECK(config->agents_port == 8444);
  CHECK(config->folder == "/var/lib/khien/hub");
  CHECK(config->names.size() == 2);
}

TEST_CASE("a wrong value is named by file, line and key") {
  CHECK(refusal("[hub]\npeople_port = 70000\n") == "khien.toml:2: hub.people_port: must be 0 to 65535");
  CHECK(refusal("[hub]\n\nnames = []\n") == "khien.toml:3: hub.names: must be a list of texts in quotes");
  CHECK(refusal("[hub]\nlog_level = \"loud\"") ==
        "khien.toml:2: hub.log_level: must be \"debug\", \"info\", \"warning\" or \"error\"");
  CHECK(refusal("[hub]\nfolder = 1") == "khien.toml:2: hub.folder: must be text in quotes");
}

TEST_CASE("an unknown key or section is an error, not a silence") {
  CHECK(refusal("[hub]\npeople_prot = 1\n") == "khien.toml:2: hub.people_prot: there is no such key");
  CHECK(refusal("[hud]\n") == "khien.toml:1: hud: there is no such section");
}

TEST_CASE("text that is not TOML is named by its line") {
  CHECK(refusal("[hub]\nnames = [\n").starts_with("khien.toml:"));
}

TEST_CASE("the agent's section is the agent's") { CHECK(config_from_toml("[agent]\nroots = [\"/srv\"]\n", "k")); }

TEST_CASE("every key is documented in both languages and stands in the template") {
  for (const bool vietnamese : {true, false}) {
    const std::string text = config_template(vietnamese);
    for (const ConfigKey& key : config_keys()) {
      CHECK(text.find("# " + std::string(key.name) + " = ") != text.npos);
      CHECK(key.help.vi.size() > 10);
      CHECK(key.help.en.size() > 10);
      CHECK(key.help.vi != key.help.en);
    }
  }
}

}  // namespace
}  // namespace khien::hub
