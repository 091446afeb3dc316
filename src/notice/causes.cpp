#include "causes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "khien/core/bytes.hpp"
#include "khien/core/date.hpp"
#include "khien/duty/owed.hpp"
#include "khien/duty/roster_windows.hpp"
#include "khien/estate/units.hpp"
#include "khien/law/catalogue.hpp"

namespace khien::notice {
namespace {

constexpr std::int64_t kMostRows = 2'000;
constexpr int kMorning = 7 * 60;
constexpr int kEndOfDay = 23 * 60 + 59;
// A fact takes its time on the road: what came back is asked for when it is surely there.
constexpr Duration kSettled = minutes(2);
// What is known by its key is asked for again for so long.
constexpr Duration kLookBack = hours(1);

Result<void> move_mark(store::Connection& connection, TenantId tenant, std::string_view source, std::int64_t position) {
  TRY_VOID(connection.run("INSERT INTO notice_mark (tenant_id, source, position) VALUES (?1, ?2, ?3) "
                          "ON CONFLICT (tenant_id, source) DO UPDATE SET position = max(position, excluded.position)",
                          {tenant, source, position}));
  return {};
}

// Clocks jump: a mark that is ahead of now would keep everything silent until then. What is
// read again is known by its key.
Result<std::optional<std::int64_t>> time_mark(store::Connection& connection, TenantId tenant, std::string_view source, Timestamp now) {
  TRY(auto mark, mark_of(connection, tenant, source));
  if (mark && *mark > now.ms) mark = (now - kLookBack).ms;
  return mark;
}

// Behind which row a table was read that is read by times: many have the same one.
struct Cursor {
  std::int64_t at = 0, first = 0, second = 0;
};

Result<void> keep_cursor(store::Connection& connection, TenantId tenant, const std::string& source, const Cursor& cursor) {
  TRY_VOID(set_mark(connection, tenant, source, cursor.at));
  TRY_VOID(set_mark(connection, tenant, source + ".first", cursor.first));
  return set_mark(connection, tenant, source + ".second", cursor.second);
}

// None: never asked before. Then it begins behind all that is there now.
Result<std::optional<Cursor>> read_cursor(store::Connection& connection, TenantId tenant, const std::string& source, Timestamp now) {
  TRY(const auto at, mark_of(connection, tenant, source));
  if (!at) {
    TRY_VOID(keep_cursor(connection, tenant, source, {now.ms, INT64_MAX, INT64_MAX}));
    return std::optional<Cursor>{};
  }
  if (*at > now.ms) return std::optional<Cursor>({(now - kLookBack).ms, 0, 0});
  TRY(const auto first, mark_of(connection, tenant, source + ".first"));
  TRY(const auto second, mark_of(connection, tenant, source + ".second"));
  return std::optional<Cursor>({*at, first.value_or(0), second.value_or(0)});
}

Timestamp full_minute(Timestamp time) { return {time.ms - time.ms % minutes(1).ms}; }

struct Found {
  FindingId id;
  UnitId unit;
  Timestamp opened_at;
  std::string file;  // its hash, or the rule where there is none; never shown
  std::optional<UserId> owner;
};

Found found_of(const store::Row& row) {
  Found found{.id = row.id<FindingTag>(0), .unit = row.id<UnitTag>(1), .opened_at = row.time(2),
              .file = row.is_null(3) ? std::string(row.text(4)) : to_hex(row.bytes(3)), .owner = {}};
  if (!row.is_null(5)) found.owner = UserId{row.integer(5)};
  return found;
}

Cause malware(const Found& found, std::string key) {
  return {.key = std::move(key), .kind = CauseKind::malware, .bundle = found.file, .level = 0, .path = {found.unit}, .at = found.opened_at, .count = 1,
          .owner = found.owner, .due = {}, .link = found.id.value};
}

// An outbreak is thousands of findings: of one file, unit and minute it is one cause.
void add_minute_by_minute(const std::vector<Found>& all, Causes& into) {
  std::map<std::tuple<std::string, UnitId, std::int64_t>, Cause> causes;
  for (const Found& one : all) {
    const auto minute = full_minute(one.opened_at);
    const auto key = "malware:" + std::to_string(one.id.value);
    const auto [place, is_new] = causes.try_emplace({one.file, one.unit, minute.ms}, malware(one, key));
    if (is_new) continue;
    ++place->second.count;
    place->second.link = 0;
    if (place->second.owner != one.owner) place->second.owner.reset();
  }
  for (auto& [where, cause] : causes) into.all.push_back(std::move(cause));
}

// By their numbers, so that none is passed over.
Result<void> read_new(store::Connection& connection, TenantId tenant, Timestamp now, std::int64_t mark, Causes& into) {
  std::vector<Found> all;
  std::int64_t last = mark, rows = 0;
  bool waits = false;
  TRY_VOID(connection.query(
      "SELECT id, unit_id, opened_at, sha256, rule, owner_id, judge = 'scan' AND severity >= 3 AND state <> 'suppressed' FROM finding NOT INDEXED "
      "WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
      {tenant, mark, kMostRows}, [&](const store::Row& row) -> Result<void> {
        ++rows;
        // This minute is not over: another of the same file may come. Whose time is far ahead was
        // written while a clock was wrong, and nobody waits for it.
        const bool is_ahead = row.time(2) >= full_minute(now) + kSettled;
        waits = waits || (!is_ahead && row.time(2) >= full_minute(now));
        if (waits) return {};
        last = row.integer(0);
        if (row.integer(6) == 0) return {};
        all.push_back(found_of(row));
        if (is_ahead) all.back().opened_at = now;
        return {};
      }));
  add_minute_by_minute(all, into);
  into.more = into.more || (rows == kMostRows && !waits);
  return move_mark(connection, tenant, "finding", last);
}

Result<void> read_reopened(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto cursor, read_cursor(connection, tenant, "finding_again", now));
  if (!cursor) return {};
  Cursor last = *cursor;
  std::int64_t rows = 0;
  TRY_VOID(connection.query(
      "SELECT id, unit_id, opened_at, sha256, rule, owner_id, judge = 'scan' AND severity >= 3 AND state <> 'suppressed' AND opened_at > first_seen "
      "FROM finding INDEXED BY finding_newest WHERE tenant_id = ?1 AND opened_at >= ?2 AND opened_at <= ?3 AND (opened_at > ?2 OR id > ?4) "
      "ORDER BY opened_at, id LIMIT ?5",
      {tenant, cursor->at, now - kSettled, cursor->first, kMostRows}, [&](const store::Row& row) -> Result<void> {
        ++rows;
        last = {row.integer(2), row.integer(0), 0};
        if (row.integer(6) == 0) return {};
        const auto found = found_of(row);
        into.all.push_back(malware(found, "malware:" + std::to_string(found.id.value) + ":" + std::to_string(found.opened_at.ms)));
        return {};
      }));
  into.more = into.more || rows == kMostRows;
  return keep_cursor(connection, tenant, "finding_again", last);
}

Result<std::int64_t> newest(store::Connection& connection, store::Sql sql, TenantId tenant) {
  std::int64_t id = 0;
  TRY_VOID(connection.query_one(sql, {tenant}, [&](const store::Row& row) -> Result<void> {
    id = row.integer(0);
    return {};
  }));
  return id;
}

std::optional<Timestamp> end_of(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return vietnam_moment(Date::from_days(row.integer(column)), kEndOfDay);
}

Cause advisory(CauseKind kind, std::string key, UnitId unit, Timestamp at, const store::Row& row, int due) {
  return {.key = std::move(key), .kind = kind, .bundle = "advisory", .level = 0, .path = {unit}, .at = at, .count = 1, .owner = {},
          .due = end_of(row, due), .link = row.integer(0)};
}

Result<void> read_followed(store::Connection& connection, TenantId tenant, std::int64_t mark, Causes& into) {
  TRY(const auto root, estate::root_unit(connection, tenant));
  std::int64_t rows = 0;
  TRY_VOID(connection.query(
      "SELECT id, followed_since, due_day FROM advisory NOT INDEXED WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3", {tenant, mark, kMostRows},
      [&](const store::Row& row) -> Result<void> {
        ++rows;
        mark = row.integer(0);
        if (row.is_null(2)) return {};
        into.all.push_back(advisory(CauseKind::advisory, "advisory:" + std::to_string(mark), root, row.time(1), row, 2));
        return {};
      }));
  into.more = into.more || rows == kMostRows;
  return move_mark(connection, tenant, "advisory", mark);
}

// Of each unit and advisory once a day at most: lists go back and forth. One review gives
// thousands the same time.
Result<void> read_receipts(store::Connection& connection, TenantId tenant, store::Sql sql, CauseKind kind, Timestamp now, Causes& into) {
  const std::string source(to_string(kind));
  TRY(const auto cursor, read_cursor(connection, tenant, source, now));
  if (!cursor) return {};
  Cursor last = *cursor;
  std::int64_t rows = 0;
  TRY_VOID(connection.query(sql, {tenant, cursor->at, now - kSettled, cursor->first, cursor->second, kMostRows}, [&](const store::Row& row) -> Result<void> {
    ++rows;
    last = {row.integer(2), row.integer(0), row.integer(1)};
    const auto day = std::to_string(vietnam_day(row.time(2)).days());
    const auto key = source + ":" + std::to_string(row.integer(0)) + ":" + std::to_string(row.integer(1)) + ":" + day;
    into.all.push_back(advisory(kind, key, row.id<UnitTag>(1), row.time(2), row, 3));
    return {};
  }));
  into.more = into.more || rows == kMostRows;
  return keep_cursor(connection, tenant, source, last);
}

std::optional<Cause> duty_cause(const duty::Owed& owed, Date today, Date done_before) {
  const bool soon = owed.state == duty::DutyState::due_soon;
  const bool late = owed.state == duty::DutyState::overdue;
  if (!owed.due || (!soon && !late)) return std::nullopt;
  // What was overdue when we last looked is no news.
  if (late && *owed.due + 1 <= done_before) return std::nullopt;
  const auto kind = soon ? CauseKind::duty_soon : CauseKind::duty_overdue;
  const auto key = std::string(to_string(kind)) + ":" + owed.duty->id + ":" + std::to_string(owed.unit.value) + ":" + std::to_string(owed.period_from.days());
  return Cause{.key = key, .kind = kind, .bundle = "duty", .level = 0, .path = {owed.unit}, .at = vietnam_moment(today, kMorning), .count = 1, .owner = {},
               .due = vietnam_moment(*owed.due, kEndOfDay), .link = 0};
}

// Twice: a week ahead there is time, and a day ahead it must be done.
constexpr int kDaysAhead = 7;
constexpr int kDaysLeft = 1;

Result<void> add_gaps(store::Connection& connection, const store::TenantScope& whole, const duty::TenantLaw& law, const law::HolidayWindow& window,
                      Date today, Timestamp now, std::vector<Cause>& causes) {
  if (window.to <= now) return {};
  const bool urgent = window.last_work_before - kDaysLeft <= today;
  TRY(const auto rows, duty::read_roster_window(connection, whole, law, window));
  for (const auto& row : rows) {
    if (row.coverage.gap_minutes == 0) continue;
    const auto key = "roster_gap:" + std::to_string(window.first_off.days()) + ":" + std::to_string(row.unit.value) + (urgent ? ":last" : "");
    causes.push_back({.key = key, .kind = CauseKind::roster_gap, .bundle = "roster_gap:" + std::to_string(window.first_off.days()), .level = 0,
                      .path = {row.unit}, .at = vietnam_moment(today, kMorning), .count = row.coverage.gap_minutes, .owner = {},
                      .due = std::max(window.from, now), .link = 0});
  }
  return {};
}

CauseKind kind_of_level(std::string_view level) {
  if (level == "soon") return CauseKind::incident_soon;
  return level == "late" ? CauseKind::incident_late : CauseKind::incident_unmet;
}

// Of entries after one and up to another: its own number is in `from`, the other in `to`.
Result<void> read_opened(store::Connection& connection, TenantId tenant, std::int64_t from, std::int64_t to, Causes& into) {
  return connection.query(
      "SELECT i.id, i.unit_id, i.opened_at, i.lead_id FROM incident_entry e NOT INDEXED CROSS JOIN incident i ON i.id = e.incident_id "
      "WHERE e.id > ?2 AND e.id <= ?3 AND e.tenant_id = ?1 AND i.tenant_id = ?1 AND e.what = 'opened'",
      {tenant, from, to}, [&](const store::Row& row) -> Result<void> {
        const auto key = "incident_opened:" + std::to_string(row.integer(0));
        Cause cause{.key = key, .kind = CauseKind::incident_opened, .bundle = key, .level = 0, .path = {row.id<UnitTag>(1)}, .at = row.time(2), .count = 1,
                    .owner = {}, .due = {}, .link = row.integer(0)};
        if (!row.is_null(3)) cause.owner = UserId{row.integer(3)};
        into.all.push_back(std::move(cause));
        return {};
      });
}

Result<void> read_carried_up(store::Connection& connection, TenantId tenant, std::int64_t from, std::int64_t to, Causes& into) {
  return connection.query(
      "SELECT s.incident_id, i.unit_id, s.at, s.clock, s.level, k.due_at, i.lead_id FROM incident_entry e NOT INDEXED "
      "CROSS JOIN incident_escalation s INDEXED BY incident_escalation_by_entry ON s.tenant_id = e.tenant_id AND s.entry_id = e.id "
      "CROSS JOIN incident_clock k ON k.tenant_id = s.tenant_id AND k.incident_id = s.incident_id AND k.clock = s.clock "
      "CROSS JOIN incident i ON i.id = s.incident_id "
      "WHERE e.id > ?2 AND e.id <= ?3 AND e.tenant_id = ?1 AND i.tenant_id = ?1 AND e.what = 'escalated'",
      {tenant, from, to}, [&](const store::Row& row) -> Result<void> {
        const auto kind = kind_of_level(row.text(4));
        const auto id = std::to_string(row.integer(0));
        Cause cause{.key = std::string(to_string(kind)) + ":" + id + ":" + std::string(row.text(3)), .kind = kind, .bundle = id, .level = 0,
                    .path = {row.id<UnitTag>(1)}, .at = row.time(2), .count = 1, .owner = {}, .due = {}, .link = row.integer(0)};
        if (!row.is_null(5)) cause.due = row.time(5);
        if (!row.is_null(6)) cause.owner = UserId{row.integer(6)};
        into.all.push_back(std::move(cause));
        return {};
      });
}

// Who takes a task themselves knows of it.
Result<void> read_tasks(store::Connection& connection, TenantId tenant, std::int64_t from, std::int64_t to, Causes& into) {
  return connection.query(
      "SELECT t.id, i.unit_id, e.recorded_at, t.owner_id, t.due_at, i.id FROM incident_entry e NOT INDEXED "
      "CROSS JOIN incident_task t INDEXED BY incident_task_by_incident ON t.tenant_id = e.tenant_id AND t.incident_id = e.incident_id "
      "CROSS JOIN incident i ON i.id = e.incident_id WHERE e.id > ?2 AND e.id <= ?3 AND e.tenant_id = ?1 AND i.tenant_id = ?1 AND e.what = 'task' "
      "AND t.owner_id IS NOT NULL AND t.done_at IS NULL AND t.owner_id IS NOT e.user_id",
      {tenant, from, to}, [&](const store::Row& row) -> Result<void> {
        const auto key = "incident_task:" + std::to_string(row.integer(0)) + ":" + std::to_string(row.integer(3));
        Cause cause{.key = key, .kind = CauseKind::incident_task, .bundle = std::to_string(row.integer(5)), .level = 0, .path = {row.id<UnitTag>(1)},
                    .at = row.time(2), .count = 1, .owner = UserId{row.integer(3)}, .due = {}, .link = row.integer(5)};
        if (!row.is_null(4)) cause.due = row.time(4);
        into.all.push_back(std::move(cause));
        return {};
      });
}

Cause asked_of_unit(CauseKind kind, std::string key, Timestamp at, const store::Row& row) {
  return {.key = std::move(key), .kind = kind, .bundle = std::to_string(row.integer(2)), .level = 0, .path = {row.id<UnitTag>(1)}, .at = at, .count = 1,
          .owner = {}, .due = end_of(row, 3), .link = row.integer(2)};
}

Result<void> read_asked(store::Connection& connection, TenantId tenant, std::int64_t mark, Causes& into) {
  std::int64_t rows = 0;
  TRY_VOID(connection.query(
      "SELECT u.id, u.unit_id, u.request_id, r.due_day, r.made_at FROM request_unit u NOT INDEXED CROSS JOIN request r ON r.id = u.request_id "
      "WHERE u.id > ?2 AND u.tenant_id = ?1 AND r.tenant_id = ?1 ORDER BY u.id LIMIT ?3",
      {tenant, mark, kMostRows}, [&](const store::Row& row) -> Result<void> {
        ++rows;
        mark = row.integer(0);
        into.all.push_back(asked_of_unit(CauseKind::request, "request:" + std::to_string(mark), row.time(4), row));
        return {};
      }));
  into.more = into.more || rows == kMostRows;
  return move_mark(connection, tenant, "request_unit", mark);
}

// Of those that are not done, which are few. All of a request are reminded in one moment.
Result<void> read_reminded(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto cursor, read_cursor(connection, tenant, "request_reminder", now));
  if (!cursor) return {};
  Cursor last = *cursor;
  std::int64_t rows = 0;
  TRY_VOID(connection.query(
      "SELECT u.id, u.unit_id, u.request_id, r.due_day, u.reminded_at FROM request_unit u INDEXED BY request_unit_by_state "
      "CROSS JOIN request r ON r.id = u.request_id WHERE u.tenant_id = ?1 AND u.state IN ('sent', 'read', 'returned') AND u.reminded_at >= ?2 "
      "AND u.reminded_at <= ?3 AND (u.reminded_at > ?2 OR u.id > ?4) AND r.tenant_id = ?1 ORDER BY u.reminded_at, u.id LIMIT ?5",
      {tenant, cursor->at, now - kSettled, cursor->first, kMostRows}, [&](const store::Row& row) -> Result<void> {
        ++rows;
        last = {row.integer(4), row.integer(0), 0};
        const auto key = "request_reminder:" + std::to_string(row.integer(0)) + ":" + std::to_string(last.at);
        into.all.push_back(asked_of_unit(CauseKind::request_reminder, key, row.time(4), row));
        return {};
      }));
  into.more = into.more || rows == kMostRows;
  return keep_cursor(connection, tenant, "request_reminder", last);
}

