#include "reading.hpp"

#include <algorithm>
#include <utility>

#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"

namespace khien::incident {
namespace {

constexpr std::string_view kTimeline = "incident-timeline";
constexpr std::size_t kMaxPage = 500;

std::optional<UserId> user_of(const store::Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(UserId{row.integer(column)});
}
std::optional<Timestamp> time_of(const store::Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.time(column));
}

Result<std::vector<Clock>> clocks_of_incident(store::Connection& connection, TenantId tenant, IncidentId id) {
  std::vector<Clock> clocks;
  TRY_VOID(connection.query("SELECT " KHIEN_CLOCK_COLUMNS " FROM incident_clock k WHERE k.tenant_id = ?1 AND k.incident_id = ?2 "
                            "AND (k.applies = 1 OR k.met_at IS NOT NULL) ORDER BY k.late_at IS NULL, k.late_at, k.place",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              clocks.push_back(clock_from(row, 0));
                              return {};
                            }));
  return clocks;
}

Result<std::vector<IncidentReport>> reports_of(store::Connection& connection, TenantId tenant, IncidentId id) {
  std::vector<IncidentReport> reports;
  TRY_VOID(connection.query("SELECT clock, step, sent_at, recipient, channel, receipt, document, recorded_at, user_id FROM incident_report "
                            "WHERE tenant_id = ?1 AND incident_id = ?2 ORDER BY sent_at DESC, id DESC",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              IncidentReport one{.clock = std::string(row.text(0)), .sent_at = row.time(2), .recipient = std::string(row.text(3)),
                                                 .receipt = std::string(row.text(5)), .document = {}, .recorded_at = row.time(7), .by = {row.integer(8)}};
                              TRY(one.step, step_from_string(row.text(1)));
                              TRY(one.channel, channel_from_string(row.text(4)));
                              if (!row.is_null(6)) one.document = row.integer(6);
                              reports.push_back(std::move(one));
                              return {};
                            }));
  return reports;
}

Result<std::vector<IncidentTask>> tasks_of(store::Connection& connection, TenantId tenant, IncidentId id) {
  std::vector<IncidentTask> tasks;
  TRY_VOID(connection.query("SELECT id, words, owner_id, due_at, done_at, done_by FROM incident_task WHERE tenant_id = ?1 AND incident_id = ?2 "
                            "ORDER BY done_at IS NOT NULL, id",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              tasks.push_back({.id = {row.integer(0)}, .words = std::string(row.text(1)), .owner = user_of(row, 2),
                                               .due_at = time_of(row, 3), .done_at = time_of(row, 4), .done_by = user_of(row, 5)});
                              return {};
                            }));
  return tasks;
}

Result<std::vector<IncidentMember>> members_of(store::Connection& connection, TenantId tenant, IncidentId id) {
  std::vector<IncidentMember> members;
  TRY_VOID(connection.query("SELECT user_id, part FROM incident_member WHERE tenant_id = ?1 AND incident_id = ?2 ORDER BY part <> 'lead', part, user_id",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              IncidentMember one{.user = {row.integer(0)}};
                              TRY(one.part, part_from_string(row.text(1)));
                              members.push_back(one);
                              return {};
                            }));
  return members;
}

// A finding that went with its machine is what it was; one whose machine moved away is its new
// unit's to see.
Result<std::vector<IncidentFinding>> findings_of(store::Connection& connection, const store::TenantScope& scope, IncidentId id) {
  std::vector<IncidentFinding> findings;
  TRY_VOID(connection.query(
      "SELECT n.finding_id, n.judge, n.rule, n.subject, n.severity, coalesce(f.state IN ('new', 'in_progress'), 0) FROM incident_finding n "
      "LEFT JOIN finding f ON f.tenant_id = n.tenant_id AND f.id = n.finding_id "
      "WHERE n.tenant_id = ?1 AND n.incident_id = ?3 AND " KHIEN_IN_SCOPE("coalesce(f.unit_id, n.unit_id)")
      " ORDER BY n.severity DESC, n.finding_id LIMIT 500",
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        findings.push_back({.id = {row.integer(0)}, .judge = std::string(row.text(1)), .rule = std::string(row.text(2)),
                            .subject = std::string(row.text(3)), .severity = static_cast<Severity>(row.integer(4)), .open = row.integer(5) != 0});
        return {};
      }));
  return findings;
}

Result<std::vector<IncidentMachine>> machines_of(store::Connection& connection, const store::TenantScope& scope, IncidentId id) {
  std::vector<IncidentMachine> machines;
  TRY_VOID(connection.query(
      "SELECT m.id, m.hostname, u.name, max(coalesce(f.state IN ('new', 'in_progress'), 0)) FROM incident_finding n "
      "JOIN machine m ON m.tenant_id = n.tenant_id AND m.id = n.machine_id JOIN unit u ON u.tenant_id = m.tenant_id AND u.id = m.unit_id "
      "LEFT JOIN finding f ON f.tenant_id = n.tenant_id AND f.id = n.finding_id "
      "WHERE n.tenant_id = ?1 AND n.incident_id = ?3 AND " KHIEN_IN_SCOPE("m.unit_id") " GROUP BY m.id, m.hostname, u.name ORDER BY m.hostname, m.id LIMIT 500",
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        machines.push_back({.id = {row.integer(0)}, .name = std::string(row.text(1)), .unit_name = std::string(row.text(2)), .open = row.integer(3) != 0});
        return {};
      }));
  return machines;
}

