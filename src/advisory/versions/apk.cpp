#include <algorithm>
#include <array>

#include "versions/orders.hpp"

// apk-package(5): number{.number}…{letter}{_suffix{number}}…{~hash}{-r#}, and what
// packages had before it was written down: "6.6.2p1", a number after the letter.
namespace khien::advisory::versions {
namespace {

// In the order in which what differs at one place is sorted: what goes on is newer than
// what ends, unless it goes on with a suffix of a pre-release, or with what no
// version may have.
enum class Kind { before_release, foreign, empty_number, end, revision, hash, suffix_number, suffix, letter, number };

struct Token {
  Kind kind = Kind::end;
  std::string_view text = {};
  std::size_t weight = 0;  // of suffixes
};

constexpr std::array<std::string_view, 4> kBefore = {"alpha", "beta", "pre", "rc"};
constexpr std::array<std::string_view, 5> kAfter = {"cvs", "svn", "git", "hg", "p"};

class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) {}

  Token next() {
    if (last_ == Kind::foreign || rest_.empty()) return became({Kind::end});
    if (first_) return first_ = false, became({Kind::number, take_while(rest_, is_digit)});
    return became(token());
  }

 private:
  Token became(Token token) {
    last_ = token.kind;
    return token;
  }

  Token token() {
    const char c = rest_.front();
    if (is_digit(c)) return number();
    if (is_small(c) && (last_ == Kind::number || last_ == Kind::empty_number)) return letter();
    rest_.remove_prefix(1);
    if (c == '.' && (last_ == Kind::number || last_ == Kind::empty_number)) return after_dot();
    if (c == '_' && last_ != Kind::hash && last_ != Kind::revision) return suffix();
    if (c == '~' && last_ != Kind::revision) return hash();
    if (c == '-' && rest_.starts_with('r')) return revision();
    return {Kind::foreign};
  }

  // Only where a letter or a suffix stands before it.
  Token number() {
    const bool of_suffix = last_ == Kind::suffix || last_ == Kind::before_release;
    if (!of_suffix && last_ != Kind::letter) return {Kind::foreign};
    return {of_suffix ? Kind::suffix_number : Kind::number, take_while(rest_, is_digit)};
  }

  Token letter() {
    const Token token = {Kind::letter, rest_.substr(0, 1)};
    rest_.remove_prefix(1);
    return token;
  }

  Token after_dot() {
    const std::string_view digits = take_while(rest_, is_digit);
    return {digits.empty() ? Kind::empty_number : Kind::number, digits};
  }

  Token suffix() {
    const std::string_view word = take_while(rest_, is_small);
    if (const auto found = std::ranges::find(kBefore, word); found != kBefore.end()) return {Kind::before_release, word, index(found, kBefore)};
    if (const auto found = std::ranges::find(kAfter, word); found != kAfter.end()) return {Kind::suffix, word, index(found, kAfter)};
    return {Kind::foreign};
  }

  template <class Words>
  static std::size_t index(typename Words::const_iterator found, const Words& words) {
    return static_cast<std::size_t>(found - words.begin());
  }

  Token hash() {
    const std::string_view digits = take_while(rest_, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    return {digits.empty() ? Kind::foreign : Kind::hash, digits};
  }

  Token revision() {
    rest_.remove_prefix(1);
    const std::string_view digits = take_while(rest_, is_digit);
    return {digits.empty() && !rest_.empty() ? Kind::foreign : Kind::revision, digits};
  }

  std::string_view rest_;
  Kind last_ = Kind::end;
  bool first_ = true;
};

// A number with a leading zero is a fraction (but for the first): "1.02" is older than "1.1".
Order compare_number(std::string_view a, std::string_view b, bool first) {
  if (!first && (a.starts_with('0') || b.starts_with('0'))) return a <=> b;
  return compare_numbers(a, b);
}

Order compare_tokens(const Token& a, const Token& b, bool first) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  switch (a.kind) {
    case Kind::number: return compare_number(a.text, b.text, first);
    case Kind::suffix_number:
    case Kind::revision: return compare_numbers(a.text, b.text);
    case Kind::before_release:
    case Kind::suffix: return a.weight <=> b.weight;
    case Kind::letter:
    case Kind::hash: return a.text <=> b.text;
    case Kind::end:
    case Kind::empty_number:
    case Kind::foreign: return Order::equal;
  }
  return Order::equal;
}

Result<void> check(std::string_view text) {
  if (!is_digit(text.front())) return Error(Code::invalid, "it does not begin with a digit");
  return {};
}

Order compare(std::string_view a, std::string_view b) {
  Tokens left(a), right(b);
  for (bool first = true;; first = false) {
    const Token one = left.next(), other = right.next();
    if (const Order order = compare_tokens(one, other, first); order != 0) return order;
    if (one.kind == Kind::end) return Order::equal;
  }
}

}  // namespace

const Rule kApk = {check, compare};

}  // namespace khien::advisory::versions
