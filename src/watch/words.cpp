#include "words.hpp"

#include <algorithm>
#include <array>

#include "khien/core/text.hpp"

namespace khien::watch {
namespace {

constexpr char32_t kTableSize = 0x2000;

struct Letter {
  char16_t small = 0;  // 0: no letter
  char16_t plain = 0;
};

char32_t code_at(std::string_view text, std::size_t at, std::size_t& size) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(i < text.size() ? static_cast<unsigned char>(text[i]) : 0); };
  const char32_t lead = byte(at);
  if (lead < 0x80) return size = 1, lead;
  if (lead < 0xE0) return size = 2, (lead & 0x1F) << 6 | (byte(at + 1) & 0x3F);
  if (lead < 0xF0) return size = 3, (lead & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
  return size = 4, (lead & 7) << 18 | (byte(at + 1) & 0x3F) << 12 | (byte(at + 2) & 0x3F) << 6 | (byte(at + 3) & 0x3F);
}

std::string utf8_of(char32_t code) {
  std::string out;
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
  return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
}

constexpr bool is_letter(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (c < 0xC0) return c == 0xAA || c == 0xBA;
  if (c == 0xD7 || c == 0xF7) return false;
  return c < 0x2000 && !(c >= 0x0300 && c < 0x0370);
}

// What looks like a Latin letter and is none.
constexpr std::array<std::pair<char16_t, char16_t>, 22> kLookalikes{{
    {0x430, 'a'}, {0x435, 'e'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x443, 'y'}, {0x445, 'x'}, {0x456, 'i'},
    {0x458, 'j'}, {0x455, 's'}, {0x501, 'd'}, {0x51B, 'q'}, {0x51D, 'w'}, {0x432, 'b'}, {0x43D, 'h'}, {0x43C, 'm'},
    {0x442, 't'}, {0x3BF, 'o'}, {0x3B1, 'a'}, {0x3BD, 'v'}, {0x3C1, 'p'}, {0x3B9, 'i'},
}};

std::array<Letter, kTableSize> make_table() {
  std::array<Letter, kTableSize> table{};
  for (char32_t c = 1; c < kTableSize; ++c) {
    if (!is_letter(c)) continue;
    std::size_t size = 0;
    const std::string small = lower(utf8_of(c));
    const std::string plain = fold(utf8_of(c));
    table[c].small = static_cast<char16_t>(code_at(small, 0, size));
    table[c].plain = plain.empty() ? table[c].small : static_cast<char16_t>(code_at(plain, 0, size));
  }
  for (const auto& [odd, latin] : kLookalikes) table[odd].plain = static_cast<char16_t>(latin | 0x8000);
  return table;
}

const std::array<Letter, kTableSize>& table() {
  static const std::array<Letter, kTableSize> letters = make_table();
  return letters;
}

constexpr std::uint64_t kSeed = 14695981039346656037u;

std::uint64_t mixed(std::uint64_t hash, char32_t c) { return (hash ^ c) * 1099511628211u; }

// Reads one word that begins at `at`; gives its end.
std::size_t read_word(std::string_view text, std::size_t at, Word& word) {
  const auto& letters = table();
  word = {.begin = static_cast<std::uint32_t>(at), .end = 0, .key = kSeed, .plain = kSeed};
  std::uint64_t latinised = kSeed;
  bool latin = false, lookalike = false;
  while (at < text.size()) {
    std::size_t size = 1;
    const char32_t c = code_at(text, at, size);
    const Letter letter = c < kTableSize ? letters[c] : Letter{static_cast<char16_t>(c & 0xffff), static_cast<char16_t>(c & 0xffff)};
    if (letter.small == 0 || (c >= 0x2000 && (c < 0x2E80 || c >= 0x1F000 || (c >= 0x3000 && c < 0x3040) || (c >= 0xFE00 && c < 0xFF10)))) break;
    const bool odd = (letter.plain & 0x8000) != 0 && c < kTableSize;
    const char32_t look = odd ? letter.plain & 0x7fff : letter.plain;
    lookalike = lookalike || odd;
    latin = latin || (c < 0x80 && c > '9');
    word.key = mixed(word.key, letter.small);
    word.plain = mixed(word.plain, odd ? letter.small : look);
    latinised = mixed(latinised, look);
    const bool marked = c < kTableSize && !odd && letter.plain != letter.small;
    word.marked = word.marked || marked;
    word.marks = static_cast<std::uint16_t>(word.marks + (marked ? 1 : 0));
    ++word.letters;
    at += size;
  }
  if (lookalike && latin) word.plain = word.key = latinised;
  word.end = static_cast<std::uint32_t>(at);
  return at;
}

}  // namespace

void split_words(std::string_view text, std::vector<Word>& words) {
  words.clear();
  for (std::size_t at = 0; at < text.size();) {
    Word word;
    const std::size_t end = read_word(text, at, word);
    if (end > at) {
      words.push_back(word);
      at = end;
    } else {
      std::size_t size = 1;
      (void)code_at(text, at, size);
      at += size;
    }
  }
}

void count_scripts(std::string_view text, Scripts& scripts) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 1;
    const char32_t c = code_at(text, at, size);
    at += size;
    if (c < 0x80) {
      scripts.latin += (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? 1 : 0;
    } else if (c < 0x250 || (c >= 0x1E00 && c < 0x1F00)) {
      ++scripts.latin;
      if (c >= 0x1EA0 || c == 0x110 || c == 0x111 || c == 0x1A0 || c == 0x1A1 || c == 0x1AF || c == 0x1B0 || c == 0x103) ++scripts.vietnamese;
    } else if (c >= 0x400 && c < 0x530) {
      ++scripts.cyrillic;
    } else if (c >= 0x600 && c < 0x780) {
      ++scripts.arabic;
    } else if (c >= 0xE00 && c < 0xE80) {
      ++scripts.thai;
    } else if (c >= 0x3040 && c < 0x3100) {
      ++scripts.kana;
    } else if (c >= 0x3400 && c < 0xA000) {
      ++scripts.han;
    } else if (c >= 0xAC00 && c < 0xD7B0) {
      ++scripts.hangul;
    }
  }
}

}  // namespace khien::watch
