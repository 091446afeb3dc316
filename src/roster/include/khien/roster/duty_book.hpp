#pragma once

#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/shifts.hpp"

namespace khien::roster {

// Everything that a record of a unit's duty speaks of, as plain values.
struct DutyBook {
  UnitId unit;
  std::string unit_name;
  Span window;
  std::vector<Shift> shifts;  // main and deputies, by time, with what each handed over
  Coverage coverage;          // the whole window is wanted
  std::vector<Ping> pings;    // asked within the window, oldest first

  std::int64_t answered() const;  // of `pings`
};
// Code::not_found for a unit outside of the scope; exhausted where the window holds more than
// 2,000 shifts or pings.
Result<DutyBook> duty_book(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const Span& window, Timestamp now);

}  // namespace khien::roster
