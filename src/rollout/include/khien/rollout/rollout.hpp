#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/time.hpp"
#include "khien/model/content.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/trust.hpp"
#include "khien/rollout/judge.hpp"
#include "khien/store/connection.hpp"

namespace khien::rollout {

// Releases of content, their rings and how machines fare with them. All functions
// run in the caller's transaction. Releases are the hub's, not a tenant's; what is
// written about a machine is by its identity.

struct Release {
  std::int64_t id = 0;
  Sha256 sha256;
  std::int64_t version = 0;
  std::string envelope;
  std::uint64_t size = 0;
  Rollout rollout;
  bool emergency = false;
  std::string why;
  std::string gate_note;
  Timestamp imported_at;
  Timestamp changed_at;
};
// Newest version first.
Result<std::vector<Release>> releases(store::Connection& connection);
// Code::not_found.
Result<Release> release(store::Connection& connection, std::int64_t version);

// Whom this hub believes; Code::not_found until a root was pinned.
Result<Trust> trust(store::Connection& connection);
// The first root, or the next one (Trust::rotate). Code::conflict if it is in force.
Result<void> take_root(store::Connection& connection, std::string_view signed_root);
// Believes the envelope (Trust::accept): for one that is imported, before its gate.
// What was seen expired is to be kept although it is refused: `refusal` says why.
Result<void> accept(store::Connection& connection, const SignedEnvelope& envelope, const Sha256& payload_sha256,
                    std::uint64_t payload_size, Timestamp now, std::optional<Error>& refusal);

// Begins the rollout of a release that passed the gate: rings are drawn, what was
// rolling before is paused. Code::conflict if that version or these bytes are there.
Result<void> begin(store::Connection& connection, const SignedEnvelope& envelope, bool emergency, std::string_view gate_note,
                   Timestamp now);

// What a person does. Code::conflict where it cannot follow what is.
Result<void> pause(store::Connection& connection, std::int64_t version, std::string_view why, Timestamp now);
Result<void> resume(store::Connection& connection, std::int64_t version, Timestamp now);
Result<void> roll_back(store::Connection& connection, std::int64_t version, std::string_view why, Timestamp now);

struct Hold {
  enum class Kind : unsigned char { none, pin, delay, freeze };
  Kind kind = Kind::none;
  std::int64_t version = 0;      // pin
  std::int64_t delay_hours = 0;  // delay, of releases that have reached everybody else
};
Result<Hold> hold_of(store::Connection& connection, TenantId tenant);
Result<void> set_hold(store::Connection& connection, TenantId tenant, const Hold& hold, Timestamp now);
// "lab", "critical", or "" for neither. For releases that begin from now on.
Result<void> mark(store::Connection& connection, TenantId tenant, MachineId machine, std::string_view mark);

// One report in, one offer out.
Result<ContentOffer> answer(store::Connection& connection, const AgentIdentity& identity, const ContentReport& report,
                            Timestamp now);
// May this machine fetch these bytes? Code::not_found unless they were offered to it.
Result<void> check_fetch(store::Connection& connection, const AgentIdentity& identity, const Sha256& sha256);

Result<Vitals> vitals_of(store::Connection& connection, const Release& release, Timestamp now);

// Judges every release that somebody carries. `passed` is the time since the last
// call by a clock that does not jump; at most kLongestStep of it counts.
inline constexpr Duration kLongestStep = minutes(1);
struct Change {
  std::int64_t version = 0;
  Decision decision;
};
Result<std::vector<Change>> step(store::Connection& connection, Duration passed, Timestamp now);

struct RingCount {
  std::int64_t members = 0;
  std::int64_t probation = 0;
  std::int64_t good = 0;
};
// By ring, of one release.
Result<std::array<RingCount, kRings>> ring_counts(store::Connection& connection, const Release& release);
struct Failure {
  TenantId tenant;
  MachineId machine;
  std::int64_t failures = 0;
  std::string reason;
  std::string detail;
  Timestamp at;
};
Result<std::vector<Failure>> failures_of(store::Connection& connection, const Sha256& sha256, std::size_t limit);

}  // namespace khien::rollout
