#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/model/local_text.hpp"

namespace khien::law {

// What a system of one level must have: our own words and the standard's clause
// number only. A higher level does not contain a lower one: each is its own list.
struct Requirement {
  std::string id;  // unique over the catalogue
  int level = 1;
  std::string clause;  // "7.1.2"
  LocalText group;
  LocalText title;
  std::string metric;  // shown beside; may be empty
};

struct RequirementSet {
  std::string id;
  std::string rule;  // the LevelRules whose levels it serves
  LocalText title;
  Date valid_from;
  std::optional<Date> valid_to;
  std::optional<LocalText> caution;
  std::vector<Requirement> requirements;

  std::vector<const Requirement*> of_level(int level) const;
};

}  // namespace khien::law
