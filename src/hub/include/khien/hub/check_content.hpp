#pragma once

#include <memory>
#include <string>

#include "khien/check/checks.hpp"

namespace khien::hub {

// The checks of a content folder: every file of its folder "checks". An error names
// file, line and what is wrong.
Result<std::shared_ptr<const check::CheckSet>> read_checks(const std::string& content_folder);

}  // namespace khien::hub
