#include "khien/core/budget.hpp"

#include <algorithm>
#include <string>

namespace khien {
namespace {

Error over(std::string_view what, std::uint64_t limit, std::string_view unit = "") {
  std::string text = "budget: ";
  text.append(what).append(" over ").append(std::to_string(limit)).append(unit);
  return {Code::exhausted, std::move(text)};
}

// Compares before adding, so that a count near 2^64 cannot wrap around.
Result<void> take(std::uint64_t& used, std::uint64_t count, std::uint64_t limit, std::string_view what) {
  if (used > limit || count > limit - used) return over(what, limit);
  used += count;
  return {};
}

}  // namespace

Budget::Budget(const Limits& limits, const Clock* clock)
    : limits_(limits), clock_(clock), started_(clock == nullptr ? Duration{} : clock->monotonic()) {}

Result<void> Budget::take_in(std::uint64_t bytes) { return take(in_, bytes, limits_.bytes_in, "bytes in"); }

Result<void> Budget::take_out(std::uint64_t bytes) {
  TRY_VOID(take(out_, bytes, limits_.bytes_out, "bytes out"));
  if (limits_.ratio != 0 && out_ > kRatioFloor && out_ / limits_.ratio > in_) return over("ratio", limits_.ratio);
  return {};
}

Result<void> Budget::take_entries(std::uint64_t count) {
  return take(entries_, count, limits_.entries, "entries");
}

Result<void> Budget::check_time() const {
  if (clock_ == nullptr) return {};
  const std::int64_t spent_ms = clock_->monotonic().ms - started_.ms;
  if (spent_ms > limits_.time.ms) return over("time", static_cast<std::uint64_t>(limits_.time.ms), " ms");
  return {};
}

Duration Budget::time_left() const {
  if (clock_ == nullptr) return limits_.time;
  return {std::max<std::int64_t>(0, started_.ms + limits_.time.ms - clock_->monotonic().ms)};
}

Result<Budget::Level> Budget::enter() {
  if (depth_ >= limits_.depth) return over("depth", limits_.depth);
  ++depth_;
  return Level(this);
}

}  // namespace khien