Cause about_help(CauseKind kind, std::string key, const store::Row& row) {
  return {.key = std::move(key), .kind = kind, .bundle = std::to_string(row.integer(0)), .level = 0, .path = {row.id<UnitTag>(1)}, .at = row.time(2),
          .count = 1, .owner = UserId{row.integer(3)}, .due = {}, .link = row.integer(0)};
}

Result<void> read_help_asked(store::Connection& connection, TenantId tenant, std::int64_t mark, Causes& into) {
  std::int64_t rows = 0;
  TRY_VOID(connection.query("SELECT id, unit_id, asked_at, asked_by FROM help_request NOT INDEXED WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                            {tenant, mark, kMostRows}, [&](const store::Row& row) -> Result<void> {
                              ++rows;
                              mark = row.integer(0);
                              into.all.push_back(about_help(CauseKind::help_asked, "help_asked:" + std::to_string(mark), row));
                              return {};
                            }));
  into.more = into.more || rows == kMostRows;
  return move_mark(connection, tenant, "help_request", mark);
}

}  // namespace

Result<std::optional<std::int64_t>> mark_of(store::Connection& connection, TenantId tenant, std::string_view source) {
  std::optional<std::int64_t> position;
  TRY_VOID(connection.query("SELECT position FROM notice_mark WHERE tenant_id = ?1 AND source = ?2", {tenant, source},
                            [&](const store::Row& row) -> Result<void> {
                              position = row.integer(0);
                              return {};
                            }));
  return position;
}

