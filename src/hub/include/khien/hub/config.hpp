#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/log.hpp"
#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"

namespace khien::hub {

// [hub] of khien.toml. Every key is documented where it is declared, in
// config.cpp; docs/reference/khien.toml.md shows them.
struct Config {
  std::string folder;                     // data folder
  std::string province;                   // name of the tenant made at the first start
  std::vector<std::string> names;         // host names and addresses in the certificate
  std::string people_address;
  std::uint16_t people_port = 0;
  std::string agents_address;
  std::uint16_t agents_port = 0;
  std::uint16_t monitor_port = 0;         // loopback only
  std::string user;                       // to become after start, if we are root
  LogLevel log_level = LogLevel::info;
  std::int64_t session_idle_minutes = 0;
  std::int64_t fleet_agreement = 0;
  std::int64_t fleet_check_per_mille = 0;
  std::int64_t watch_sites_at_once = 0;   // 0: none
  std::int64_t watch_sites_every_hours = 0;
  std::int64_t watch_site_pages = 0;
};

// One key, for the documents and the check.
struct ConfigKey {
  std::string_view name;           // "people_port"
  std::string_view default_value;  // as it is written in TOML
  LocalText help;
};
std::span<const ConfigKey> config_keys();

// The defaults.
Config default_config();

// `text` is the file's content, `file` its name for errors. Code::invalid as
// "khien.toml:12: hub.people_port: must be 0 to 65535". Unknown keys are errors;
// [agent] belongs to the agent and is passed over here.
Result<Config> config_from_toml(std::string_view text, std::string_view file);

// A khien.toml with every key, commented out, with its help in one language.
std::string config_template(bool vietnamese);

}  // namespace khien::hub
