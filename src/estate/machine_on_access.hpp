#pragma once

#include <optional>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/model/enrolment.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {

// More media of a machine than this are forgotten, the oldest first.
inline constexpr std::int64_t kMostMedia = 20;

// What the agent said last; nothing of one that does not say.
Result<void> put_on_access(store::Connection& connection, const AgentIdentity& agent,
                           const std::optional<AccessState>& on_access);
Result<std::optional<AccessState>> load_on_access(store::Connection& connection, TenantId tenant, MachineId machine);

// A scan that names its medium.
Result<void> put_medium(store::Connection& connection, const AgentIdentity& agent, const ScanSeen& seen);
// Newest first.
Result<std::vector<ScanSeen>> load_media(store::Connection& connection, TenantId tenant, MachineId machine);

}  // namespace khien::estate
