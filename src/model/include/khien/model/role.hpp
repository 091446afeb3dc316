#pragma once

#include <string_view>

#include "khien/core/result.hpp"

namespace khien {

// What a person may do, within the unit subtrees of their scope.
enum class Role : unsigned char { province_admin, soc_operator, unit_officer, leader, inspector };
std::string_view to_string(Role role);
Result<Role> role_from_string(std::string_view text);

}  // namespace khien
