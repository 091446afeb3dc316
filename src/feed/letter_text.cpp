#include "letter_text.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "khien/core/text.hpp"

namespace khien::feed {
namespace {

struct Point {
  char32_t value = 0;
  std::size_t length = 1;
};

// The code point at a place of valid UTF-8.
Point point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (at + length > text.size()) return {0xfffd, 1};
  char32_t value = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = (value << 6) | (byte(i) & 0x3fu);
  return {value, length};
}

// What a code point is in the plain text; empty: nothing.
std::string plain_of(char32_t point, std::string_view bytes) {
  if (point == 0xad || (point >= 0x200b && point <= 0x200f) || point == 0xfeff || point == 0x2060) return "";
  if ((point >= 0x2010 && point <= 0x2015) || point == 0x2212 || point == 0xfe58 || point == 0xfe63 || point == 0xff0d) return "-";
  if (point == 0xa0 || point == 0x202f || point == 0x3000 || (point >= 0x2000 && point <= 0x200a)) return " ";
  if (point == 0x2028 || point == 0x2029 || point == 0x85) return "\n";
  if (point == 0xff1a) return ":";
  if (point == 0x2264) return "<=";
  return fold(bytes);
}

std::size_t vietnamese_words(std::string_view text) {
  constexpr std::array<std::string_view, 14> kWords = {"cộng hòa", "cộng hoà", "độc lập", "hạnh phúc", "kính gửi", "an toàn", "lỗ hổng",
                                                       "phiên bản", "bảo mật", "cảnh báo", "số:", "ngày", "nâng cấp", "thông tin"};
  const std::string small = lower(text);
  return static_cast<std::size_t>(std::ranges::count_if(kWords, [&](std::string_view word) { return small.find(word) != small.npos; }));
}

// The text's bytes as Latin-1, if it has nothing else: how legacy fonts are pasted.
std::optional<std::string> as_latin1(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    const Point point = point_at(text, at);
    if (point.value > 0xff) return std::nullopt;
    bytes += static_cast<char>(point.value);
    at += point.length;
  }
  return bytes;
}

