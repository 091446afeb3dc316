#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace khien::exchange {

// The text as a message may hold it: UTF-8, no control character and nothing else that XML
// does not have, no blanks around it, at most `most` code points.
std::string clean_text(std::string_view text, std::size_t most);

// Code points of valid UTF-8.
std::size_t code_points(std::string_view text);

}  // namespace khien::exchange
