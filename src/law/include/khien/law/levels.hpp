#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/model/local_text.hpp"

namespace khien::law {

struct LevelQuestion {
  enum class Kind : unsigned char { boolean, integer };
  std::string id;
  LocalText text;
  Kind kind = Kind::boolean;
};

// An answer holds a boolean or an integer; a question that is not in the map is open.
using Answers = std::map<std::string, std::variant<bool, std::int64_t>, std::less<>>;

// What must hold for a criterion: a tree of all, any and not over questions.
struct LevelTest {
  enum class Kind : unsigned char { all, any, not_, is, at_least, below };
  Kind kind = Kind::all;
  std::vector<LevelTest> parts;  // all, any, not_ (one)
  std::string question;          // is, at_least, below
  bool is = true;
  std::int64_t number = 0;
};

struct LevelCriterion {
  int level = 1;        // 1 to 5
  std::string article;  // "Điều 13 khoản 2 điểm b"
  LocalText text;
  LevelTest when;
};

// One version of the rules by which a system gets its level. The same digit under
// two versions is not the same level: store (level, rule id).
struct LevelRules {
  std::string id;
  LocalText title;
  Date valid_from;
  std::optional<Date> valid_to;
  std::optional<LocalText> caution;
  std::vector<LevelQuestion> questions;
  std::vector<LevelCriterion> criteria;
};

struct LevelReason {
  int level = 0;
  std::string article;
  LocalText text;
};

struct LevelProposal {
  std::string rule;
  std::optional<int> level;          // the highest criterion that holds
  std::vector<LevelReason> reasons;  // every criterion that holds, highest first
  std::vector<std::string> open;     // unanswered questions that could still raise it
};

// Pure. Answers to questions the rules do not have, or of the wrong kind, are Code::invalid.
Result<LevelProposal> propose(const LevelRules& rules, const Answers& answers);
// One "question=value" of a form: "true", "false" or a whole number.
Result<void> add_answer(const LevelRules& rules, std::string_view answer, Answers& answers);

}  // namespace khien::law
