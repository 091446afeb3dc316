#include "spelling.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"
#include "letters.hpp"

namespace khien::watch {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0; }

// U+00AD, U+034F, U+180E, U+200B to U+200F, U+202A to U+202E, U+2060 to U+2069, U+FE00 to U+FE0F, U+FEFF: letters
// that are there and are not seen.
std::size_t size_of_nothing(std::string_view text, std::size_t at) {
  const unsigned a = byte_at(text, at), b = byte_at(text, at + 1), c = byte_at(text, at + 2);
  if (a == 0xC2 && b == 0xAD) return 2;
  if (a == 0xCD && b == 0x8F) return 2;
  if (a == 0xE1 && b == 0xA0 && c == 0x8E) return 3;
  if (a == 0xE2 && b == 0x80 && ((c >= 0x8B && c <= 0x8F) || (c >= 0xAA && c <= 0xAE))) return 3;
  if (a == 0xE2 && b == 0x81 && c >= 0xA0 && c <= 0xA9) return 3;
  if (a == 0xEF && b == 0xB8 && c <= 0x8F) return 3;
  if (a == 0xEF && b == 0xBB && c == 0xBF) return 3;
  return 0;
}

// Alphabets that follow each other, 26 letters each, capitals and small ones in turns.
char letter_of_alphabets(unsigned place) { return static_cast<char>((place / 26 % 2 == 0 ? 'A' : 'a') + place % 26); }

struct Plain {
  char letter = 0;  // 0: it is none
  std::size_t size = 0;
};

// Letters for mathematics (U+1D400), in circles and squares (U+24B6, U+1F130), and small capitals, as the ones they are.
Plain plain_of_fancy(std::string_view text, std::size_t at) {
  const unsigned a = byte_at(text, at), b = byte_at(text, at + 1), c = byte_at(text, at + 2), d = byte_at(text, at + 3);
  if (a == 0xF0 && (b == 0x9D || b == 0x9F)) {
    const unsigned code = 0x10000 | (b & 0x3F) << 12 | (c & 0x3F) << 6 | (d & 0x3F);
    if (code >= 0x1D400 && code <= 0x1D6A3) return {letter_of_alphabets(code - 0x1D400), 4};
    if (code >= 0x1D7CE && code <= 0x1D7FF) return {static_cast<char>('0' + (code - 0x1D7CE) % 10), 4};
    for (const unsigned first : {0x1F130u, 0x1F150u, 0x1F170u}) {
      if (code >= first && code < first + 26) return {letter_of_alphabets(code - first), 4};
    }
    return {};
  }
  const unsigned code = (a & 0x0F) << 12 | (b & 0x3F) << 6 | (c & 0x3F);
  if (a == 0xE2 && code >= 0x24B6 && code <= 0x24E9) return {letter_of_alphabets(code - 0x24B6), 3};
  if (a != 0xE1 && a != 0xEA) return {};
  constexpr std::array<std::pair<unsigned, char>, 21> kSmallCapitals{{
      {0x1D00, 'a'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'}, {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x1D0C, 'l'},
      {0x1D0D, 'm'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x1D1B, 't'}, {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x1D21, 'w'},
      {0x1D22, 'z'}, {0xA730, 'f'}, {0xA731, 's'}, {0x1D03, 'b'}, {0x1D0E, 'n'}, {0x1D19, 'r'}, {0x1D1A, 'r'}}};
  for (const auto& [small, letter] : kSmallCapitals) {
    if (code == small) return {letter, 3};
  }
  return {};
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

// No space, and not the first byte of anything above.
constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return !is_space(c) && byte != 0xC2 && byte != 0xE2 && byte != 0xEF && byte != 0xF0 && byte != 0xEA;
}

// What U+1D00 to U+1D7F and U+180E begin with: more than Vietnamese letters do, so they are looked for by themselves.
bool has_odd_latin(std::string_view text) {
  for (auto at = text.find('\xE1'); at != text.npos; at = text.find('\xE1', at + 1)) {
    const unsigned b = byte_at(text, at + 1);
    if (b == 0xB4 || b == 0xB5 || b == 0xA0) return true;
  }
  return false;
}

enum class Spelling : unsigned char { plain, space, other };

constexpr std::array<Spelling, 256> kSpellings = [] {
  std::array<Spelling, 256> all{};
  for (std::size_t byte = 0; byte < all.size(); ++byte) {
    const bool plain = is_plain(static_cast<char>(byte)) && byte != 0xCC && byte != 0xCD;
    all[byte] = byte == ' ' ? Spelling::space : plain ? Spelling::plain : Spelling::other;
  }
  return all;
}();

// Whether it is spelled already: most texts are.
bool is_spelled(std::string_view text) {
  bool odd = false;
  Spelling before = Spelling::space;
  for (const char c : text) {
    const Spelling now = kSpellings[static_cast<unsigned char>(c)];
    odd |= now == Spelling::other || (now == Spelling::space && before == Spelling::space);
    before = now;
  }
  return !odd && (before != Spelling::space || text.empty());
}

}  // namespace

std::string spelled(std::string_view text) {
  const bool odd_latin = has_odd_latin(text);
  if (!odd_latin && is_spelled(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_plain(text[end]) && !(odd_latin && text[end] == '\xE1')) ++end;
    out += text.substr(at, end - at);
    if (end == text.size()) break;
    at = end;
    const Plain fancy = plain_of_fancy(text, at);
    const char plain = fancy.size > 0 ? fancy.letter : plain_of_wide(text, at);
    const auto nothing = size_of_nothing(text, at);
    if (is_space(text[at]) || is_no_break_space(text, at)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      at += is_space(text[at]) ? 1 : 2;
    } else if (nothing > 0) {
      at += nothing;
    } else {
      out += plain != 0 ? plain : text[at];
      at += fancy.size > 0 ? fancy.size : plain != 0 ? 3 : 1;
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
