#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "admission.hpp"
#include "khien/core/file.hpp"
#include "loop.hpp"
#include "tls_context.hpp"

namespace khien::net {

// One listening socket: accepts on the first loop and deals the connections out
// to all of them in turn.
class Listening {
 public:
  static Result<std::unique_ptr<Listening>> open(Listener config, std::vector<std::shared_ptr<Loop>> loops);

  std::uint16_t port() const { return port_; }
  // Thread-safe.
  Result<void> replace_certificate(const std::string& certificate_pem, const Secret& key_pem);

  // On the first loop's thread, or while no loop runs.
  void start();
  void stop();

 private:
  Listening(Listener config, std::vector<std::shared_ptr<Loop>> loops, SslContextPointer tls);

  Result<void> bind_socket();
  void wait();
  void accept_some();
  // False if the process has no room for more: then pause.
  bool accept_one(bool& more);
  void welcome(Fd fd, const PeerAddress& peer);
  void pause();

  const Listener config_;
  const std::vector<std::shared_ptr<Loop>> loops_;
  std::mutex tls_mutex_;
  SslContextPointer tls_;  // null: plain
  Admission admission_;
  Admission large_bodies_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::size_t next_loop_ = 0;
};

}  // namespace khien::net
