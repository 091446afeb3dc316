#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/finding.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/policy.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::policy {

// What each machine is to do, and what it says it does.

// Works out anew what every machine of the tenant is to do today, and numbers what
// changed. Call after a policy was published, and now and then: days pass, machines
// move. How many changed.
Result<std::int64_t> refresh_machine_policies(store::Connection& connection, TenantId tenant, Timestamp now);
// The same for one machine, which asks.
Result<void> refresh_machine_policy(store::Connection& connection, const AgentIdentity& machine, Timestamp now);

struct Desired {
  std::int64_t version = 0;
  Timestamp since;
  PolicySettings settings;
};
// None if no policy ever said something about it. By identity: the certificate is
// the agent's only authority.
Result<std::optional<Desired>> desired_policy(store::Connection& connection, const AgentIdentity& machine);
// Cheap: asked at each upload. 0: none.
Result<std::int64_t> desired_version(store::Connection& connection, const AgentIdentity& machine);
// An agent has a higher version than we know of: a hub's older copy came back. What
// it is to do gets a version above that. Code::invalid beyond what can be.
Result<void> outnumber(store::Connection& connection, const AgentIdentity& machine, std::int64_t version, Timestamp now);

// What the agent said, from the ledger. Older words do not replace newer ones.
Result<void> apply_policy_seen(store::Connection& connection, const AgentIdentity& machine, const PolicySeen& seen,
                               ObservationId observation, Timestamp received);

// How long a machine that is on may take until it follows.
inline constexpr Duration kLateAfter = hours(4);

// The claims about one machine, all of JudgeId::detect: a `present` one for each
// thing that is not in line, a `gone` one for each that is. Pure.
//   policy:not_applied   it was asked something else more than kLateAfter ago
//   policy:differs       a setting that its own file, or what it can, does not allow
//   policy:expired       the last good one has run out
//   policy:refused       it did not believe what it was given
std::vector<Claim> drift(const PolicySeen& seen, const std::optional<Desired>& desired, Timestamp now);

// For a person.
struct SeenRecord {
  PolicySeen seen;
  Timestamp received_at;
};
struct MachinePolicyRecord {
  std::optional<MachineRole> role;
  EffectivePolicy effective;              // as of now
  std::map<UnitId, std::string> units;    // of the origins in scope, by name
  std::optional<Desired> desired;
  std::optional<SeenRecord> seen;
  std::vector<Claim> drift;               // `present` ones, as of now
};
Result<MachinePolicyRecord> machine_policy(store::Connection& connection, const store::TenantScope& scope, MachineId id,
                                           Timestamp now);

struct PolicyCounts {
  std::int64_t machines = 0;    // with a policy
  std::int64_t in_line = 0;     // follow their version and differ in nothing
  std::int64_t differing = 0;
  std::int64_t waiting = 0;     // on an older version, or not heard of
};
Result<PolicyCounts> count_policies(store::Connection& connection, const store::TenantScope& scope,
                                    std::optional<UnitId> unit);

}  // namespace khien::policy
