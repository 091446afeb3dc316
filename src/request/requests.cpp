#include "khien/request/requests.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace khien::request {
namespace {

constexpr std::string_view kList = "requests";
constexpr std::string_view kAskedList = "request-units";
constexpr std::size_t kMostPage = 500;

constexpr std::array<std::string_view, 4> kAnswers = {"read", "words", "files", "numbers"};
constexpr std::array<std::string_view, kStates> kStateNames = {"sent", "read", "answered", "returned", "accepted"};
constexpr std::array<std::string_view, 6> kViews = {"open", "waiting", "late", "to_decide", "over", "all"};

template <class Kind, std::size_t N>
Result<Kind> named(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return Error(Code::invalid, "no such word");
  return static_cast<Kind>(found - names.begin());
}

Error no_request() { return Error(Code::not_found, "no such request"); }

// Literals, as scope_sql.hpp has it: ?1 tenant, ?2 roots.
#define KHIEN_REQUEST_COLUMNS                                                                                       \
  "SELECT r.id, r.unit_id, u.name, r.title, r.text, r.basis, r.due_day, r.answer, r.fields, r.made_by, r.made_at, " \
  "r.closed_by, r.closed_at, r.closed_words FROM request r JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "
#define KHIEN_ASKED_IN_SCOPE                                                                                     \
  "EXISTS (SELECT 1 FROM request_unit q WHERE q.tenant_id = ?1 AND q.request_id = r.id AND q.unit_id IN " KHIEN_UNITS_IN_SCOPE
#define KHIEN_REQUEST_VISIBLE "r.tenant_id = ?1 AND (" KHIEN_IN_SCOPE("r.unit_id") " OR " KHIEN_ASKED_IN_SCOPE ")) "
// ?3 view, ?4 today, ?5 words.
#define KHIEN_REQUESTS_FOUND                                                                                              \
  "WHERE " KHIEN_REQUEST_VISIBLE "AND (?5 = '' OR instr(r.search_key, ?5) > 0) AND CASE ?3 "                                \
  "WHEN 'all' THEN 1 "                                                                                                    \
  "WHEN 'open' THEN r.closed_at IS NULL AND " KHIEN_ASKED_IN_SCOPE " AND q.state <> 'accepted') "                           \
  "WHEN 'over' THEN r.closed_at IS NOT NULL OR NOT " KHIEN_ASKED_IN_SCOPE " AND q.state <> 'accepted') "                    \
  "WHEN 'to_decide' THEN r.closed_at IS NULL AND " KHIEN_ASKED_IN_SCOPE " AND q.state = 'answered') "                       \
  "ELSE r.closed_at IS NULL AND (?3 = 'waiting' OR r.due_day < ?4) AND " KHIEN_ASKED_IN_SCOPE                               \
  " AND q.state IN ('sent', 'read', 'returned')) END "

Result<Request> request_from(const store::Row& row) {
  Request request;
  request.id = {row.integer(0)};
  request.unit = {row.integer(1)};
  request.unit_name = row.text(2);
  request.title = row.text(3);
  request.text = row.text(4);
  request.basis = row.text(5);
  if (!row.is_null(6)) request.due = Date::from_days(row.integer(6));
  TRY(request.answer, answer_from_string(row.text(7)));
  TRY(request.fields, texts_from_json(row.text(8)));
  request.made_by = {row.integer(9)};
  request.made_at = row.time(10);
  if (!row.is_null(11)) request.closed_by = UserId{row.integer(11)};
  if (!row.is_null(12)) request.closed_at = row.time(12);
  request.closed_words = row.text(13);
  return request;
}

bool waits(State state) { return state == State::sent || state == State::read || state == State::returned; }

bool is_past(const Request& request, Timestamp now) {
  return request.due && *request.due < vietnam_day(now) && !request.closed_at;
}

// Counts of all of them in one walk.
Result<void> count(store::Connection& connection, const store::TenantScope& scope, const std::string& roots, std::vector<Request>& requests,
                   Timestamp now) {
  std::vector<std::int64_t> ids;
  std::map<std::int64_t, Request*> by_id;
  for (auto& request : requests) {
    ids.push_back(request.id.value);
    by_id[request.id.value] = &request;
  }
  return connection.query(
      "SELECT q.request_id, q.state, count(*), min(q.id) FROM json_each(?3) j CROSS JOIN request_unit q "
      "ON q.tenant_id = ?1 AND q.request_id = j.value WHERE " KHIEN_IN_SCOPE("q.unit_id") " GROUP BY q.request_id, q.state",
      {scope.tenant(), roots, numbers_to_json(ids)}, [&](const store::Row& row) -> Result<void> {
        Request& request = *by_id.at(row.integer(0));
        TRY(const auto state, state_from_string(row.text(1)));
        const auto number = row.integer(2);
        request.counts.by_state[static_cast<std::size_t>(state)] = number;
        if (waits(state) && is_past(request, now)) request.counts.late += number;
        request.counts.total += number;
        request.only = request.counts.total == 1 ? std::optional(RequestUnitId{row.integer(3)}) : std::nullopt;
        return {};
      });
}

Result<std::int64_t> how_many(store::Connection& connection, const store::TenantScope& scope, const std::string& roots, std::string_view view,
                              std::string_view words, Timestamp now) {
  std::int64_t number = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM request r " KHIEN_REQUESTS_FOUND,
                                {scope.tenant(), roots, view, std::int64_t{vietnam_day(now).days()}, words}, [&](const store::Row& row) -> Result<void> {
                                  number = row.integer(0);
                                  return {};
                                }));
  return number;
}