Result<void> set_mark(store::Connection& connection, TenantId tenant, std::string_view source, std::int64_t position) {
  TRY_VOID(connection.run("INSERT INTO notice_mark (tenant_id, source, position) VALUES (?1, ?2, ?3) "
                          "ON CONFLICT (tenant_id, source) DO UPDATE SET position = excluded.position",
                          {tenant, source, position}));
  return {};
}

Result<void> read_malware(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto by_id, mark_of(connection, tenant, "finding"));
  if (!by_id) {
    TRY(const auto id, newest(connection, "SELECT coalesce(max(id), 0) FROM finding WHERE ?1 = ?1", tenant));
    TRY_VOID(move_mark(connection, tenant, "finding", id));
  } else {
    TRY_VOID(read_new(connection, tenant, now, *by_id, into));
  }
  return read_reopened(connection, tenant, now, into);
}

Result<void> read_site_cases(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto mark, time_mark(connection, tenant, "site_case", now));
  if (!mark) return set_mark(connection, tenant, "site_case", now.ms);
  // Those that are not over are few; each is asked about for an hour, and known by its key.
  TRY_VOID(connection.query(
      "SELECT id, unit_id, recurrences, iif(recurrences = 0, opened_at, entered_at), confirmed_by FROM site_case INDEXED BY site_case_alive "
      "WHERE tenant_id = ?1 AND state IN ('open', 'cause_wanted', 'rescanning', 'watching') AND state IN ('open', 'cause_wanted') AND iif(recurrences = 0, opened_at, entered_at) > ?2 LIMIT ?3",
      {tenant, *mark, kMostRows}, [&](const store::Row& row) -> Result<void> {
        const auto kind = row.integer(2) == 0 ? CauseKind::site_case : CauseKind::site_returned;
        const auto key = "site_case:" + std::to_string(row.integer(0)) + ":" + std::to_string(row.integer(2));
        into.all.push_back({.key = key, .kind = kind, .bundle = key, .level = 0, .path = {row.id<UnitTag>(1)}, .at = row.time(3), .count = 1, .owner = {},
                            .due = {}, .link = row.integer(0)});
        return {};
      }));
  return set_mark(connection, tenant, "site_case", std::max(*mark, (now - kLookBack).ms));
}

