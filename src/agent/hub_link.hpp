#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "khien/agent/identity.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/net/client.hpp"

namespace khien::agent {

// The agent's one connection to its hub, under its certificate, which it renews
// in time.
//
//   current ──ask_for_next──► on trial ──judge_trial: taken──► current
//                                     └──judge_trial: refused──► the one before
//
// Thread-safe: one request at a time. renew_if_due() belongs to one thread.
class HubLink {
 public:
  HubLink(Identity& identity, ClientFactory make_client, const Clock& clock, Random& random);

  struct Post {
    std::string_view path;          // "/agent/v1/batch"
    std::string_view content_type;
    std::string_view content_encoding;  // may be empty
    std::string body;
  };
  Result<net::ClientResponse> post(Post post);
  // The same, unless another request is on its way, or the answer takes, longer than
  // `patience`: Code::unavailable. Others do not wait longer for it either.
  Result<net::ClientResponse> post_soon(Post post, Duration patience);

  // Asks for a new certificate when less than a third of the old one's life is
  // left; does nothing otherwise. A failure is tried again within the hour.
  Result<void> renew_if_due();
  // The province's key for policies, as a renewal said it; for an agent that enrolled
  // before there was one. From the thread of renew_if_due().
  const Bytes& policy_key() const { return identity_.policy_key(); }

 private:
  // Below, with mutex_ held.
  Result<net::ClientResponse> send(Post post, std::optional<Duration> timeout = std::nullopt);
  Result<void> judge_trial(const Result<net::ClientResponse>& answer);
  Result<bool> due() const;
  Result<void> ask_for_next();

  std::timed_mutex mutex_;
  Identity& identity_;
  ClientFactory make_client_;
  const Clock& clock_;
  Random& random_;
  std::unique_ptr<net::Client> client_;  // none until needed, or when the pair changed
  Duration next_look_{0};                // monotonic
};

}  // namespace khien::agent
