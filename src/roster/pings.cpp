#include "khien/roster/pings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "escalation.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "khien/roster/needs.hpp"

namespace khien::roster {
namespace {

constexpr std::string_view kList = "duty-pings";
constexpr std::size_t kMaxPage = 500;
constexpr std::int64_t kMostOpen = 1'000;   // looked through for whom they are
constexpr std::int64_t kMostSwept = 1'000;  // at once
// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 3> kSteps{"duty", "deputy", "leader"};

#define KHIEN_PING_COLUMNS                                                                                                       \
  "p.id, p.tenant_id, p.unit_id, p.asked_at, p.leader_after_minutes, p.next_step, p.next_at, u.name, p.asked_by, p.answered_at, " \
  "p.answered_by FROM duty_ping p JOIN unit u ON u.tenant_id = p.tenant_id AND u.id = p.unit_id "
#define KHIEN_PINGS_IN_SCOPE "WHERE p.tenant_id = ?1 AND p.unit_id IN " KHIEN_UNITS_IN_SCOPE " "
// ?3 the unit or 0: it and what is below it.
#define KHIEN_PINGS_FOUND                                                                                                      \
  KHIEN_PINGS_IN_SCOPE "AND (?3 = 0 OR EXISTS (SELECT 1 FROM unit_ancestor b WHERE b.tenant_id = ?1 AND b.unit_id = p.unit_id " \
                       "AND b.ancestor_id = ?3)) "

Error no_ping() { return Error(Code::not_found, "there is no such test call"); }

Result<CallStep> step_from_string(std::string_view text) {
  const auto found = std::ranges::find(kSteps, text);
  if (found == kSteps.end()) return Error(Code::corrupt, "no such step of a call");
  return static_cast<CallStep>(found - kSteps.begin());
}

struct Stored {
  Ping ping;
  Turn turn;
  std::size_t written = 0;  // calls that are in the table
};

Result<Stored> stored_from(const store::Row& row) {
  Stored stored;
  stored.turn = {.id = {row.integer(0)}, .tenant = {row.integer(1)}, .unit = {row.integer(2)}, .asked_at = row.time(3),
                 .leader_after = minutes(row.integer(4)), .next_at = {}, .calls = {}};
  if (!row.is_null(6)) {
    TRY(stored.turn.next, step_from_string(row.text(5)));
    stored.turn.next_at = row.time(6);
  }
  stored.ping = {.id = stored.turn.id, .unit = stored.turn.unit, .unit_name = std::string(row.text(7)), .asked_at = stored.turn.asked_at,
                 .asked_by = {row.integer(8)}, .calls = {}, .answered_at = {}, .answered_by = {}};
  if (!row.is_null(9)) {
    stored.ping.answered_at = row.time(9);
    stored.ping.answered_by = UserId{row.integer(10)};
  }
  return stored;
}

Result<void> read_calls(store::Connection& connection, Stored& stored) {
  TRY_VOID(connection.query("SELECT step, at, person, phone, user_id FROM duty_call WHERE tenant_id = ?1 AND ping_id = ?2 ORDER BY number",
                            {stored.turn.tenant, stored.turn.id}, [&](const store::Row& row) -> Result<void> {
                              Call call{.at = row.time(1), .person = std::string(row.text(2)), .phone = std::string(row.text(3)), .user = {}};
                              TRY(call.step, step_from_string(row.text(0)));
                              if (!row.is_null(4)) call.user = row.id<UserTag>(4);
                              stored.turn.calls.push_back(std::move(call));
                              return {};
                            }));
  stored.written = stored.turn.calls.size();
  return {};
}

// With the calls of its steps up to now, written or not.
Result<void> complete(store::Connection& connection, Stored& stored, Timestamp now) {
  TRY_VOID(read_calls(connection, stored));
  TRY_VOID(go_on(connection, stored.turn, now));
  stored.ping.calls = stored.turn.calls;
  return {};
}

Result<void> write_call(store::Connection& connection, const Turn& turn, std::size_t number, const Call& call) {
  const auto user = call.user ? store::Value(*call.user) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO duty_call (tenant_id, ping_id, number, step, at, person, phone, user_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                          {turn.tenant, turn.id, static_cast<std::int64_t>(number), to_string(call.step), call.at, call.person, call.phone, user}));
  return {};
}

// Writes down what complete() found to be due.
Result<std::int64_t> write_turn(store::Connection& connection, const Stored& stored) {
  const Turn& turn = stored.turn;
  for (std::size_t i = stored.written; i < turn.calls.size(); ++i) TRY_VOID(write_call(connection, turn, i + 1, turn.calls[i]));
  const auto next_at = turn.next_at ? store::Value(*turn.next_at) : store::Value(nullptr);
  TRY_VOID(connection.run("UPDATE duty_ping SET next_step = ?3, next_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND next_at IS NOT NULL",
                          {turn.tenant, turn.id, turn.next_at ? to_string(turn.next) : std::string_view("nobody"), next_at}));
  return static_cast<std::int64_t>(turn.calls.size() - stored.written);
}

Result<Stored> stored_ping(store::Connection& connection, const store::TenantScope& scope, DutyPingId id, Timestamp now) {
  Stored stored;
  auto found = connection.query_one("SELECT " KHIEN_PING_COLUMNS "WHERE p.tenant_id = ?1 AND p.id = ?3 AND " KHIEN_IN_SCOPE("p.unit_id"),
                                    {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                                      TRY(stored, stored_from(row));
                                      return {};
                                    });
  if (!found) return found.error().code() == Code::not_found ? no_ping() : std::move(found).error();
  TRY_VOID(complete(connection, stored, now));
  return stored;
}

// One that still waits for its deputy's turn: the next would only ring twice.
Result<bool> has_just_asked(store::Connection& connection, TenantId tenant, UnitId unit, Timestamp now) {
  bool found = false;
  TRY_VOID(connection.query("SELECT 1 FROM duty_ping WHERE tenant_id = ?1 AND unit_id = ?2 AND answered_at IS NULL "
                            "AND asked_at > ?3 - deputy_after_minutes * 60000 LIMIT 1",
                            {tenant, unit, now}, [&](const store::Row&) -> Result<void> {
                              found = true;
                              return {};
                            }));
  return found;
}

Result<std::vector<Stored>> complete_all(store::Connection& connection, std::vector<Stored> rows, Timestamp now) {
  for (Stored& stored : rows) TRY_VOID(complete(connection, stored, now));
  return rows;
}

// What waits for a person: few are open at a time, so they are looked through.
Result<PingPage> waiting_for(store::Connection& connection, const store::TenantScope& scope, const PingQuery& query, Timestamp now) {
  std::vector<Stored> open;
  TRY_VOID(connection.query("SELECT " KHIEN_PING_COLUMNS KHIEN_PINGS_FOUND "AND p.answered_at IS NULL AND p.asked_at > ?4 ORDER BY p.id DESC LIMIT ?5",
                            {scope.tenant(), scope.roots_json(), query.unit ? query.unit->value : 0, now - kCallWaits, kMostOpen},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto stored, stored_from(row));
                              open.push_back(std::move(stored));
                              return {};
                            }));
  TRY(open, complete_all(connection, std::move(open), now));
  PingPage page;
  for (Stored& stored : open) {
    if (is_called(stored.ping, *query.to_user)) page.items.push_back(std::move(stored.ping));
  }
  page.total = std::ssize(page.items);
  return page;
}

