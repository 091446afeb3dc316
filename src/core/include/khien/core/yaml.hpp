#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien {

// A value of a YAML text with the line it stands on. The tree owns itself.
//
// Only what data needs: scalars, lists and maps with text keys. Plain scalars are
// null (empty, ~, null), booleans (true, false), decimal integers, decimal numbers;
// everything else is text, dates and "yes" too. Anchors, aliases, tags, merge keys,
// duplicate keys, several documents and control characters are refused.
struct Yaml {
  enum class Kind : unsigned char { null, boolean, integer, number, text, list, map };

  Kind kind = Kind::null;
  std::uint32_t line = 0;  // from 1
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;  // of an integer too
  std::string text;   // of any scalar: as it was written, quotes taken off
  std::vector<Yaml> items;
  struct Field;
  std::vector<Field> fields;  // of a map, in the order of the text

  bool is_scalar() const { return kind < Kind::list; }
  // The member of a map, or null.
  const Yaml* find(std::string_view name) const;
};

struct Yaml::Field {
  std::string name;
  Yaml value;
};

// The same tree: kinds, values, order of fields; lines are not compared.
bool same_value(const Yaml& a, const Yaml& b);

// The name people know a kind by: "list", "text".
std::string_view to_string(Yaml::Kind kind);

// One YAML 1.2 document; JSON text that holds no escaped surrogate pair is valid
// input. Bytes, values and depth are taken from the budget: Code::exhausted over it.
// Code::invalid begins with "line N: ".
Result<Yaml> parse_yaml(std::string_view text, Budget& budget);

// The value as one compact JSON text.
std::string to_json(const Yaml& value);

}  // namespace khien
