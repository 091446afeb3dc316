#pragma once

#include <cstdint>
#include <string_view>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"

namespace khien {

// What one job on hostile bytes may cost. One object is handed by reference
// through every layer of the job, so nested formats share it: a bomb in a bomb
// is still one bomb. Not thread-safe.
class Budget {
 public:
  struct Limits {
    std::uint64_t bytes_in = 64u << 20;
    std::uint64_t bytes_out = 256u << 20;
    std::uint32_t depth = 16;
    std::uint64_t entries = 100'000;
    // Bytes out for each byte in, asked beyond kRatioFloor; 0: any.
    std::uint32_t ratio = 0;
    Duration time = seconds(10);  // on `clock`'s monotonic time; none if no clock
  };

  // What small files may unpack to whatever their ratio: an empty spreadsheet is
  // 1 : 50, a kilobyte of zeros 1 : 1000, and neither hurts.
  static constexpr std::uint64_t kRatioFloor = 16u << 20;

  explicit Budget(const Limits& limits, const Clock* clock = nullptr);

  // Each takes from the budget, or is Code::exhausted and names the limit:
  // "budget: depth over 16".
  Result<void> take_in(std::uint64_t bytes);
  Result<void> take_out(std::uint64_t bytes);
  Result<void> take_entries(std::uint64_t count = 1);
  Result<void> check_time() const;
  // Not below zero; the whole of limits().time if there is no clock.
  Duration time_left() const;

  // Enters a nested level for as long as the object lives.
  class Level {
   public:
    Level(Level&& other) noexcept : budget_(other.budget_) { other.budget_ = nullptr; }
    Level& operator=(Level&&) = delete;
    ~Level() {
      if (budget_ != nullptr) --budget_->depth_;
    }

   private:
    friend class Budget;
    explicit Level(Budget* budget) : budget_(budget) {}
    Budget* budget_;
  };
  Result<Level> enter();

  const Limits& limits() const { return limits_; }

 private:
  Limits limits_;
  const Clock* clock_;
  Duration started_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  std::uint64_t entries_ = 0;
  std::uint32_t depth_ = 0;
};

}  // namespace khien
