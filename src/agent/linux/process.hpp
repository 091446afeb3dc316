#pragma once

#include <cstdint>
#include <string>

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

// The path with all links resolved, as the system tells of changes below it; the
// path itself if it does not exist.
std::string resolved_path(const std::string& path);

}  // namespace khien::agent
