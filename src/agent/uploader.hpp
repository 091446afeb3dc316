#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "khien/agent/status.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"

#include "hub_link.hpp"
#include "spool.hpp"

namespace khien::agent {

// Brings the spool to the hub, one batch at a time.
//
//   idle ──something waits──► due (p0: now; else within 5 s)
//   due ──send──► acknowledged ──► idle, or due now if more waits
//              ├─► busy (429, 503) ──Retry-After──► due
//              ├─► conflict (409) ──resynchronised──► due
//              ├─► unfit (413, 422) ──smaller batch, or a drop record──► due
//              └─► failed ──growing pause──► due
//
// Invariants
//  (1) An event leaves the spool only by an acknowledgement that names the hash
//      of the batch it was in, or as a drop record.
//  (2) A batch without an answer is sent again with the same bytes.
//  (3) Whatever the hub answers, the next try is at least half a second away,
//      unless the batch was acknowledged.
//
// Not thread-safe, but for what says so.
class Uploader {
 public:
  Uploader(Spool& spool, HubLink& hub, const Clock& clock, Random& random);

  // Sends at most one batch if one is due. How long until it wants to be called
  // again; a put() of a p0 is a reason to call earlier.
  Duration step();

  // True once after the hub said that orders wait for this machine.
  bool take_orders_wait() { return std::exchange(orders_wait_, false); }

  // Of what this machine is to do, as the hub said last; 0: it never said anything.
  std::int64_t policy_version() const { return policy_version_; }

  struct Counts {
    std::int64_t batches = 0;
    std::int64_t events = 0;
    std::int64_t failures = 0;
    std::int64_t resyncs = 0;
  };
  const Counts& counts() const { return counts_; }

  // From any thread.
  Contact contact() const { return contact_; }
  std::optional<Timestamp> reached_at() const;

 private:
  bool due(Duration now);
  Result<void> prepare();
  void send();
  Result<void> take_answer(const net::ClientResponse& answer);
  Result<void> take_acknowledgement(const std::string& body);
  Result<void> take_conflict(const std::string& body);
  Result<void> take_unfit(const net::ClientResponse& answer);
  void wait_for(Duration pause);
  void fail(const Error& error);

  Spool& spool_;
  HubLink& hub_;
  const Clock& clock_;
  Random& random_;

  std::optional<Spool::Outgoing> outgoing_;  // read, and not yet settled
  std::size_t max_events_;                   // shrinks when the hub finds batches unfit
  std::optional<Duration> waiting_since_;    // monotonic
  Duration not_before_{0};                   // monotonic
  bool more_ = false;                        // the last batch was full
  unsigned failures_ = 0;
  bool orders_wait_ = false;
  std::int64_t policy_version_ = 0;
  Counts counts_;
  std::atomic<Contact> contact_{Contact::untried};
  std::atomic<std::int64_t> reached_at_ms_{0};  // 0: never
};

}  // namespace khien::agent
