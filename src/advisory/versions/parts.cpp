#include <algorithm>

#include "versions/orders.hpp"

// Lists of numbers, compared one by one; of two that begin alike the shorter is the older.
// CRAN: R's compareVersion(), where "-" divides as "." does. Hackage: Data.Version.
namespace khien::advisory::versions {
namespace {

Result<void> check_parts(std::string_view text, std::string_view dividers) {
  bool number = false;
  for (const char c : text) {
    const bool divides = dividers.find(c) != dividers.npos;
    if (!divides && !is_digit(c)) return Error(Code::invalid, "it has a character that none may have");
    if (divides && !number) return Error(Code::invalid, "a number is missing");
    number = !divides;
  }
  return number ? Result<void>() : Result<void>(Error(Code::invalid, "a number is missing"));
}

Result<void> check_cran(std::string_view text) { return check_parts(text, ".-"); }
Result<void> check_hackage(std::string_view text) { return check_parts(text, "."); }

Order compare(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (const Order order = compare_numbers(take_while(a, is_digit), take_while(b, is_digit)); order != 0) return order;
    a.remove_prefix(std::min<std::size_t>(1, a.size()));
    b.remove_prefix(std::min<std::size_t>(1, b.size()));
  }
  return !a.empty() <=> !b.empty();
}

}  // namespace

const Rule kCran = {check_cran, compare};
const Rule kHackage = {check_hackage, compare};

}  // namespace khien::advisory::versions
