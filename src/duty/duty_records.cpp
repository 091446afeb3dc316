#include "khien/duty/duty_records.hpp"

#include <algorithm>
#include <utility>

#include "duty_record_checks.hpp"
#include "evidence_links.hpp"
#include "handling.hpp"
#include "khien/core/json.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/duty/state_secret.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::duty {
namespace {

constexpr std::string_view kList = "duty_record";
constexpr std::size_t kMostPage = 500;
constexpr std::int64_t kMostOfCell = 1000;  // twelve years of a clause's duties, and events

#define KHIEN_RECORD_COLUMNS                                                                                      \
  "SELECT r.id, r.unit_id, u.name, r.duty, r.period_from, r.done_on, r.statement, r.not_applicable, r.state, "   \
  "r.recorded_by, r.recorded_at, r.decided_by, r.decided_at, r.decision_note, r.withdrawn_by, r.withdrawn_at "   \
  "FROM duty_record r JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "

Error no_record() { return Error(Code::not_found, "no such record"); }

DutyRecord record_from(const store::Row& row) {
  DutyRecord record;
  record.id = row.id<DutyRecordTag>(0);
  record.unit = row.id<UnitTag>(1);
  record.unit_name = row.text(2);
  record.duty = row.text(3);
  record.period_from = Date::from_days(row.integer(4));
  record.done_on = Date::from_days(row.integer(5));
  record.statement = row.text(6);
  record.not_applicable = row.integer(7) != 0;
  record.handling = handling_from(row, 8);
  return record;
}

Result<void> load_evidence(store::Connection& connection, TenantId tenant, DutyRecord& record) {
  return connection.query(
      "SELECT " KHIEN_EVIDENCE_COLUMNS " FROM duty_record_evidence l "
      "JOIN evidence e ON e.tenant_id = l.tenant_id AND e.id = l.evidence_id "
      "JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id "
      "WHERE l.tenant_id = ?1 AND l.record_id = ?2 ORDER BY e.id",
      {tenant, record.id}, [&](const store::Row& row) -> Result<void> {
        TRY(auto one, evidence_from(row));
        record.evidence.push_back(std::move(one));
        return {};
      });
}

Result<void> insert_links(store::Connection& connection, TenantId tenant, DutyRecordId id, const NewDutyRecord& record) {
  for (const EvidenceId evidence : record.evidence) {
    TRY_VOID(connection.run(
        "INSERT INTO duty_record_evidence (tenant_id, record_id, evidence_id, unit_id) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT DO NOTHING",
        {tenant, id, evidence, record.unit}));
  }
  return {};
}

// What was said of a period is decided or withdrawn before it is said anew: nobody
// covers what stands. A figure that is not reached yet may be worked at again.
Result<void> require_none_stands(store::Connection& connection, TenantId tenant, const NewDutyRecord& record,
                                 const law::Duty& duty) {
  const bool again = duty.recurrence == law::Recurrence::on_event || duty.met_by == law::MetBy::record_and_metric;
  if (again && !record.not_applicable) return {};
  std::int64_t standing = 0;
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM duty_record WHERE tenant_id = ?1 AND unit_id = ?2 AND duty = ?3 AND period_from = ?4 "
      "AND state IN ('waiting', 'approved')",
      {tenant, record.unit, record.duty, std::int64_t{record.period_from.days()}}, [&](const store::Row& row) -> Result<void> {
        standing = row.integer(0);
        return {};
      }));
  if (standing == 0) return {};
  return refuse(Code::conflict, "period_from", {"Kỳ này đã có bản ghi đang chờ duyệt hoặc đã được duyệt. Muốn ghi lại thì thu hồi bản ghi đó trước.",
                                                "The period has a record that waits or is approved. Withdraw it first."});
}

}  // namespace

Result<DutyRecordId> record_duty(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                 const NewDutyRecord& record, const Actor& actor, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, record.unit));
  TRY(const auto ref, checked_duty(connection, scope, law, record, now));
  TRY_VOID(require_evidence(connection, scope, record.unit, record.evidence));
  TRY_VOID(require_none_stands(connection, scope.tenant(), record, *ref.duty));
  const bool waits = record.not_applicable || ref.duty->approval == law::Approval::second_person;
  TRY_VOID(connection.run(
      "INSERT INTO duty_record (tenant_id, unit_id, duty, period_from, done_on, statement, not_applicable, state, "
      "recorded_by, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {scope.tenant(), record.unit, record.duty, std::int64_t{record.period_from.days()},
       std::int64_t{record.done_on.days()}, record.statement, record.not_applicable, waits ? "waiting" : "approved",
       actor.user, now}));
  const DutyRecordId id{connection.last_insert_id()};
  TRY_VOID(insert_links(connection, scope.tenant(), id, record));
  return id;
}

