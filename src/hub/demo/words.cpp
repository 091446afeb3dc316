#include "words.hpp"

#include <string>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/model/batch.hpp"
#include "khien/model/sample.hpp"

namespace khien::hub::demo {
namespace {

constexpr std::string_view kStream = "sample";
// One sync of the disk makes many batches durable, and what waits stays small.
constexpr std::size_t kMostWaiting = 256;

}  // namespace

Result<void> Words::say(const AgentIdentity& machine, Timestamp at,
                        const std::vector<ObservationBody>& bodies) {
  khien_assert(!bodies.empty());
  std::uint64_t& next = next_.try_emplace(machine.machine.value, 1).first->second;
  std::vector<std::string> events;
  events.reserve(bodies.size());
  for (const ObservationBody& body : bodies)
    events.push_back(to_sample_json({.observed_at = at, .body = body}));
  const Batch spoken{.stream = std::string(kStream),
                     .epoch = 1,
                     .first_seq = next,
                     .events = {events.begin(), events.end()},
                     .drops = {}};
  auto text = std::make_shared<const std::string>(to_ndjson(spoken));
  JsonDocument memory;
  Budget budget({});
  TRY(auto batch, batch_from_ndjson(*text, memory, budget));
  next += bodies.size();

  TRY_VOID(wait_until_at_most(kMostWaiting - 1));
  {
    const std::lock_guard lock(waiting_->mutex);
    ++waiting_->count;
  }
  road_.observe({.stream = store::stream_id(machine.tenant, machine.machine, kStream),
                 .machine = machine.machine,
                 .text = text,
                 .batch = std::move(batch),
                 .received_at = at},
                [waiting = waiting_](Result<store::AckToken> stored) {
                  const std::lock_guard lock(waiting->mutex);
                  --waiting->count;
                  if (!stored && !waiting->first_error) waiting->first_error = std::move(stored).error();
                  waiting->answered.notify_all();
                });
  return {};
}

Result<void> Words::arrive() {
  TRY_VOID(wait_until_at_most(0));
  TRY_VOID(road_.apply_pending());
  return {};
}

Result<void> Words::wait_until_at_most(std::size_t count) {
  std::unique_lock lock(waiting_->mutex);
  waiting_->answered.wait(lock, [&] { return waiting_->count <= count; });
  if (waiting_->first_error) return *waiting_->first_error;
  return {};
}

}  // namespace khien::hub::demo
