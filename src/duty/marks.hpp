#pragma once

#include <vector>

#include "judgement.hpp"
#include "khien/duty/catalogues.hpp"
#include "picture.hpp"

namespace khien::duty {

// A duty and the first day of the period asked about.
struct Asked {
  const law::Duty* duty = nullptr;
  const law::Occurrence* occurrence = nullptr;
};

// For each question one mark a unit, as of the picture's day: one statement a question,
// whatever the number of units and years, answered from a covering index. Records of a
// register are read one by one only where a duty sets conditions, its records end, or
// their day may lie ahead.
struct Marks {
  std::vector<std::vector<Mark>> records;    // duty records
  std::vector<std::vector<Mark>> registers;  // register records; empty for duties that ask for none
};
Result<Marks> read_marks(store::Connection& connection, const store::TenantScope& scope, const law::Catalogue& catalogue,
                         const Picture& picture, const std::vector<Asked>& asked);

}  // namespace khien::duty
