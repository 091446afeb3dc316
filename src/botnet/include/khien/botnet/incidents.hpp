#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/botnet/cases.hpp"
#include "khien/incident/incidents.hpp"

namespace khien::botnet {

// The incident that an address became. A line of both histories, and never taken back.

struct IncidentOfCase {
  Severity severity = Severity::medium;
  std::string words;                     // what was seen; empty: what the list says
  std::optional<Timestamp> detected_at;  // none: when the list was brought in
};
// Of the case's own unit. Code::not_found outside of the scope; an incident's refusals; refused (duty::Refusal) for an
// address that is nobody's yet, or one that has an incident which is not closed: that one is it.
Result<incident::IncidentId> open_incident_of(store::Connection& connection, const store::TenantScope& scope, const incident::Rules& rules, CaseId id,
                                              const IncidentOfCase& asked, UserId who, Timestamp now);
// To one that is not closed and in scope. Twice is once.
Result<void> link_incident(store::Connection& connection, const store::TenantScope& scope, CaseId id, incident::IncidentId incident, UserId who,
                           Timestamp now);

struct LinkedIncident {
  incident::IncidentId id;
  std::string title;
  incident::State state = incident::State::open;
};
// In scope, newest first.
Result<std::vector<LinkedIncident>> incidents_of(store::Connection& connection, const store::TenantScope& scope, CaseId id);

struct LinkedCase {
  CaseId id;
  std::string address;
  UnitId unit;
  std::string unit_name;
  State state = State::new_;
};
// In scope, at most 500.
Result<std::vector<LinkedCase>> cases_of(store::Connection& connection, const store::TenantScope& scope, incident::IncidentId incident);

}  // namespace khien::botnet
