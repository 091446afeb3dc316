#pragma once

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/random.hpp"

namespace khien {

// What a program takes from the outside world besides its network and its
// databases. Borrowed: apps/ owns the real one, tests own theirs.
struct Env {
  const Clock& clock;
  Random& random;
  Files& files;
};

// The real one.
Env system_env();

}  // namespace khien
