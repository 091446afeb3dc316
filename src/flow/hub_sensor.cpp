#include "khien/flow/hub_sensor.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/json.hpp"
#include "khien/model/batch.hpp"

namespace khien::flow {
namespace {

// Read once as the road will read it: what the hub itself cannot read would be lost.
Result<std::string> checked_text(const Observation& observation) {
  if (told_by_agents(observation.body)) return Error(Code::invalid, "this is an agent's to tell");
  auto text = to_json(observation);
  JsonDocument memory;
  Budget budget({});
  auto again = observation_from_json(text, memory, budget);
  if (!again) return std::move(again).error();
  return text;
}

}  // namespace

Result<void> HubSensor::tell(TenantId tenant, std::span<const Observation> observations) {
  if (observations.empty()) return {};
  std::vector<std::string> events;
  for (const Observation& observation : observations) {
    TRY(auto text, checked_text(observation));
    events.push_back(std::move(text));
  }
  const std::lock_guard lock(mutex_);
  const auto stream = store::hub_stream(tenant);
  TRY(const auto watermark, ledger_.watermark(stream));
  Batch batch{.stream = "hub",
              .epoch = std::max(watermark.epoch, std::uint32_t{1}),
              .first_seq = watermark.seq + 1,
              .events = {events.begin(), events.end()},
              .drops = {}};
  const auto text = std::make_shared<const std::string>(to_ndjson(batch));
  JsonDocument memory;
  Budget budget({});
  TRY(batch, batch_from_ndjson(*text, memory, budget));
  // Shared: the writer may answer after a caller that was broken off.
  const auto answer = std::make_shared<std::promise<Result<store::AckToken>>>();
  auto told = answer->get_future();
  flow_.observe({stream, MachineId{}, text, std::move(batch), clock_.now()},
                [answer](Result<store::AckToken> token) { answer->set_value(std::move(token)); });
  auto token = told.get();
  if (!token) return std::move(token).error();
  return {};
}

}  // namespace khien::flow
