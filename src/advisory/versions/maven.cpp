#include <algorithm>
#include <array>
#include <vector>

#include "versions/orders.hpp"

// ComparableVersion of Maven 3.9 and its "Version Order Specification": tokens between dots,
// hyphens and where digits meet letters; what means nothing is dropped at the end and
// before each hyphen; a qualifier is one after a dot as after a hyphen (MNG-7644).
namespace khien::advisory::versions {
namespace {

constexpr int kRelease = 5, kOther = 7;

struct Token {
  bool hyphen = false;
  bool number = true;
  int rank = kRelease;         // of qualifiers
  std::string_view text = {};  // a number's without leading zeros

  bool means_nothing() const { return number ? text.empty() : rank == kRelease; }
};

struct Known {
  std::string_view word;
  int rank;
};
constexpr std::array<Known, 10> kKnown = {{{"alpha", 0}, {"beta", 1}, {"milestone", 2}, {"rc", 3}, {"cr", 3}, {"snapshot", 4},
                                          {"final", kRelease}, {"ga", kRelease}, {"release", kRelease}, {"sp", 6}}};
// Only where a number follows at once.
constexpr std::array<Known, 3> kShort = {{{"a", 0}, {"b", 1}, {"m", 2}}};

int rank_in(auto& words, std::string_view word) {
  const auto found = std::ranges::find_if(words, [&](const Known& known) { return compare_small(known.word, word) == 0; });
  return found == words.end() ? kOther : found->rank;
}

int rank_of(std::string_view word, bool number_follows) {
  const int rank = rank_in(kKnown, word);
  return rank == kOther && number_follows ? rank_in(kShort, word) : rank;
}

std::vector<Token> split(std::string_view text) {
  std::vector<Token> tokens;
  bool hyphen = false;
  while (true) {
    if (text.empty() || text.front() == '.' || text.front() == '-') {
      tokens.push_back({.hyphen = hyphen});
    } else if (is_digit(text.front())) {
      tokens.push_back({.hyphen = hyphen, .text = without_zeros(take_while(text, is_digit))});
    } else {
      const std::string_view word = take_while(text, [](char c) { return !is_digit(c) && c != '.' && c != '-'; });
      const bool number_follows = !text.empty() && is_digit(text.front());
      tokens.push_back({.hyphen = true, .number = false, .rank = rank_of(word, number_follows), .text = word});
    }
    if (text.empty()) return tokens;
    hyphen = text.front() != '.';
    if (text.front() == '.' || text.front() == '-') text.remove_prefix(1);
  }
}

// From the end: what means nothing there, and again before each hyphen. The first stays.
std::vector<Token> trimmed(const std::vector<Token>& tokens) {
  std::vector<Token> kept;
  bool at_end = true;
  for (std::size_t i = tokens.size(); i-- > 0;) {
    const Token& token = tokens[i];
    if (i > 0 && at_end && token.means_nothing()) continue;
    kept.push_back(token);
    at_end = token.hyphen;
  }
  std::ranges::reverse(kept);
  return kept;
}

Order compare_tokens(const Token& a, const Token& b) {
  if (a.number != b.number) return a.number <=> b.number;
  if (!a.number) {
    if (a.rank != b.rank || a.rank != kOther) return a.rank <=> b.rank;
    return compare_small(a.text, b.text);
  }
  if (a.hyphen != b.hyphen) return b.hyphen <=> a.hyphen;
  return compare_numbers(a.text, b.text);
}

// What stands for a token that is missing beside this one.
Token padding_for(const Token& token) {
  const bool number = token.number && !token.hyphen;
  return {.hyphen = !number, .number = number};
}

Result<void> check(std::string_view) { return {}; }

Order compare(std::string_view a, std::string_view b) {
  const std::vector<Token> left = trimmed(split(a)), right = trimmed(split(b));
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const Token one = i < left.size() ? left[i] : padding_for(right[i]);
    const Token other = i < right.size() ? right[i] : padding_for(left[i]);
    if (const Order order = compare_tokens(one, other); order != 0) return order;
  }
  return Order::equal;
}

}  // namespace

const Rule kMaven = {check, compare};

}  // namespace khien::advisory::versions
