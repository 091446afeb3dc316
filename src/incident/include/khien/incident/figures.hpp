#pragma once

#include <cstdint>
#include <optional>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/incident/incident.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::incident {

// How fast an incident went, in whole minutes; none: not known, or not yet. To detect: from the
// first sight of one of its findings to T0. The others: from T0.
struct Speed {
  std::optional<std::int64_t> detect, report, contain, close;
};
Speed speed_of(const IncidentDetail& detail);

// What a period counts. An incident is of the period in which it was detected.
struct IncidentTotals {
  std::int64_t total = 0;
  std::int64_t serious = 0;        // high and critical, by the province's own table
  std::int64_t personal_data = 0;
  std::int64_t open = 0;           // not closed as of now
  std::int64_t closed = 0;
  // Clocks with a number: those that were met or whose time is over. One that an incident was
  // closed on before its time (the words say why no report is owed) counts nowhere.
  std::int64_t clocks_due = 0;
  std::int64_t clocks_in_time = 0;
  std::optional<double> mean_minutes_to_detect, mean_minutes_to_report, mean_minutes_to_contain, mean_minutes_to_close;
};
// Detected from `from` until before `until`, of the unit and below, or of all in scope. One
// statement. Code::not_found for a unit outside of the scope.
Result<IncidentTotals> total_incidents(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Timestamp from,
                                       Timestamp until, Timestamp now);

}  // namespace khien::incident
