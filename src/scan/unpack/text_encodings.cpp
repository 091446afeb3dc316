#include "unpack/text_encodings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace khien::scan {
namespace {

constexpr std::array<signed char, 256> base64_values() {
  std::array<signed char, 256> values{};
  values.fill(-1);
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<signed char>(i);
  }
  return values;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::byte byte_of(unsigned value) { return static_cast<std::byte>(static_cast<std::uint8_t>(value)); }

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

// One line of uuencode: its length, then four characters for three bytes.
void decode_uu_line(std::string_view line, Bytes& out) {
  const std::size_t wanted = (static_cast<unsigned char>(line[0]) - 32u) & 63u;
  const auto sextet = [&](std::size_t at) {
    return at < line.size() ? (static_cast<unsigned char>(line[at]) - 32u) & 63u : 0u;
  };
  for (std::size_t i = 0, at = 1; i < wanted && at < line.size(); at += 4) {
    const unsigned group = sextet(at) << 18 | sextet(at + 1) << 12 | sextet(at + 2) << 6 | sextet(at + 3);
    for (int shift = 16; shift >= 0 && i < wanted; shift -= 8, ++i) out.push_back(byte_of(group >> shift));
  }
}

}  // namespace

Bytes decode_base64(std::string_view text) {
  static constexpr auto kValues = base64_values();
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = kValues[static_cast<unsigned char>(c)];
    // Padding ends a group, not the text: mails are glued together.
    if (c == '=') bits = 0;
    if (value < 0) continue;
    held = held << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(byte_of(held >> bits));
  }
  return out;
}

Bytes decode_quoted_printable(std::string_view text) {
  Bytes out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out.push_back(byte_of(static_cast<unsigned char>(text[i])));
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (high && low) {
      out.push_back(byte_of(*high << 4 | *low));
      i += 2;
      continue;
    }
    // A soft line end, perhaps with blanks before it.
    std::size_t end = i + 1;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
    if (end < text.size() && text[end] == '\n') {
      i = end;
    } else {
      out.push_back(std::byte{'='});
    }
  }
  return out;
}

Bytes decode_uu(std::string_view lines) {
  Bytes out;
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    if (line == "end") break;
    if (line.empty() || line[0] < ' ' || line[0] > '`') continue;
    decode_uu_line(line, out);
  }
  return out;
}

Bytes decode_hex(std::string_view text) {
  Bytes out;
  std::optional<unsigned> half;
  for (const char c : text) {
    if (c == '>') break;
    const auto digit = hex_digit(c);
    if (!digit) continue;
    if (half) out.push_back(byte_of(*half << 4 | *digit));
    half = half ? std::nullopt : digit;
  }
  if (half) out.push_back(byte_of(*half << 4));
  return out;
}

Bytes decode_ascii85(std::string_view text) {
  Bytes out;
  std::uint32_t group = 0;
  int count = 0;
  const auto give = [&](int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(byte_of(group >> (24 - 8 * i)));
    group = 0;
    count = 0;
  };
  for (const char c : text) {
    if (c == '~') break;
    // Four zeros.
    if (c == 'z' && count == 0) {
      give(4);
      continue;
    }
    if (c < '!' || c > 'u') continue;
    group = group * 85 + static_cast<std::uint32_t>(c - '!');
    if (++count == 5) give(4);
  }
  if (count > 1) {
    const int bytes = count - 1;
    for (; count < 5; ++count) group = group * 85 + 84;
    give(bytes);
  }
  return out;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string decode_header_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto begin = text.find("=?");
    out.append(text.substr(0, begin));
    if (begin == text.npos) break;
    text.remove_prefix(begin);
    const auto charset_end = text.find('?', 2);
    const auto end = charset_end == text.npos ? text.npos : text.find("?=", charset_end + 3);
    if (end == text.npos || text.size() < charset_end + 3 || text[charset_end + 2] != '?') {
      out.append(text.substr(0, 2));
      text.remove_prefix(2);
      continue;
    }
    std::string word(text.substr(charset_end + 3, end - charset_end - 3));
    const char how = text[charset_end + 1];
    if (how == 'Q' || how == 'q') std::ranges::replace(word, '_', ' ');
    const Bytes decoded = how == 'B' || how == 'b' ? decode_base64(word) : decode_quoted_printable(word);
    out.append(as_text(decoded));
    text.remove_prefix(end + 2);
  }
  return out;
}

}  // namespace khien::scan
