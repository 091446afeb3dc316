#include "readers.hpp"

#include "khien/core/assert.hpp"
#include "sqlite.hpp"

namespace khien::store {

Result<void> Readers::read(const std::function<Result<void>(Connection&)>& work) {
  TRY(auto connection, take());
  if (auto begun = connection.run("BEGIN"); !begun) {
    give_back(std::move(connection));
    return std::move(begun).error();
  }
  auto outcome = work(connection);
  // Nothing was written: how the snapshot ends cannot fail the reading.
  if (!outside_transaction(connection) && !connection.run("ROLLBACK")) {
    lose();
    return outcome;
  }
  give_back(std::move(connection));
  return outcome;
}

Result<Connection> Readers::take() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || open_ < kMaxOpen; });
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  auto opened = Connection::open({.path = path_, .read_only = true, .vfs = vfs_});
  if (!opened) lose();
  return opened;
}

void Readers::give_back(Connection connection) {
  {
    const std::lock_guard lock(mutex_);
    khien_assert(idle_.size() < kMaxOpen);
    idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

void Readers::lose() {
  {
    const std::lock_guard lock(mutex_);
    khien_assert(open_ > 0);
    --open_;
  }
  returned_.notify_one();
}

}  // namespace khien::store
