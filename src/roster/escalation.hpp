#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "khien/roster/pings.hpp"

namespace khien::roster {

// A ping between its steps, as it is stored.
struct Turn {
  DutyPingId id;
  TenantId tenant;
  UnitId unit;
  Timestamp asked_at;
  Duration leader_after;
  CallStep next = CallStep::deputy;   // of no meaning without next_at
  std::optional<Timestamp> next_at;
  std::vector<Call> calls;
};

// Whoever was on duty at a moment, as the roster stood then: at most ten.
Result<std::vector<Call>> on_duty_at(store::Connection& connection, TenantId tenant, UnitId unit, CallStep step, Timestamp at);
// Adds every call whose minute has come by `now`, each at its own minute. Reads only; a
// function of what was so at those minutes.
Result<void> go_on(store::Connection& connection, Turn& turn, Timestamp now);

}  // namespace khien::roster
