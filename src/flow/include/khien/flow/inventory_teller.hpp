#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "khien/core/result.hpp"
#include "khien/estate/device_inventories.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/store/store.hpp"

namespace khien::flow {

// Tells the road what people handed in for devices without an agent
// (estate/device_inventories.hpp), each list by the first door on the hub's own stream.
// Of a list that failed between its parts the others are told the next time, and no part
// twice. Where the hub ended in between, all of them are told again: the same list replaces
// itself.
//
// Thread-safe.
class InventoryTeller {
 public:
  InventoryTeller(store::Store& hub, HubSensor& sensor, const Clock& clock) : hub_(hub), sensor_(sensor), clock_(clock) {}
  ~InventoryTeller();

  // Tells in a thread of its own: what waits now, and at each wake() what came since. What
  // failed is tried again later and later, at the latest every hour.
  void start();
  // Something was handed in, and its commit is done. Answers at once.
  void wake();
  // Waits for the list that is being told; those behind it are told at the next start.
  void stop();

  // All that waits; how many lists. One that fails is left for the next time, and holds up no
  // other; its error is the answer. start()'s thread does it, tests call it.
  Result<std::int64_t> tell();

 private:
  Result<void> tell_one(const estate::UntoldInventory& list);
  bool stopping();
  void run();

  store::Store& hub_;
  HubSensor& sensor_;
  const Clock& clock_;
  // A list that is not told whole yet. Its parts are the same each time, for it does not change
  // under its number.
  struct Begun {
    std::int64_t number = 0;
    std::size_t parts = 0;  // that the road has
  };
  std::mutex telling_;
  std::map<std::pair<TenantId, DeviceId>, Begun> begun_;  // under telling_
  std::mutex mutex_;  // of what follows
  std::condition_variable bell_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace khien::flow
