#pragma once

#include "khien/incident/escalations.hpp"
#include "khien/incident/incident.hpp"

namespace khien::incident {

// What came due of one incident by `now`. Closing ends no clock.
Result<std::int64_t> escalate(store::Connection& connection, TenantId tenant, IncidentId id, Timestamp now);
// When each clock of it is to be looked at next; none where it is met or put away.
Result<void> plan_escalations(store::Connection& connection, TenantId tenant, IncidentId id);

}  // namespace khien::incident
