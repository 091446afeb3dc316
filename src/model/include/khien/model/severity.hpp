#pragma once

#include <string_view>

#include "khien/core/result.hpp"

namespace khien {

// How bad a finding is; the numbers are stored (OCSF severity_id 1 to 5, less
// one). Never renumber.
enum class Severity : unsigned char { info = 0, low = 1, medium = 2, high = 3, critical = 4 };

std::string_view to_string(Severity severity);
Result<Severity> severity_from_string(std::string_view text);

}  // namespace khien