// ?3 id of the request or 0, ?4 of the row or 0.
#define KHIEN_ASKED_COLUMNS                                                                                                      \
  "SELECT q.id, q.request_id, q.unit_id, u.name, q.state, q.entered_at, q.read_at, q.read_by, q.answered_at, q.answered_by, "    \
  "q.reminders, q.reminded_at, r.due_day, r.closed_at, coalesce(e.words, ''), coalesce(e.numbers, '[]'), "                       \
  "coalesce(e.evidence, '[]'), u.name_order FROM request_unit q "                                                                \
  "JOIN request r ON r.tenant_id = q.tenant_id AND r.id = q.request_id "                                                         \
  "JOIN unit u ON u.tenant_id = q.tenant_id AND u.id = q.unit_id "                                                               \
  "LEFT JOIN request_event e ON e.tenant_id = q.tenant_id AND e.request_unit_id = q.id AND e.number = "                          \
  "(SELECT max(l.number) FROM request_event l WHERE l.tenant_id = q.tenant_id AND l.request_unit_id = q.id AND l.event = 'answered') "

Result<Asked> asked_from(const store::Row& row, Timestamp now) {
  Asked asked;
  asked.id = {row.integer(0)};
  asked.request = {row.integer(1)};
  asked.unit = {row.integer(2)};
  asked.unit_name = row.text(3);
  TRY(asked.state, state_from_string(row.text(4)));
  asked.entered_at = row.time(5);
  if (!row.is_null(6)) asked.read_at = row.time(6);
  if (!row.is_null(7)) asked.read_by = UserId{row.integer(7)};
  if (!row.is_null(8)) asked.answered_at = row.time(8);
  if (!row.is_null(9)) asked.answered_by = UserId{row.integer(9)};
  asked.reminders = row.integer(10);
  if (!row.is_null(11)) asked.reminded_at = row.time(11);
  if (!row.is_null(12)) {
    const auto due = Date::from_days(row.integer(12));
    const auto done = asked.answered_at ? asked.answered_at : asked.state == State::accepted ? asked.read_at : std::nullopt;
    asked.late = waits(asked.state) && row.is_null(13) && due < vietnam_day(now);
    asked.answered_late = done && due < vietnam_day(*done);
  }
  asked.words = row.text(14);
  TRY(asked.numbers, numbers_from_json(row.text(15)));
  TRY(asked.evidence, evidence_from_json(row.text(16)));
  return asked;
}

// ?3 request, ?4 state, ?5 late only, ?6 today, ?7 words.
#define KHIEN_ASKED_FOUND                                                                                               \
  "q.tenant_id = ?1 AND q.request_id = ?3 AND " KHIEN_IN_SCOPE("q.unit_id") " AND (?4 = '' OR q.state = ?4) "            \
  "AND (?5 = 0 OR (q.state IN ('sent', 'read', 'returned') AND r.closed_at IS NULL AND r.due_day < ?6)) "                 \
  "AND (?7 = '' OR instr(u.name_folded, ?7) > 0) "

}  // namespace

