#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::store {

// One migration: "0001_ledger" and its SQL. schema/migrations/<database>/ is
// built into the program, in order of name.
struct Migration {
  std::string_view name;
  std::string_view sql;
};
std::span<const Migration> ledger_migrations();
std::span<const Migration> hub_migrations();
std::span<const Migration> agent_migrations();

// A SQLite database with exactly one connection that writes and checkpoints
// (SQLite 3.40 has the WAL-reset bug, which needs two), and readers that are
// read-only.
//
// Writes are group-committed: the writer thread takes what waits, runs each
// write in a savepoint of its own inside one transaction, commits with
// synchronous=FULL, and only then tells the callers. A write that fails rolls
// back alone.
//
// Invariants
//  (1) `done` hears success only after the commit that holds the write was synced.
//  (2) After a failed commit, sync or checkpoint nothing is ever written again:
//      every waiting and later write is Code::unavailable, and `on_fatal` is
//      called once, so that the process can end and recover. Only a full disk
//      (noticed before anything was synced) is no such end: the group is
//      Code::exhausted, and writing goes on when there is room again.
//  (3) Writes take effect in the order in which they were handed over.
//
// Thread-safe.
class Store {
 public:
  struct Options {
    std::string path;
    std::span<const Migration> migrations = {};
    std::string vfs = {};                // for fault tests
    std::size_t max_waiting = 4'096;     // writes; beyond, Code::exhausted at once
    int checkpoint_pages = 1'000;        // of WAL, when nobody waits; under load eight times as many
    std::function<void(const Error&)> on_fatal = {};
  };
  // Opens or creates, checks integrity (bounded), migrates forward. A database
  // newer than this program is Code::conflict; one that another program has open
  // is Code::unavailable (the lock is "<path>-owner").
  static Result<std::unique_ptr<Store>> open(Options options);
  // Finishes what waits.
  ~Store();

  using Work = std::function<Result<void>(Connection&)>;
  using Done = std::function<void(Result<void>)>;

  // Waits until the write is durable. Not from inside a Work.
  Result<void> write(Work work);
  // `done` runs on the writer thread: keep it short, never wait in it. A write
  // that is refused at the door is told at once, on the caller's own thread.
  void write_later(Work work, Done done);

  // Refuses writes from now on (Code::unavailable) and returns when each one that
  // was taken is answered, however long the disk hangs: afterwards what its `done`
  // uses may go. Not from inside a Work or a Done.
  void drain();

  // Runs on a read-only connection, in one consistent snapshot. Eight at a time,
  // further ones wait: never read inside a read of the same store.
  Result<void> read(const Work& work) const;

  // Runs on a snapshot, with the tenant's rows of `tables` copied into memory: what
  // the work writes to these it sees itself, nobody else does, and nothing of it
  // stays. The writer is not held. Each table has a tenant_id; foreign keys are not
  // looked at. One at a time, further ones wait.
  Result<void> rehearse(TenantId tenant, std::span<const std::string_view> tables, const Work& work) const;

  // A consistent copy while writes go on; the copy is checked (integrity) before
  // success. `path` must not exist.
  Result<void> copy_to(const std::string& path) const;

  // Commits since start and writes in them: the group's size is their ratio.
  struct Counts {
    std::int64_t commits = 0;
    std::int64_t writes = 0;
  };
  Counts counts() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::store
