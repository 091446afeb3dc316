#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/net/client.hpp"

namespace khien::agent {

// What a hub says besides the messages of model. All of it may be hostile: every
// reader is bounded, and nothing here can make the agent lose an event.

// 409: where the hub's copy of the stream is.
struct Conflict {
  std::uint32_t epoch = 0;  // 0: the hub does not know the stream
  std::uint64_t expected_seq = 1;
};
Result<Conflict> conflict_from_json(std::string_view text);

// The "message" of a refusal, made safe for a log; empty if there is none.
std::string refusal_message(std::string_view body);

// Seconds of a Retry-After header, at most an hour; none if absent or not a number.
std::optional<Duration> retry_after(const net::Headers& headers);

// What to do about a conflict: pure, so that it can be tried against a model.
struct Resync {
  enum class Step : unsigned char {
    none,        // the hub contradicts itself: wait and try again
    new_epoch,   // our numbers are taken or old: number anew, in `epoch` at least
    fill_gap,    // the hub forgot what it had: a drop record from `seq` on
  };
  Step step = Step::none;
  std::uint32_t epoch = 0;
  std::uint64_t seq = 0;
};
// `first_seq` is the first number that waits in our `epoch`.
Resync plan_resync(std::uint32_t epoch, std::uint64_t first_seq, const Conflict& conflict);

// The pause before the n-th try again (n from 1): doubles from one second to
// five minutes, of which half is chance, so that agents do not come at once.
Duration back_off(unsigned failures, Random& random);

}  // namespace khien::agent