std::string_view to_string(Answer answer) { return kAnswers[static_cast<std::size_t>(answer)]; }
Result<Answer> answer_from_string(std::string_view text) { return named<Answer>(kAnswers, text); }
std::string_view to_string(State state) { return kStateNames[static_cast<std::size_t>(state)]; }
Result<State> state_from_string(std::string_view text) { return named<State>(kStateNames, text); }
Result<RequestQuery::View> request_view_from_string(std::string_view text) { return named<RequestQuery::View>(kViews, text); }

Result<Sent> sent_of(store::Connection& connection, TenantId tenant, RequestId id) {
  Sent sent{.id = id, .unit = {}};
  const auto found = connection.query_one("SELECT unit_id, answer, json_array_length(fields), closed_at FROM request WHERE tenant_id = ?1 AND id = ?2",
                                          {tenant, id}, [&](const store::Row& row) -> Result<void> {
                                            sent.unit = {row.integer(0)};
                                            TRY(sent.answer, answer_from_string(row.text(1)));
                                            sent.fields = static_cast<std::size_t>(row.integer(2));
                                            sent.closed = !row.is_null(3);
                                            return {};
                                          });
  if (!found) return found.error().code() == Code::not_found ? no_request() : found.error();
  return sent;
}

Result<void> require_visible(store::Connection& connection, const store::TenantScope& scope, RequestId id) {
  const auto found = connection.query_one("SELECT 1 FROM request r WHERE " KHIEN_REQUEST_VISIBLE "AND r.id = ?3",
                                          {scope.tenant(), scope.roots_json(), id}, [](const store::Row&) -> Result<void> { return {}; });
  if (!found) return found.error().code() == Code::not_found ? no_request() : found.error();
  return {};
}

Result<RequestPage> list_requests(store::Connection& connection, const store::TenantScope& scope, const RequestQuery& query, Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const auto view = kViews[static_cast<std::size_t>(query.view)];
  const auto words = fold(query.words);
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  RequestPage page;
  TRY_VOID(connection.query(KHIEN_REQUEST_COLUMNS KHIEN_REQUESTS_FOUND "AND r.id < ?6 ORDER BY r.id DESC LIMIT ?7",
                            {scope.tenant(), roots, view, std::int64_t{vietnam_day(now).days()}, words, before,
                             static_cast<std::int64_t>(limit + 1)},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto request, request_from(row));
                              page.items.push_back(std::move(request));
                              return {};
                            }));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  TRY_VOID(count(connection, scope, roots, page.items, now));
  TRY(page.total, how_many(connection, scope, roots, view, words, now));
  TRY(page.open, how_many(connection, scope, roots, "open", "", now));
  TRY(page.waiting, how_many(connection, scope, roots, "waiting", "", now));
  TRY(page.late, how_many(connection, scope, roots, "late", "", now));
  TRY(page.to_decide, how_many(connection, scope, roots, "to_decide", "", now));
  return page;
}

Result<Request> get_request(store::Connection& connection, const store::TenantScope& scope, RequestId id, Timestamp now) {
  std::vector<Request> found;
  TRY_VOID(connection.query(KHIEN_REQUEST_COLUMNS "WHERE " KHIEN_REQUEST_VISIBLE "AND r.id = ?3", {scope.tenant(), scope.roots_json(), id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto request, request_from(row));
                              found.push_back(std::move(request));
                              return {};
                            }));
  if (found.empty()) return no_request();
  TRY_VOID(count(connection, scope, scope.roots_json(), found, now));
  return std::move(found.front());
}

