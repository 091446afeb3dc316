#include "khien/botnet/incidents.hpp"

#include <algorithm>

#include "case_writer.hpp"
#include "khien/core/assert.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/scope_sql.hpp"

namespace khien::botnet {
namespace {

std::string words_of_list(const CaseRecord& record) {
  std::string words = "Địa chỉ " + record.address + " có trong danh sách của " + record.source;
  if (!record.malware.empty()) words += ", mã độc " + record.malware;
  if (!record.controller.empty()) words += ", máy chủ điều khiển " + record.controller;
  return words + ".";
}

Result<void> tell_case(store::Connection& connection, TenantId tenant, const CaseRecord& record, const std::string& note, UserId who, Timestamp now) {
  const auto next = next_state(record.state, Event::note);
  khien_assert(next.has_value());
  return put_line(connection, tenant, record.id, {.event = Event::note, .state = *next, .at = now, .who = who, .list = {}, .step = {}, .note = note});
}

Result<bool> put_link(store::Connection& connection, TenantId tenant, CaseId id, incident::IncidentId incident, UserId who, Timestamp now) {
  TRY(const auto written, connection.run("INSERT INTO botnet_incident (tenant_id, case_id, incident_id, linked_at, linked_by) VALUES (?1, ?2, ?3, ?4, ?5) "
                                         "ON CONFLICT DO NOTHING",
                                         {tenant, id, incident, now, who}));
  return written > 0;
}

}  // namespace

Result<incident::IncidentId> open_incident_of(store::Connection& connection, const store::TenantScope& scope, const incident::Rules& rules, CaseId id,
                                              const IncidentOfCase& asked, UserId who, Timestamp now) {
  TRY(const auto record, get_case(connection, scope, id));
  if (!record.known_unit) {
    return duty::refuse(Code::conflict, "", {"Địa chỉ này chưa rõ của đơn vị nào: hãy giao cho đơn vị trước.", "Whose the address is, is not known yet: give it to a unit first."});
  }
  TRY(const auto linked, incidents_of(connection, scope, id));
  if (std::ranges::any_of(linked, [](const auto& one) { return one.state != incident::State::closed; })) {
    return duty::refuse(Code::conflict, "", {"Địa chỉ này đã gắn với một sự cố chưa đóng.", "The address has an incident that is not closed."});
  }
  const incident::NewIncident made{.unit = record.unit,
                                   .title = "Địa chỉ " + record.address + " trong mạng botnet",
                                   .kind = incident::Kind::malware,
                                   .severity = asked.severity,
                                   .detected_at = asked.detected_at.value_or(record.opened_at),
                                   .words = asked.words.empty() ? words_of_list(record) : asked.words,
                                   .traits = {},
                                   .findings = {},
                                   .source = incident::Source::outside};
  TRY(const auto incident, incident::open_incident(connection, scope, rules, made, who, now));
  TRY_VOID(put_link(connection, scope.tenant(), id, incident, who, now));
  TRY_VOID(tell_case(connection, scope.tenant(), record, "Mở sự cố số " + std::to_string(incident.value), who, now));
  return incident;
}

Result<void> link_incident(store::Connection& connection, const store::TenantScope& scope, CaseId id, incident::IncidentId incident, UserId who,
                           Timestamp now) {
  TRY(const auto record, get_case(connection, scope, id));
  TRY_VOID(incident::require_incident(connection, scope, incident));
  TRY(const bool is_new, put_link(connection, scope.tenant(), id, incident, who, now));
  if (!is_new) return {};
  // Refused where the incident is closed.
  TRY_VOID(incident::note_incident(connection, scope, incident, {.words = words_of_list(record), .happened_at = {}, .evidence = {}}, who, now));
  return tell_case(connection, scope.tenant(), record, "Gắn với sự cố số " + std::to_string(incident.value), who, now);
}

Result<std::vector<LinkedIncident>> incidents_of(store::Connection& connection, const store::TenantScope& scope, CaseId id) {
  std::vector<LinkedIncident> all;
  TRY_VOID(connection.query("SELECT i.id, i.title, i.state FROM botnet_incident l JOIN incident i ON i.tenant_id = l.tenant_id AND i.id = l.incident_id "
                            "WHERE l.tenant_id = ?1 AND l.case_id = ?3 AND " KHIEN_IN_SCOPE("i.unit_id") " ORDER BY i.id DESC LIMIT 100",
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              LinkedIncident one{.id = {row.integer(0)}, .title = std::string(row.text(1))};
                              TRY(one.state, incident::state_from_string(row.text(2)));
                              all.push_back(std::move(one));
                              return {};
                            }));
  return all;
}

Result<std::vector<LinkedCase>> cases_of(store::Connection& connection, const store::TenantScope& scope, incident::IncidentId incident) {
  std::vector<LinkedCase> all;
  TRY_VOID(connection.query("SELECT c.id, c.address_text, c.unit_id, u.name, c.state FROM botnet_incident l JOIN botnet_case c ON c.tenant_id = l.tenant_id "
                            "AND c.id = l.case_id JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "
                            "WHERE l.tenant_id = ?1 AND l.incident_id = ?3 AND " KHIEN_IN_SCOPE("c.unit_id") " ORDER BY c.id LIMIT 500",
                            {scope.tenant(), scope.roots_json(), incident}, [&](const store::Row& row) -> Result<void> {
                              LinkedCase one{.id = row.id<CaseTag>(0), .address = std::string(row.text(1)), .unit = row.id<UnitTag>(2), .unit_name = std::string(row.text(3))};
                              TRY(one.state, state_from_string(row.text(4)));
                              all.push_back(std::move(one));
                              return {};
                            }));
  return all;
}

}  // namespace khien::botnet
