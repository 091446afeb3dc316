#include <simdjson.h>

#include "khien/core/text.hpp"
#include "utf8.hpp"

// What needs no table of Unicode: a small program that asks for nothing else is linked
// without ICU.
namespace khien {

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string to_valid_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string valid;
  valid.reserve(text.size() + 2);
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    valid.append(c.valid ? text.substr(0, c.size) : kReplacement);
    text.remove_prefix(c.size);
  }
  return valid;
}

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    if (!c.valid) {
      shown.append(kReplacement);
    } else if (is_disguise(c.value)) {
      append_escape(shown, c.value);
    } else {
      shown.append(text.substr(0, c.size));
    }
    text.remove_prefix(c.size);
  }
  return shown;
}

std::string_view truncate(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  // A code point has at most three continuation bytes; more are not UTF-8 and
  // may be cut anywhere.
  for (int i = 0; i < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80; ++i) --end;
  return text.substr(0, end);
}

}  // namespace khien
