#pragma once

#include "khien/reporting/reports.hpp"

namespace khien::reporting {

#define KHIEN_REPORT                                                                                                    \
  "SELECT r.id, r.kind, r.unit_id, u.name, r.of_whole, r.period, r.state, r.cut_off, r.digest, r.made_by, r.made_at, "  \
  "r.symbol, r.number, r.issued_day, r.evidence_id, r.signer, r.sent_day, r.period_from, r.period_to, r.replaces_id, "  \
  "(SELECT n.id FROM report n WHERE n.tenant_id = r.tenant_id AND n.replaces_id = r.id AND n.state <> 'draft'), r.incident_id "        \
  "FROM report r JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "

Result<Report> report_from(const store::Row& row);

Error no_report();

// "26/11/2026".
std::string day_words(Date day);

struct NewEvent {
  ReportId report;
  std::string_view what;
  Timestamp at;
  UserId by;
  std::string_view words = {};
  std::string_view evidence = "[]";  // JSON
};
Result<void> put_event(store::Connection& connection, TenantId tenant, const NewEvent& event);

}  // namespace khien::reporting
