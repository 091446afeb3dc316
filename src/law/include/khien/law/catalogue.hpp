#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/law/calendar.hpp"
#include "khien/law/clocks.hpp"
#include "khien/law/directive.hpp"
#include "khien/law/levels.hpp"
#include "khien/law/register.hpp"
#include "khien/law/requirements.hpp"
#include "khien/law/scores.hpp"

namespace khien::law {

// A file as text. The path below the content folder says what it is:
//   law/{roles,metrics,systems}.yaml  directives/*.yaml  registers/*.yaml  calendars/*.yaml
//   levels/*.yaml  requirements/*.yaml  clocks/*.yaml  scores/*.yaml  indexes/*.yaml
struct SourceFile {
  std::string path;
  std::string text;
};

// What is wrong in a file, for the person who wrote it.
struct Fault {
  std::string file;
  int line = 0;       // from 1; 0: the file as a whole
  std::string field;  // "clauses[3].duties[0].due.date"; empty: the file as a whole
  LocalText message;
};

struct Role {
  enum class By : unsigned char { assignment, kind };  // assigned to units by date, or every unit of a kind
  std::string id;
  By by = By::kind;
  std::vector<std::string> kinds;  // unit kinds
  LocalText title;
  std::optional<LocalText> note;
};

// One of the kinds of systems the directives name.
struct NamedSystem {
  int id = 0;
  LocalText title;
  std::optional<LocalText> note;
};

// The closed list of unit kinds: province department district commune school hospital
// public_service enterprise telecom police military media other.
std::span<const std::string_view> unit_kinds();

class Catalogue;

// A catalogue only if there is no fault at all. Faults are all of them, by file and
// line, up to 200.
struct Loading {
  std::shared_ptr<const Catalogue> catalogue;
  std::vector<Fault> faults;
};

struct DutyRef {
  const Directive* directive = nullptr;
  const Clause* clause = nullptr;
  const Duty* duty = nullptr;
  explicit operator bool() const { return duty != nullptr; }
};
struct ClauseRef {
  const Directive* directive = nullptr;
  const Clause* clause = nullptr;
  explicit operator bool() const { return clause != nullptr; }
};

// All that the documents demand, as data, checked whole. Immutable: pointers into it
// live as long as it does; safe from many threads. Pure: opens no file, asks no clock.
class Catalogue {
 public:
  // Files of other folders are ignored. What the budget does not cover is a fault too.
  static Loading load(const std::vector<SourceFile>& files, Budget& budget);
  // This catalogue and more directives (entered ones), checked by the same rules; faults
  // name the new files only.
  Loading with(const std::vector<SourceFile>& directives, Budget& budget) const;

  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;
  ~Catalogue();

  const std::vector<Role>& roles() const;
  const std::vector<Metric>& metrics() const;
  const std::vector<NamedSystem>& systems() const;
  const std::vector<Directive>& directives() const;             // by valid_from, then key
  const std::vector<Register>& registers() const;               // by name
  const std::vector<LevelRules>& level_rules() const;           // by valid_from
  const std::vector<RequirementSet>& requirement_sets() const;  // by valid_from
  const std::vector<ClockRules>& clock_rules() const;           // by valid_from
  const std::vector<ScoreDefinition>& scores() const;           // by year, then id
  const std::vector<IndexDefinition>& indexes() const;          // by id, then version
  const Calendar& calendar() const;

  // Null or empty where there is none.
  const Role* role(std::string_view id) const;
  const Metric* metric(std::string_view id) const;
  const Register* register_named(std::string_view name) const;
  const Directive* directive(std::string_view key) const;
  ClauseRef clause(std::string_view id) const;
  DutyRef duty(std::string_view id) const;
  const LevelRules* level_rule(std::string_view id) const;
  const LevelRules* level_rule_on(Date day) const;
  // The requirements for systems whose level was set by `rule`, newest valid on `day`.
  const RequirementSet* requirements_of(std::string_view rule, Date day) const;
  // By the day of detection; null: no version covers it, so nothing is known.
  const ClockRules* clock_rules_on(Date detected) const;
  const IndexDefinition* index_on(std::string_view id, Date day) const;

  // The roles a clause binds on a day: its addressees, moved by the retargets of the
  // directives in force; of these only the ones that `counts` says yes to. A role that is
  // moved to two on one day is split.
  std::vector<std::string> addressees(const Clause& clause, Date day,
                                      const std::function<bool(const Directive&)>& counts = {}) const;

 private:
  struct Impl;
  friend class Loader;
  explicit Catalogue(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::law
