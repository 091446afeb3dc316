#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "khien/core/env.hpp"
#include "khien/model/content.hpp"
#include "khien/model/trust.hpp"

#include "content_book.hpp"
#include "hub_link.hpp"

namespace khien::agent {

// What was counted since the last time it was asked.
struct ContentVitals {
  std::int64_t cpu_per_mille = 0;
  std::int64_t alerts = 0;
};

// The channel by which content comes: asks the hub, fetches what somebody else has
// signed, believes it only by the pinned root, has it tried and hands it to the book.
// Of all that comes it parses the envelope and nothing else.
//
// Belongs to one thread.
class ContentUpdates {
 public:
  struct Parts {
    HubLink& hub;
    ContentBook& book;
    const Env& env;
    std::string folder;                      // for what it believes; not the book's
    std::string root_file;                   // the pinned root; none there: no updates
    std::function<Result<void>(const std::string& content)> try_content;
    std::function<ContentVitals()> vitals;
  };
  explicit ContentUpdates(Parts parts) : parts_(std::move(parts)) {}

  // Does what is due; how long until something is.
  Duration step();

  // Why there are no updates; empty if there are.
  const std::string& absent() const { return absent_; }

 private:
  Result<void> load_trust();
  Result<void> keep_trust();
  Result<ContentOffer> ask();
  Result<void> take(const ContentOffer& offer);
  Result<void> take_roots(const ContentOffer& offer);
  Result<void> take_release(const SignedEnvelope& envelope);
  Result<Sha256> fetch(const Statement& statement);
  Result<void> try_release(const Sha256& sha256);
  void wait(Duration pause);

  Parts parts_;
  std::optional<Trust> trust_;
  std::string absent_ = "not asked yet";
  Duration next_{0};
  unsigned failures_ = 0;
  ContentReport told_;     // of the book, at the last time the hub was asked
  Duration asked_{0};      // when that was
};

}  // namespace khien::agent
