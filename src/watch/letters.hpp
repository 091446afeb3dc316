#pragma once

#include <algorithm>
#include <string_view>

namespace khien::watch {

constexpr char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
// White space as HTML counts it.
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

// `small` is written in small letters.
inline bool begins_small(std::string_view text, std::size_t at, std::string_view small) {
  return std::ranges::equal(text.substr(at, small.size()), small, {}, lower_ascii);
}
inline bool contains_small(std::string_view text, std::string_view small) {
  return !std::ranges::search(text, small, {}, lower_ascii).empty();
}

// Without white space and control characters at its ends.
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

}  // namespace khien::watch
