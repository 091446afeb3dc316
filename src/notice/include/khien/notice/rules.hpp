#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/model/local_text.hpp"
#include "khien/model/role.hpp"
#include "khien/notice/cause.hpp"

namespace khien::notice {

// Whom a rule means. Of people only who may see the cause's unit is ever meant.
struct Whom {
  enum class How : unsigned char {
    owner,    // whose it is
    on_duty,  // who has the shift, of the nearest unit that has one
    deputy,   // who stands in for them
    nearest,  // who holds the role for the unit, or for the nearest unit above it that has one
    above,    // the same, but beginning above the unit
    every,    // all who hold the role
  };
  How how = How::owner;
  Role role = Role::unit_officer;  // of the last three
};

struct Words {
  LocalText one;   // "{place}" stands for the unit or "12 cơ quan", "{count}" for the number
  LocalText many;
};

// When nobody answered for so long, these are told too.
struct Step {
  Duration after;
  std::vector<Whom> whom;
};

struct Rule {
  CauseKind kind = CauseKind::malware;
  std::vector<Whom> whom;
  std::vector<Channel> channels;
  Duration gather;      // what follows within it goes into the same message
  bool urgent = false;  // passes quiet hours, and wants an answer
  std::vector<Step> steps;
  Words words;
};

// content/notices/rules.yaml: one rule a kind. A value; safe to share between threads.
class Rules {
 public:
  // Code::invalid names the line.
  static Result<Rules> from_yaml(std::string_view text, Budget& budget);

  // None: nobody is told of it.
  const Rule* rule(CauseKind kind) const;
  const LocalText& unanswered() const { return unanswered_; }  // "{title}" stands for the rule's words

 private:
  std::map<CauseKind, Rule> rules_;
  LocalText unanswered_;
};

}  // namespace khien::notice
