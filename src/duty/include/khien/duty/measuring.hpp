#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/duty/metrics.hpp"
#include "khien/law/catalogue.hpp"

namespace khien::duty {

// Metrics over a unit and what is below it, or over the whole tenant, asked outside of any
// duty: the same figures that duties are judged by.
struct MetricQuery {
  std::vector<std::string> metrics;
  std::optional<UnitId> unit;                     // none: the whole tenant, if the scope sees it
  Date as_of;                                     // a day in the past is answered by its reading
  std::optional<std::pair<Date, Date>> period;    // of registers' records, both days included; none: all
};
struct Measured {
  Measurement measurement;
  // Of a register's metric: the records that make its part, by id.
  std::vector<RegisterRecordId> records;
};
// One a metric, in the order asked for. Code::not_found for a unit outside of the scope or
// not there on the day, invalid for a metric that the catalogue does not have.
Result<std::vector<Measured>> measure(store::Connection& connection, const store::TenantScope& scope, const law::Catalogue& catalogue,
                                      const MetricQuery& query, Timestamp now);

}  // namespace khien::duty
