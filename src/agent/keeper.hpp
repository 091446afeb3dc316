#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/order.hpp"
#include "khien/probe/quarantine.hpp"
#include "khien/scan/engine.hpp"
#include "khien/store/store.hpp"

#include "order_book.hpp"
#include "verdict_cache.hpp"

namespace khien::agent {

struct KeeperPolicy {
  std::vector<std::string> roots;    // as the scanner's
  std::vector<std::string> exclude;
  bool automatic = false;            // takes what is malicious by itself
  std::vector<Sha256> spared = {};   // never by itself
  // An hour, and not to be changed from the hub: mass false alarms, or a hub in
  // wrong hands, must not empty a machine.
  std::int64_t files_per_hour = 20;
  std::int64_t restores_per_hour = 20;
  std::int64_t scans_per_hour = 4;
};

// Everything that Keeper borrows.
struct KeeperParts {
  const Clock& clock;
  store::Store& store;
  VerdictCache& cache;
  probe::Quarantine& quarantine;
  OrderBook& orders;
  // Durable when it returns: the spool.
  std::function<Result<void>(const Observation&)> report;
  std::function<void()> scan_now;
};

// Decides what goes into quarantine and what comes back: by the agent's own rule,
// or because the hub asked. Takes only files that this agent reported itself; a
// hub names them by hashes and never by a path.
//
//   automatic ──more than files_per_hour──► halted ──a day──► automatic
//   halted: what is found is reported and left; orders are carried out.
//
// The scanner's thread owns it.
class Keeper {
 public:
  Keeper(KeeperPolicy policy, KeeperParts parts) : policy_(std::move(policy)), parts_(std::move(parts)) {}

  // Reads what it must remember, and tells what the hub does not know yet.
  Result<void> start();

  // From now on. The limits an hour are not part of what can be changed.
  void adopt(std::vector<std::string> roots, std::vector<std::string> exclude, bool automatic, std::vector<Sha256> spared);

  // A file that is not clean was reported under `path`.
  Result<void> found(const std::string& path, const scan::Verdict& verdict);
  // Carries out what waits.
  Result<void> work();

  bool halted() const { return halted_until_.has_value(); }

  static constexpr Duration kHaltFor = hours(24);

 private:
  Result<bool> may_take_by_itself(const Sha256& sha256);
  Result<void> halt();
  Result<void> resume_in_time();
  Result<void> remember_halt();
  Result<bool> is_allowed(const Sha256& sha256) const;
  // These bytes are a person's own decision now; `before`: what held for them until then.
  struct Allowance {
    Timestamp until;
    std::int64_t order = 0;
    std::string reason;
  };
  Result<std::optional<Allowance>> allowance_of(const Sha256& sha256) const;
  Result<void> allow(const Order& order);
  Result<void> take_back(const Order& order, const std::optional<Allowance>& before);
  std::int64_t taken_by_itself_since(Timestamp since) const;

  Result<OrderSeen> carry_out(const Order& order);
  Result<OrderSeen> quarantine(const Order& order);
  Result<OrderSeen> restore(const Order& order);
  Result<OrderSeen> begin_scan(const Order& order);
  std::optional<OrderSeen> done_already(const Order& order) const;
  Result<bool> over(Verb verb, std::int64_t most) const;

  Result<probe::Quarantine::Answer> take(const std::string& path, probe::Quarantine::Wanted wanted);
  std::optional<std::string> path_of(const Sha256& path_sha256) const;
  const std::string* root_of(std::string_view path) const;
  Result<void> tell(const probe::QuarantineEntry& entry);
  Result<void> tell_all();
  Result<void> report(ObservationBody body) { return parts_.report(Observation{parts_.clock.now(), std::move(body)}); }

  KeeperPolicy policy_;
  KeeperParts parts_;
  std::optional<Timestamp> halted_until_;
};

}  // namespace khien::agent