Result<void> read_advisories(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto mark, mark_of(connection, tenant, "advisory"));
  if (mark) {
    TRY_VOID(read_followed(connection, tenant, *mark, into));
  } else {
    TRY(const auto id, newest(connection, "SELECT coalesce(max(id), 0) FROM advisory WHERE ?1 = ?1", tenant));
    TRY_VOID(move_mark(connection, tenant, "advisory", id));
  }
  TRY_VOID(read_receipts(connection, tenant,
                         "SELECT r.advisory_id, r.unit_id, r.reminded_at, a.due_day FROM advisory_receipt r INDEXED BY advisory_receipt_reminded "
                         "CROSS JOIN advisory a ON a.tenant_id = r.tenant_id AND a.id = r.advisory_id "
                         "WHERE r.tenant_id = ?1 AND r.reminded_at >= ?2 AND r.reminded_at <= ?3 AND (r.reminded_at > ?2 OR (r.advisory_id, r.unit_id) > (?4, ?5)) "
                         "ORDER BY r.reminded_at, r.advisory_id, r.unit_id LIMIT ?6",
                         CauseKind::advisory_soon, now, into));
  return read_receipts(connection, tenant,
                       "SELECT r.advisory_id, r.unit_id, r.escalated_at, a.due_day FROM advisory_receipt r INDEXED BY advisory_receipt_escalated_at "
                       "CROSS JOIN advisory a ON a.tenant_id = r.tenant_id AND a.id = r.advisory_id "
                       "WHERE r.tenant_id = ?1 AND r.escalated_at >= ?2 AND r.escalated_at <= ?3 AND (r.escalated_at > ?2 OR (r.advisory_id, r.unit_id) > (?4, ?5)) "
                         "ORDER BY r.escalated_at, r.advisory_id, r.unit_id LIMIT ?6",
                       CauseKind::advisory_overdue, now, into);
}

