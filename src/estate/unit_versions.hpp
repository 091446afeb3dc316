#pragma once

#include <optional>
#include <string>

#include "khien/core/date.hpp"
#include "khien/estate/units.hpp"
#include "unit_name.hpp"

namespace khien::estate {

// The table unit_version, and `unit` as its newest rows; these alone write the
// two, so that the invariants of units.hpp hold in one place.

// What a version says of a unit.
struct UnitFace {
  std::optional<UnitId> parent;  // none: the tenant's root
  UnitName name;
  UnitKind kind = UnitKind::other;
  std::string code;
};

// A unit with the version that it has now, or had last.
struct UnitNow {
  UnitId id;
  UnitFace face;
  Date valid_from;
  std::optional<Date> valid_to;
  Date since;  // first day of the version
};
// Code::not_found, in the same words for an absent and for a foreign unit.
Result<UnitNow> load_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id);
// The same, of a unit that is known to be in scope.
Result<UnitNow> load_unit_of(store::Connection& connection, TenantId tenant, UnitId id);

// Adds the unit with its first version, and puts it into the tree.
Result<UnitId> add_unit(store::Connection& connection, TenantId tenant, const UnitFace& face, Date valid_from,
                        Timestamp now);
// The unit looks so from `from` on: the same day as its newest version corrects
// that, a later one begins another. Does nothing if it looks so already.
Result<void> change_unit(store::Connection& connection, TenantId tenant, const UnitNow& unit, const UnitFace& face,
                         Date from);
// The unit's first day was another; what it was then stays.
Result<void> correct_first_day(store::Connection& connection, TenantId tenant, const UnitNow& unit, Date first_day);
// `last_day` is the unit's last; it hangs below `heir` from then on.
Result<void> end_unit(store::Connection& connection, TenantId tenant, const UnitNow& unit, Date last_day, UnitId heir);

// Code::invalid unless letters, digits, dots and hyphens; empty is none.
Result<std::string> unit_code_from_text(std::string_view text);

}  // namespace khien::estate
