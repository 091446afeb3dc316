#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "khien/advisory/record.hpp"
#include "khien/core/result.hpp"

namespace khien::advisory {

// One of a CPE name's eleven attributes (NIST IR 7695 §5.3): any value, none that applies, or a
// text, whose ends may be wild.
struct CpeValue {
  enum class Kind : unsigned char { any, none, text };

  Kind kind = Kind::any;
  std::string text = {};          // small letters, its backslashes off
  bool wild_before = false;       // "*" before it
  bool wild_after = false;        // "*" after it
  unsigned char few_before = 0;   // "?" before it: as many characters at most
  unsigned char few_after = 0;

  bool is_wild() const { return wild_before || wild_after || few_before != 0 || few_after != 0; }
  bool operator==(const CpeValue&) const = default;
};

struct CpeName {
  enum Attribute : unsigned char { part, vendor, product, version, update, edition, language, sw_edition, target_sw, target_hw, other };

  std::array<CpeValue, 11> values;

  bool operator==(const CpeName&) const = default;
};

// A formatted string of CPE 2.3, or a URI of CPE 2.2 (IR 7695 §6.1, §6.2). Code::invalid names
// what is wrong.
Result<CpeName> parse_cpe(std::string_view text);
// As a formatted string; parses back equal.
std::string to_string(const CpeName& name);

// Whether what a record names (source) and what is installed (target) may be one: no
// attribute of theirs is disjoint (IR 7696 §6, table 6-2), where a target with wild ends is
// only what is spelled as it is. Narrower than the table in two things, for a match is an
// alarm: a product must be named in full, and vendor and product must not be open
// on different sides. docs/reference/version-orders.md has the reasons.
bool cpe_matches(const CpeName& source, const CpeName& target);
// The same where a range says which versions: the source's own says nothing then, and the
// target's must be one that can be compared (generic order).
bool cpe_matches(const CpeName& source, const VersionRange& range, const CpeName& target);

}  // namespace khien::advisory
