#pragma once

#include <string>

#include "khien/core/result.hpp"

namespace khien::token {

// Own uid (if we are root: `user`, "nobody" where there is none), no new privileges, not
// dumpable (so no debugger and no /proc/PID/mem for others of our uid), no core dumps,
// memory locked as far as the limit goes.
// Returns what is in force: "uid 998, not dumpable, memory locked".
Result<std::string> confine(const std::string& user);

}  // namespace khien::token
