#include "spelling.hpp"

#include <algorithm>

#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

unsigned byte_at(std::string_view text, std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0; }

// U+00AD, U+200B to U+200F, U+2060, U+FEFF: letters that are there and are not seen.
std::size_t size_of_nothing(std::string_view text, std::size_t at) {
  const unsigned a = byte_at(text, at), b = byte_at(text, at + 1), c = byte_at(text, at + 2);
  if (a == 0xC2 && b == 0xAD) return 2;
  if (a == 0xE2 && b == 0x80 && c >= 0x8B && c <= 0x8F) return 3;
  if (a == 0xE2 && b == 0x81 && c == 0xA0) return 3;
  if (a == 0xEF && b == 0xBB && c == 0xBF) return 3;
  return 0;
}

bool is_no_break_space(std::string_view text, std::size_t at) { return byte_at(text, at) == 0xC2 && byte_at(text, at + 1) == 0xA0; }

// U+FF01 to U+FF5E as "!" to "~"; 0: it is none.
char plain_of_wide(std::string_view text, std::size_t at) {
  const unsigned a = byte_at(text, at), b = byte_at(text, at + 1), c = byte_at(text, at + 2);
  if (a != 0xEF || (b != 0xBC && b != 0xBD)) return 0;
  const unsigned code = (b - 0xBC) * 64 + (c - 0x80);
  return code >= 1 && code <= 0x5E ? static_cast<char>(0x20 + code) : 0;
}

bool has_combining_marks(std::string_view text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const unsigned lead = byte_at(text, at);
    if (lead == 0xCC || (lead == 0xCD && byte_at(text, at + 1) < 0xB0)) return true;
  }
  return false;
}

}  // namespace

std::string spelled(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      if (!is_space(c)) out += c;
      else if (!out.empty() && out.back() != ' ') out += ' ';
      ++at;
    } else if (is_no_break_space(text, at)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      at += 2;
    } else if (const auto nothing = size_of_nothing(text, at); nothing > 0) {
      at += nothing;
    } else if (const char plain = plain_of_wide(text, at); plain != 0) {
      out += plain;
      at += 3;
    } else {
      out += c;
      ++at;
    }
  }
  while (out.ends_with(' ')) out.pop_back();
  if (!has_combining_marks(out)) return out;
  auto composed = nfc(out);
  return composed ? std::move(composed).value() : out;
}

std::string refresh_target(std::string_view content) {
  const auto comma = content.find_first_of(";,");
  if (comma == content.npos) return {};
  std::string_view rest = content.substr(comma + 1);
  const auto skip = [&] {
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  };
  skip();
  if (rest.size() >= 3 && std::ranges::equal(rest.substr(0, 3), std::string_view("url"), {}, lower_ascii)) {
    rest.remove_prefix(3);
    skip();
    if (rest.starts_with('=')) rest.remove_prefix(1);
    skip();
  }
  if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
    const char quote = rest.front();
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find(quote));
  }
  while (!rest.empty() && is_space(rest.back())) rest.remove_suffix(1);
  return std::string(rest);
}

}  // namespace khien::watch
