#pragma once

#include <atomic>

#include "khien/core/time.hpp"

namespace khien {

// The only source of time. Nothing outside core reads the system's clock (a
// test greps for it), so that a simulation can own time.
//
// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall clock: for records, deadlines and certificates. May jump.
  virtual Timestamp now() const = 0;
  // Never goes back: for timers and measuring. Its zero means nothing.
  virtual Duration monotonic() const = 0;
};

// The system's clocks.
const Clock& system_clock();

// A clock that moves when told to.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_ms_(start.ms) {}

  Timestamp now() const override { return {now_ms_.load()}; }
  Duration monotonic() const override { return {monotonic_ms_.load()}; }

  // Moves both clocks forward.
  void advance(Duration by) {
    now_ms_ += by.ms;
    monotonic_ms_ += by.ms;
  }
  // The wall clock jumps, as after a wrong NTP answer; monotonic time does not.
  void jump_to(Timestamp time) { now_ms_ = time.ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
  std::atomic<std::int64_t> monotonic_ms_{0};
};

}  // namespace khien
