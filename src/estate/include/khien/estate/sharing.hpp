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

// Whether a unit's malware data reach the national centre; its own machines only. A unit that
// has machines and shares with somebody, or ought to.
struct UnitSharing {
  Timestamp waits_since;                      // it ought to share since then
  std::optional<Timestamp> connected_since;   // the first time something of it was accepted
  std::optional<Timestamp> last_accepted_at;
  std::int64_t regular_days = 7;              // the province's figure for "regularly"

  bool is_connected() const { return connected_since.has_value(); }
  bool is_regular(Timestamp now) const { return last_accepted_at && now - *last_accepted_at <= days(regular_days); }
  // Whole days since the last was accepted; of one that never was, since it waits.
  std::int64_t days_since(Timestamp now) const { return (now - last_accepted_at.value_or(waits_since)).ms / days(1).ms; }

  bool operator==(const UnitSharing&) const = default;
};

// By who shares. The unit ought to share since `now` where it did not before.
Result<void> set_sharing_wanted(store::Connection& connection, TenantId tenant, UnitId unit, std::int64_t regular_days, Timestamp now);
// Something of the unit was accepted. A unit that does not exist any more is passed over.
Result<void> set_sharing_accepted(store::Connection& connection, TenantId tenant, UnitId unit, std::int64_t regular_days, Timestamp now);
// Of the units in scope; one that nobody counted is not there.
Result<std::map<UnitId, UnitSharing>> sharing_by_unit(store::Connection& connection, const store::TenantScope& scope);

}  // namespace khien::estate
