#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "khien/net/http.hpp"

namespace khien::net {

// What waits between the writer of an endless answer and its connection.
// Thread-safe.
class StreamQueue {
 public:
  enum class Put : unsigned char { gone, queued, wake };

  // As one chunk of the chunked transfer coding. Put::wake: the connection does
  // not know yet that something waits.
  Put put(std::string_view bytes);
  // No more will come. True: wake the connection.
  bool end();
  // The peer is gone.
  void close();

  struct Taken {
    std::string bytes;
    bool ended = false;
  };
  // All that waits; it counts as waiting until sent().
  Taken take();
  void sent(std::size_t bytes);
  // The peer reads too slowly: more was written than may wait.
  bool is_overrun();

 private:
  std::mutex mutex_;
  std::string waiting_;
  std::size_t in_flight_ = 0;
  bool woken_ = false;
  bool ended_ = false;
  bool gone_ = false;
  bool overrun_ = false;
};

// The handler's end. `wake` is called from any thread.
std::shared_ptr<StreamSink> make_sink(std::shared_ptr<StreamQueue> queue, std::function<void()> wake);

}  // namespace khien::net
