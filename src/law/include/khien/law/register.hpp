#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "khien/law/condition.hpp"
#include "khien/law/directive.hpp"

namespace khien::law {

// A number taken from the approved records of one register.
struct Aggregate {
  std::string register_name;
  std::vector<Condition> where;  // all must hold
  std::string sum;               // a field; empty: the records are counted
};

// A metric that is computed from registers: `part`, or part ÷ `over`. Cannot be known
// where `over` is 0. A unit with a record that meets `exempt_if` (of over's register,
// or part's) is exempt: its duty is not applicable.
struct Expression {
  Aggregate part;
  std::optional<Aggregate> over;
  std::vector<Condition> exempt_if;
};

struct Metric {
  enum class Unit : unsigned char { ratio, count, days, minutes };
  enum class Source : unsigned char {
    live,       // code computes it from what Khiên sees
    register_,  // `expression`
    later,      // nothing gives it yet: cannot be known
  };
  std::string id;
  LocalText title;
  Unit unit = Unit::count;
  Source source = Source::later;
  std::optional<Expression> expression;
  bool higher_is_better = true;
  std::optional<LocalText> note;
};
std::string_view to_string(Metric::Unit value);
std::string_view to_string(Metric::Source value);

// A field of a register's form: the subset of JSON Schema that Khiên draws.
struct RegisterField {
  enum class Type : unsigned char { string, integer, number, boolean };
  enum class Format : unsigned char { none, date, email, phone, unit, system };
  std::string name;
  Type type = Type::string;
  Format format = Format::none;
  LocalText title;
  std::vector<std::string> choices;      // `enum`
  std::vector<LocalText> choice_titles;  // one a choice
  std::optional<double> minimum;
  std::optional<double> maximum;
  int max_length = 0;  // characters; 0: no limit of its own
  bool required = false;
};

// What a record must also keep; a record that breaks it is warned of with `message`.
struct RegisterCheck {
  enum class Rule : unsigned char {
    differs,     // fields[0] and fields[1] are not the same text
    not_before,  // date fields[0] is not before date fields[1]
    at_most,     // number fields[0] <= number fields[1]
    required,    // every one of `fields` is there
  };
  Rule rule = Rule::differs;
  std::vector<std::string> fields;
  std::vector<Condition> when;        // all must hold, else the check is not asked
  std::optional<int> level_at_least;  // of the record's field "level"
  LocalText message;
};
std::string_view to_string(RegisterCheck::Rule value);

struct Register {
  std::string name;
  LocalText title;
  LocalText purpose;
  std::vector<std::string> clauses;
  Approval approval = Approval::none;
  std::string date_field;  // the record's day, for "one in the period"; may be empty
  bool may_lie_ahead = false;  // that day may be one to come: plans, terms of office
  std::string until_field;  // the last day on which the record meets a continuous duty; may be empty
  LocalText summary;       // "{course}: {people} người": fields in braces
  std::vector<RegisterField> fields;
  std::string schema_json;  // the JSON Schema as it was written, for the screen
  std::vector<RegisterCheck> checks;
};

}  // namespace khien::law
