#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "call.hpp"
#include "khien/incident/incidents.hpp"

namespace khien::api {

// What handlers of incidents share.

// Of the body; none inside where absent, none where it is no moment.
std::optional<std::optional<Timestamp>> time_in_body(const Call& call, std::string_view name);

Result<Reply> incident_detail(const Call& call, store::Connection& connection, incident::IncidentId id);

// One change with its line in the audit log, answered by the incident as it is then. That
// somebody tried what its state forbids goes into the audit log too, in a transaction of its own.
using IncidentWork = std::function<Result<incident::IncidentId>(store::Connection&)>;
struct IncidentAct {
  std::string_view action;  // "incident.note"
  std::string detail;
};
Reply audited_change(const Call& call, const IncidentAct& act, const IncidentWork& work);
// The same with an answer of its own.
using IncidentAnswer = std::function<Result<Reply>(store::Connection&, incident::IncidentId)>;
Reply audited_change(const Call& call, const IncidentAct& act, const IncidentWork& work, const IncidentAnswer& answer);

// Somebody whose role may change no incident tried to, on one in scope: into the audit log.
void note_denied_incident(const Call& call);

}  // namespace khien::api
