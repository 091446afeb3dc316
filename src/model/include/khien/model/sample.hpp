#pragma once

#include <string>

#include "khien/model/observation.hpp"

namespace khien {

// As to_json(), with "labels":{"sample":true} in front: a fact that was made up and
// that no sensor reported. The label is part of the bytes that are hashed; readers
// of observations pass it over. Agents never send it.
std::string to_sample_json(const Observation& observation);

}  // namespace khien
