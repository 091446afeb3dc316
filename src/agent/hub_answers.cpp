#include "hub_answers.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxRefusalBytes = 4'096;
constexpr std::size_t kMaxMessageBytes = 200;
constexpr std::int64_t kLongestBackOffMs = 300'000;
constexpr std::int64_t kLongestRetryAfterSeconds = 3'600;
// As in model: numbers are stored in signed 64 bits.
constexpr std::int64_t kMaxSeq = std::numeric_limits<std::int64_t>::max() / 2;

}  // namespace

Result<Conflict> conflict_from_json(std::string_view text) {
  Budget budget({.bytes_in = kMaxRefusalBytes, .depth = 4});
  JsonDocument memory;
  TRY(const auto root, memory.parse(text, budget));
  TRY(const auto epoch, root.integer_at("epoch"));
  // One below the last, for a next one must exist.
  if (epoch < 0 || epoch >= std::numeric_limits<std::int32_t>::max()) {
    return Error(Code::invalid, "field 'epoch' is out of range");
  }
  TRY(const auto expected, root.integer_at("expected_seq"));
  if (expected < 1 || expected > kMaxSeq) return Error(Code::invalid, "field 'expected_seq' is out of range");
  return Conflict{static_cast<std::uint32_t>(epoch), static_cast<std::uint64_t>(expected)};
}

std::string refusal_message(std::string_view body) {
  Budget budget({.bytes_in = kMaxRefusalBytes, .depth = 4});
  JsonDocument memory;
  const auto root = memory.parse(body, budget);
  if (!root) return {};
  const auto message = root->string_at("message");
  return message ? printable(truncate(*message, kMaxMessageBytes)) : std::string();
}

std::optional<Duration> retry_after(const net::Headers& headers) {
  const auto text = headers.get("retry-after");
  if (!text) return std::nullopt;
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), count);
  if (problem != std::errc() || end != text->data() + text->size() || count < 0) return std::nullopt;
  return seconds(std::min(count, kLongestRetryAfterSeconds));
}

// conflict.epoch  conflict.expected_seq   what happened              step
// newer           any                     our spool went back in time new_epoch
// same            beyond our first        our numbers are taken       new_epoch
// same            before our first        hub restored from a backup  fill_gap
// same            our first               -                           none
// older           (1 in our epoch)        hub restored from a backup  fill_gap from 1
Resync plan_resync(std::uint32_t epoch, std::uint64_t first_seq, const Conflict& conflict) {
  khien_assert(first_seq >= 1);
  if (conflict.epoch > epoch) return {Resync::Step::new_epoch, conflict.epoch + 1, 0};
  const std::uint64_t expected = conflict.epoch == epoch ? conflict.expected_seq : 1;
  if (expected > first_seq) return {Resync::Step::new_epoch, epoch + 1, 0};
  if (expected < first_seq) return {Resync::Step::fill_gap, 0, expected};
  return {};
}

Duration back_off(unsigned failures, Random& random) {
  khien_assert(failures > 0);
  const unsigned doublings = std::min(failures - 1, 20u);
  const std::int64_t longest = std::min(std::int64_t{1'000} << doublings, kLongestBackOffMs);
  return milliseconds(longest / 2 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(longest / 2))));
}

}  // namespace khien::agent
