#include "linux/landlock.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "khien/core/file.hpp"

// Debian 12's <linux/landlock.h> stops at ABI 2; the numbers are the kernel's.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

namespace khien::probe {
namespace {

struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // from ABI 4
  std::uint64_t scoped = 0;              // from ABI 6
};

constexpr std::uint32_t kAskVersion = 1;

std::uint64_t file_rights(int abi) {
  std::uint64_t rights = (1u << 13) - 1;   // ABI 1: execute … make symlink
  if (abi >= 2) rights |= 1u << 13;        // refer
  if (abi >= 3) rights |= 1u << 14;        // truncate
  if (abi >= 5) rights |= 1u << 15;        // ioctl on devices
  return rights;
}

std::size_t attributes_size(int abi) {
  if (abi >= 6) return 24;
  return abi >= 4 ? 16 : 8;
}

int kernel_abi() {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

}  // namespace

Result<int> shut_by_landlock(int abi_limit) {
  int abi = kernel_abi();
  if (abi_limit > 0) abi = std::min(abi, abi_limit);
  if (abi == 0) return 0;

  // What is handled and allowed by no rule is refused: there are no rules.
  RulesetAttributes attributes;
  attributes.handled_access_fs = file_rights(abi);
  if (abi >= 4) attributes.handled_access_net = 0b11;  // bind, connect
  if (abi >= 6) attributes.scoped = 0b11;              // abstract sockets, signals
  const Fd ruleset(static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, attributes_size(abi), 0)));
  if (!ruleset) return system_error("landlock: create", errno);
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return system_error("landlock: restrict", errno);
  return abi;
}

}  // namespace khien::probe
