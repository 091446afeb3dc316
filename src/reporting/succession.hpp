#pragma once

#include <optional>

#include "khien/reporting/reports.hpp"

namespace khien::reporting {

// Between which moments a document counts whose kind follows on the document before
// (report::kSinceLast): from where the frozen one of the period before was cut off, to where the
// frozen one of the period after begins. Nothing where there is none.
struct Bounds {
  std::optional<Timestamp> since;  // the first moment
  std::optional<Timestamp> until;  // the first that is the next one's
};
Result<Bounds> bounds_of(store::Connection& connection, TenantId tenant, const report::Kind& kind, UnitId unit, bool of_whole,
                         const report::Period& period);

// The first moment that a snapshot counts.
Timestamp counted_from(const report::Snapshot& snapshot);

// Whether it may be frozen where it stands among the others. Code::conflict where another of
// the same period is frozen that it does not replace, where that one is replaced already, or
// where the documents before or after it were frozen since it was counted: then moments would be
// in two documents or in none.
Result<void> check_place(store::Connection& connection, TenantId tenant, const ReportDetail& detail);

}  // namespace khien::reporting