Result<void> read_incidents(store::Connection& connection, TenantId tenant, Timestamp, Causes& into) {
  TRY(const auto mark, mark_of(connection, tenant, "incident_entry"));
  if (!mark) {
    TRY(const auto id, newest(connection, "SELECT coalesce(max(id), 0) FROM incident_entry WHERE ?1 = ?1", tenant));
    return move_mark(connection, tenant, "incident_entry", id);
  }
  std::int64_t last = *mark, rows = 0;
  TRY_VOID(connection.query_one("SELECT coalesce(max(id), ?1), count(*) FROM (SELECT id FROM incident_entry NOT INDEXED WHERE id > ?1 ORDER BY id LIMIT ?2)",
                                {*mark, kMostRows}, [&](const store::Row& row) -> Result<void> {
                                  last = row.integer(0);
                                  rows = row.integer(1);
                                  return {};
                                }));
  if (rows == 0) return {};
  TRY_VOID(read_opened(connection, tenant, *mark, last, into));
  TRY_VOID(read_carried_up(connection, tenant, *mark, last, into));
  TRY_VOID(read_tasks(connection, tenant, *mark, last, into));
  into.more = into.more || rows == kMostRows;
  return move_mark(connection, tenant, "incident_entry", last);
}

Result<void> read_botnet_cases(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto mark, time_mark(connection, tenant, "botnet_case", now));
  if (!mark) return set_mark(connection, tenant, "botnet_case", now.ms);
  // As cases of sites: those that are not over, for an hour, known by their keys.
  TRY_VOID(connection.query(
      "SELECT id, unit_id, recurrences, entered_at, (SELECT count(*) FROM botnet_case_event e WHERE e.tenant_id = c.tenant_id AND e.case_id = c.id "
      "AND e.event = 'attributed') FROM botnet_case c INDEXED BY botnet_case_open WHERE tenant_id = ?1 AND state <> 'delisted' AND state IN ('sent', 'recurred') AND entered_at > ?2 LIMIT ?3",
      {tenant, *mark, kMostRows}, [&](const store::Row& row) -> Result<void> {
        auto key = "botnet_case:" + std::to_string(row.integer(0)) + ":" + std::to_string(row.integer(2));
        // Whose it has become since was not told.
        if (row.integer(4) > 0) key += ":" + std::to_string(row.integer(4));
        into.all.push_back({.key = key, .kind = CauseKind::botnet_case, .bundle = "botnet", .level = 0, .path = {row.id<UnitTag>(1)}, .at = row.time(3),
                            .count = 1, .owner = {}, .due = {}, .link = row.integer(0)});
        return {};
      }));
  return set_mark(connection, tenant, "botnet_case", std::max(*mark, (now - kLookBack).ms));
}

