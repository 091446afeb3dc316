#pragma once

#include <mutex>

#include "khien/core/result.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/store/store.hpp"

namespace khien::flow {

// Tells the road what people handed in for devices without an agent
// (estate/device_inventories.hpp), each list by the first door on the hub's own stream.
// What was told and not yet marked so is told again: the same list replaces itself.
//
// Thread-safe.
class InventoryTeller {
 public:
  InventoryTeller(store::Store& hub, HubSensor& sensor, const Clock& clock) : hub_(hub), sensor_(sensor), clock_(clock) {}

  // All that waits; how many lists. One that fails is left for the next time, and holds up no
  // other; its error is the answer. Call at start, and behind each commit that kept one.
  Result<std::int64_t> tell();

 private:
  Result<void> tell_one(estate::UntoldInventory list);

  store::Store& hub_;
  HubSensor& sensor_;
  const Clock& clock_;
  std::mutex mutex_;
};

}  // namespace khien::flow
