#pragma once

#include <vector>

#include "khien/report/kind.hpp"

namespace khien::report {

// What became of one figure since the snapshot before.
struct Change {
  LocalText label;
  LocalText earlier;
  LocalText now;
  LocalText what;                  // "tăng 3", "số liệu mới", "cách tính đã đổi"
  const Figure* figure = nullptr;  // of the snapshot; null for one that is gone

  bool operator==(const Change&) const = default;
};

struct Changes {
  LocalText intro;          // how many changed, how many did not, what cannot be compared
  std::vector<Change> all;  // by the kind's order, those that are gone last
};

// Of the kind's figures. The snapshot has a previous one and all figures of the kind.
Changes changes_of(const Kind& kind, const Snapshot& snapshot);

}  // namespace khien::report
