#include "changes.hpp"

#include "refusals.hpp"
#include "unit_versions.hpp"

namespace khien::estate {

Result<void> require_living_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY(const auto unit, load_unit(connection, scope, id));
  if (unit.valid_to) return refuse(refusals::kUnitEnded);
  return {};
}

}  // namespace khien::estate
