#pragma once

#include <algorithm>
#include <string_view>

namespace khien::scan {

inline std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

// "Name: …": printable characters without a blank, then a colon.
inline bool is_mail_field(std::string_view line) {
  const auto colon = line.find(':');
  const auto is_printable = [](char c) { return c > ' ' && c < 0x7F; };
  return colon != line.npos && colon > 0 && std::ranges::all_of(line.substr(0, colon), is_printable);
}

}  // namespace khien::scan
