#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::agent {

// What this process costs, as the system counts it.
struct ProcessUsage {
  std::uint64_t memory_bytes = 0;  // resident, not shared
  std::uint64_t cpu_ms = 0;        // since start
};
ProcessUsage process_usage();

// The calling thread and what it starts run only when the machine has nothing
// else to do: nice 19, and disk access when idle. What the system refuses stays
// as it is.
void run_in_background();

// Limits of the service that stop its threads in the middle, as systemd calls them
// ("CPUQuota, MemoryHigh"); empty if it has none, or the system does not say. Of the
// unified hierarchy of cgroups, and of the service's own group.
std::string limits_that_stop();
// Pure: of the contents of cpu.max and memory.high.
std::string limits_that_stop(std::string_view cpu_max, std::string_view memory_high);

// The path with all links resolved, as the system tells of changes below it; the
// path itself if it does not exist.
std::string resolved_path(const std::string& path);

}  // namespace khien::agent
