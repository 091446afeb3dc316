#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "khien/core/time.hpp"

namespace khien::site {

// Wakes who waits for work before the time is up: a person asked for a look, the road
// has something new of a site. A ring that comes while nobody waits is not lost.
//
// Thread-safe; outlives who rings and who waits.
class Bell {
 public:
  void ring();
  // For wait(): what was rung until now is known.
  std::uint64_t rung() const;
  // Until `at_most` is over, or at once if it was rung since `known`.
  void wait(Duration at_most, std::uint64_t known);

 private:
  mutable std::mutex mutex_;
  std::condition_variable condition_;
  std::uint64_t rung_ = 0;
};

}  // namespace khien::site
