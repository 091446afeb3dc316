#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "khien/core/result.hpp"

namespace khien::agent {

// What khien.toml says under [agent]; docs/reference/khien.toml.md describes each key.
struct AgentOptions {
  std::string folder = "/var/lib/khien-agent";  // identity, spool
  std::string hub_url;                          // empty: the one it enrolled with
  std::vector<std::string> roots = {"/home", "/root", "/srv", "/var/www", "/opt", "/tmp", "/var/tmp", "/usr/local"};
  std::vector<std::string> exclude;             // with all below; the folder above is always among them
  int scan_at_minute = 12 * 60 + 30;            // of the day at UTC+7, for the daily scan
  std::uint32_t scan_files_per_second = 1'000;  // 0: no limit
  std::uint64_t spool_max_bytes = 512u << 20;
  bool clamd = true;
  bool fleet = true;                            // ask the hub what other machines judged, and tell it
  bool quarantine_automatically = false;        // else only when the hub asks
  std::uint64_t quarantine_max_bytes = 2u << 30;
  bool background = true;                       // scan at nice 19 and idle disk priority
  std::string worker = "/usr/lib/khien-agent/khien-worker";
  std::string content_folder = "/usr/share/khien-agent/content/scan";
  std::string detectors_file;                   // empty: detectors/protection.yaml beside the content
  std::string content_root = "/etc/khien/content-root";  // who may sign content; without it none comes from the hub
  std::string run_folder = "/run/khien-agent";  // clamd's socket and configuration
};

// Code::invalid names the option that cannot be: a relative path, a spool too
// small for one batch …
Result<void> check_options(const AgentOptions& options);

}  // namespace khien::agent
