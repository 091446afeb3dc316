#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "khien/check/facts.hpp"
#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/model/finding.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/severity.hpp"

namespace khien::check {

// Asked of the values of one fact. Where a fact has several, one that fits is enough.
struct Condition {
  enum class Asks : unsigned char {
    is,        // one of `values`
    is_not,    // there, and none of `values`
    begins,    // begins with one of `values`
    at_least,  // a whole number, not below `number`
    at_most,   // a whole number, not above `number`
    told,      // there, whatever it is
    missing    // nothing is told
  };
  std::string fact;
  Asks asks = Asks::is;
  std::vector<std::string> values;
  std::int64_t number = 0;
};

// One thing that ought not to be so on a machine, and the words for it.
struct Check {
  std::string id;       // "ssh-root-login"; its rule is "check:ssh-root-login"
  std::string subject;  // what it is about: "sshd_config: PermitRootLogin"; unique
  Severity severity = Severity::medium;
  LocalText title, why;
  std::vector<LocalText> steps;
  LocalText clause;                 // what it stands on, in words
  std::vector<std::string> clauses; // ids of the catalogue of directives
  std::vector<Condition> when;      // all of them
  Source source = Source::configuration;
  std::vector<Fact> hit, miss;      // examples
};

// A file of checks: its path for faults, its text.
struct SourceFile {
  std::string path;
  std::string text;
};

// All checks, read and tried on their own examples. Pure and const: safe from any
// thread.
class CheckSet {
 public:
  // Code::invalid names file, line and field of the first thing that is wrong; also
  // a check whose `hit` does not hit or whose `miss` does.
  static Result<CheckSet> load(const std::vector<SourceFile>& files, Budget& budget);

  const std::vector<Check>& all() const { return checks_; }
  // By rule: "check:ssh-root-login"; null if there is none.
  const Check* find(std::string_view rule) const;

  // A claim for each check that the observation settles: present or gone. None for a
  // check whose area the agent could not read: what is not known mends nothing.
  std::vector<Claim> judge(const Observation& observation) const;

 private:
  std::vector<Check> checks_;
};

bool holds(const Check& check, const std::vector<Fact>& facts);
// The facts that the check asked about, as far as they fit: what a person sees.
std::vector<Fact> reasons(const Check& check, const std::vector<Fact>& facts);

inline constexpr std::string_view kRulePrefix = "check:";

}  // namespace khien::check
