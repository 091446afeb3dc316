#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/duty/matrix.hpp"

namespace khien::duty {

// One thing a unit has to do for a duty, now.
struct DutyTask {
  const Binding* binding = nullptr;
  const law::Clause* clause = nullptr;
  const law::Duty* duty = nullptr;
  Date period_from;
  std::optional<Date> due;
  DutyState state = DutyState::due_soon;
  LocalText why;
};
struct DoneDuty {
  LocalText title;
  Date on;
};
struct NextDue {
  Date date;
  LocalText title;
};

// What the officer of one unit, and of no unit below it, has before them.
struct Agenda {
  std::shared_ptr<const TenantLaw> law;  // pointers point into it
  std::vector<DutyTask> tasks;           // overdue first, what the document demands most strongly first, then by day
  std::optional<NextDue> next_due;       // of what is no task yet
  std::vector<DoneDuty> done;            // approved in the last 30 days, newest first
  std::int64_t duties = 0;               // clauses that bind the unit
  std::int64_t duties_met = 0;
};
Result<Agenda> read_agenda(store::Connection& connection, const store::TenantScope& scope,
                           std::shared_ptr<const TenantLaw> law, UnitId unit, Timestamp now);

// Whom to ask: the security, monitoring or incident contact of the nearest unit
// above. The one thing that is shown from above a person's scope, for it is there to
// be called; none if nobody is named.
struct Helper {
  std::string name;
  std::string phone;
  std::string email;
};
Result<std::optional<Helper>> read_helper(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                          Date today);

}  // namespace khien::duty