Result<void> withdraw_duty_record(store::Connection& connection, const store::TenantScope& scope, DutyRecordId id,
                                  const Actor& actor, Timestamp now) {
  TRY(const auto record, get_duty_record(connection, scope, id));
  TRY_VOID(check_withdrawal(record.handling, actor));
  TRY_VOID(connection.run(
      "UPDATE duty_record SET state = 'withdrawn', withdrawn_by = ?3, withdrawn_at = ?4 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, actor.user, now}));
  return {};
}

Result<void> decide_duty_record(store::Connection& connection, const store::TenantScope& scope, DutyRecordId id,
                                const Decision& decision, const Actor& actor, Timestamp now) {
  TRY(const auto record, get_duty_record(connection, scope, id));
  TRY_VOID(check_decision(record.handling, actor, decision));
  TRY_VOID(refuse_marked_text("note", decision.note));
  TRY_VOID(connection.run(
      "UPDATE duty_record SET state = ?3, decided_by = ?4, decided_at = ?5, decision_note = ?6 "
      "WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, decision.approve ? "approved" : "refused", actor.user, now, decision.note}));
  return {};
}

Result<DutyRecord> get_duty_record(store::Connection& connection, const store::TenantScope& scope, DutyRecordId id) {
  DutyRecord record;
  const auto found = connection.query_one(
      KHIEN_RECORD_COLUMNS "WHERE r.tenant_id = ?1 AND r.id = ?3 AND " KHIEN_IN_SCOPE("r.unit_id"),
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        record = record_from(row);
        return {};
      });
  if (!found) return found.error().code() == Code::not_found ? no_record() : found.error();
  TRY_VOID(load_evidence(connection, scope.tenant(), record));
  return record;
}

Result<DutyRecordPage> list_duty_records(store::Connection& connection, const store::TenantScope& scope,
                                         const DutyRecordQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  const std::string_view state = query.state ? to_string(*query.state) : std::string_view();
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  DutyRecordPage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM duty_record r WHERE r.tenant_id = ?1 AND r.unit_id IN "
                                KHIEN_UNITS_IN_SCOPE " AND (?3 = '' OR r.state = ?3)",
                                {scope.tenant(), roots, state}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query(KHIEN_RECORD_COLUMNS "WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
                                                 " AND (?3 = '' OR r.state = ?3) AND r.id < ?4 ORDER BY r.id DESC LIMIT ?5",
                            {scope.tenant(), roots, state, before, static_cast<std::int64_t>(limit + 1)},
                            [&](const store::Row& row) -> Result<void> {
                              page.items.push_back(record_from(row));
                              return {};
                            }));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  for (auto& record : page.items) TRY_VOID(load_evidence(connection, scope.tenant(), record));
  return page;
}

Result<std::vector<DutyRecord>> list_records_of(store::Connection& connection, const store::TenantScope& scope,
                                                UnitId unit, const std::vector<std::string>& duties) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  JsonWriter list;
  list.begin_array();
  for (const auto& duty : duties) list.string(duty);
  list.end_array();
  std::vector<DutyRecord> records;
  TRY_VOID(connection.query(KHIEN_RECORD_COLUMNS "WHERE r.tenant_id = ?1 AND r.unit_id = ?2 "
                                                 "AND r.duty IN (SELECT value FROM json_each(?3)) ORDER BY r.id DESC LIMIT ?4",
                            {scope.tenant(), unit, list.take(), kMostOfCell}, [&](const store::Row& row) -> Result<void> {
                              records.push_back(record_from(row));
                              return {};
                            }));
  for (auto& record : records) TRY_VOID(load_evidence(connection, scope.tenant(), record));
  return records;
}

Result<Waiting> count_waiting(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                              UserId me) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  Waiting waiting;
  TRY_VOID(connection.query_one(
      "SELECT (SELECT count(*) FROM duty_record r WHERE r.tenant_id = ?1 AND r.state = 'waiting' AND r.recorded_by <> ?3 "
      "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      "), (SELECT count(*) FROM register_record r WHERE r.tenant_id = ?1 AND r.state = 'waiting' AND r.recorded_by <> ?3 "
      "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE ")",
      {scope.tenant(), roots, me}, [&](const store::Row& row) -> Result<void> {
        waiting = {row.integer(0), row.integer(1)};
        return {};
      }));
  return waiting;
}

}  // namespace khien::duty
