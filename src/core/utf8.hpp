#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace khien {

// One step through hostile UTF-8.
struct CodePoint {
  char32_t value;    // U+FFFD if not valid
  std::size_t size;  // bytes read, at least 1
  bool valid;
};

// The code point at the front of `text`, which must not be empty. Of invalid
// bytes it takes the longest run that could have begun a code point, as the
// Unicode Standard §3.9 and browsers do.
CodePoint first_code_point(std::string_view text);

void append_utf8(std::string& out, char32_t code_point);

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// C0, C1, DEL, bidirectional controls and the line separators of Unicode: what
// shows text as another text than it is.
constexpr bool is_disguise(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

// "\u202E"; for code points of the basic plane.
void append_escape(std::string& out, char32_t code_point);

enum class Disguises : bool { keep, escape };

// `text` as a JSON string with its quotation marks.
void append_json_string(std::string& out, std::string_view text, Disguises disguises);

}  // namespace khien