Result<std::vector<IncidentSite>> sites_of(store::Connection& connection, const store::TenantScope& scope, IncidentId id) {
  std::vector<IncidentSite> sites;
  TRY_VOID(connection.query(
      "SELECT s.id, s.address, u.name, max(coalesce(f.state IN ('new', 'in_progress'), 0)) FROM incident_finding n "
      "JOIN site s ON s.tenant_id = n.tenant_id AND s.id = n.site_id JOIN unit u ON u.tenant_id = s.tenant_id AND u.id = s.unit_id "
      "LEFT JOIN finding f ON f.tenant_id = n.tenant_id AND f.id = n.finding_id "
      "WHERE n.tenant_id = ?1 AND n.incident_id = ?3 AND " KHIEN_IN_SCOPE("s.unit_id") " GROUP BY s.id, s.address, u.name ORDER BY s.address, s.id LIMIT 500",
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        sites.push_back({.id = {row.integer(0)}, .address = std::string(row.text(1)), .unit_name = std::string(row.text(2)), .open = row.integer(3) != 0});
        return {};
      }));
  return sites;
}

#define KHIEN_ENTRY_COLUMNS                                                                                                 \
  "e.id, e.what, e.happened_at, e.recorded_at, e.user_id, e.words, e.told_vi, e.told_en, EXISTS (SELECT 1 FROM "            \
  "incident_evidence v WHERE v.tenant_id = e.tenant_id AND v.entry_id = e.id) FROM incident_entry e "

struct ReadEntry {
  IncidentEntry entry;
  bool has_evidence = false;
};
Result<ReadEntry> entry_from(const store::Row& row) {
  ReadEntry read;
  read.entry.id = {row.integer(0)};
  TRY(read.entry.what, what_from_string(row.text(1)));
  read.entry.happened_at = row.time(2);
  read.entry.recorded_at = row.time(3);
  read.entry.by = user_of(row, 4);
  read.entry.words = row.text(5);
  read.entry.told = {std::string(row.text(6)), std::string(row.text(7))};
  read.has_evidence = row.integer(8) != 0;
  return read;
}

Result<void> add_evidence(store::Connection& connection, TenantId tenant, ReadEntry& read) {
  if (!read.has_evidence) return {};
  return connection.query("SELECT v.evidence_id, e.file_name, v.sha256 FROM incident_evidence v "
                          "JOIN evidence e ON e.tenant_id = v.tenant_id AND e.id = v.evidence_id AND e.unit_id = v.unit_id "
                          "WHERE v.tenant_id = ?1 AND v.entry_id = ?2 ORDER BY v.evidence_id",
                          {tenant, read.entry.id}, [&](const store::Row& row) -> Result<void> {
                            EntryEvidence one{.id = {row.integer(0)}, .file_name = std::string(row.text(1)), .sha256 = {}};
                            TRY(one.sha256, Sha256::from_bytes(row.bytes(2)));
                            read.entry.evidence.push_back(std::move(one));
                            return {};
                          });
}

struct Place {
  std::int64_t happened_at = INT64_MAX;
  std::int64_t id = INT64_MAX;
};
Result<Place> place_of(const std::string& cursor) {
  if (cursor.empty()) return Place{};
  TRY(const auto fields, estate::from_cursor(cursor, kTimeline, {std::int64_t{}, std::int64_t{}}));
  return Place{std::get<std::int64_t>(fields[0]), std::get<std::int64_t>(fields[1])};
}

Result<std::int64_t> count_lines(store::Connection& connection, TenantId tenant, IncidentId id) {
  std::int64_t total = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM incident_entry e WHERE e.tenant_id = ?1 AND e.incident_id = ?2", {tenant, id},
                                [&](const store::Row& row) -> Result<void> {
                                  total = row.integer(0);
                                  return {};
                                }));
  return total;
}

}  // namespace

Result<void> require_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id) {
  bool found = false;
  TRY_VOID(connection.query("SELECT 1 FROM incident i WHERE i.tenant_id = ?1 AND i.id = ?3 AND " KHIEN_IN_SCOPE("i.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row&) -> Result<void> {
                              found = true;
                              return {};
                            }));
  if (!found) return Error(Code::not_found, "there is no such incident");
  return {};
}

Result<Incident> incident_from(const store::Row& row) {
  constexpr int at = kClockColumns;
  Incident one{.id = {row.integer(at)}, .unit = {row.integer(at + 1)}, .unit_name = std::string(row.text(at + 2)), .title = std::string(row.text(at + 3))};
  TRY(one.kind, kind_from_string(row.text(at + 4)));
  one.severity = static_cast<Severity>(row.integer(at + 5));
  TRY(one.state, state_from_string(row.text(at + 6)));
  one.detected_at = row.time(at + 7);
  one.opened_at = row.time(at + 8);
  one.opened_by = user_of(row, at + 9);
  TRY(one.source, source_from_string(row.text(at + 10)));
  one.rule = row.text(at + 11);
  one.personal_data = row.integer(at + 12) != 0;
  one.tasks_open = row.integer(at + 13);
  one.owner = user_of(row, at + 14);
  one.late = row.integer(at + 15);
  if (!row.is_null(0)) one.next_clock = clock_from(row, 0);
  return one;
}

