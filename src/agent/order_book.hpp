#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/order.hpp"
#include "khien/store/store.hpp"

namespace khien::agent {

// The hub's orders to this machine, on the disk: each is carried out once, by its
// number, through restarts.
//
// Thread-safe: one thread fetches, another carries out.
class OrderBook {
 public:
  OrderBook(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Keeps those that are new. Of those that are done already, the answers: the hub
  // did not hear them.
  Result<std::vector<OrderSeen>> accept(const std::vector<Order>& orders);

  // Those that wait, oldest first. Cheap when nothing came since it was empty.
  Result<std::vector<Order>> waiting();
  Result<void> settle(const OrderSeen& answer);

  // How many of that verb were carried out since; a clock that went back counts
  // what is ahead of it as well.
  Result<std::int64_t> done_since(Verb verb, Timestamp since) const;

 private:
  store::Store& store_;
  const Clock& clock_;
  std::atomic<bool> may_wait_{true};
};

}  // namespace khien::agent
