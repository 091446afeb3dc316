#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"

namespace khien::net {

enum class Method : unsigned char { get, head, post, put, patch, delete_, other };
std::string_view to_string(Method method);

// Names are compared without case.
class Headers {
 public:
  void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }
  // The first of that name; none if absent.
  std::optional<std::string_view> get(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

// The certificate a TLS client proved to hold. Chain, dates and purpose were
// checked by the server; revocation is the handler's to check.
struct PeerCertificate {
  Sha256 sha256;  // of the DER
  std::optional<AgentIdentity> agent;  // from subjectAltName; none if malformed
  Timestamp not_after;
};

// A complete request. The target was split at '?', percent-decoded once, and
// refused if it held control characters, "//", "." or ".." segments.
struct Request {
  Method method = Method::get;
  std::string path;                                        // "/api/v1/findings"
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  Headers headers;
  std::shared_ptr<const std::string> body;                 // never null
  std::string peer_address;                                // "192.0.2.7", "2001:db8::1"
  std::optional<PeerCertificate> certificate;

  std::optional<std::string_view> query_value(std::string_view name) const;
};

// Where the handler of an endless answer writes. Thread-safe.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  // Queues bytes. False once the peer is gone, or if it reads so slowly that
  // more than 256 KiB wait: the connection is then closed.
  virtual bool write(std::string bytes) = 0;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date and Connection are the server's
  std::string body;
  std::optional<std::span<const std::byte>> static_body;  // instead of body: bytes that live forever

  // For server-sent events: headers are sent, then this is called once with the
  // sink, from the server's thread. Dropping the sink ends the answer.
  std::function<void(std::shared_ptr<StreamSink>)> stream;
};

// Answers one request. Call exactly once, from any thread; a responder dropped
// without a call answers 500.
using Responder = std::function<void(Response)>;

// What stands behind a listener. Called from the server's threads, several at
// once; must not block for long: hand long work to a thread of its own and
// answer later.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void handle(Request request, Responder respond) = 0;

  // How many bytes of body this request may bring, by its head alone; the
  // listener's limit unless the handler says more. Asked on the server's thread
  // before the body is read: must not wait. How many larger ones there are at a
  // time is the listener's to bound.
  virtual std::size_t most_body_bytes(Method, std::string_view /*path*/, const Headers&) const { return 0; }
};

}  // namespace khien::net
