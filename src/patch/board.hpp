#pragma once

#include <map>
#include <optional>
#include <set>

#include "khien/patch/advisories.hpp"

namespace khien::patch {

// How many machines of each unit stand how, for all followed advisories of a scope or one.
struct Board {
  using ByUnit = std::map<UnitId, PatchCounts>;

  std::map<AdvisoryId, ByUnit> advisories;        // units with a finding or a version that is not told
  std::map<UnitId, std::int64_t> machines;        // with an inventory
  std::map<UnitId, std::int64_t> not_told;        // without one, and devices without an agent
  std::map<UnitId, std::string> names;            // of all units in scope
  std::set<AdvisoryId> unclear;                   // letters with a name that no record describes
  bool whole = false;                             // the tenant's root is among them

  // Of one advisory in one unit, with what is not told there.
  PatchCounts of(AdvisoryId advisory, UnitId unit) const;
};
// `unit` and what is below it, if given; of the whole tenant without a scope.
Result<Board> read_board(store::Connection& connection, TenantId tenant, const std::string& roots_json,
                         std::optional<UnitId> unit, std::optional<AdvisoryId> advisory);

// All units of the scope that it concerns, however many. Code::not_found if it is nobody's there.
Result<std::vector<AdvisoryUnit>> standing_units(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                                                 Timestamp now);

bool is_overdue(const std::optional<Date>& due, Timestamp now);

// Code::not_found; whatever the scope.
Result<AdvisoryRecord> load_advisory(store::Connection& connection, TenantId tenant, AdvisoryId id);

}  // namespace khien::patch
