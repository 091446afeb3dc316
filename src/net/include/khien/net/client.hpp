#pragma once

#include <memory>
#include <optional>
#include <string>

#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/net/http.hpp"

namespace khien::net {

struct ClientRequest {
  Method method = Method::get;
  std::string url;  // https only; http for loopback, or ClientOptions::allow_plain
  Headers headers;
  std::string body;
  std::optional<Duration> timeout = std::nullopt;  // instead of the client's
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

// Sends requests one after another and keeps the connection. Not thread-safe.
// Code::unavailable if the peer cannot be reached or times out, denied if its
// certificate is not the one we trust, exhausted if the answer is too large.
class Client {
 public:
  virtual ~Client() = default;
  virtual Result<ClientResponse> send(const ClientRequest& request) = 0;
};

struct ClientOptions {
  std::string ca_pem;           // the only CAs trusted
  // "sha256//<base64>": the peer's public key must be this one. Without `ca_pem` it alone
  // is asked for, and neither chain nor name; with it, besides.
  std::string pinned_key = {};
  std::string source_address = {};  // to send from, an IP address; empty: any
  std::string certificate_pem;  // our own; may be empty
  Secret key_pem;
  Duration timeout = seconds(30);
  std::size_t max_answer_bytes = 1u << 20;
  // http to others as well: where what comes back proves itself, and what goes out is no secret.
  bool allow_plain = false;
};

// On libcurl (WinHTTP elsewhere later). No proxy, no redirects, no cookies.
Result<std::unique_ptr<Client>> make_client(ClientOptions options);

// Fetches the certificate (PEM) of `authority`'s CA from a hub that is not
// trusted yet: GET /agent/v1/ca, accepted only if its SHA-256 is `expected`.
Result<std::string> fetch_ca(const std::string& hub_url, const Sha256& expected);

}  // namespace khien::net
