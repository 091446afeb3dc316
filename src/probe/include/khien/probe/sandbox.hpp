#pragma once

#include <cstdint>
#include <string>

#include "khien/core/result.hpp"

namespace khien::probe {

struct SandboxOptions {
  // If we are root: become this user, "nobody" where there is no such user.
  std::string user = "khien-worker";
  std::uint64_t memory_bytes = 1u << 30;
  bool prints = false;  // may write to descriptors 1 and 2, as it got them
  int landlock_abi_for_test = 0;  // >0: behave as if the kernel had only this ABI
};

// Shuts this process in for good: own uid, no new privileges, not dumpable, rlimits, no
// file system by Landlock (as far as the kernel's ABI goes), and a seccomp
// allow-list that leaves reading open files (pread), talking on the socket that
// is descriptor 3, memory, clocks and exit. Everything else kills or is EPERM.
// The process must have one thread. Returns what is in force, in
// words; fails if seccomp cannot be installed.
Result<std::string> enter_sandbox(const SandboxOptions& options);

}  // namespace khien::probe
