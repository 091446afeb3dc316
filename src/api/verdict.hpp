#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "khien/model/local_text.hpp"

namespace khien::api {

// What the level of a province, or of one unit, is made from.
struct Situation {
  std::int64_t machines = 0;
  std::int64_t protected_ = 0;
  std::int64_t attention = 0;
  std::int64_t infected = 0;
  std::int64_t silent = 0;
  std::int64_t pending = 0;
  bool was_scanned = false;  // at least one complete scan
  std::int64_t open = 0;
  std::int64_t critical = 0;
  std::int64_t high = 0;
};

// Five levels, each with its reasons, worst first. Pure, so that the rule can be
// read, shown and tested:
//   unknown    no machine, or none was scanned completely yet
//   alarm      a critical finding is open, or a machine is infected
//   attention  a high finding is open, or a machine is silent or short of an engine
//   fair       anything less that is open, or machines still waiting for their first scan
//   good       every machine is protected and nothing is open
struct Verdict {
  enum class Level : unsigned char { good, fair, attention, alarm, unknown };
  Level level = Level::unknown;
  std::vector<LocalText> reasons;
};
std::string_view to_string(Verdict::Level level);
Verdict judge(const Situation& situation);

}  // namespace khien::api
