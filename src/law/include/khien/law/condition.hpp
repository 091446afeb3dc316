#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace khien::law {

// One thing asked of a field of a register's record. `as_of` stands for the day the
// question is asked of.
struct Condition {
  enum class Kind : unsigned char {
    equals,
    differs,
    before,
    not_before,
    after,
    not_after,
    at_least,
    at_most,
    present,
    any_of
  };
  struct AsOf {
    bool operator==(const AsOf&) const = default;
  };
  using Value = std::variant<std::string, double, bool, AsOf>;  // a date is text: "2026-11-22"

  std::string field;
  Kind kind = Kind::equals;
  Value value;                       // present: bool; any_of: not used
  std::vector<std::string> choices;  // any_of: the field is one of them
  bool operator==(const Condition&) const = default;
};
std::string_view to_string(Condition::Kind value);

}  // namespace khien::law
