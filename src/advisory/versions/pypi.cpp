#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "versions/orders.hpp"

// PEP 440 ("Summary of permitted suffixes and relative ordering"); what is no version by it
// is older than all that are, in the order that setuptools had before.
namespace khien::advisory::versions {
namespace {

// Absent numbers have a place of their own, so an optional; a letter without number is 0.
struct Public {
  std::string_view epoch, release, local;
  int stage = 0;  // of pre: 0 a, 1 b, 2 rc
  std::optional<std::string_view> pre, post, dev;
};

struct Word {
  std::string_view text;
  int stage;
};
// Longer ones first: "preview" is not "pre".
constexpr std::array<Word, 8> kPre = {{{"preview", 2}, {"alpha", 0}, {"beta", 1}, {"pre", 2}, {"rc", 2}, {"a", 0}, {"b", 1}, {"c", 2}}};
constexpr std::array<Word, 3> kPost = {{{"post", 0}, {"rev", 0}, {"r", 0}}};
constexpr std::array<Word, 1> kDev = {{{"dev", 0}}};

bool separates(char c) { return c == '.' || c == '-' || c == '_'; }

void skip_separator(std::string_view& rest) {
  if (!rest.empty() && separates(rest.front())) rest.remove_prefix(1);
}

// "[._-]?word[._-]?number?", or nothing taken. A separator before no number is its own only
// where nothing else follows.
std::optional<std::string_view> take_word(std::string_view& rest, std::span<const Word> words, int* stage = nullptr) {
  std::string_view after = rest;
  skip_separator(after);
  for (const Word& word : words) {
    if (compare_small(after.substr(0, word.text.size()), word.text) != 0) continue;
    after.remove_prefix(word.text.size());
    rest = after;
    skip_separator(after);
    const std::string_view digits = take_while(after, is_digit);
    if (!digits.empty() || after.empty() || after.front() == '+') rest = after;
    if (stage != nullptr) *stage = word.stage;
    return digits;
  }
  return std::nullopt;
}

// "1.0-1" is a post-release too.
std::optional<std::string_view> take_post(std::string_view& rest) {
  if (rest.size() > 1 && rest[0] == '-' && is_digit(rest[1])) {
    rest.remove_prefix(1);
    return take_while(rest, is_digit);
  }
  return take_word(rest, kPost);
}

std::string_view take_release(std::string_view& rest) {
  const std::string_view all = rest;
  std::size_t length = 0;
  while (true) {
    length += take_while(rest, is_digit).size();
    if (rest.size() < 2 || rest[0] != '.' || !is_digit(rest[1])) return all.substr(0, length);
    rest.remove_prefix(1);
    ++length;
  }
}

bool is_local(std::string_view text) {
  bool wanted = true;  // a letter or digit
  for (const char c : text) {
    if (!is_digit(c) && !is_letter(c) && (wanted || !separates(c))) return false;
    wanted = separates(c);
  }
  return !wanted;
}

std::optional<Public> parse(std::string_view rest) {
  Public version;
  if (rest.starts_with('v') || rest.starts_with('V')) rest.remove_prefix(1);
  if (const auto mark = rest.find('!'); mark != rest.npos) {
    version.epoch = rest.substr(0, mark);
    if (!is_number(version.epoch)) return std::nullopt;
    rest.remove_prefix(mark + 1);
  }
  if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
  version.release = take_release(rest);
  version.pre = take_word(rest, kPre, &version.stage);
  version.post = take_post(rest);
  version.dev = take_word(rest, kDev);
  if (rest.empty()) return version;
  version.local = rest.substr(1);
  if (rest.front() != '+' || !is_local(version.local)) return std::nullopt;
  return version;
}

// 1.0.dev1 stands before 1.0a1, which stands before 1.0.
int stage_of(const Public& version) {
  if (version.pre) return version.stage;
  return version.dev && !version.post ? -1 : 3;
}

// By number; without one it is `missing` of the other.
Order compare_optional(const std::optional<std::string_view>& a, const std::optional<std::string_view>& b, Order missing) {
  if (a && b) return compare_numbers(*a, *b);
  if (!a && !b) return Order::equal;
  return !a ? missing : 0 <=> missing;
}

std::string_view take_local(std::string_view& text) {
  const std::string_view part = take_while(text, [](char c) { return !separates(c); });
  skip_separator(text);
  return part;
}

// Numbers after texts, more parts after fewer.
Order compare_local(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_local(a), right = take_local(b);
    const bool number = is_number(left), other = is_number(right);
    if (number != other) return number <=> other;
    if (const Order order = number ? compare_numbers(left, right) : compare_small(left, right); order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

Order compare_public(const Public& a, const Public& b) {
  if (const Order order = compare_numbers(a.epoch, b.epoch); order != 0) return order;
  if (const Order order = compare_dotted(a.release, b.release); order != 0) return order;
  if (const Order order = stage_of(a) <=> stage_of(b); order != 0) return order;
  if (const Order order = compare_optional(a.pre, b.pre, Order::equal); order != 0) return order;
  if (const Order order = compare_optional(a.post, b.post, Order::less); order != 0) return order;
  if (const Order order = compare_optional(a.dev, b.dev, Order::greater); order != 0) return order;
  return compare_local(a.local, b.local);
}

// A part of an old version as setuptools sorted it: words marked by "*", numbers padded.
std::string old_part(std::string_view part) {
  constexpr std::size_t kWidth = 8;
  if (is_digit(part.front())) return std::string(kWidth - std::min(kWidth, part.size()), '0') + std::string(part);
  if (part == "pre" || part == "preview" || part == "rc") return "*c";
  if (part == "-") return "*final-";
  if (part == "dev") return "*@";
  return "*" + std::string(part);
}

std::string_view take_old(std::string_view& text) {
  if (is_digit(text.front())) return take_while(text, is_digit);
  if (is_small(text.front())) return take_while(text, is_small);
  if (text.front() != '.' && text.front() != '-') return take_while(text, [](char c) { return !is_digit(c) && !is_small(c) && c != '.' && c != '-'; });
  const std::string_view part = text.substr(0, 1);
  text.remove_prefix(1);
  return part;
}

void add_old(std::vector<std::string>& parts, std::string part) {
  const auto drop = [&](std::string_view last) {
    while (!parts.empty() && parts.back() == last) parts.pop_back();
  };
  if (part.front() == '*') {
    if (part < "*final") drop("*final-");
    drop("00000000");
  }
  parts.push_back(std::move(part));
}

std::vector<std::string> old_parts(std::string_view version) {
  std::string text(version);
  std::ranges::transform(text, text.begin(), small);
  std::vector<std::string> parts;
  for (std::string_view rest = text; !rest.empty();) {
    if (const std::string_view part = take_old(rest); part != ".") add_old(parts, old_part(part));
  }
  add_old(parts, "*final");
  return parts;
}

Result<void> check(std::string_view) { return {}; }

Order compare(std::string_view a, std::string_view b) {
  const auto left = parse(a), right = parse(b);
  if (left && right) return compare_public(*left, *right);
  if (left || right) return left.has_value() <=> right.has_value();
  return old_parts(a) <=> old_parts(b);
}

}  // namespace

const Rule kPypi = {check, compare};

}  // namespace khien::advisory::versions
