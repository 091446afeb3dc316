#pragma once

#include <optional>
#include <string>

#include "khien/core/date.hpp"
#include "khien/hub/arguments.hpp"
#include "khien/hub/console.hpp"
#include "khien/hub/office.hpp"
#include "khien/roster/coverage.hpp"

namespace khien::hub {

// "khien roster check|list|import".
int roster_check(Office& office, const Arguments& arguments, Console& console);
int roster_list(Office& office, const Arguments& arguments, Console& console);
int roster_import(Office& office, const Arguments& arguments, Console& console);

// --from and --to, both days included; at most 400 days. Code::invalid names the option.
struct RosterDays {
  Date from;
  Date to;
  roster::Span span() const { return {.from = vietnam_moment(from), .to = vietnam_moment(to + 1)}; }
};
Result<RosterDays> roster_days(const Arguments& arguments);
int wrong_roster_days(const Error& error, Console& console);

// "2027-02-04T17:00:00+07:00".
std::string roster_time(Timestamp time);

}  // namespace khien::hub
