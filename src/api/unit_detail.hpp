#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "call.hpp"
#include "khien/core/date.hpp"
#include "khien/estate/units.hpp"

namespace khien::api {

using UnitSums = std::unordered_map<std::int64_t, std::int64_t>;
// Open findings of each unit and what is below it; `units` has parents first.
Result<UnitSums> open_findings(const Call& call, store::Connection& connection, const std::vector<estate::Unit>& units);

// Schema UnitDetail: the unit as it was that day, or as it is.
Result<Reply> unit_detail(const Call& call, store::Connection& connection, UnitId id, std::optional<Date> as_of);

}  // namespace khien::api
