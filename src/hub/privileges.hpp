#pragma once

#include <string>

#include "khien/core/result.hpp"

namespace khien::hub {

// Root makes the data folder and its files the user's and becomes that user for
// good. Nothing happens if we are not root. Code::not_found if the user does not
// exist: the caller decides whether to go on as root.
Result<void> become_user(const std::string& user, const std::string& data_folder);

}  // namespace khien::hub
