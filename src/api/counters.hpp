#pragma once

#include <atomic>
#include <cstdint>

namespace khien::api {

// What Api::counts() reports.
struct Counters {
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> refused{0};
  std::atomic<std::int64_t> failed{0};
  std::atomic<std::int64_t> sign_ins{0};
  std::atomic<std::int64_t> sign_ins_failed{0};
};

}  // namespace khien::api
