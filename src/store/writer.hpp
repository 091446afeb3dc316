#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "khien/store/store.hpp"

namespace khien::store {

struct Write {
  Store::Work work;
  Store::Done done;
};

// The one connection that writes and checkpoints, and how it commits a group.
// Belongs to one thread at a time.
class Writer {
 public:
  static Result<std::unique_ptr<Writer>> open(const Store::Options& options);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  // Takes writes from the front of `waiting` into one transaction, commits it
  // and answers each of them. What is left in `waiting` belongs to the next group.
  void commit_group(std::deque<Write>& waiting);

  // Moves the WAL into the database file when it has grown; `idle` says that
  // nobody waits for us.
  void checkpoint(bool idle);

  // Set once, by the first failure after which nothing may be written.
  const std::optional<Error>& fatal() const { return fatal_; }
  std::size_t last_group() const { return last_group_; }
  // Any thread may ask.
  Store::Counts counts() const { return {commits_, writes_}; }

 private:
  struct Answer {
    Store::Done done;
    Result<void> outcome;
  };

  Writer(Connection connection, int checkpoint_pages)
      : connection_(std::move(connection)), checkpoint_pages_(checkpoint_pages) {}
  Result<void> run_alone(const Store::Work& work);
  Result<void> run_group(std::deque<Write>& waiting, std::vector<Answer>& answers);
  Result<void> commit();
  void give_up(const Error& error);

  Connection connection_;
  const int checkpoint_pages_;
  std::optional<Error> fatal_;
  std::size_t last_group_ = 0;
  std::atomic<std::int64_t> commits_ = 0;
  std::atomic<std::int64_t> writes_ = 0;
  int wal_pages_ = 0;  // set by SQLite after each commit
};

}  // namespace khien::store
