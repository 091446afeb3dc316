#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "house.hpp"
#include "khien/core/file.hpp"
#include "tls_context.hpp"
#include "x509.hpp"

namespace khien::net {

// What a raw peer's TLS is to be like.
struct RawTls {
  std::string certificate_pem;
  std::string key_pem;
  std::string between_pem;  // sent along with the certificate
  int max_version = TLS1_3_VERSION;
  std::string alpn;  // in wire form; empty: none offered
  SSL_SESSION* session = nullptr;
};

// A peer on a blocking socket that says exactly the bytes a test wants said.
// Every wait ends after ten seconds.
class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    connect(port);
  }
  // With TLS; see is_secure().
  RawPeer(std::uint16_t port, const RawTls& tls) : RawPeer(port) { secure(tls); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  bool is_secure() const { return secure_; }
  SSL* ssl() const { return ssl_.get(); }
  int fd() const { return fd_.get(); }

  // False once the server is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  // What comes next; empty at the end (or after ten seconds).
  std::string receive() {
    std::array<char, 16384> buffer;
    const auto count = ssl_ ? SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))
                            : ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
  }

  std::string receive_until(std::string_view end) {
    std::string all;
    while (all.find(end) == all.npos) {
      const auto more = receive();
      if (more.empty()) break;
      all += more;
    }
    return all;
  }

  std::string receive_all() {
    std::string all;
    for (auto more = receive(); !more.empty(); more = receive()) all += more;
    return all;
  }

  // Did the server end the connection?
  bool is_ended() {
    errno = 0;
    return receive().empty() && errno != EAGAIN;
  }

  // Nothing to read for that long?
  bool is_silent(int milliseconds) const {
    pollfd poll_for{fd_.get(), POLLIN, 0};
    return ::poll(&poll_for, 1, milliseconds) == 0;
  }

 private:
  void connect(std::uint16_t port) {
    // OpenSSL writes to a server that hung up as well as to one that did not.
    ::signal(SIGPIPE, SIG_IGN);
    const timeval patience{10, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }

  void secure(const RawTls& tls) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_max_proto_version(context_.get(), tls.max_version);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    if (!tls.certificate_pem.empty()) {
      REQUIRE(SSL_CTX_use_certificate(context_.get(), read_certificate(tls.certificate_pem).value().get()) ==
              1);
      REQUIRE(SSL_CTX_use_PrivateKey(context_.get(), read_key(Secret(tls.key_pem)).value().get()) == 1);
    }
    if (!tls.between_pem.empty()) {
      SSL_CTX_add1_chain_cert(context_.get(), read_certificate(tls.between_pem).value().get());
    }
    ssl_.reset(SSL_new(context_.get()));
    if (!tls.alpn.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(tls.alpn.data()),
                          static_cast<unsigned>(tls.alpn.size()));
    }
    if (tls.session != nullptr) SSL_set_session(ssl_.get(), tls.session);
    SSL_set_fd(ssl_.get(), fd_.get());
    secure_ = SSL_connect(ssl_.get()) == 1;
  }

  Fd fd_;
  SslContextPointer context_;
  SslPointer ssl_;
  bool secure_ = false;
};

inline std::string get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
}

inline int status_of(std::string_view answer) {
  return answer.size() > 12 && answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3)))
                                                               : 0;
}

// Waits, a test's ten seconds at most, until something holds.
template <class Condition>
bool eventually(const Condition& holds) {
  for (int turn = 0; turn < 1000; ++turn) {
    if (holds()) return true;
    ::poll(nullptr, 0, 10);
  }
  return false;
}

// A handler that answers nothing by itself; a test takes its responders.
class Withholding final : public Handler {
 public:
  void handle(Request request, Responder respond) override {
    if (request.path != "/wait") return respond({});
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(respond));
  }

  // Waits until there is one.
  Responder take() {
    Responder taken;
    CHECK(eventually([&] {
      const std::lock_guard lock(mutex_);
      if (held_.empty()) return false;
      taken = std::move(held_.back());
      held_.pop_back();
      return true;
    }));
    return taken;
  }

 private:
  std::mutex mutex_;
  std::vector<Responder> held_;
};

}  // namespace khien::net
