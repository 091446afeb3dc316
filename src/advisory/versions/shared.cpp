#include <algorithm>

#include "versions/orders.hpp"

namespace khien::advisory::versions {

std::string_view without_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

Order compare_texts(std::string_view a, std::string_view b) { return a <=> b; }

Order compare_numbers(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

Order compare_small(std::string_view a, std::string_view b) {
  const auto unsigned_small = [](char c) { return static_cast<unsigned char>(small(c)); };
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (const Order order = unsigned_small(a[i]) <=> unsigned_small(b[i]); order != 0) return order;
  }
  return a.size() <=> b.size();
}

bool is_number(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

Order compare_dotted(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const std::string_view left = take_until(a, '.'), right = take_until(b, '.');
    if (const Order order = compare_numbers(left, right); order != 0) return order;
  }
  return Order::equal;
}

Order compare_labels(std::string_view a, std::string_view b, Order (*texts)(std::string_view, std::string_view)) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_until(a, '.'), right = take_until(b, '.');
    const bool left_number = is_number(left), right_number = is_number(right);
    if (left_number != right_number) return left_number ? Order::less : Order::greater;
    if (const Order order = left_number ? compare_numbers(left, right) : texts(left, right); order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

}  // namespace khien::advisory::versions
