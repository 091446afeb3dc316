#include "listening.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "connection.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"

namespace khien::net {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsPerTurn = 64;
constexpr auto kPause = std::chrono::milliseconds(100);

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Result<SocketAddress> parse_address(const std::string& text, std::uint16_t port) {
  SocketAddress address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.length = sizeof v4;
  } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.length = sizeof v6;
  } else {
    return Error(Code::invalid, "not an IP address to listen on: '" + text + "'");
  }
  return address;
}

void set_option(int fd, int level, int name, int value) {
  // A socket without it works too, only less well.
  static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));
}

void tune(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 120);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 30);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
}

bool is_out_of_room(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

std::uint16_t bound_port(int fd) {
  SocketAddress address;
  address.length = sizeof address.storage;
  khien_assert(::getsockname(fd, address.get(), &address.length) == 0);
  sockaddr_in v4{};
  // The port stands at the same place in both families.
  std::memcpy(&v4, &address.storage, sizeof v4);
  return ntohs(v4.sin_port);
}

}  // namespace

Listening::Listening(Listener config, std::vector<std::shared_ptr<Loop>> loops, SslContextPointer tls)
    : config_(std::move(config)),
      loops_(std::move(loops)),
      tls_(std::move(tls)),
      admission_(config_.max_connections, config_.max_connections_per_address),
      large_bodies_(config_.max_large_bodies, config_.max_large_bodies_per_address),
      socket_(loops_.front()->context()),
      pause_(loops_.front()->context()) {}

Result<std::unique_ptr<Listening>> Listening::open(Listener config,
                                                   std::vector<std::shared_ptr<Loop>> loops) {
  khien_assert(config.handler != nullptr && !loops.empty());
  SslContextPointer tls;
  if (!config.certificate_pem.empty()) {
    TRY(tls, make_tls_context(config.certificate_pem, config.key_pem, config.client_ca_pem));
  }
  std::unique_ptr<Listening> listening(new Listening(std::move(config), std::move(loops), std::move(tls)));
  TRY_VOID(listening->bind_socket());
  return listening;
}

Result<void> Listening::bind_socket() {
  TRY(auto address, parse_address(config_.address, config_.port));
  if (!tls_ && !peer_address(&address.storage).is_loopback) {
    return Error(Code::invalid, "plain HTTP is for loopback only, not for " + config_.address);
  }
  const std::string doing = "listen on " + config_.address + " port " + std::to_string(config_.port);
  Fd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return system_error(doing, errno);
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (::bind(fd.get(), address.get(), address.length) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return system_error(doing, errno);
  }
  port_ = bound_port(fd.get());
  boost::system::error_code error;
  socket_.assign(fd.get(), error);
  if (error) return system_error(doing, error.value());
  fd.release();
  return {};
}

Result<void> Listening::replace_certificate(const std::string& certificate_pem, const Secret& key_pem) {
  if (config_.certificate_pem.empty()) return Error(Code::invalid, "a plain listener has no certificate");
  TRY(auto fresh, make_tls_context(certificate_pem, key_pem, config_.client_ca_pem));
  const std::lock_guard lock(tls_mutex_);
  tls_.swap(fresh);
  return {};
}

void Listening::start() { wait(); }

void Listening::stop() {
  boost::system::error_code error;
  socket_.close(error);
  pause_.cancel();
}

void Listening::wait() {
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (!error) accept_some();
                     });
}

void Listening::accept_some() {
  bool more = true;
  for (int turn = 0; more && turn < kAcceptsPerTurn; ++turn) {
    if (!accept_one(more)) return pause();
  }
  wait();
}

bool Listening::accept_one(bool& more) {
  SocketAddress address;
  address.length = sizeof address.storage;
  Fd fd(::accept4(socket_.native_handle(), address.get(), &address.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) {
    welcome(std::move(fd), peer_address(&address.storage));
    return true;
  }
  // Any other error is that of one peer, which is gone already.
  if (errno == EAGAIN || errno == EWOULDBLOCK) more = false;
  return !is_out_of_room(errno);
}

void Listening::welcome(Fd fd, const PeerAddress& peer) {
  auto& loop = loops_[next_loop_++ % loops_.size()];
  auto place = admission_.enter(peer);
  // Before TLS there is no way to say why.
  if (!place) {
    ++loop->counts().refused;
    return;
  }
  tune(fd.get());
  SslPointer ssl;
  if (!config_.certificate_pem.empty()) {
    const std::lock_guard lock(tls_mutex_);
    ssl = begin_tls(tls_.get(), fd.get(), loop->clock().now());
    if (!ssl) return;
  }
  RequestReader::Limits limits{loop->limits().max_header_bytes, config_.max_body_bytes};
  Connection::Origin origin{config_.handler, limits, peer, std::move(*place), &large_bodies_, std::move(fd), std::move(ssl)};
  loop->post([&home = *loop, origin = std::move(origin)]() mutable {
    home.adopt(std::make_shared<Connection>(home, std::move(origin)));
  });
}

void Listening::pause() {
  log_warning("net.accept_paused",
              {{"address", config_.address}, {"port", static_cast<std::int64_t>(port_)}});
  pause_.expires_after(kPause);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error) wait();
  });
}

}  // namespace khien::net