Result<void> read_requests(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto mark, mark_of(connection, tenant, "request_unit"));
  if (mark) {
    TRY_VOID(read_asked(connection, tenant, *mark, into));
  } else {
    TRY(const auto id, newest(connection, "SELECT coalesce(max(id), 0) FROM request_unit WHERE ?1 = ?1", tenant));
    TRY_VOID(move_mark(connection, tenant, "request_unit", id));
  }
  return read_reminded(connection, tenant, now, into);
}

Result<void> read_help(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  TRY(const auto mark, mark_of(connection, tenant, "help_request"));
  if (mark) {
    TRY_VOID(read_help_asked(connection, tenant, *mark, into));
  } else {
    TRY(const auto id, newest(connection, "SELECT coalesce(max(id), 0) FROM help_request WHERE ?1 = ?1", tenant));
    TRY_VOID(move_mark(connection, tenant, "help_request", id));
  }
  TRY(const auto answered, time_mark(connection, tenant, "help_answered", now));
  if (!answered) return set_mark(connection, tenant, "help_answered", now.ms);
  // Answered and not yet accepted: few. Known by their key for an hour.
  TRY_VOID(connection.query(
      "SELECT id, unit_id, entered_at, asked_by, events FROM help_request INDEXED BY help_request_by_state "
      "WHERE tenant_id = ?1 AND state = 'answered' AND entered_at > ?2 LIMIT ?3",
      {tenant, *answered, kMostRows}, [&](const store::Row& row) -> Result<void> {
        const auto key = "help_answered:" + std::to_string(row.integer(0)) + ":" + std::to_string(row.integer(2));
        into.all.push_back(about_help(CauseKind::help_answered, key, row));
        return {};
      }));
  return set_mark(connection, tenant, "help_answered", std::max(*answered, (now - kLookBack).ms));
}

