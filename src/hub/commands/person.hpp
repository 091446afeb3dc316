#pragma once

#include <optional>
#include <string>

#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::hub {

// On whose word an order is given: who may order it in the interface may be named by
// the command line, and nobody else. Code::invalid without a name, denied by role or if
// disabled, not_found.
Result<UserId> person_named(store::Connection& connection, TenantId tenant, const std::optional<std::string>& name);

}  // namespace khien::hub
