#include <algorithm>

#include "versions/orders.hpp"

// deb-version(7): [epoch:]upstream[-revision].
namespace khien::advisory::versions {
namespace {

struct Parts {
  std::string_view epoch, upstream, revision;
};

Parts split(std::string_view text) {
  Parts parts;
  if (const auto colon = text.find(':'); colon != text.npos) {
    parts.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const auto dash = text.rfind('-');
  parts.upstream = text.substr(0, dash);
  if (dash != text.npos) parts.revision = text.substr(dash + 1);
  return parts;
}

bool is_upstream(char c) { return is_digit(c) || is_letter(c) || std::string_view(".+~-:").find(c) != std::string_view::npos; }
bool is_revision(char c) { return is_upstream(c) && c != '-' && c != ':'; }

Result<void> check(std::string_view text) {
  const Parts parts = split(text);
  if (text.find(':') != text.npos && !is_number(parts.epoch)) return Error(Code::invalid, "its epoch is no number");
  if (compare_numbers(parts.epoch, "2147483647") > 0) return Error(Code::invalid, "its epoch is over 2147483647");
  if (parts.upstream.empty()) return Error(Code::invalid, "nothing stands before its revision");
  if (text.ends_with('-')) return Error(Code::invalid, "its revision is empty");
  if (!std::ranges::all_of(parts.upstream, is_upstream)) return Error(Code::invalid, "its upstream version has a character that none may have");
  if (!std::ranges::all_of(parts.revision, is_revision)) return Error(Code::invalid, "its revision has a character that none may have");
  return {};
}

// "~" before the end, the end before letters, letters before the rest.
int weight(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return 0;
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte == '~') return -1;
  return is_letter(text.front()) ? byte : byte + 256;
}

Order compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_digit(a.front())) || (!b.empty() && !is_digit(b.front()))) {
      if (const Order order = weight(a) <=> weight(b); order != 0) return order;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const std::string_view left = take_while(a, is_digit), right = take_while(b, is_digit);
    if (const Order order = compare_numbers(left, right); order != 0) return order;
  }
  return Order::equal;
}

Order compare(std::string_view a, std::string_view b) {
  const Parts left = split(a), right = split(b);
  if (const Order order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const Order order = compare_part(left.upstream, right.upstream); order != 0) return order;
  return compare_part(left.revision, right.revision);
}

}  // namespace

const Rule kDpkg = {check, compare};

}  // namespace khien::advisory::versions
