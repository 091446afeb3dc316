#include "utf8.hpp"

#include "khien/core/assert.hpp"

namespace khien {
namespace {

// How a code point that begins with some byte goes on (Unicode Standard, table
// 3-7): its size, and the range of its second byte. Size 0 is no beginning.
struct Form {
  std::uint8_t size;
  std::uint8_t second_least;
  std::uint8_t second_most;
};

constexpr Form form_of(unsigned first) {
  if (first < 0x80) return {1, 0, 0};
  if (first < 0xc2) return {0, 0, 0};
  if (first < 0xe0) return {2, 0x80, 0xbf};
  if (first == 0xe0) return {3, 0xa0, 0xbf};  // else overlong
  if (first == 0xed) return {3, 0x80, 0x9f};  // else a surrogate
  if (first < 0xf0) return {3, 0x80, 0xbf};
  if (first == 0xf0) return {4, 0x90, 0xbf};  // else overlong
  if (first < 0xf4) return {4, 0x80, 0xbf};
  if (first == 0xf4) return {4, 0x80, 0x8f};  // else over U+10FFFF
  return {0, 0, 0};
}

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// Bytes that a JSON string takes over as they are.
using PlainBytes = std::array<bool, 256>;

consteval PlainBytes plain_bytes() {
  PlainBytes plain{};
  for (unsigned c = 0x20; c < 0x7f; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}

constexpr PlainBytes kPlainBytes = plain_bytes();

std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && kPlainBytes[byte_at(text, length)]) ++length;
  return length;
}

void append_special(std::string& out, std::string_view bytes, const CodePoint& c, Disguises disguises) {
  switch (c.value) {
    case '"': out.append("\\\""); return;
    case '\\': out.append("\\\\"); return;
    case '\n': out.append("\\n"); return;
    case '\r': out.append("\\r"); return;
    case '\t': out.append("\\t"); return;
    default: break;
  }
  if (!c.valid) {
    out.append(kReplacement);
  } else if (c.value < 0x20 || (disguises == Disguises::escape && is_disguise(c.value))) {
    append_escape(out, c.value);
  } else {
    out.append(bytes);
  }
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  khien_assert(!text.empty());
  const unsigned first = byte_at(text, 0);
  const Form form = form_of(first);
  if (form.size == 0) return {0xfffd, 1, false};
  if (form.size == 1) return {static_cast<char32_t>(first), 1, true};

  char32_t value = first & (0x7fu >> form.size);
  for (std::size_t i = 1; i < form.size; ++i) {
    if (i == text.size()) return {0xfffd, i, false};
    const unsigned next = byte_at(text, i);
    const unsigned least = i == 1 ? form.second_least : 0x80u;
    const unsigned most = i == 1 ? form.second_most : 0xbfu;
    if (next < least || next > most) return {0xfffd, i, false};
    value = (value << 6) | (next & 0x3fu);
  }
  return {value, form.size, true};
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
    return;
  }
  if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | (c >> 6)));
  } else {
    if (c < 0x10000) {
      out.push_back(static_cast<char>(0xe0 | (c >> 12)));
    } else {
      out.push_back(static_cast<char>(0xf0 | (c >> 18)));
      out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3f)));
    }
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3f)));
  }
  out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
}

void append_escape(std::string& out, char32_t code_point) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kDigits[(code_point >> shift) & 15u]);
}

void append_json_string(std::string& out, std::string_view text, Disguises disguises) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = plain_length(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const CodePoint c = first_code_point(text);
    append_special(out, text.substr(0, c.size), c, disguises);
    text.remove_prefix(c.size);
  }
  out.push_back('"');
}

}  // namespace khien
