#include "linux/kernel_version.hpp"

#include <algorithm>

namespace khien::probe {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The longest start of only digits, or of none; cut off.
std::string_view take_run(std::string_view& text) {
  const bool digits = !text.empty() && is_digit(text.front());
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end]) == digits) ++end;
  const auto run = text.substr(0, end);
  text.remove_prefix(end);
  return run;
}

int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

}  // namespace

int compare_kernel_versions(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const bool numbers = is_digit(a.front()) && is_digit(b.front());
    const auto left = take_run(a);
    const auto right = take_run(b);
    const int order = numbers ? compare_numbers(left, right) : left.compare(right);
    if (order != 0) return order;
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

}  // namespace khien::probe
