#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/order.hpp"
#include "khien/store/store.hpp"

namespace khien::agent {

// The hub's orders to this machine, on the disk: each is carried out once, by its
// number, through restarts. A number is its hub's, which is known by its CA: orders of
// another hub wait for that one. Another order under a number that was given before,
// as a hub gives that was restored from a backup, is refused and told.
//
// Thread-safe: one thread fetches, another carries out.
class OrderBook {
 public:
  // `hub`: SHA-256 of the certificate of its CA.
  OrderBook(store::Store& store, const Clock& clock, const Sha256& hub) : store_(store), clock_(clock), hub_(hub) {}

  // Keeps those that are new. Of those that are done already or refused here, the
  // answers: the hub did not hear them.
  Result<std::vector<OrderSeen>> accept(const std::vector<Order>& orders);

  // Those that wait, oldest first. Cheap when nothing came since it was empty.
  Result<std::vector<Order>> waiting();
  Result<void> settle(const OrderSeen& answer);

  // How many of that verb were tried since, whatever came of it and of whatever hub; a
  // clock that went back counts what is ahead of it as well.
  Result<std::int64_t> tried_since(Verb verb, Timestamp since) const;

 private:
  Result<std::optional<OrderSeen>> take(store::Connection& connection, const Order& order);

  store::Store& store_;
  const Clock& clock_;
  Sha256 hub_;
  std::atomic<bool> may_wait_{true};
};

}  // namespace khien::agent
