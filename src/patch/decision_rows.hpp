#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "khien/patch/advisories.hpp"

namespace khien::patch {

// Newest first, at most 200; those whose machine, unit or package is nothing of the scope's
// are not there for it.
Result<std::vector<AdvisoryDecision>> decisions_of(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id);

// What is open and what a decision in force is about: held. What is held and not suppressed
// any more is let go of.
Result<void> hold_open(store::Connection& connection, TenantId tenant, std::optional<AdvisoryDecisionId> only, Timestamp now);
// Decisions whose day is over before `today`.
Result<void> end_lapsed(store::Connection& connection, TenantId tenant, Timestamp now);
// Those two would change nothing now. Reads only.
Result<bool> decisions_are_applied(store::Connection& connection, TenantId tenant, Timestamp now);

struct NewEvent {
  TenantId tenant;
  AdvisoryId advisory;
  Timestamp at;
  UserId who;  // {0}: the hub itself
  std::string_view event;
  std::optional<UnitId> unit = {};
  std::string_view note = {};
};
Result<void> put_event(store::Connection& connection, const NewEvent& event);

}  // namespace khien::patch