Result<IncidentDetail> get_incident(store::Connection& connection, const store::TenantScope& scope, IncidentId id, Timestamp now) {
  std::optional<IncidentDetail> found;
  TRY_VOID(connection.query("SELECT " KHIEN_INCIDENT_COLUMNS
                            ", i.said, i.cause, i.lesson, i.first_seen, i.first_reported_at, i.contained_at, i.closed_at FROM incident i " KHIEN_INCIDENT_JOINS
                            "WHERE i.tenant_id = ?1 AND i.id = ?4 AND " KHIEN_IN_SCOPE("i.unit_id"),
                            {scope.tenant(), scope.roots_json(), now, id}, [&](const store::Row& row) -> Result<void> {
                              constexpr int at = kIncidentColumns;
                              IncidentDetail& detail = found.emplace();
                              TRY(detail.incident, incident_from(row));
                              TRY(detail.said, texts_of(row.text(at)));
                              detail.cause = row.text(at + 1);
                              detail.lesson = row.text(at + 2);
                              detail.first_seen = time_of(row, at + 3);
                              detail.first_reported_at = time_of(row, at + 4);
                              detail.contained_at = time_of(row, at + 5);
                              detail.closed_at = time_of(row, at + 6);
                              return {};
                            }));
  if (!found) return Error(Code::not_found, "there is no such incident");
  const TenantId tenant = scope.tenant();
  TRY(found->clocks, clocks_of_incident(connection, tenant, id));
  TRY(found->reports, reports_of(connection, tenant, id));
  TRY(found->tasks, tasks_of(connection, tenant, id));
  TRY(found->members, members_of(connection, tenant, id));
  TRY(found->findings, findings_of(connection, scope, id));
  TRY(found->machines, machines_of(connection, scope, id));
  TRY(found->sites, sites_of(connection, scope, id));
  return *std::move(found);
}

Result<TimelinePage> list_timeline(store::Connection& connection, const store::TenantScope& scope, IncidentId id, const std::string& cursor,
                                   std::size_t asked) {
  TRY_VOID(require_incident(connection, scope, id));
  TRY(const auto place, place_of(cursor));
  const std::size_t limit = std::clamp<std::size_t>(asked, 1, kMaxPage);
  TimelinePage page;
  TRY(page.total, count_lines(connection, scope.tenant(), id));
  std::vector<ReadEntry> read;
  TRY_VOID(connection.query("SELECT " KHIEN_ENTRY_COLUMNS
                            "WHERE e.tenant_id = ?1 AND e.incident_id = ?2 AND (e.happened_at, e.id) < (?3, ?4) "
                            "ORDER BY e.happened_at DESC, e.id DESC LIMIT ?5",
                            {scope.tenant(), id, place.happened_at, place.id, std::uint64_t{limit + 1}}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto one, entry_from(row));
                              read.push_back(std::move(one));
                              return {};
                            }));
  const bool more = read.size() > limit;
  if (more) read.pop_back();
  for (ReadEntry& one : read) {
    TRY_VOID(add_evidence(connection, scope.tenant(), one));
    page.items.push_back(std::move(one.entry));
  }
  if (more) page.next = estate::to_cursor(kTimeline, {page.items.back().happened_at.ms, page.items.back().id.value});
  return page;
}

Result<TimelinePage> first_lines(store::Connection& connection, const store::TenantScope& scope, IncidentId id, std::size_t limit) {
  TRY_VOID(require_incident(connection, scope, id));
  TimelinePage page;
  TRY(page.total, count_lines(connection, scope.tenant(), id));
  TRY_VOID(connection.query("SELECT " KHIEN_ENTRY_COLUMNS "WHERE e.tenant_id = ?1 AND e.incident_id = ?2 ORDER BY e.happened_at, e.id LIMIT ?3",
                            {scope.tenant(), id, std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto one, entry_from(row));
                              page.items.push_back(std::move(one.entry));
                              return {};
                            }));
  return page;
}

Result<IncidentEntry> get_entry(store::Connection& connection, const store::TenantScope& scope, IncidentId id, IncidentEntryId entry) {
  TRY_VOID(require_incident(connection, scope, id));
  std::optional<ReadEntry> found;
  TRY_VOID(connection.query("SELECT " KHIEN_ENTRY_COLUMNS "WHERE e.tenant_id = ?1 AND e.incident_id = ?2 AND e.id = ?3", {scope.tenant(), id, entry},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(found, entry_from(row));
                              return {};
                            }));
  if (!found) return Error(Code::not_found, "there is no such line");
  TRY_VOID(add_evidence(connection, scope.tenant(), *found));
  return std::move(found->entry);
}

}  // namespace khien::incident
