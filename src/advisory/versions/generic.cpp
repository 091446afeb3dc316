#include <algorithm>
#include <array>

#include "versions/orders.hpp"

// What has no rule of its own, and the ranges of CPE: runs of digits as numbers, runs of
// letters as text without case, all else only separates. "7.0" is "7.0.0"; words of a
// pre-release stand before the release, other letters after it ("1.0.2k").
namespace khien::advisory::versions {
namespace {

constexpr std::array<std::string_view, 11> kBefore = {"dev", "snapshot", "a", "alpha", "b", "beta", "m", "milestone", "pre", "preview", "rc"};

enum class Kind { before_release, zero, letters, number };

struct Run {
  Kind kind = Kind::zero;
  std::string_view text = {};
};

bool separates(char c) { return !is_digit(c) && !is_letter(c); }

// "a" and "b" are openssl's letters unless a number follows at once: "1.0b2".
bool is_before_release(std::string_view word, std::string_view after) {
  if (word.size() == 1 && (after.empty() || !is_digit(after.front()))) return false;
  return std::ranges::any_of(kBefore, [&](std::string_view known) { return compare_small(word, known) == 0; });
}

Run next_run(std::string_view& text) {
  take_while(text, separates);
  if (text.empty()) return {};
  if (is_digit(text.front())) {
    const std::string_view digits = without_zeros(take_while(text, is_digit));
    return {digits.empty() ? Kind::zero : Kind::number, digits};
  }
  const std::string_view word = take_while(text, is_letter);
  return {is_before_release(word, text) ? Kind::before_release : Kind::letters, word};
}

// Those of one kind of pre-release: "a" and "alpha" are one.
std::size_t stage_of(std::string_view word) {
  const auto found = std::ranges::find_if(kBefore, [&](std::string_view known) { return compare_small(word, known) == 0; });
  constexpr std::array<std::size_t, kBefore.size()> kStages = {0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6};
  return kStages[static_cast<std::size_t>(found - kBefore.begin())];
}

Order compare_runs(const Run& a, const Run& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  if (a.kind == Kind::number) return compare_numbers(a.text, b.text);
  if (a.kind == Kind::letters) return compare_small(a.text, b.text);
  return a.kind == Kind::before_release ? stage_of(a.text) <=> stage_of(b.text) : Order::equal;
}

Result<void> check(std::string_view text) {
  if (!std::ranges::any_of(text, is_digit)) return Error(Code::invalid, "it has no digit");
  return {};
}

std::string_view without_v(std::string_view text) {
  const bool has_v = text.size() > 1 && small(text[0]) == 'v' && is_digit(text[1]);
  return text.substr(has_v ? 1 : 0);
}

Order compare(std::string_view a, std::string_view b) {
  a = without_v(a);
  b = without_v(b);
  while (!a.empty() || !b.empty()) {
    const Run left = next_run(a), right = next_run(b);
    if (const Order order = compare_runs(left, right); order != 0) return order;
  }
  return Order::equal;
}

}  // namespace

const Rule kGeneric = {check, compare};

}  // namespace khien::advisory::versions