Result<std::int64_t> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return INT64_MAX;
  TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{}}));
  return std::get<std::int64_t>(fields[0]);
}

Result<std::int64_t> count_pings(store::Connection& connection, const store::TenantScope& scope, std::int64_t unit) {
  std::int64_t total = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM duty_ping p " KHIEN_PINGS_FOUND, {scope.tenant(), scope.roots_json(), unit},
                                [&](const store::Row& row) -> Result<void> {
                                  total = row.integer(0);
                                  return {};
                                }));
  return total;
}

}  // namespace

std::string_view to_string(CallStep step) { return kSteps[static_cast<std::size_t>(step)]; }

std::string Ping::people_asked() const {
  std::string names;
  for (const Call& call : calls) {
    if (call.step == CallStep::duty) names += (names.empty() ? "" : ", ") + call.person;
  }
  return names;
}

std::optional<Timestamp> Ping::escalated_at() const {
  const auto found = std::ranges::find_if(calls, [](const Call& call) { return call.step != CallStep::duty; });
  return found == calls.end() ? std::nullopt : std::optional(found->at);
}

bool is_waiting(const Ping& ping, Timestamp now) { return !ping.answered_at && now - ping.asked_at < kCallWaits; }

bool is_called(const Ping& ping, UserId user) { return std::ranges::find(ping.calls, user, &Call::user) != ping.calls.end(); }

