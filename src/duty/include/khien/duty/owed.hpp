#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "khien/duty/directives.hpp"
#include "khien/duty/evidence.hpp"
#include "khien/duty/matrix.hpp"

namespace khien::duty {

// One thing that one unit owes on a day: an occurrence of a duty that is at stake,
// that is, the newest whose last day in time is over and the one whose turn it is.
struct Owed {
  UnitId unit;
  std::string unit_name;
  const law::Directive* directive = nullptr;
  const law::Clause* clause = nullptr;
  const law::Duty* duty = nullptr;
  Date period_from;
  std::optional<Date> due;  // the last day in time
  DutyState state = DutyState::not_due;
  LocalText reason;
  std::vector<Evidence> evidence;  // of the records that count or wait
};
// By unit as in list_units, then by clause and day. Pointers live as long as `law`.
Result<std::vector<Owed>> list_owed(store::Connection& connection, const store::TenantScope& scope,
                                    const std::shared_ptr<const TenantLaw>& law, std::optional<UnitId> unit, Date as_of,
                                    Timestamp now);

}  // namespace khien::duty
