#pragma once

#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/model/table.hpp"

namespace khien::hub {

// The communes of one province as the product ships them (content/units), as a list
// of units to import. `province` is its code, or its name with or without marks and
// "tỉnh" or "thành phố" before. Code::not_found if there is none.
Result<Table> shipped_communes(std::string_view province);

}  // namespace khien::hub