Result<AskedPage> list_asked(store::Connection& connection, const store::TenantScope& scope, RequestId id, const AskedQuery& query, Timestamp now) {
  TRY_VOID(require_visible(connection, scope, id));
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  Bytes name;
  std::int64_t after = 0;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kAskedList, {Bytes(), std::int64_t{0}}));
    name = std::get<Bytes>(fields[0]);
    after = std::get<std::int64_t>(fields[1]);
  }
  const auto state = query.state ? to_string(*query.state) : std::string_view();
  const auto words = fold(query.words);
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  const std::int64_t today = vietnam_day(now).days();
  AskedPage page;
  Bytes last;
  TRY_VOID(connection.query(KHIEN_ASKED_COLUMNS "WHERE " KHIEN_ASKED_FOUND
                                                "AND (u.name_order, q.id) > (?8, ?9) ORDER BY u.name_order, q.id LIMIT ?10",
                            {scope.tenant(), roots, id, state, query.late_only, today, words, ByteView(name), after, static_cast<std::int64_t>(limit + 1)},
                            [&](const store::Row& row) -> Result<void> {
                              if (page.items.size() == limit) {
                                page.next = estate::to_cursor(kAskedList, {last, page.items.back().id.value});
                                return {};
                              }
                              TRY(auto asked, asked_from(row, now));
                              page.items.push_back(std::move(asked));
                              const auto order = row.bytes(17);
                              last.assign(order.begin(), order.end());
                              return {};
                            }));
  TRY_VOID(connection.query_one("SELECT count(*) FROM request_unit q JOIN request r ON r.tenant_id = q.tenant_id AND r.id = q.request_id "
                                "JOIN unit u ON u.tenant_id = q.tenant_id AND u.id = q.unit_id WHERE " KHIEN_ASKED_FOUND,
                                {scope.tenant(), roots, id, state, query.late_only, today, words}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  return page;
}

Result<Asked> get_asked(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, Timestamp now) {
  std::optional<Asked> asked;
  TRY_VOID(connection.query(KHIEN_ASKED_COLUMNS "WHERE q.tenant_id = ?1 AND q.id = ?3 AND " KHIEN_IN_SCOPE("q.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              TRY(asked, asked_from(row, now));
                              return {};
                            }));
  if (!asked) return no_request();
  return std::move(*asked);
}

Result<std::vector<AskedEvent>> asked_history(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id) {
  TRY_VOID(get_asked(connection, scope, id, {}));
  std::vector<AskedEvent> events;
  std::vector<std::vector<EvidenceId>> files;
  TRY_VOID(connection.query("SELECT at, user_id, event, words, numbers, evidence FROM request_event "
                            "WHERE tenant_id = ?1 AND request_unit_id = ?2 ORDER BY number",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              AskedEvent event{.at = row.time(0), .who = {row.integer(1)}, .event = std::string(row.text(2)),
                                               .words = std::string(row.text(3)), .numbers = {}, .evidence = {}};
                              TRY(event.numbers, numbers_from_json(row.text(4)));
                              TRY(auto evidence, evidence_from_json(row.text(5)));
                              events.push_back(std::move(event));
                              files.push_back(std::move(evidence));
                              return {};
                            }));
  for (std::size_t i = 0; i < events.size(); ++i) {
    TRY(events[i].evidence, evidence_of(connection, scope, files[i]));
  }
  return events;
}

Result<std::vector<Owed>> owed_by(store::Connection& connection, const store::TenantScope& scope, UnitId unit, std::size_t limit) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  std::vector<Owed> owed;
  TRY_VOID(connection.query(
      "SELECT q.id, q.request_id, q.unit_id, u.name, r.title, r.due_day, q.state FROM request_unit q "
      "JOIN request r ON r.tenant_id = q.tenant_id AND r.id = q.request_id JOIN unit u ON u.tenant_id = q.tenant_id AND u.id = q.unit_id "
      "WHERE q.tenant_id = ?1 AND q.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND q.state IN ('sent', 'read', 'returned') AND r.closed_at IS NULL "
      "ORDER BY r.due_day IS NULL, r.due_day, q.id LIMIT ?3",
      {scope.tenant(), roots, static_cast<std::int64_t>(limit)}, [&](const store::Row& row) -> Result<void> {
        Owed one{.id = {row.integer(0)}, .request = {row.integer(1)}, .unit = {row.integer(2)}, .unit_name = std::string(row.text(3)),
                 .title = std::string(row.text(4)), .due = {}};
        if (!row.is_null(5)) one.due = Date::from_days(row.integer(5));
        TRY(one.state, state_from_string(row.text(6)));
        owed.push_back(std::move(one));
        return {};
      }));
  return owed;
}

Result<std::int64_t> count_to_decide(store::Connection& connection, const store::TenantScope& scope, UnitId unit) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  std::int64_t number = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM request_unit q JOIN request r ON r.tenant_id = q.tenant_id AND r.id = q.request_id "
                                "WHERE q.tenant_id = ?1 AND q.state = 'answered' AND r.closed_at IS NULL AND " KHIEN_IN_SCOPE("q.unit_id"),
                                {scope.tenant(), roots}, [&](const store::Row& row) -> Result<void> {
                                  number = row.integer(0);
                                  return {};
                                }));
  return number;
}

}  // namespace khien::request
