#pragma once

#include <string>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::report {

struct ZipPart {
  std::string name;
  std::string bytes;
};

// A zip file with the parts in that order, each dated `when` (UTC, from 1980 to 2107, to
// two seconds). The same parts, the same bytes.
Result<Bytes> zip_of(const std::vector<ZipPart>& parts, Timestamp when);

}  // namespace khien::report
