#pragma once

#include <functional>
#include <vector>

#include <curl/curl.h>

#include "event_loop.hpp"
#include "khien/core/clock.hpp"

namespace khien::crawl {

// libcurl's multi interface on an event loop, and the handles it moves. Not
// thread-safe; none of its functions may be called from a callback of curl's.
class Multi {
 public:
  explicit Multi(EventLoop& loop, std::size_t connections);
  ~Multi();
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  // A handle for one transfer; put back by drop() or after it was told of.
  CURL* handle();
  void begin(CURL* easy);
  // Ends it, whatever it does.
  void drop(CURL* easy);

  // Tells of each that ended.
  void settle(const std::function<void(CURL*, CURLcode)>& ended);
  // Calls curl's timers that are due. How long until the next, at most `most`.
  Duration step(Duration most, Duration now);

 private:
  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int on_timer(CURLM*, long timeout_ms, void* self);
  void act(curl_socket_t fd, int events);

  EventLoop& loop_;
  CURLM* multi_;
  EventLoop::Handler handler_;
  std::vector<CURL*> spare_;
  long timer_ms_ = -1;       // as curl wants it, from timer_set_ on
  bool timer_new_ = false;
  Duration timer_at_;
};

}  // namespace khien::crawl
