#pragma once

#include <optional>
#include <string>

#include "khien/core/date.hpp"
#include "khien/duty/catalogues.hpp"
#include "khien/law/directive.hpp"
#include "khien/report/kind.hpp"

namespace khien::reporting {

// Whether a document that is made so often can speak of the period.
bool fits(report::Every every, const report::Period& period);

// The id of the period of a document that proves an occurrence that begins on `from`.
std::string period_id(report::Every every, Date from);

// From the last working day before a holiday to the first after it; its id is its first day.
report::Period holiday_period(Date from, Date to);

// The period that a person named, or why there is none. Of a kind that proves a duty of each
// holiday: the whole of the holiday that begins on the day, where one does.
Result<report::Period> period_for(const report::Kind& kind, const duty::TenantLaw& law, std::string_view id);
// Whether the kind's documents are made ahead of their period.
bool is_made_ahead(const report::Kind& kind, const duty::TenantLaw& law);

}  // namespace khien::reporting
