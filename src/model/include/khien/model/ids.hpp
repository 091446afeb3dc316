#pragma once

#include "khien/core/id.hpp"

namespace khien {

using TenantId = Id<struct TenantTag>;            // a province, or a body with its own hub
using UnitId = Id<struct UnitTag>;                // a node of the tenant's unit tree
using MachineId = Id<struct MachineTag>;          // a machine with an agent
using UserId = Id<struct UserTag>;                // a person
using FindingId = Id<struct FindingTag>;          // a claim, however often seen
using ObservationId = Id<struct ObservationTag>;  // a fact: its position in the ledger
using EnrolmentTokenId = Id<struct EnrolmentTokenTag>;

}  // namespace khien
