#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/law/calendar.hpp"
#include "khien/roster/coverage.hpp"
#include "khien/roster/needs.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::duty {

// How one unit that needs somebody on duty stands in a holiday window.
struct RosterRow {
  UnitId unit;
  std::string unit_name;
  roster::Need need = roster::Need::by_law;  // its setting
  bool by_law = false;                       // a clause in force binds it besides
  std::int64_t shifts = 0;
  roster::Coverage coverage;  // of one without any shift the whole window is a gap
};
// Each unit in scope that needs somebody, in the order of the list of units; `unit`: that one
// alone, if it needs somebody.
Result<std::vector<RosterRow>> read_roster_window(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                                  const law::HolidayWindow& window, std::optional<UnitId> unit = {});

}  // namespace khien::duty
