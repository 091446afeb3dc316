#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/local_text.hpp"

namespace khien::botnet {

// What a unit does with an address, and the province's own figures; content/botnet/steps.yaml.
struct Playbook {
  struct Step {
    std::string id;
    bool required = true;  // before "it is clean" can be said
    LocalText title;
    LocalText how;
  };
  LocalText label;             // printed beside the figures: the province's, not the law's
  int lookup_days = 7;         // "regularly": a look-up at least that often
  std::string lookup_register;  // where each look-up is recorded too; empty: nowhere
  Duration log_window = minutes(10);  // between what a list saw and what a log says, either way
  std::vector<Step> steps;     // in the order of doing

  const Step* step(std::string_view id) const;
};

// Code::invalid names the line.
Result<Playbook> read_playbook(std::string_view yaml, Budget& budget);

}  // namespace khien::botnet
