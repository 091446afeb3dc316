#pragma once

#include <optional>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {

// The row of `machine` that stands in for a device without an agent, or for a site, in
// whatever asks machine by machine: its software, what is known of it, its patches. It is
// made with the first inventory, and no agent ever speaks for it. None: there is no such
// device or site of the tenant.
//
// By identity, not by scope: the ledger is the only authority of the road.
Result<std::optional<MachineId>> stand_in_for(store::Connection& connection, TenantId tenant, DeviceId device, Timestamp now);
Result<std::optional<MachineId>> stand_in_for(store::Connection& connection, TenantId tenant, SiteId site, Timestamp now);

// If there is one.
Result<std::optional<MachineId>> stand_in_of(store::Connection& connection, TenantId tenant, DeviceId device);
Result<std::optional<MachineId>> stand_in_of(store::Connection& connection, TenantId tenant, SiteId site);

// No agent speaks for its device now, nor is it retired or its site switched off.
Result<bool> stands_in(store::Connection& connection, TenantId tenant, MachineId machine);

// Heard of, as a whole inventory came in.
Result<void> set_stand_in_seen(store::Connection& connection, TenantId tenant, MachineId machine, Timestamp at);

}  // namespace khien::estate
