#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/crawl/site_reader.hpp"
#include "khien/model/page_view.hpp"

namespace khien::crawl {

// What one look at one address may cost. Of memory, at most `at_once` ×
// (`body_bytes` + `header_bytes`) and the reader's answers.
struct FetchLimits {
  std::size_t body_bytes = 4u << 20;     // undone from its coding; "too_large"
  std::size_t header_bytes = 64u << 10;  // of all answers of one step; "too_large"
  std::size_t headers = 200;
  std::size_t steps = 10;                // "redirects"
  Duration view_time = seconds(30);      // from its start to its end, with all steps; "timeout"
  Duration connect_time = seconds(10);
  Duration slow_time = seconds(10);      // in which at least `slow_bytes` must come; "timeout"
  std::size_t slow_bytes = 1024;
  std::size_t at_once = 48;              // views
  std::size_t host_at_once = 2;          // steps to one host
  Duration host_pause = milliseconds(250);  // between the starts of two steps to one host
  std::size_t waiting = 100'000;         // submitted and not begun
};

// What TLS said at the last step, whether or not we would trust it: a page is looked
// at all the same, for those who must be told stand behind it.
struct TlsFacts {
  std::string protocol;  // "TLSv1.3"
  std::string cipher;
  std::string subject;   // one line, as in RFC 2253
  std::string issuer;
  std::vector<std::string> names;  // DNS names of its subjectAltName; at most 50
  Timestamp not_before;
  Timestamp not_after;
  bool chain_ok = false;  // up to a CA of this system, at this moment
  bool name_ok = false;   // the certificate is for this host
  std::string fault;      // why not `chain_ok`, OpenSSL's words

  bool operator==(const TlsFacts&) const = default;
};

struct FetchRequest {
  std::string url;
  Visitor visitor = Visitor::desktop;
  std::string etag;           // of the answer we have: If-None-Match
  std::string last_modified;  // If-Modified-Since
  bool read_page = true;      // false: robots.txt, sitemaps, files: the body sends nowhere
  std::size_t body_bytes = 0;  // instead of FetchLimits::body_bytes; 0: that
};

struct Fetched {
  PageView view;
  PageReading reading;               // of view.body
  std::optional<TlsFacts> tls;       // of view.final_url
  std::string peer;                  // address and port that answered: "203.0.113.9 443"
  std::string http;                  // "2", "1.1", "1.0"
  std::string refusal;               // the guard's word where limit is "refused_address"
  std::vector<std::string> aliases;  // CNAMEs behind the last name asked for, in order
  Duration took;
};

// Fetches pages as four kinds of visitor see them, without cookies, redirects by
// hand. One thread, one epoll set, for libcurl and c-ares alike; the reader is
// called on it too.
//
// Invariants
//  (1) No socket is made for an address that the guard closes: every address of a
//      name is judged, the connection goes to these addresses, and each socket's
//      address is judged again.
//  (2) Each submitted request ends in exactly one call of its `done`, with a whole
//      view or a named limit, within FetchLimits::view_time of its start.
//  (3) No host sees more than host_at_once steps at once, nor two starts within
//      host_pause.
//
// How a view that was sent on ends: where the next address gives no answer, the view
// is the answer that sent on, `final_url` is the last step's url, and `limit` says
// what happened to the next.
//
// Not thread-safe.
class Fetcher {
 public:
  struct Options {
    FetchLimits limits;
    AddressGuard::Options guard;
    std::string dns_servers;  // "127.0.0.1:5353,[::1]:53"; empty: the system's
    std::string ca_file;      // empty: the system's
  };
  // `reader` and `clock` are borrowed. Code::unavailable without descriptors, or for
  // a CA file that cannot be read; Code::invalid for DNS servers that are none.
  static Result<std::unique_ptr<Fetcher>> create(Options options, SiteReader& reader, const Clock& clock);
  ~Fetcher();

  using Done = std::function<void(Fetched)>;
  // `done` is called from within step(), never from here, and may submit more.
  // Code::exhausted with more than FetchLimits::waiting.
  Result<void> submit(FetchRequest request, Done done);

  // Goes on for at most `most`, or until something was done. False once nothing is
  // left to do.
  bool step(Duration most);
  // Until nothing is left.
  void run();

  // Submitted, and `done` not called yet.
  std::size_t pending() const;

 private:
  struct Impl;
  explicit Fetcher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What a visitor says of itself.
struct VisitorWords {
  std::string user_agent;
  std::string referrer;  // empty: none
};
VisitorWords words_of(Visitor visitor);

}  // namespace khien::crawl
