#pragma once

#include <span>
#include <string>
#include <vector>

#include "ground.hpp"
#include "khien/core/result.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/connection.hpp"

namespace khien::hub::demo {

inline constexpr std::size_t kFindings = 360;

// What becomes of a finding after it was first seen.
//   fresh              nobody looked yet
//   taken              a person has it; the next scans still see the file
//   suppressed         a person says why it is no harm
//   settled_by_road    the file is gone by itself
//   settled_by_person  a person settles it, and then the file is gone
//   came_back          settled by a person, and there again
enum class Course : unsigned char { fresh, taken, suppressed, settled_by_road, settled_by_person, came_back };

struct SampleFinding {
  std::size_t machine = 0;  // index of SampleMachine
  FileSeen file;
  Course course = Course::fresh;
  Timestamp first_seen;
  Timestamp decided_at;  // by a person, where the course has one
  Timestamp after;       // seen again, or gone
  std::size_t number = 0;

  std::string rule() const;  // as the judge names it
};

// Always the same for the same machines and moment. Each is on a machine of its own.
std::vector<SampleFinding> plan_findings(std::span<const SampleMachine> machines, Timestamp now);

// What the machine says of the file after the person's decision, if anything.
std::vector<ObservationBody> afterwards(const SampleFinding& finding);

// The people's decisions, through the same door as a person's on a screen. How
// many were made.
Result<std::int64_t> decide_findings(Ground& ground, std::span<const SampleFinding> findings);

}  // namespace khien::hub::demo
