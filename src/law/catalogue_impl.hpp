#pragma once

#include <map>
#include <optional>

#include "khien/law/catalogue.hpp"

namespace khien::law {

// What a catalogue holds. index() is called once, when the vectors are final.
struct Catalogue::Impl {
  std::vector<Role> roles;
  std::vector<Metric> metrics;
  std::vector<NamedSystem> systems;
  std::vector<Directive> directives;
  std::vector<Register> registers;
  std::vector<LevelRules> level_rules;
  std::vector<RequirementSet> requirement_sets;
  std::vector<ClockRules> clock_rules;
  std::vector<ScoreDefinition> scores;
  std::vector<IndexDefinition> indexes;
  std::optional<Calendar> calendar;  // set once all is read

  std::map<std::string_view, ClauseRef> clauses_by_id;  // views into `directives`
  std::map<std::string_view, DutyRef> duties_by_id;

  void index();
};

}  // namespace khien::law
