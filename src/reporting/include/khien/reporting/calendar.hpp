#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/duty/owed.hpp"
#include "khien/report/snapshot.hpp"
#include "khien/reporting/ids.hpp"
#include "khien/reporting/kinds.hpp"

namespace khien::reporting {

// A document that is owed, and the one that was made.
struct CalendarItem {
  const Kinds::Entry* kind = nullptr;
  const law::Clause* clause = nullptr;
  const law::Duty* duty = nullptr;
  UnitId unit;  // that owes it
  std::string unit_name;
  bool of_whole = false;  // the document speaks of all units
  report::Period period;
  std::optional<Date> due;  // the last day in time
  duty::DutyState state = duty::DutyState::not_due;
  std::optional<ReportId> report;  // the newest that is frozen, else the newest draft
};
// Of the duties that kinds prove: what is due from ninety days back to a year ahead, soonest
// first; what has no day at the end. Pointers live as long as `kinds` and `law`.
Result<std::vector<CalendarItem>> read_calendar(store::Connection& connection, const store::TenantScope& scope, const Kinds& kinds,
                                                const std::shared_ptr<const duty::TenantLaw>& law, std::optional<UnitId> unit,
                                                Timestamp now);

}  // namespace khien::reporting
