#pragma once

#include <vector>

#include "khien/model/observation.hpp"

namespace khien {

// One observation of each kind, with every optional field once present and
// once absent.
std::vector<Observation> sample_observations();

}  // namespace khien
