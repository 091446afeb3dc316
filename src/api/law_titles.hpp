#pragma once

#include <string_view>

#include "call.hpp"
#include "khien/model/local_text.hpp"

namespace khien::api {

// The words of the catalogue for what estate knows by id alone; the id itself
// where the catalogue does not know it (any more).
LocalText role_title(const Call& call, std::string_view role);
LocalText level_rule_title(const Call& call, std::string_view rule);

}  // namespace khien::api
