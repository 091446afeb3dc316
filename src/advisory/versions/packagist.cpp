#include <algorithm>
#include <vector>

#include "versions/orders.hpp"

// Composer: the version in its normal form (no "v", no metadata, four numbers, no
// "stable", whatever the case), compared as PHP's version_compare() does.
namespace khien::advisory::versions {
namespace {

// As version_compare() ranks them; it knows a word by how it begins.
enum class Kind { unknown, dev, alpha, beta, candidate, end, number, patch };

struct Token {
  Kind kind = Kind::end;
  std::string_view text = {};
};

bool begins(std::string_view word, std::string_view with) { return compare_small(word.substr(0, with.size()), with) == 0; }

Kind kind_of(std::string_view word) {
  if (begins(word, "dev")) return Kind::dev;
  if (begins(word, "a")) return Kind::alpha;
  if (begins(word, "b")) return Kind::beta;
  if (begins(word, "rc")) return Kind::candidate;
  return begins(word, "p") ? Kind::patch : Kind::unknown;
}

std::string_view without_v(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  return text;
}

bool separates(char c) { return !is_digit(c) && !is_letter(c); }

std::vector<Token> split(std::string_view text) {
  constexpr std::size_t kNumbers = 4;
  std::vector<Token> tokens;
  text = without_v(text);
  text = text.substr(0, text.find('+'));
  bool words = false;
  while (take_while(text, separates), !text.empty()) {
    if (is_digit(text.front())) {
      tokens.push_back({Kind::number, take_while(text, is_digit)});
      continue;
    }
    const std::string_view word = take_while(text, is_letter);
    if (compare_small(word, "stable") == 0) continue;
    if (!words && tokens.size() < kNumbers) tokens.resize(kNumbers, {Kind::number, "0"});
    words = true;
    tokens.push_back({kind_of(word), word});
  }
  if (!words && tokens.size() < kNumbers) tokens.resize(kNumbers, {Kind::number, "0"});
  return tokens;
}

Result<void> check(std::string_view text) {
  text = without_v(text);
  if (text.empty() || !is_digit(text.front())) return Error(Code::invalid, "it does not begin with a digit");
  return {};
}

Order compare(std::string_view a, std::string_view b) {
  const std::vector<Token> left = split(a), right = split(b);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const Token one = i < left.size() ? left[i] : Token(), other = i < right.size() ? right[i] : Token();
    if (one.kind != other.kind) return one.kind <=> other.kind;
    if (one.kind != Kind::number) continue;
    if (const Order order = compare_numbers(one.text, other.text); order != 0) return order;
  }
  return Order::equal;
}

}  // namespace

const Rule kPackagist = {check, compare};

}  // namespace khien::advisory::versions
