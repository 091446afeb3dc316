#pragma once

#include <string>
#include <vector>

#include "khien/hub/console.hpp"

namespace khien::hub {

// `khien` as a whole: finds the command, runs it here or where the databases
// are. Returns the exit code: 0 done, 1 refused or something found, 2 wrong use.
int run_command_line(const std::vector<std::string>& words, Console& console);

}  // namespace khien::hub
