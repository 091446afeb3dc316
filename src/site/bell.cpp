#include "khien/site/bell.hpp"

#include <chrono>

namespace khien::site {

void Bell::ring() {
  {
    const std::lock_guard lock(mutex_);
    ++rung_;
  }
  condition_.notify_all();
}

std::uint64_t Bell::rung() const {
  const std::lock_guard lock(mutex_);
  return rung_;
}

void Bell::wait(Duration at_most, std::uint64_t known) {
  std::unique_lock lock(mutex_);
  condition_.wait_for(lock, std::chrono::milliseconds(at_most.ms), [&] { return rung_ != known; });
}

}  // namespace khien::site
