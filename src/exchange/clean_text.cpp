#include "clean_text.hpp"

#include <cstdint>

#include "khien/core/text.hpp"

namespace khien::exchange {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

// C1 controls, and what is no character for XML 1.0: U+0080 to U+009F, U+FFFE, U+FFFF. And
// what turns the direction of text or cannot be seen: it only disguises.
bool is_unwanted(std::string_view one) {
  if (one.size() == 1) return static_cast<unsigned char>(one[0]) < 0x20 || one[0] == 0x7F;
  if (one.size() == 2) return one[0] == '\xC2' && static_cast<unsigned char>(one[1]) < 0xA0;
  if (one.size() != 3) return false;
  if (one == "\xEF\xBF\xBE" || one == "\xEF\xBF\xBF" || one == "\xEF\xBB\xBF") return true;
  if (!one.starts_with("\xE2\x80") && !one.starts_with("\xE2\x81")) return false;
  const auto last = static_cast<unsigned char>(one[2]);
  const bool separators = one[1] == '\x80' && (last == 0xA8 || last == 0xA9);
  const bool marks = one[1] == '\x80' && (last == 0x8E || last == 0x8F || (last >= 0xAA && last <= 0xAE));
  return separators || marks || (one[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
}

}  // namespace

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += is_continuation(c) ? 0 : 1;
  return count;
}

std::string clean_text(std::string_view text, std::size_t most) {
  const std::string valid = is_utf8(text) ? std::string(text) : to_valid_utf8(text);
  std::string out;
  std::size_t count = 0;
  for (std::size_t i = 0; i < valid.size() && count < most;) {
    std::size_t end = i + 1;
    while (end < valid.size() && is_continuation(valid[end])) ++end;
    const std::string_view one(valid.data() + i, end - i);
    i = end;
    if (is_unwanted(one) || (out.empty() && one == " ")) continue;
    out += one;
    ++count;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace khien::exchange
