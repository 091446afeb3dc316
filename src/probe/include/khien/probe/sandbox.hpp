#pragma once

#include <cstdint>
#include <string>

#include "khien/core/result.hpp"

namespace khien::probe {

struct SandboxOptions {
  std::uint64_t memory_bytes = 1u << 30;
  int landlock_abi_for_test = 0;  // >0: behave as if the kernel had only this ABI
};

// Shuts this process in for good: no new privileges, not dumpable, rlimits, no
// file system by Landlock (as far as the kernel's ABI goes), and a seccomp
// allow-list that leaves reading and writing open descriptors, memory, clocks
// and exit. Everything else kills or is EPERM. Returns what is in force, in
// words; fails if seccomp cannot be installed.
Result<std::string> enter_sandbox(const SandboxOptions& options);

}  // namespace khien::probe
