#pragma once

#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/finding.hpp"
#include "khien/model/observation.hpp"

namespace khien::flow {

struct BookInForce;

// A judge as the road sees it. Adapters live in flow/judges/; the judge modules
// never hear of this class. Pure and const: safe from any thread.
class Judge {
 public:
  virtual ~Judge() = default;

  virtual JudgeId id() const = 0;
  // Every claim this observation supports; empty if it is not about us.
  virtual Result<std::vector<Claim>> judge(const Observation& observation) const = 0;
  // Of the judge of installed packages: whole inventories are put before it by the road
  // (docs/adr/0027-from-advisory-to-proven-patch.md). None: it judges observations.
  virtual const BookInForce* book() const { return nullptr; }
};

}  // namespace khien::flow
