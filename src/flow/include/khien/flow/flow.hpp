#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/flow/judge.hpp"
#include "khien/store/ledger.hpp"
#include "khien/store/store.hpp"

namespace khien::flow {

// Something a screen may want to fetch anew. `id` is a finding's, a machine's or a site's.
struct Change {
  enum class Kind : unsigned char { finding, machine, site };
  Kind kind = Kind::finding;
  TenantId tenant;
  UnitId unit;
  std::int64_t id = 0;
};

// The one road from a sensor to a finding: observe() for new facts under
// current rules, reconsider() for new rules over known facts. No third door.
//
// The ledger is the truth; everything in the hub's database that comes from
// observations is refilled from it. The applier's position is stored in the
// same transaction as what it wrote.
//
// Invariants
//  (1) An observation is in the ledger before any judge sees it.
//  (2) Every finding names at least one observation of the ledger.
//  (3) A judge that fails, or an event that cannot be read, costs its own
//      findings only: it is counted and logged, and the road goes on.
//  (4) Applying an event twice changes nothing: findings are keyed by
//      fingerprint, sightings by observation.
//  (5) After a crash the applier goes on from its position; nothing is skipped.
//
// Thread-safe.
class Flow {
 public:
  struct Options {
    std::function<void(const Change&)> on_change;  // on the applier's thread
    std::size_t batch_events = 500;                // applied per transaction
  };
  Flow(store::Ledger& ledger, store::Store& hub, std::vector<std::shared_ptr<const Judge>> judges,
       const Clock& clock, Options options);
  ~Flow();

  // Stores the batch durably, then tells `done`; the applier follows by itself.
  void observe(store::Ledger::Append append, std::function<void(Result<store::AckToken>)> done);

  // Puts the judge's new version in place and tries it on every known fact.
  // Findings of this judge that no observation supports any more are resolved.
  // A book of advisories is put before distinct packages, and only those machines are
  // weighed that it may concern: before new and changed vulnerabilities alone, where the
  // book says what differs from the one that packages were judged by last.
  // Reports progress as (events done, events in all).
  Result<void> reconsider(std::shared_ptr<const Judge> judge,
                          const std::function<void(std::int64_t, std::int64_t)>& progress = {});

  // A reconsider() with a book, going on or to come, ends soon with Code::unavailable; what it
  // has not done the next start does. For good: before the end of a program. From any thread.
  void break_off();

  // Starts the applier's thread. Without it, tests call apply_pending().
  void start();
  void stop();
  // Applies what the ledger holds beyond the position; says how many events.
  Result<std::int64_t> apply_pending();

  // What time alone changes: files that were let back until today, what one machine said
  // of another long ago, and, a bounded piece, what a book says of packages that no
  // machine has any more and that showed no finding. From one thread at a time. The applier's thread does it every minute.
  Result<void> tend();

  // Weighs machines that a book or a setting marked, a bounded piece; says how many.
  // The applier's thread does it between events.
  Result<std::int64_t> weigh_marked();

  struct Lag {
    std::int64_t events = 0;   // acknowledged, not yet applied
    std::int64_t failed = 0;   // since start, by (3)
  };
  Result<Lag> lag() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::flow
