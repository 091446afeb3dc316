#pragma once

#include <string>
#include <string_view>

namespace khien {

// Small letters, marks kept: "XÃ ĐÔNG" is "xã đông". Invalid sequences become U+FFFD.
std::string lower(std::string_view text);

}  // namespace khien
