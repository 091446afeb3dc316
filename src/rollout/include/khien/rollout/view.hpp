#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "khien/core/hash.hpp"
#include "khien/core/time.hpp"
#include "khien/model/content.hpp"
#include "khien/model/ids.hpp"
#include "khien/rollout/judge.hpp"
#include "khien/rollout/rollout.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::rollout {

// How releases fare on the machines that a person may see. A release is everybody's;
// who carries it, fails with it or lags behind is counted and named within the scope
// alone. Revoked machines and made-up ones are left out.

// Of one ring of one release. Each machine that has the ring counts once in
// `members`, and at most once in what follows it:
//   failed   its worker died, hung or refused it, and it is to blame
//   given    offered to it, not at work yet
//   probation, good  at work there
// The rest of the members have something else. A machine that came since is in the rest.
struct RingFare {
  std::int64_t members = 0;
  std::int64_t failed = 0;
  std::int64_t given = 0;
  std::int64_t probation = 0;
  std::int64_t good = 0;
  std::int64_t silent = 0;  // of those at work or given: without a word for five minutes
};
Result<std::array<RingFare, kRings>> ring_fares(store::Connection& connection, const store::TenantScope& scope,
                                                const Release& release, Timestamp now);

// What machines hold, as they said last.
struct Holding {
  std::int64_t machines = 0;
  std::array<std::int64_t, 4> by_state{};  // by ContentState
  std::int64_t unheard = 0;                // never said a word about content
};
Result<Holding> holding(store::Connection& connection, const store::TenantScope& scope);

// How many machines have each release at work; those that nobody has are left out.
struct Carried {
  Sha256 sha256;
  std::int64_t machines = 0;
};
Result<std::vector<Carried>> carried(store::Connection& connection, const store::TenantScope& scope);

struct NamedMachine {
  MachineId machine;
  std::string name;
  UnitId unit;
  std::string unit_name;
  Timestamp at;
};
// Those in safe mode, by when they said so last, newest first.
Result<std::vector<NamedMachine>> in_safe_mode(store::Connection& connection, const store::TenantScope& scope,
                                               std::size_t limit);

struct NamedFailure {
  NamedMachine where;
  std::int64_t failures = 0;
  std::string reason;  // "": not banned there yet; else a BanReason
  std::string detail;  // the agent's words
};
// Newest first.
Result<std::vector<NamedFailure>> failures_in(store::Connection& connection, const store::TenantScope& scope,
                                              const Sha256& sha256, std::size_t limit);

// Changes whenever something above may have, for any scope: whoever shows it asks
// again. Cheap enough for every few seconds at 30,000 machines.
Result<Sha256> pulse(store::Connection& connection);

}  // namespace khien::rollout
