#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/patch/advisories.hpp"

namespace khien::patch {

// How one unit stands with one advisory that is followed: what reports count, once for each
// unit. Only where a machine of the unit has a finding of it, or a version that is not told.
struct UnitStanding {
  AdvisoryId advisory;
  AdvisoryKind kind = AdvisoryKind::vulnerability;
  std::string name, title;
  std::optional<Date> due;
  UnitId unit;
  std::string unit_name;
  PatchCounts counts;  // of the unit's own machines
  bool overdue = false;
  // Nothing open, held or untold among its findings, and something patched: when the last
  // inventory showed it.
  std::optional<Timestamp> proven_at;
};
// By advisory and unit; `unit` and what is below it, if given.
Result<std::vector<UnitStanding>> list_standings(store::Connection& connection, const store::TenantScope& scope,
                                                 std::optional<UnitId> unit, Timestamp now);

}  // namespace khien::patch
