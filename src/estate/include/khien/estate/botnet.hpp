#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// When somebody last looked whether the tenant's addresses are on a list of botnet addresses.
struct BotnetLookup {
  Timestamp looked_up_at;
  std::int64_t regular_days = 7;  // the province's figure for "regularly"

  bool is_regular(Timestamp now) const { return now - looked_up_at <= days(regular_days); }
  std::int64_t days_since(Timestamp now) const { return (now - looked_up_at).ms / days(1).ms; }
  bool operator==(const BotnetLookup&) const = default;
};

// By who follows such lists. Addresses of the unit's own that are on one; those of nobody are
// the root's.
Result<void> set_botnet_open(store::Connection& connection, TenantId tenant, UnitId unit, std::int64_t open);
// An older look-up than the one that is known changes nothing but the days.
Result<void> set_botnet_lookup(store::Connection& connection, TenantId tenant, const BotnetLookup& lookup);

// Of the units in scope; one that never had any is not there.
Result<std::map<UnitId, std::int64_t>> botnet_open_by_unit(store::Connection& connection, const store::TenantScope& scope);
// Of the whole tenant; none if nobody ever looked.
Result<std::optional<BotnetLookup>> botnet_lookup(store::Connection& connection, TenantId tenant);

}  // namespace khien::estate
