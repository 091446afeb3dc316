#pragma once

#include "khien/core/result.hpp"

namespace khien::probe {

// The system calls that a worker needs stay; what no worker ever calls by
// accident kills the process; everything else is EPERM. For good, also for
// every child. no_new_privs must be set. `prints`: descriptors 1 and 2 may be written to.
Result<void> shut_by_seccomp(bool prints);

}  // namespace khien::probe
