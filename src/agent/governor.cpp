#include "governor.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::agent {
namespace {

constexpr std::int64_t kHourSeconds = 3'600;
constexpr std::uint32_t kCrowded = 1'000;  // as many tasks as cores
constexpr std::uint32_t kWaiting = 200;
// A clock that stood still for a week fills a bucket just as well.
constexpr std::int64_t kMostTimeMs = 7 * 86'400'000LL;

// Microseconds of processor time in an hour's share: a thousandth of a second a
// second is 1,000 µs.
std::int64_t hour_us(std::uint32_t per_mille) { return std::int64_t{per_mille} * 1'000 * kHourSeconds; }

int halvings(const MachineLoad& load) {
  return (load.load_per_mille > kCrowded ? 1 : 0) + (load.wait_per_mille > kWaiting ? 1 : 0) + (load.on_battery ? 1 : 0);
}

}  // namespace

Duration Governor::capacity(std::uint32_t per_mille) { return {hour_us(per_mille) / 3 / 1'000}; }

Governor::Governor(Share share, Duration now, std::optional<Saved> saved)
    : share_(share), told_ms_(now.ms), capacity_us_(capacity(share.per_mille).ms * 1'000), level_us_(capacity_us_) {
  share_.idle_per_mille = std::max(share_.idle_per_mille, share_.per_mille);
  if (!saved) return;
  const std::int64_t ago_ms = std::clamp<std::int64_t>(saved->ago.ms, 0, kMostTimeMs);
  const std::int64_t level_us = std::clamp(saved->level.ms, -capacity_us_ / 1'000, capacity_us_ / 1'000) * 1'000;
  level_us_ = std::min(capacity_us_, level_us + filled_us(ago_ms));
}

// Three fifths of the share.
std::int64_t Governor::filled_us(std::int64_t time_ms) const {
  khien_assert(time_ms >= 0 && time_ms <= kMostTimeMs);
  const std::int64_t share = idle_ ? share_.idle_per_mille : share_.per_mille;
  return share * time_ms * 3 / 5 >> slowed_;
}

// By what was known of the time that passed.
void Governor::fill(Duration now) {
  const std::int64_t time_ms = std::clamp<std::int64_t>(now.ms - told_ms_, 0, kMostTimeMs);
  const std::int64_t filled = filled_us(time_ms);
  level_us_ = std::min(capacity_us_, level_us_ + filled);
  paid_us_ = level_us_ < 0 ? paid_us_ + filled : 0;
  told_ms_ = std::max(told_ms_, now.ms);
}

void Governor::adopt(Share share, Duration now) {
  share.idle_per_mille = std::max(share.idle_per_mille, share.per_mille);
  if (share == share_) return;
  const bool had_limit = share_.per_mille != 0;
  fill(now);
  share_ = share;
  capacity_us_ = capacity(share.per_mille).ms * 1'000;
  level_us_ = had_limit ? std::clamp(level_us_, -capacity_us_ / 5, capacity_us_) : 0;
}

void Governor::tell(Duration now, Duration used, const MachineLoad& load) {
  fill(now);
  level_us_ = std::max(-capacity_us_, level_us_ - std::max<std::int64_t>(0, used.ms - used_ms_) * 1'000);
  used_ms_ = std::max(used_ms_, used.ms);
  slowed_ = halvings(load);
  idle_ = slowed_ == 0 && load.load_per_mille < kIdle;
}

std::int64_t Governor::floor_us(Work work) const { return work == Work::full_scan ? capacity_us_ / 4 : 0; }

bool Governor::starved() const { return share_.per_mille != 0 && paid_us_ > capacity_us_ / 5; }

Duration Governor::wait(Work work) const {
  if (share_.per_mille == 0) return {0};
  const std::int64_t missing_us = floor_us(work) - level_us_;
  if (missing_us <= 0) return {0};
  if (starved()) {
    const std::int64_t in_minute_ms = told_ms_ % kFreeEvery.ms;
    return {in_minute_ms < kFreeFor.ms ? 0 : std::min(kLongestWait.ms, kFreeEvery.ms - in_minute_ms)};
  }
  const std::int64_t a_second_us = std::max<std::int64_t>(1, filled_us(1'000));
  const std::int64_t wait_ms = (missing_us * 1'000 + a_second_us - 1) / a_second_us;
  return {std::clamp<std::int64_t>(wait_ms, 1, kLongestWait.ms)};
}

}  // namespace khien::agent
