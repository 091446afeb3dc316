#pragma once

#include <optional>
#include <string>

#include "khien/core/date.hpp"
#include "khien/estate/systems.hpp"

namespace khien::estate {

// An information system as it is stored, checked and spelled alike.
struct SystemRow {
  UnitId unit;
  std::string name, purpose, operator_, monitor, assessor;
  std::optional<Date> dossier_at, approved_at, plan_deployed_at, assessed_at, ended_on;

  bool operator==(const SystemRow&) const = default;
};

// What the change makes of the row; Code::invalid with the field.
Result<SystemRow> changed_row(const SystemRow& row, const SystemChange& change, Timestamp now);
Result<SystemId> insert_system(store::Connection& connection, TenantId tenant, const SystemRow& row, Timestamp now);
Result<void> write_system(store::Connection& connection, TenantId tenant, SystemId id, const SystemRow& row);
SystemRow row_of(const System& system);
// Checked: 1 to 5, a word for the rule, from a day that is not ahead.
Result<SystemLevel> checked_level(const SystemLevel& level, Timestamp now);

}  // namespace khien::estate
