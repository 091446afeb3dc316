#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "khien/core/bytes.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/policy.hpp"
#include "khien/model/signed_envelope.hpp"

namespace khien::agent {

// The policy that this machine follows: the last good one that its hub gave it, kept
// on the disk as it was signed.
//
//   offered ──signed by the pinned key, for this machine, newer──► in force
//          └─► refused; what is in force stays, and the hub is told why
//
// Invariants
//  (1) Nothing is followed that the pinned key did not sign for this very machine.
//  (2) A version never goes back, and the same version is never other settings.
//  (3) What has run out is followed on: the end of a policy disarms nothing.
//  (4) On the disk before in force.
//
// Thread-safe.
class PolicyBook {
 public:
  struct Parts {
    AgentIdentity self;
    Bytes key;               // pinned at enrolment; empty: none
    std::string path;        // of the file
    Files& files;
    const Clock& clock;
    bool accept = true;      // false: switched off by the machine's own file
  };
  explicit PolicyBook(Parts parts) : parts_(std::move(parts)) {}

  // Reads the last good one; one that is no longer good is told of and not followed.
  void load();

  // Judges what the hub answered. Fails only if the disk does.
  Result<void> offer(std::string_view signed_file);
  // The key of the province, if none is pinned yet.
  void pin(Bytes key);

  // Is it time to ask? `hub_version` is what the hub said last, 0 if nothing. For the
  // same one not again at once: what was refused is refused again.
  bool wants(std::int64_t hub_version) const;
  void asked(std::int64_t hub_version);

  std::int64_t version() const;
  struct InForce {
    std::uint64_t change = 0;  // grows with each
    PolicySettings settings;   // as they were asked
  };
  InForce in_force() const;

  // What of it is done otherwise, by whoever applied it.
  void applied(std::vector<PolicySeen::Difference> differences);
  // For the hub; none while there is nothing to say to it.
  std::optional<PolicySeen> seen() const;

  static constexpr Duration kAskAgain = minutes(10);
  static constexpr Duration kLongestLife = days(92);
  static constexpr std::int64_t kMaxStep = 100'000;  // of versions, at once

 private:
  struct Taken {
    Statement statement;
    PolicyDocument document;
  };
  // With mutex_ held.
  std::pair<PolicyRefusal, Taken> judge(std::string_view signed_file, bool from_disk) const;
  PolicyRefusal judge_version(const Statement& statement) const;
  Timestamp now() const;
  void put_in_force(Taken taken);

  Parts parts_;
  mutable std::mutex mutex_;  // guards all below, and parts_.key
  std::optional<Taken> taken_;
  std::uint64_t change_ = 0;
  PolicyRefusal refusal_ = PolicyRefusal::none;
  std::vector<PolicySeen::Difference> differences_;
  std::optional<Duration> asked_at_;  // monotonic
  std::int64_t asked_for_ = 0;
};

}  // namespace khien::agent
