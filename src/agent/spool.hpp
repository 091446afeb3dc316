#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/batch.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/store.hpp"

namespace khien::agent {

// Events of the one stream between a sensor and the hub's acknowledgement.
//
// Invariants
//  (1) put() succeeds only after the commit that holds the events was synced.
//  (2) Every number after the last acknowledged one is an event or inside a
//      drop record: nothing leaves without a word.
//  (3) What leaves a full spool is the oldest of the least important.
//  (4) A number is used for one event only, as long as its epoch lasts.
//  (5) An epoch is remembered outside the spool before its first event goes out.
//
// Thread-safe.
class Spool {
 public:
  struct Limits {
    std::uint64_t bytes = 512u << 20;
    std::uint64_t events = 2'000'000;
  };
  struct Options {
    Limits limits;
    // The highest epoch ever used, as the identity folder remembers it, and how
    // to make it remember another.
    std::uint32_t known_epoch = 0;
    std::function<Result<void>(std::uint32_t)> remember_epoch;
  };
  // On a store with agent_migrations(), which must outlive the spool. A spool
  // without a stream, or older than the known epoch, begins the next epoch.
  // Numbers that are missing are named in a drop record, "spool_gap".
  static Result<std::unique_ptr<Spool>> open(store::Store& store, Options options);

  // Waits until all are durable; all or none. Code::exhausted for an event over
  // kMaxEventBytes.
  Result<void> put(std::span<const Observation> observations);
  Result<void> put(const Observation& observation) { return put({&observation, 1}); }
  // Called after each put with the most important priority in it, on the
  // thread that put.
  void on_put(std::function<void(Priority)> wake);

  // What goes out next, in order. `text` is NDJSON; empty if nothing waits.
  struct Outgoing {
    std::uint32_t epoch = 0;
    std::uint64_t first_seq = 1;
    std::uint64_t last_seq = 0;
    std::size_t events = 0;
    std::string text;

    bool empty() const { return last_seq < first_seq; }
  };
  Result<Outgoing> next_batch(std::size_t max_events, std::size_t max_bytes) const;

  // The hub has everything up to `seq`.
  Result<void> acknowledge(std::uint32_t epoch, std::uint64_t seq);
  // The hub will not take the first event of the range: it becomes a drop record.
  Result<void> drop_first(std::uint32_t epoch, std::uint64_t first_seq, std::uint64_t last_seq,
                          std::string_view reason);
  // The hub forgot what it acknowledged: everything from `seq` to the last
  // acknowledged number becomes a drop record.
  Result<void> forget_acknowledged(std::uint64_t seq, std::string_view reason);
  // What waits is numbered anew from 1, in a new epoch of at least `at_least`.
  Result<void> begin_epoch(std::uint32_t at_least);

  struct State {
    std::uint32_t epoch = 0;
    std::uint64_t acknowledged_seq = 0;
    std::uint64_t newest_seq = 0;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    std::uint64_t dropped = 0;  // since open
    bool urgent = false;        // a p0 waits

    bool idle() const { return newest_seq == acknowledged_seq; }
  };
  State state() const;

  // One event as it is stored.
  struct Line {
    std::string_view kind;
    Priority priority = Priority::p3;
    std::uint64_t cost = 0;
    std::string text;
  };

 private:
  struct Waiting {
    std::uint64_t events = 0;
    std::uint64_t cost = 0;
  };
  // Everything in memory that a write changes; written back once it succeeded.
  struct Books {
    std::uint32_t epoch = 0;
    std::uint64_t base = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t newest = 0;
    std::array<Waiting, 4> waiting;
    std::uint64_t dropped = 0;
    std::uint64_t drop_records = 0;
    std::uint64_t compact_at = 1'000;

    std::uint64_t events() const;
    std::uint64_t cost() const;
  };

  Spool(store::Store& store, Options options) : store_(store), options_(std::move(options)) {}

  static Result<Books> read_books(store::Connection& connection);
  Result<void> load();
  Result<void> name_gaps();
  Result<Books> current_books(store::Connection& connection);
  Result<void> write(const std::function<Result<void>(store::Connection&, Books&)>& work);
  Result<void> insert(store::Connection& connection, Books& books, std::span<const Line> lines) const;
  Result<void> trim(store::Connection& connection, Books& books, std::uint64_t position) const;
  Result<void> make_room(store::Connection& connection, Books& books) const;
  Result<bool> evict(store::Connection& connection, Books& books, Priority priority) const;
  Result<void> note_drop(store::Connection& connection, Books& books, DropRecord drop) const;
  Result<void> compact(store::Connection& connection, Books& books) const;

  store::Store& store_;
  Options options_;

  mutable std::mutex mutex_;  // guards books_, undone_ and wake_
  Books books_;
  bool undone_ = false;  // a write failed: books_ may be ahead of the database
  std::function<void(Priority)> wake_;
};

}  // namespace khien::agent
