#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "event_loop.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/crawl/ip_address.hpp"

namespace khien::crawl {

// All addresses of a name, IPv4 first, and the names it is only another name for.
struct Resolution {
  std::vector<IpAddress> addresses;  // empty: there are none, see `failure`
  std::vector<std::string> aliases;  // CNAME targets, in order; at most 16
  std::string failure;               // c-ares' words
};

// Other records of a name, as text. At most 64.
struct RecordAnswer {
  std::vector<std::string> values;
  bool exists = true;  // false: the name server says there is no such name
};

// Names to addresses by c-ares. An answer is kept for five minutes whatever its TTL,
// so that a name that changes its mind changes it for nobody in between.
//
// Not thread-safe. Callbacks come from step() or from within resolve().
class Resolver {
 public:
  // Code::invalid if `servers` is no list of servers.
  static Result<std::unique_ptr<Resolver>> create(EventLoop& loop, const std::string& servers, const Clock& clock);
  ~Resolver();

  using Done = std::function<void(const Resolution&)>;
  void resolve(const std::string& host, Done done);

  using RecordDone = std::function<void(const RecordAnswer&)>;
  // The CNAMEs behind a name, in order.
  void ask_alias(const std::string& name, RecordDone done);
  // The mail exchangers, best first.
  void ask_mail(const std::string& name, RecordDone done);
  void ask_text(const std::string& name, RecordDone done);

  // Lets what waits too long fail. How long until that is worth calling again.
  Duration step(Duration most);

 private:
  struct Impl;
  explicit Resolver(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::crawl
