#include "unpack/pdf_dictionary.hpp"

#include <algorithm>

#include "unpack/text_encodings.hpp"

namespace khien::scan {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxDepth = 256;
// What honest files never have; so that a large file of small things costs no more
// memory than it has bytes.
constexpr std::size_t kMaxKeys = 1u << 16;
constexpr std::size_t kMaxItems = 1024;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_delimiter(char c) { return "/<>[]()%{}"sv.find(c) != std::string_view::npos; }

// "( … )", in which brackets pair and a backslash takes the next one's meaning.
std::size_t string_bytes(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '(') {
      ++depth;
    } else if (text[at] == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t word_bytes(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && !is_space(text[size]) && !is_delimiter(text[size])) ++size;
  return size;
}

// One token: a bracket, a string, a name, a word.
std::string_view take_token(std::string_view& text) {
  text = skip_pdf_space(text);
  std::size_t size = 1;
  if (text.empty()) return {};
  if (text.starts_with("<<") || text.starts_with(">>")) {
    size = 2;
  } else if (text[0] == '(') {
    size = string_bytes(text);
  } else if (text[0] == '<') {
    size = std::min(text.find('>'), text.size() - 1) + 1;
  } else if (text[0] == '/') {
    size = 1 + word_bytes(text.substr(1));
  } else if (!is_delimiter(text[0])) {
    size = word_bytes(text);
  }
  const std::string_view token = text.substr(0, size);
  text.remove_prefix(size);
  return token;
}

bool is_word_of_digits(std::string_view token) { return !token.empty() && std::ranges::all_of(token, is_digit); }

// Behind a number: " 0 R" makes it a reference.
std::size_t reference_bytes(std::string_view text) {
  std::string_view rest = text;
  if (!is_word_of_digits(take_token(rest)) || take_token(rest) != "R") return 0;
  return text.size() - rest.size();
}

}  // namespace

std::string_view skip_pdf_space(std::string_view text) {
  for (;;) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    if (!text.starts_with('%')) return text;
    text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size()));
  }
}

std::string take_pdf_name(std::string_view& text) {
  const std::string_view word = text.substr(0, word_bytes(text));
  text.remove_prefix(word.size());
  std::string name;
  for (std::size_t at = 0; at < word.size(); ++at) {
    const Bytes byte = word[at] == '#' && at + 2 < word.size() ? decode_hex(word.substr(at + 1, 2)) : Bytes{};
    name += byte.empty() ? word[at] : static_cast<char>(byte[0]);
    if (!byte.empty()) at += 2;
  }
  return name;
}

std::string_view take_pdf_value(std::string_view& text) {
  text = skip_pdf_space(text);
  const std::string_view begin = text;
  std::size_t depth = 0;
  do {
    const std::string_view token = take_token(text);
    if (token.empty()) return {};
    if (token == "<<" || token == "[") {
      if (++depth > kMaxDepth) return {};
    } else if (token == ">>" || token == "]") {
      if (depth == 0) return {};
      --depth;
    } else if (depth == 0 && is_word_of_digits(token)) {
      text.remove_prefix(reference_bytes(text));
    }
  } while (depth > 0);
  return begin.substr(0, begin.size() - text.size());
}

std::optional<PdfDictionary> take_pdf_dictionary(std::string_view& text) {
  std::string_view rest = skip_pdf_space(text);
  if (!rest.starts_with("<<")) return std::nullopt;
  rest.remove_prefix(2);
  PdfDictionary dictionary;
  for (;;) {
    rest = skip_pdf_space(rest);
    if (rest.empty()) return std::nullopt;
    if (rest.starts_with(">>")) break;
    if (!rest.starts_with('/')) {
      // Not a key: readers pass over it. But it should have ended before these.
      if (const auto token = take_token(rest); token == "stream" || token == "endobj" || token == "obj") return std::nullopt;
      continue;
    }
    rest.remove_prefix(1);
    std::string key = take_pdf_name(rest);
    const std::string_view next = skip_pdf_space(rest);
    if (next.starts_with(">>")) continue;
    const std::string_view value = take_pdf_value(rest);
    if (value.empty() || dictionary.entries.size() == kMaxKeys) return std::nullopt;
    dictionary.entries.push_back({std::move(key), value});
  }
  text = rest.substr(2);
  return dictionary;
}

std::string_view PdfDictionary::find(std::initializer_list<std::string_view> keys) const {
  for (const std::string_view key : keys) {
    for (const Entry& entry : entries) {
      if (entry.key == key && entry.value != "null") return entry.value;
    }
  }
  return {};
}

bool PdfDictionary::has_twice(std::string_view key) const { return std::ranges::count(entries, key, &Entry::key) > 1; }

std::vector<std::string_view> pdf_items(std::string_view value) {
  value = skip_pdf_space(value);
  if (!value.starts_with('[')) return value.empty() ? std::vector<std::string_view>{} : std::vector{value};
  value.remove_prefix(1);
  std::vector<std::string_view> items;
  while (items.size() < kMaxItems && !skip_pdf_space(value).starts_with(']')) {
    const std::string_view item = take_pdf_value(value);
    if (item.empty()) break;
    items.push_back(item);
  }
  return items;
}

std::optional<std::uint64_t> pdf_number(std::string_view value) {
  constexpr std::size_t kMostDigits = 18;
  if (value.starts_with('+')) value.remove_prefix(1);
  if (!is_word_of_digits(value) || value.size() > kMostDigits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : value) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

std::optional<std::uint64_t> pdf_reference(std::string_view value) {
  if (!value.ends_with('R')) return std::nullopt;
  return pdf_number(take_token(value));
}

}  // namespace khien::scan
