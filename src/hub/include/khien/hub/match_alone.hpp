#pragma once

#include <string>
#include <vector>

#include "khien/hub/console.hpp"

namespace khien::hub {

// khien-match's whole main: one machine's inventory against a packed book, in a process that
// gives up all else before it reads. Exit codes as of `khien advisory match`.
int match_alone(const std::vector<std::string>& words, Console& console);

}  // namespace khien::hub
