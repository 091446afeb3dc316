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

TEST_CASE("the watch of websites enters no inner network that is not named") {
  const auto config = config_from_toml("", "k");
  CHECK(config->watch_private_networks.empty());
  CHECK(config->watch_ports == std::vector<std::uint16_t>{80, 443, 8443});
  CHECK(config->watch_dns_servers.empty());
  const auto named = config_from_toml("[hub]\nwatch_private_networks = [\"10.20.0.0/16\", \"fd00::/8\"]\nwatch_ports = [8081]\n", "k");
  REQUIRE(named);
  CHECK(named->watch_private_networks == std::vector<std::string>{"10.20.0.0/16", "fd00::/8"});
  CHECK(named->watch_ports == std::vector<std::uint16_t>{8081});
  CHECK(refusal("[hub]\nwatch_private_networks = [\"10.20.0.1/16\"]").find("khien.toml:2: hub.watch_private_networks: must be") == 0);
  CHECK(refusal("[hub]\nwatch_private_networks = \"10.20.0.0/16\"").find("must be a list") != std::string::npos);
  CHECK(refusal("[hub]\nwatch_ports = [0]").find("must be a list of ports") != std::string::npos);
  CHECK(refusal("[hub]\nwatch_ports = []").find("must be a list of ports") != std::string::npos);
}

TEST_CASE("an unknown key or section is an error, not a silence") {
  CHECK(refusal("[hub]\npeople_prot = 1\n") == "khien.toml:2: hub.people_prot: there is no such key");
  CHECK(refusal("[hud]\n") == "khien.toml:1: hud: there is no such section");
}

TEST_CASE("text that is not TOML is named by its line") {
  CHECK(refusal("[hub]\nnames = [\n").starts_with("khien.toml:"));
}

TEST_CASE("with whom malware data are shared has a section of its own") {
  CHECK(refusal("[sharing]\nurl_2290 = \"http://mis.ais.gov.vn/\"") == "khien.toml:2: sharing.url_2290: must be an https address in quotes");
  CHECK(refusal("[sharing]\nbatch = 9") == "khien.toml:2: sharing.batch: must be 10 to 1000");
  CHECK(refusal("[sharing]\nuser_names = \"no\"") == "khien.toml:2: sharing.user_names: must be \"keep\", \"strip\" or \"hash\"");
  CHECK(refusal("[sharing]\naccept_words = [\"a\"]").contains("two letters or more"));
  CHECK(refusal("[hub]\nbatch = 10").contains("there is no such key"));
  const auto config = config_from_toml("[sharing]\nurl_8676 = \"https://monitor.soc.gov.vn/\"\nbatch = 10\n", "k");
  REQUIRE(config);
  CHECK(config->sharing.url_8676 == "https://monitor.soc.gov.vn/");
  CHECK(config->sharing.regular_days == 7);
  CHECK(config->sharing.user_names == "strip");
}

TEST_CASE("mail and webhooks go encrypted or not at all") {
  CHECK(refusal("[mail]\nserver = \"http://mail.tinh.gov.vn\"").starts_with("khien.toml:2: mail.server: must be as"));
  CHECK(refusal("[mail]\nserver = \"smtp://a:b@mail.tinh.gov.vn\"").starts_with("khien.toml:2: mail.server: must be as"));
  CHECK(refusal("[mail]\nfrom = \"Khiên <a@b.vn>\"") == "khien.toml:2: mail.from: must be an address in quotes");
  CHECK(refusal("[mail]\nper_minute = 0") == "khien.toml:2: mail.per_minute: must be 1 to 600");
  CHECK(refusal("[webhook]\nurl = \"http://truc.tinh.gov.vn/\"") == "khien.toml:2: webhook.url: must be an https address in quotes");
  CHECK(refusal("[feeds]\nnvd_key_file = \"5f9e1c1a\"") == "khien.toml:2: feeds.nvd_key_file: must be an absolute path in quotes, or empty");
  CHECK(refusal("[webhook]\ninner_addresses = 1") == "khien.toml:2: webhook.inner_addresses: must be true or false");
  const auto config = config_from_toml("[mail]\nserver = \"smtps://mail.tinh.gov.vn\"\n[webhook]\nurl = \"https://truc.tinh.gov.vn/\"\n", "k");
  REQUIRE(config);
  CHECK(config->mail.server == "smtps://mail.tinh.gov.vn");
  CHECK(config->mail.per_minute == 20);
  CHECK(config->mail.from_name == "Khiên");
  CHECK_FALSE(config->webhook.inner_addresses);
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
