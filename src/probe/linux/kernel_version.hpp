#pragma once

#include <string_view>

namespace khien::probe {

// Which of two kernel releases ("6.1.0-29-amd64") is newer: <0, 0, >0. Numbers
// compare as numbers, the rest as text.
int compare_kernel_versions(std::string_view a, std::string_view b);

}  // namespace khien::probe
