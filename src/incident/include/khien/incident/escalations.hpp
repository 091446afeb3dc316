#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/incident/clock_states.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/store.hpp"

namespace khien::incident {

// How far a clock that nobody met was carried.
enum class EscalationLevel : unsigned char { soon, late, day_late };
std::string_view to_string(EscalationLevel level);
Result<EscalationLevel> escalation_level_from_string(std::string_view text);

// Who of the chain sends a report, and to whom a clock is carried.
enum class Step : unsigned char { unit, standing_body, province, ministry, other };
std::string_view to_string(Step step);
Result<Step> step_from_string(std::string_view text);

struct Escalation {
  EscalationLevel level = EscalationLevel::soon;
  Step step = Step::unit;  // soon: the unit; late: the standing body; a day later: the province
  Timestamp at;            // the clock's own moment, or the end of its quiet time; whenever somebody looked

  bool operator==(const Escalation&) const = default;
};

// Those of one clock whose moment has come by `now`, in their order. One that was met before
// a moment was not carried there. Pure.
std::vector<Escalation> escalations(const ClockTimes& times, Timestamp now);
// When the first behind `behind` levels comes; none: met, without a number, or carried all the way.
std::optional<Timestamp> next_escalation(const ClockTimes& times, std::size_t behind);

// Writes what came due since the last time, for every tenant: a line of the timeline and a row
// of incident_escalation each, exactly once however often it is called. Call every minute.
// Costs what is due, not what is open. Returns how many it wrote.
Result<std::int64_t> sweep(store::Store& hub, Timestamp now);
// The same within a transaction, at most `most` clocks.
Result<std::int64_t> sweep(store::Connection& connection, Timestamp now, std::size_t most);

}  // namespace khien::incident
