#include <optional>

#include "versions/orders.hpp"

// rpm-version(7): [epoch:]version[-release], each part by rpmvercmp.
namespace khien::advisory::versions {
namespace {

struct Parts {
  std::string_view epoch, version;
  std::optional<std::string_view> release;
};

// An epoch is digits before a colon; "a:1" has none, its colon only separates.
Parts split(std::string_view text) {
  Parts parts;
  std::string_view rest = text;
  const std::string_view digits = take_while(rest, is_digit);
  if (rest.starts_with(':')) {
    parts.epoch = digits;
    text = rest.substr(1);
  }
  const auto dash = text.rfind('-');
  parts.version = text.substr(0, dash);
  if (dash != text.npos) parts.release = text.substr(dash + 1);
  return parts;
}

Result<void> check(std::string_view text) {
  const Parts parts = split(text);
  if (compare_numbers(parts.epoch, "4294967295") > 0) return Error(Code::invalid, "its epoch is over 4294967295");
  if (parts.version.empty()) return Error(Code::invalid, "nothing stands before its release");
  return {};
}

// "~" before the end, the end before "^", then letters, then numbers.
enum class Kind { tilde, end, caret, letters, number };

Kind kind_of(std::string_view text) {
  if (text.empty()) return Kind::end;
  if (text.front() == '~') return Kind::tilde;
  if (text.front() == '^') return Kind::caret;
  return is_digit(text.front()) ? Kind::number : Kind::letters;
}

bool separates(char c) { return !is_digit(c) && !is_letter(c) && c != '~' && c != '^'; }

Order compare_part(std::string_view a, std::string_view b) {
  while (true) {
    take_while(a, separates);
    take_while(b, separates);
    const Kind kind = kind_of(a), other = kind_of(b);
    if (kind != other) return kind <=> other;
    if (kind == Kind::end) return Order::equal;
    if (kind == Kind::tilde || kind == Kind::caret) {
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    const auto wanted = kind == Kind::number ? is_digit : is_letter;
    const std::string_view left = take_while(a, wanted), right = take_while(b, wanted);
    if (const Order order = kind == Kind::number ? compare_numbers(left, right) : left <=> right; order != 0) return order;
  }
}

Order compare(std::string_view a, std::string_view b) {
  const Parts left = split(a), right = split(b);
  if (const Order order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const Order order = compare_part(left.version, right.version); order != 0) return order;
  if (!left.release || !right.release) return left.release.has_value() <=> right.release.has_value();
  return compare_part(*left.release, *right.release);
}

}  // namespace

const Rule kRpm = {check, compare};

}  // namespace khien::advisory::versions
