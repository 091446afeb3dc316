#pragma once

#include "khien/core/result.hpp"

namespace khien::probe {

// Takes the whole file system, TCP, abstract sockets and signals to others away
// from this process, as far as the kernel's Landlock goes, or as ABI `abi_limit`
// would if that is positive and smaller. Returns the ABI in force; 0 if the
// kernel has none. no_new_privs must be set.
Result<int> shut_by_landlock(int abi_limit);

}  // namespace khien::probe
