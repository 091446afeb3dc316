#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/policy.hpp"

namespace khien::agent {

// How far the hub's policies may go on this machine. Only its own file sets these:
// a hub in wrong hands must not disarm it.
struct PolicyBounds {
  bool accept = true;                           // false: its own file alone counts
  PolicySettingSet keep = 0;                    // settings that its own file decides whatever a policy says
  std::uint32_t least_files_per_second = 50;
  std::uint32_t least_cpu_percent = kLeastCpuPercent;
  OnAccess least_on_access = OnAccess::notify;  // or what its own file does, if that is less
  std::uint32_t most_exclusions = 50;
};

// What khien.toml says under [agent]; docs/reference/khien.toml.md describes each key.
struct AgentOptions {
  std::string folder = "/var/lib/khien-agent";  // identity, spool
  std::string hub_url;                          // empty: the one it enrolled with
  std::vector<std::string> roots = {"/home", "/root", "/srv", "/var/www", "/opt", "/tmp", "/var/tmp", "/usr/local"};
  std::vector<std::string> exclude;             // with all below; the folder above is always among them
  int scan_at_minute = 12 * 60 + 30;            // of the day at UTC+7, for the daily scan
  std::uint32_t scan_files_per_second = 1'000;  // 0: no limit
  std::uint32_t cpu_percent = 5;                // of one core, on the average of an hour, for all of the agent; 0: no limit
  std::uint32_t cpu_percent_idle = 0;           // while the machine has nothing to do; 0: as above
  OnAccess on_access = OnAccess::notify;        // when files are looked at besides the scans
  bool on_access_opens = false;                 // permission: also before a file is opened to be read
  bool scan_media = true;                       // removable media, when they are mounted
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
  PolicyBounds policy;
};

// Code::invalid names the option that cannot be: a relative path, a spool too
// small for one batch …
Result<void> check_options(const AgentOptions& options);

}  // namespace khien::agent
