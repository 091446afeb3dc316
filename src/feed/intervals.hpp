#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/advisory/record.hpp"
#include "khien/core/result.hpp"

namespace khien::feed {

// Versions from `low` to `high`; an empty end is open.
struct Interval {
  std::string low;
  bool low_excluded = false;
  std::string high;
  bool high_included = false;

  bool operator==(const Interval&) const = default;
};

// One constraint: ">= 1.2, < 1.4" or with a blank alone between, "<8.44", "= 2", "< v2.8.0",
// Maven's "[2.9.0,2.9.10.7)", RubyGems' "~> 2.0.9", npm's "^0.6.14" and "~1.2".
// Code::invalid names what is wrong; "" and "*" are no constraint.
Result<Interval> parse_constraint(std::string_view text);
// Several of them: "a || b", "[1,2),[3,4)".
Result<std::vector<Interval>> parse_constraints(std::string_view text);

advisory::VersionRange as_range(const Interval& interval);

// Every version that is in none of these. Code::invalid if they cannot be put in order.
Result<std::vector<Interval>> others(std::vector<Interval> intervals, advisory::VersionOrder order);

// "5.15.*" as an end that is included, as the first version behind it: "5.16". Empty if
// the text has no such form.
std::string behind_wildcard(std::string_view text);
// The same as a last version of its own line, for where "5.16" must not be told as a fix:
// "5.15.999999999", which no line reaches.
std::string last_of_wildcard(std::string_view text);

}  // namespace khien::feed
