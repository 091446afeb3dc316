#pragma once

#include <optional>
#include <string>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/ids.hpp"
#include "khien/patch/state.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::patch {

// The last day of a decision may lie so far ahead.
inline constexpr int kMostDecisionDays = 366;

// A person's word, VEX-like: with a reason and an end, for a machine, a unit and what is
// below it, or a package wherever it is in the tenant; a package together with one of the
// others narrows it. It holds what is open now and what is found while it lasts.
struct NewDecision {
  DecisionKind kind = DecisionKind::accepted;
  std::optional<MachineId> machine;
  std::optional<UnitId> unit;
  std::string package;  // a finding's subject: "deb/debian/openssl"; empty: any
  std::string reason;
  Date until;
};
// Code::invalid without a reason, with a day that is over or too far, or for nothing or
// two things at once, by the field's name; not_found for what is not in scope; denied for a
// package wherever it is, and for a unit that is not affected, if the scope is not the whole
// tenant, by the field's name.
Result<AdvisoryDecisionId> decide(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id, UserId who,
                                  const NewDecision& decision, Timestamp now);
// What it held is open again at once. Code::conflict if it is over.
Result<AdvisoryId> end_decision(store::Connection& connection, const store::TenantScope& scope, AdvisoryDecisionId id, UserId who,
                                Timestamp now);
Result<AdvisoryDecision> get_decision(store::Connection& connection, const store::TenantScope& scope, AdvisoryDecisionId id);

// A unit received it, for itself and what is below. Again changes nothing.
Result<void> acknowledge(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id, UnitId unit, UserId who,
                         const std::string& note, Timestamp now);
// Those units, or all, that are not done and were not reminded within a day; says how many.
Result<std::int64_t> remind(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                            const std::optional<std::vector<UnitId>>& units, UserId who, Timestamp now);

}  // namespace khien::patch
