#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/hash.hpp"
#include "khien/model/batch.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/store.hpp"

namespace khien::store {

// One numbered sequence of events: SHA-256 over tenant, machine and the stream's
// name. It stays the same when the agent renews its key.
struct StreamId {
  TenantId tenant;
  Sha256 id;

  bool operator==(const StreamId&) const = default;
};
StreamId stream_id(TenantId tenant, MachineId machine, std::string_view stream_name);
// On which the hub's own sensors tell what they saw of this tenant's assets. No
// machine's: no certificate leads to it.
StreamId hub_stream(TenantId tenant);

struct StoredEvent {
  ObservationId id;  // grows with acknowledgement order
  TenantId tenant;
  MachineId machine;  // {0}: the hub's own sensors
  Sha256 stream;
  std::uint32_t epoch = 0;
  std::uint64_t seq = 0;
  Timestamp received_at;
  Sha256 sha256;     // of `text`, stored at acknowledgement
  std::string text;  // the event's bytes
};

// Proof that a range is durable. Made by the ledger alone, from a commit.
class AckToken {
 public:
  const Acknowledgement& acknowledgement() const { return acknowledgement_; }
  // How many events of the batch were new.
  std::size_t stored() const { return stored_; }

 private:
  friend class Ledger;
  AckToken(Acknowledgement acknowledgement, std::size_t stored)
      : acknowledgement_(std::move(acknowledgement)), stored_(stored) {}
  Acknowledgement acknowledgement_;
  std::size_t stored_;
};

// What agents told us, append-only: the fact base that everything else is
// refilled from.
//
// Invariants
//  (1) An AckToken exists only for events whose commit was synced.
//  (2) (tenant, stream, epoch, seq) is stored once; the same key with other
//      bytes is Code::conflict, stores nothing, and is logged as equivocation.
//  (3) A stream's watermark covers every number up to it: stored, or named in a
//      drop record, or purged by retention.
//  (4) A batch is stored whole or not at all.
//  (5) Ids grow in commit order, without reuse.
//
// Thread-safe.
class Ledger {
 public:
  struct Options {
    std::string path;
    std::string vfs = {};  // for fault tests
    std::function<void(const Error&)> on_fatal = {};  // see Store
    int checkpoint_pages = 1'000;                     // see Store
  };
  static Result<std::unique_ptr<Ledger>> open(Options options);
  ~Ledger();

  struct Append {
    StreamId stream;
    MachineId machine;  // {0}: the hub's own sensors, on hub_stream() alone
    std::shared_ptr<const std::string> text;  // the NDJSON that `batch` views into
    Batch batch;
    Timestamp received_at;
  };
  // `done` runs on the writer thread. Code::conflict with "expected seq N" if
  // the batch begins beyond the watermark + 1 or the epoch is older; exhausted
  // if too much waits.
  void append(Append append, std::function<void(Result<AckToken>)> done);

  // Takes no more and returns when each append that was taken is answered; see Store.
  void drain();

  // {0, 0} for a stream never seen.
  struct Watermark {
    std::uint32_t epoch = 0;
    std::uint64_t seq = 0;
  };
  Result<Watermark> watermark(const StreamId& stream) const;

  // Up to `limit` events (and about 8 MiB) with id > `after`, in order of id.
  Result<std::vector<StoredEvent>> read_after(ObservationId after, std::size_t limit) const;
  // Code::not_found also if it is another tenant's.
  Result<StoredEvent> event(TenantId tenant, ObservationId id) const;
  // Newest id, {0} if none.
  Result<ObservationId> newest() const;

  // Called after each commit that stored events, on the writer thread.
  void on_commit(std::function<void()> wake);

  const Store& store() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::store
