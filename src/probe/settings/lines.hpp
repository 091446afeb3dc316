#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

// What the parsers of settings share.

namespace khien::probe {

inline constexpr std::string_view kBlanks = " \t\r\f\v";
inline constexpr std::size_t kMaxSettingBytes = 1'000;
inline constexpr std::size_t kMaxWords = 32;

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

inline std::string lowered(std::string_view text) {
  std::string lower(text.substr(0, kMaxSettingBytes));
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

inline std::string unquoted(std::string_view text) {
  text = trimmed(text);
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return std::string((quoted ? text.substr(1, text.size() - 2) : text).substr(0, kMaxSettingBytes));
}

// The next line, without its end; the text is advanced behind it.
inline std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The next word of a line; words in quotes may hold blanks. Empty at the end.
inline std::string take_word(std::string_view& line) {
  line = trimmed(line);
  if (line.empty()) return {};
  const char quote = line.front();
  if (quote == '"' || quote == '\'') {
    const auto end = line.find(quote, 1);
    const auto word = line.substr(1, (end == line.npos ? line.size() : end) - 1);
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
    return std::string(word.substr(0, kMaxSettingBytes));
  }
  const auto end = std::min(line.find_first_of(kBlanks), line.size());
  const std::string word(line.substr(0, std::min(end, kMaxSettingBytes)));
  line.remove_prefix(end);
  return word;
}

}  // namespace khien::probe
