#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"

namespace khien::estate {

// One line of text as a person typed it: NFC, without blanks at its ends. Empty
// stays empty. Code::invalid if it is no UTF-8, has control characters, or is
// longer than `max_characters`.
Result<std::string> line_from_text(std::string_view text, std::size_t max_characters = 200);

// The same, several lines allowed.
Result<std::string> lines_from_text(std::string_view text, std::size_t max_characters = 2'000);

// The number and date of a document: a line that is not empty.
Result<std::string> decision_from_text(std::string_view text);

}  // namespace khien::estate
