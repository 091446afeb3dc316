#pragma once

#include <functional>
#include <unordered_map>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::crawl {

// One epoll set that libraries hang their sockets into. Not thread-safe.
class EventLoop {
 public:
  struct Ready {
    bool readable = false;
    bool writable = false;
  };
  using Handler = std::function<void(int fd, Ready ready)>;

  // Code::exhausted without descriptors.
  static Result<EventLoop> create();

  // Tells `handler` (borrowed) of the socket from now on; with neither, no more.
  void watch(int fd, Ready wanted, const Handler& handler);

  // Waits at most so long, then calls the handlers of what is ready. How many.
  std::size_t wait(Duration most);

 private:
  explicit EventLoop(Fd epoll) : epoll_(std::move(epoll)) {}

  Fd epoll_;
  std::unordered_map<int, const Handler*> handlers_;
};

}  // namespace khien::crawl
