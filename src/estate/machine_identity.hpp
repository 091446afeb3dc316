#pragma once

#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {

// What the machine is known by is what is stored of it now; its device follows.
Result<void> identify_machine(store::Connection& connection, TenantId tenant, MachineId machine);

}  // namespace khien::estate
