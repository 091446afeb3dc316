#include "khien/core/clock.hpp"

#include <time.h>

#include "khien/core/assert.hpp"

namespace khien {
namespace {

std::int64_t read_ms(clockid_t which) {
  timespec time{};
  khien_assert(clock_gettime(which, &time) == 0);
  return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

class SystemClock final : public Clock {
 public:
  Timestamp now() const override { return {read_ms(CLOCK_REALTIME)}; }
  Duration monotonic() const override { return {read_ms(CLOCK_MONOTONIC)}; }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace khien
