#include <algorithm>
#include <vector>

#include "versions/orders.hpp"

// Gem::Version: runs of digits and of letters, "-" meaning ".pre.", zeros at the end of the
// release and of the pre-release without meaning.
namespace khien::advisory::versions {
namespace {

bool may_stand(char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-'; }

Result<void> check(std::string_view text) {
  if (!is_digit(text.front())) return Error(Code::invalid, "it does not begin with a digit");
  if (!std::ranges::all_of(text, may_stand)) return Error(Code::invalid, "it has a character that none may have");
  return {};
}

using Segments = std::vector<std::string_view>;

bool is_zero(std::string_view segment) { return is_digit(segment.front()) && without_zeros(segment).empty(); }

void drop_zeros(Segments& segments, std::size_t from) {
  while (segments.size() > from && is_zero(segments.back())) segments.pop_back();
}

Segments segments_of(std::string_view text) {
  Segments segments;
  bool before_release = false;
  const auto add = [&](std::string_view segment) {
    if (!before_release && !is_digit(segment.front())) {
      before_release = true;
      drop_zeros(segments, 0);
    }
    segments.push_back(segment);
  };
  while (!text.empty()) {
    if (is_digit(text.front())) {
      add(take_while(text, is_digit));
    } else if (is_letter(text.front())) {
      add(take_while(text, is_letter));
    } else {
      if (text.front() == '-') add("pre");
      text.remove_prefix(1);
    }
  }
  drop_zeros(segments, 0);
  return segments;
}

// Letters before numbers; what is missing is 0.
Order compare_segments(std::string_view a, std::string_view b) {
  const bool number = is_digit(a.front()), other = is_digit(b.front());
  if (number != other) return number <=> other;
  return number ? compare_numbers(a, b) : a <=> b;
}

Order compare(std::string_view a, std::string_view b) {
  const Segments left = segments_of(a), right = segments_of(b);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const Order order = compare_segments(i < left.size() ? left[i] : "0", i < right.size() ? right[i] : "0");
    if (order != 0) return order;
  }
  return Order::equal;
}

}  // namespace

const Rule kGem = {check, compare};

}  // namespace khien::advisory::versions
