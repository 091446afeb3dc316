#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::hub {

// On whose word an order is given: who may order it in the interface may be named by
// the command line, and nobody else. Code::invalid without a name, denied by role or if
// disabled, not_found.
Result<UserId> person_named(store::Connection& connection, TenantId tenant, const std::optional<std::string>& name);

// By code, by number, or by name without marks. Code::not_found says which words.
Result<UnitId> unit_named(store::Connection& connection, const store::TenantScope& scope, std::string_view words);

}  // namespace khien::hub
