#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/net/server.hpp"

namespace khien::net {

class Connection;

struct ServerCounts {
  std::atomic<std::int64_t> connections_open{0};
  std::atomic<std::int64_t> connections_total{0};
  std::atomic<std::int64_t> handshakes_failed{0};
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> refused{0};
};

// One thread's worth of connections: an event loop, the connections that live
// on it and their deadlines. All members are for that thread alone, except
// post(), stop() and what is const.
//
// Shared, because a handler may answer from another thread after the server is
// gone; it owns no connection by then.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(const ServerLimits& limits, const Clock& clock, std::shared_ptr<ServerCounts> counts);

  // Runs until stop() and the last connection's end.
  void run();
  // Connections without a running answer close; the others have two seconds.
  void stop();

  template <class Work>
  void post(Work work) {
    boost::asio::post(context_, std::move(work));
  }

  // A connection that was accepted for this loop.
  void adopt(std::shared_ptr<Connection> connection);
  void remove(Connection& connection);

  boost::asio::io_context& context() { return context_; }
  const ServerLimits& limits() const { return limits_; }
  const Clock& clock() const { return clock_; }
  ServerCounts& counts() { return *counts_; }
  bool stopping() const { return stopping_; }
  bool runs_here() const { return context_.get_executor().running_in_this_thread(); }

  // Where bytes are read to before they are anybody's.
  std::span<char> scratch() { return scratch_; }
  // For the Date field, made once a second.
  const std::string& date();

 private:
  void tick();
  void begin_stop();
  void close_all();
  void finish_if_empty();

  const ServerLimits limits_;
  const Clock& clock_;
  const std::shared_ptr<ServerCounts> counts_;
  // One thread runs it; others may post.
  mutable boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  boost::asio::steady_timer ticker_;
  boost::asio::steady_timer grace_;
  std::vector<std::shared_ptr<Connection>> connections_;
  bool stopping_ = false;
  std::int64_t date_second_ = -1;
  std::string date_;
  std::array<char, 16u << 10> scratch_;
};

}  // namespace khien::net