std::string in_unicode(std::string_view given) {
  const bool valid = is_utf8(given);
  const auto bytes = valid ? as_latin1(given) : std::optional(std::string(given));
  std::string best = valid ? std::string(given) : to_valid_utf8(given);
  if (!bytes) return best;
  std::size_t most = vietnamese_words(best);
  for (auto& candidate : {from_tcvn3(*bytes), from_vni(*bytes)}) {
    if (const auto words = vietnamese_words(candidate); words > most + 1) {
      most = words;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

LetterText LetterText::of(std::string_view given) {
  LetterText letter;
  const std::string text = in_unicode(given);
  auto normal = nfc(text);
  letter.text_ = normal ? *std::move(normal) : to_valid_utf8(text);
  std::erase(letter.text_, '\r');
  std::unordered_map<char32_t, std::string> known;
  for (std::size_t at = 0; at < letter.text_.size();) {
    const Point point = point_at(letter.text_, at);
    std::string plain;
    if (point.value < 0x80) {
      plain = static_cast<char>(point.value >= 'A' && point.value <= 'Z' ? point.value + 32 : point.value == '\t' || point.value == '\f' || point.value == '\v' ? ' ' : point.value);
    } else {
      const auto [found, is_new] = known.try_emplace(point.value);
      if (is_new) found->second = plain_of(point.value, std::string_view(letter.text_).substr(at, point.length));
      plain = found->second;
    }
    for (const char c : plain) {
      letter.plain_ += c;
      letter.at_.push_back(at);
      letter.behind_.push_back(at + point.length);
    }
    at += point.length;
  }
  letter.at_.push_back(letter.text_.size());
  return letter;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); }
bool begins_word(std::string_view plain, std::size_t at) { return at == 0 || !is_word(plain[at - 1]); }
bool ends_word(std::string_view plain, std::size_t at) { return at >= plain.size() || !is_word(plain[at]); }

void Scan::skip_blanks() {
  while (at_ < plain_.size() && (plain_[at_] == ' ' || plain_[at_] == '\n')) ++at_;
}

bool Scan::take(std::string_view words) {
  const std::size_t before = at_;
  skip_blanks();
  for (const char c : words) {
    if (c == ' ') {
      const std::size_t at = at_;
      skip_blanks();
      if (at_ != at) continue;
    } else if (peek() == c) {
      ++at_;
      continue;
    }
    at_ = before;
    return false;
  }
  if (is_word(words.back()) && !ends_word(plain_, at_)) {
    at_ = before;
    return false;
  }
  return true;
}

std::string_view Scan::take_digits() {
  const std::size_t begin = at_;
  while (at_ < plain_.size() && is_digit(plain_[at_])) ++at_;
  return plain_.substr(begin, at_ - begin);
}

std::string_view Scan::take_version() {
  const std::size_t before = at_;
  skip_blanks();
  if (peek() == 'v' && at_ + 1 < plain_.size() && is_digit(plain_[at_ + 1])) ++at_;
  const std::size_t begin = at_;
  std::size_t end = begin;
  int dots = 0;
  while (end < plain_.size() && (is_digit(plain_[end]) || (plain_[end] == '.' && end + 1 < plain_.size() && is_digit(plain_[end + 1]) && end > begin))) {
    if (plain_[end] == '.') ++dots;
    ++end;
  }
  // "2.4.56-p1", "9.0.0.m1", "8.5b": a label that is a word with a digit, or one letter.
  std::size_t label = end;
  if (label < plain_.size() && (plain_[label] == '-' || plain_[label] == '.') && label + 1 < plain_.size() && is_word(plain_[label + 1]) && !is_digit(plain_[label + 1])) {
    std::size_t word = label + 1;
    bool digit = false;
    while (word < plain_.size() && is_word(plain_[word])) digit = digit || is_digit(plain_[word++]);
    if (digit && word - label < 10) end = word;
  } else if (label < plain_.size() && is_word(plain_[label]) && ends_word(plain_, label + 1)) {
    end = label + 1;
  }
  if (dots == 0 || end == begin || !ends_word(plain_, end)) {
    at_ = before;
    return {};
  }
  at_ = end;
  return plain_.substr(begin, end - begin);
}

std::optional<WrittenDay> take_day(Scan& scan) {
  const Scan before = scan;
  scan.skip_blanks();
  const auto number = [&](std::size_t most) -> int {
    const auto digits = scan.take_digits();
    if (digits.empty() || digits.size() > most) return 0;
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
  };
  WrittenDay day;
  day.day = number(2);
  Scan words = scan;
  if (words.take("thang")) {
    scan = words;
    scan.skip_blanks();
    day.in_words = true;
    day.month = number(2);
    if (Scan year = scan; year.take("nam")) {
      year.skip_blanks();
      scan = year;
      day.year = number(4);
    }
  } else if (const char mark = scan.peek(); mark == '/' || mark == '.' || mark == '-') {
    (void)scan.take(std::string_view(&mark, 1));
    day.month = number(2);
    if (Scan year = scan; year.peek() == mark && year.take(std::string_view(&mark, 1))) {
      const auto digits = year.take_digits();
      if (digits.size() == 4) {
        scan = year;
        for (const char c : digits) day.year = day.year * 10 + (c - '0');
      } else if (!digits.empty()) {
        day.month = 0;  // "7.4.3" is a version
      }
    }
  }
  const bool right = day.day > 0 && day.day <= 31 && day.month > 0 && day.month <= 12 && (day.year == 0 || (day.year >= 1990 && day.year < 2100));
  if (!right) {
    scan = before;
    return std::nullopt;
  }
  return day;
}

}  // namespace khien::feed