Result<void> read_calls(store::Connection& connection, TenantId tenant, Timestamp now, Causes& into) {
  // Few wait, and for a day at most; each call is known by its key.
  return connection.query(
      "SELECT c.ping_id, p.unit_id, c.number, c.at, c.user_id FROM duty_ping p INDEXED BY duty_ping_open "
      "CROSS JOIN duty_call c ON c.tenant_id = p.tenant_id AND c.ping_id = p.id "
      "WHERE p.tenant_id = ?1 AND p.answered_at IS NULL AND p.asked_at > ?2 AND +c.user_id IS NOT NULL LIMIT ?3",
      {tenant, now - days(1), kMostRows}, [&](const store::Row& row) -> Result<void> {
        const auto key = "duty_call:" + std::to_string(row.integer(0)) + ":" + std::to_string(row.integer(2));
        into.all.push_back({.key = key, .kind = CauseKind::duty_call, .bundle = key, .level = 0, .path = {row.id<UnitTag>(1)}, .at = row.time(3), .count = 1,
                            .owner = UserId{row.integer(4)}, .due = {}, .link = row.integer(0)});
        return {};
      });
}

Result<std::vector<Cause>> read_duties(store::Connection& connection, const store::TenantScope& whole,
                                       const std::shared_ptr<const duty::TenantLaw>& law, Timestamp now) {
  std::vector<Cause> causes;
  const Date today = vietnam_day(now);
  if (!law || now < vietnam_moment(today, kMorning)) return causes;
  TRY(const auto done, mark_of(connection, whole.tenant(), "duty"));
  if (done && *done == today.days()) return causes;
  TRY(const auto owed, duty::list_owed(connection, whole, law, {}, today, now));
  const Date before = done && *done < today.days() ? Date::from_days(*done) : today - 1;
  for (const auto& one : owed) {
    if (auto cause = duty_cause(one, today, before)) causes.push_back(std::move(*cause));
  }
  for (const auto& window : law->catalogue().calendar().windows(today, today + kDaysAhead)) {
    TRY_VOID(add_gaps(connection, whole, *law, window, today, now, causes));
  }
  return causes;
}

Result<void> mark_duties(store::Connection& connection, TenantId tenant, Timestamp now) {
  const Date today = vietnam_day(now);
  if (now < vietnam_moment(today, kMorning)) return {};
  return set_mark(connection, tenant, "duty", today.days());
}

}  // namespace khien::notice
