#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "khien/store/connection.hpp"

namespace khien::store {

// Read-only connections to one database, lent one at a time, newest first so
// that caches stay warm. When all are out the next caller waits. Thread-safe.
class Readers {
 public:
  Readers(std::string path, std::string vfs) : path_(std::move(path)), vfs_(std::move(vfs)) {}

  // Runs `work` in one snapshot.
  Result<void> read(const std::function<Result<void>(Connection&)>& work);

 private:
  static constexpr std::size_t kMaxOpen = 8;

  Result<Connection> take();
  void give_back(Connection connection);
  void lose();

  std::string path_;
  std::string vfs_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
  std::size_t open_ = 0;
};

}  // namespace khien::store
