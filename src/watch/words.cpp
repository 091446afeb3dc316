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
  const char32_t lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) [[likely]] return size = 1, lead;
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
constexpr std::array<std::pair<char16_t, char16_t>, 59> kLookalikes{{
    {0x430, 'a'}, {0x435, 'e'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x443, 'y'}, {0x445, 'x'}, {0x456, 'i'},
    {0x458, 'j'}, {0x455, 's'}, {0x501, 'd'}, {0x51B, 'q'}, {0x51D, 'w'}, {0x432, 'b'}, {0x43D, 'h'}, {0x43C, 'm'},
    {0x442, 't'}, {0x3BF, 'o'}, {0x3B1, 'a'}, {0x3BD, 'v'}, {0x3C1, 'p'}, {0x3B9, 'i'},
    {0x262, 'g'}, {0x26A, 'i'}, {0x274, 'n'}, {0x280, 'r'}, {0x299, 'b'}, {0x29C, 'h'}, {0x29F, 'l'},  // small capitals
    {0x43A, 'k'}, {0x3BA, 'k'},
    // Capitals look like other letters than their small ones do ("Н", "Ρ").
    {0x410, 'a'}, {0x412, 'b'}, {0x415, 'e'}, {0x41A, 'k'}, {0x41C, 'm'}, {0x41D, 'h'}, {0x41E, 'o'}, {0x420, 'p'}, {0x421, 'c'}, {0x422, 't'},
    {0x423, 'y'}, {0x425, 'x'}, {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'},
    {0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x397, 'h'}, {0x399, 'i'}, {0x39A, 'k'}, {0x39C, 'm'}, {0x39D, 'n'}, {0x39F, 'o'}, {0x3A1, 'p'},
    {0x3A4, 't'}, {0x3A5, 'y'}, {0x3A7, 'x'},
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

constexpr std::uint16_t kLeetLetters = 5;
constexpr std::uint64_t kSeed = 14695981039346656037u;

std::uint64_t mixed(std::uint64_t hash, char32_t c) { return (hash ^ c) * 1099511628211u; }

// What digits stand for that are written for letters; 0: nothing.
constexpr char letter_of_digit(char32_t digit) {
  constexpr std::array<char, 10> kLetters{'o', 'i', 0, 'e', 'a', 's', 0, 't', 0, 0};
  return kLetters[digit - U'0'];
}

// The letter of a word that begins at `at`, with what it stands for beside it.
struct Read {
  char32_t code = 0;
  Letter letter;
  std::size_t size = 1;
  bool odd = false;  // only looks like a Latin one
};

Read letter_at(const std::array<Letter, kTableSize>& letters, std::string_view text, std::size_t at) {
  Read read;
  read.code = code_at(text, at, read.size);
  const char32_t c = read.code;
  if (c < kTableSize) {
    read.letter = letters[c];
    read.odd = (read.letter.plain & 0x8000) != 0;
  } else if (!(c < 0x2E80 || c >= 0x1F000 || (c >= 0x3000 && c < 0x3040) || (c >= 0xFE00 && c < 0xFF10))) {
    read.letter = {static_cast<char16_t>(c & 0xffff), static_cast<char16_t>(c & 0xffff)};
  }
  return read;
}

// The keys of a word with digits, or with letters that only look like Latin ones.
void take_disguise(std::string_view text, Word& word, bool lookalike, bool undoable) {
  std::uint64_t latinised = kSeed, marked = kSeed, undone = kSeed;
  for (std::size_t at = word.begin; at < word.end;) {
    const Read read = letter_at(table(), text, at);
    const char32_t look = read.odd ? read.letter.plain & 0x7fff : read.letter.plain;
    const bool digit = read.code >= '0' && read.code <= '9';
    undone = mixed(undone, digit ? static_cast<char32_t>(letter_of_digit(read.code)) : look);
    latinised = mixed(latinised, look);
    marked = mixed(marked, read.odd ? look : read.letter.small);
    at += read.size;
  }
  if (lookalike) word.plain = latinised, word.key = marked;
  if (undoable) word.undone = undone;
}

// Reads one word that begins at `at`; gives its end.
std::size_t read_word(const std::array<Letter, kTableSize>& letters, std::string_view text, const std::size_t begin, Word& word) {
  std::uint64_t key = kSeed, plain = kSeed;
  std::size_t at = begin;
  std::uint16_t count = 0, marks = 0;
  bool latin = false, lookalike = false, digits = false, undoable = true, within = false, ended_in_digit = false;
  // Plain letters have one key; most words are nothing else.
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x80 || byte <= '9' || letters[byte].small == 0) break;
    key = mixed(key, letters[byte].small);
  }
  count = static_cast<std::uint16_t>(at - begin);
  latin = at > begin;
  plain = key;
  while (at < text.size()) {
    const Read read = letter_at(letters, text, at);
    const char32_t c = read.code;
    if (read.letter.small == 0) break;
    lookalike = lookalike || read.odd;
    latin = latin || (c < 0x80 && c > '9');
    const bool digit = c >= '0' && c <= '9';
    within = within || (!digit && ended_in_digit && count > 1);
    ended_in_digit = digit && letter_of_digit(c) != 0;
    digits = digits || digit;
    undoable = undoable && (!digit || ended_in_digit);
    key = mixed(key, read.letter.small);
    plain = mixed(plain, read.odd ? read.letter.small : read.letter.plain);
    const bool marked = c < kTableSize && !read.odd && read.letter.plain != read.letter.small;
    word.marked = word.marked || marked;
    marks = static_cast<std::uint16_t>(marks + (marked ? 1 : 0));
    ++count;
    at += read.size;
  }
  word.begin = static_cast<std::uint32_t>(begin);
  word.end = static_cast<std::uint32_t>(at);
  word.key = key;
  word.plain = plain;
  word.letters = count;
  word.marks = marks;
  if (latin && (lookalike || (digits && undoable))) take_disguise(text, word, lookalike, digits && undoable);
  word.mixed = digits && latin && !word.marked && word.letters <= 16;
  word.leet = word.undone != 0 && within && word.letters >= kLeetLetters;
  return at;
}

}  // namespace

void split_words(std::string_view text, std::vector<Word>& words) {
  words.clear();
  const auto& letters = table();
  for (std::size_t at = 0; at < text.size();) {
    if (const auto byte = static_cast<unsigned char>(text[at]); byte < 0x80 && letters[byte].small == 0) {
      ++at;
      continue;
    }
    Word word;
    const std::size_t end = read_word(letters, text, at, word);
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
    } else if ((c >= 0x900 && c < 0x10A0) || (c >= 0x1780 && c < 0x1800)) {
      ++scripts.other;
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
