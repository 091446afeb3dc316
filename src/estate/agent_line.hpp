#pragma once

#include <optional>

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {

// The device that a machine has; every machine that is not revoked has one.
struct AgentLine {
  DeviceId device;
  bool is_agents_own = false;  // no list names the machine: the line was made for it
};
Result<std::optional<AgentLine>> line_of(store::Connection& connection, TenantId tenant, MachineId machine);

// Makes the machine's own line where no device is its, and keeps the own line's
// name, address and unit those of the machine. Does nothing for a revoked one.
Result<void> keep_agent_line(store::Connection& connection, TenantId tenant, MachineId machine);
Result<void> drop_agent_line(store::Connection& connection, TenantId tenant, DeviceId device);

// The own line becomes a line like those of a list: it learns the machine's serial
// number and MAC address where no other line has them, and gives the machine back,
// to be matched by put_device_keys(). Does nothing to any other line.
Result<void> make_list_line(store::Connection& connection, TenantId tenant, DeviceId device);

// A line that has a machine takes over that one's serial number and MAC address where
// it has none and no other line has them, and is known by them from now on.
Result<void> learn_of_machine(store::Connection& connection, TenantId tenant, DeviceId device);

// The machine is revoked: its keys go; what it was is still expected to be there.
Result<void> release_machine(store::Connection& connection, TenantId tenant, MachineId machine);

}  // namespace khien::estate
