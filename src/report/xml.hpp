#pragma once

#include <string>
#include <string_view>

namespace khien::report {

// Text as it stands between tags or quotes. The text is cleaned already.
std::string escaped(std::string_view text);

}  // namespace khien::report
