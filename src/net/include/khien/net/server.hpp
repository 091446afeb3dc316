#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/net/http.hpp"

namespace khien::net {

// One address the server listens on. HTTP/1.1 only. TLS 1.2 and 1.3 for people,
// 1.3 only for agents; no renegotiation, no early data, no compression.
struct Listener {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one; see Server::port
  Handler* handler = nullptr;

  // Empty certificate: plain HTTP, for loopback only (metrics).
  std::string certificate_pem;
  Secret key_pem;
  // Set: the client may present a certificate of this CA (in PEM); one that
  // fails its check ends the handshake. Without one, Request::certificate is none.
  std::string client_ca_pem;

  std::size_t max_body_bytes = 1u << 20;
  // Bodies beyond that, where the handler takes them, from their first byte until
  // the answer: each holds memory. One more is 503. Loopback is exempt from
  // the second.
  std::size_t max_large_bodies = 8;
  std::size_t max_large_bodies_per_address = 4;
  std::size_t max_connections = 12'000;
  std::size_t max_connections_per_address = 64;  // loopback is exempt
};

struct ServerLimits {
  Duration header_time = seconds(10);
  Duration body_time = seconds(60);
  Duration idle_time = minutes(10);   // keep-alive between requests
  std::size_t max_header_bytes = 16u << 10;
  unsigned threads = 2;
};

// An HTTPS server on Asio readiness and OpenSSL: about 20 KiB an idle TLS
// connection. Every limit answers (408, 413, 429, 431, 503) or closes; nothing
// that one peer sends costs another its connection.
class Server {
 public:
  static Result<std::unique_ptr<Server>> create(std::vector<Listener> listeners, ServerLimits limits,
                                                const Clock& clock);
  // Stops accepting, gives running answers two seconds, closes.
  ~Server();

  Result<void> start();
  // The port of the n-th listener.
  std::uint16_t port(std::size_t listener) const;

  // New connections of that listener get this certificate (renewal).
  Result<void> replace_certificate(std::size_t listener, const std::string& certificate_pem,
                                   const Secret& key_pem);

  struct Counts {
    std::int64_t connections_open = 0;
    std::int64_t connections_total = 0;
    std::int64_t handshakes_failed = 0;
    std::int64_t requests = 0;
    std::int64_t refused = 0;  // answered by a limit
  };
  Counts counts() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::net
