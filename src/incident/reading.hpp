#pragma once

#include "khien/incident/incidents.hpp"
#include "stored.hpp"

// An incident's own row, as lists and its page read it. ?3 is now.

namespace khien::incident {

#define KHIEN_INCIDENT_COLUMNS                                                                                             \
  KHIEN_CLOCK_COLUMNS                                                                                                      \
  ", i.id, i.unit_id, u.name, i.title, i.kind, i.severity, i.state, i.detected_at, i.opened_at, i.opened_by, i.source, "   \
  "i.rule, i.personal_data, i.tasks_open, i.lead_id, (SELECT count(*) FROM incident_clock l WHERE l.tenant_id = i.tenant_id " \
  "AND l.incident_id = i.id AND l.applies = 1 AND l.met_at IS NULL AND l.late_at < ?3)"
#define KHIEN_INCIDENT_JOINS                                                                                               \
  "JOIN unit u ON u.tenant_id = i.tenant_id AND u.id = i.unit_id "                                                         \
  "LEFT JOIN incident_clock k ON k.tenant_id = i.tenant_id AND k.incident_id = i.id AND k.clock = i.next_clock "
inline constexpr int kIncidentColumns = kClockColumns + 16;

Result<Incident> incident_from(const store::Row& row);

}  // namespace khien::incident
