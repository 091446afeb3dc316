#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace khien::api {

// Threads with a bounded queue. With no threads a job runs inside post().
// Thread-safe.
class Workers {
 public:
  Workers(unsigned threads, std::size_t most_waiting);
  // Finishes what runs, drops what waits.
  ~Workers();

  // False if too much waits already; the job is then not taken.
  bool post(std::function<void()> job);

 private:
  void work();

  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace khien::api