Result<DutyPingId> ask(store::Connection& connection, const store::TenantScope& scope, UnitId unit, UserId by, Timestamp now) {
  TRY(const auto settings, settings_of(connection, scope, unit));
  TRY(const auto people, on_duty_at(connection, scope.tenant(), unit, CallStep::duty, now));
  if (people.empty()) return Error(Code::conflict, "nobody is on duty");
  TRY(const auto asked, has_just_asked(connection, scope.tenant(), unit, now));
  if (asked) return Error(Code::exhausted, "asked already");
  TRY_VOID(connection.run("INSERT INTO duty_ping (tenant_id, unit_id, asked_at, asked_by, deputy_after_minutes, leader_after_minutes, next_step, next_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'deputy', ?7)",
                          {scope.tenant(), unit, now, by, settings.deputy_after_minutes, settings.leader_after_minutes,
                           now + minutes(settings.deputy_after_minutes)}));
  const Turn turn{.id = {connection.last_insert_id()}, .tenant = scope.tenant(), .unit = unit, .asked_at = now, .leader_after = {}, .next_at = {}, .calls = {}};
  for (std::size_t i = 0; i < people.size(); ++i) TRY_VOID(write_call(connection, turn, i + 1, people[i]));
  return turn.id;
}

Result<void> answer(store::Connection& connection, const store::TenantScope& scope, DutyPingId id, UserId by, Timestamp now) {
  TRY(const auto stored, stored_ping(connection, scope, id, now));
  const Ping& ping = stored.ping;
  if (!is_waiting(ping, now)) return Error(Code::conflict, "answered already, or over");
  const bool by_telephone = std::ranges::any_of(ping.calls, [](const Call& call) { return !call.user; });
  if (!is_called(ping, by) && !by_telephone) return Error(Code::denied, "somebody else was called");
  TRY_VOID(write_turn(connection, stored));
  TRY(const auto written, connection.run("UPDATE duty_ping SET answered_at = ?3, answered_by = ?4, next_step = 'nobody', next_at = NULL "
                                         "WHERE tenant_id = ?1 AND id = ?2 AND answered_at IS NULL",
                                         {scope.tenant(), id, now, by}));
  khien_assert(written == 1);
  return {};
}

Result<PingPage> list_pings(store::Connection& connection, const store::TenantScope& scope, const PingQuery& query, Timestamp now) {
  if (query.unit) TRY_VOID(estate::get_unit(connection, scope, *query.unit));
  if (query.to_user) return waiting_for(connection, scope, query, now);
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const std::int64_t unit = query.unit ? query.unit->value : 0;
  PingPage page;
  TRY(page.total, count_pings(connection, scope, unit));
  std::vector<Stored> rows;
  TRY_VOID(connection.query("SELECT " KHIEN_PING_COLUMNS KHIEN_PINGS_FOUND "AND p.id < ?4 ORDER BY p.id DESC LIMIT ?5",
                            {scope.tenant(), scope.roots_json(), unit, behind, static_cast<std::int64_t>(limit + 1)},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto stored, stored_from(row));
                              rows.push_back(std::move(stored));
                              return {};
                            }));
  if (rows.size() > limit) {
    rows.pop_back();
    page.next = estate::to_cursor(kList, {rows.back().ping.id.value});
  }
  TRY(rows, complete_all(connection, std::move(rows), now));
  for (Stored& stored : rows) page.items.push_back(std::move(stored.ping));
  return page;
}

Result<Ping> get_ping(store::Connection& connection, const store::TenantScope& scope, DutyPingId id, Timestamp now) {
  TRY(auto stored, stored_ping(connection, scope, id, now));
  return std::move(stored.ping);
}

Result<std::int64_t> sweep(store::Store& hub, Timestamp now) {
  std::int64_t calls = 0;
  bool some_are_due = false;
  TRY_VOID(hub.read([&](store::Connection& connection) {
    return connection.query("SELECT 1 FROM duty_ping WHERE next_at <= ?1 LIMIT 1", {now}, [&](const store::Row&) -> Result<void> {
      some_are_due = true;
      return {};
    });
  }));
  if (!some_are_due) return calls;
  TRY_VOID(hub.write([&](store::Connection& connection) -> Result<void> {
    std::vector<Stored> due;
    TRY_VOID(connection.query("SELECT " KHIEN_PING_COLUMNS "WHERE p.next_at <= ?1 ORDER BY p.next_at LIMIT ?2", {now, kMostSwept},
                              [&](const store::Row& row) -> Result<void> {
                                TRY(auto stored, stored_from(row));
                                due.push_back(std::move(stored));
                                return {};
                              }));
    for (Stored& stored : due) {
      TRY_VOID(complete(connection, stored, now));
      TRY(const auto written, write_turn(connection, stored));
      calls += written;
    }
    return {};
  }));
  return calls;
}

}  // namespace khien::roster
