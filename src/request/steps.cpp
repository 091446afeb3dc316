#include <algorithm>
#include <set>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/request/requests.hpp"
#include "rows.hpp"
#include "words.hpp"

namespace khien::request {
namespace {

constexpr std::size_t kMostTitle = 200;
constexpr std::size_t kMostText = 2'000;
constexpr std::size_t kMostBasis = 500;
constexpr std::size_t kMostFieldName = 100;
constexpr std::int64_t kMostNumber = 9'007'199'254'740'991;

Error refused(std::string_view field, const LocalText& words) { return duty::refuse(Code::invalid, field, words); }
Error conflicting(const LocalText& words) { return duty::refuse(Code::conflict, "", words); }

Error is_closed() { return conflicting({"Yêu cầu này đã đóng.", "This request is closed."}); }

// One step of a unit that is asked.
struct Step {
  std::string_view event;
  std::optional<State> state = {};  // that it enters
  UserId who;
  Timestamp now;
  std::string_view words = {};
  std::string numbers = "[]", evidence = "[]";
};

Result<void> take_step(store::Connection& connection, TenantId tenant, RequestUnitId id, const Step& step) {
  const auto state = step.state ? to_string(*step.state) : std::string_view();
  const bool reads = step.event == "read", answers = step.event == "answered", reminds = step.event == "reminded";
  TRY(const auto written,
      connection.run("UPDATE request_unit SET state = CASE ?3 WHEN '' THEN state ELSE ?3 END, "
                     "entered_at = CASE ?3 WHEN '' THEN entered_at ELSE ?4 END, "
                     "read_at = CASE WHEN ?6 THEN ?4 ELSE read_at END, read_by = CASE WHEN ?6 THEN ?5 ELSE read_by END, "
                     "answered_at = CASE WHEN ?7 THEN ?4 ELSE answered_at END, answered_by = CASE WHEN ?7 THEN ?5 ELSE answered_by END, "
                     "reminded_at = CASE WHEN ?8 THEN ?4 ELSE reminded_at END, reminders = reminders + ?8, events = events + 1 "
                     "WHERE tenant_id = ?1 AND id = ?2",
                     {tenant, id, state, step.now, step.who, reads, answers, reminds}));
  khien_assert(written == 1);
  TRY_VOID(connection.run("INSERT INTO request_event (tenant_id, request_unit_id, number, at, user_id, event, words, numbers, evidence) "
                          "SELECT tenant_id, id, events, ?3, ?4, ?5, ?6, ?7, ?8 FROM request_unit WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, step.now, step.who, step.event, step.words, step.numbers, step.evidence}));
  return {};
}

Result<NewRequest> checked(const NewRequest& wanted, Timestamp now) {
  NewRequest request = wanted;
  TRY(request.title, checked_words(wanted.title, "title", kMostTitle, true));
  TRY(request.text, checked_words(wanted.text, "text", kMostText, true));
  TRY(request.basis, checked_words(wanted.basis, "basis", kMostBasis, false));
  if (request.due && *request.due < vietnam_day(now)) return refused("due_on", {"Hạn đã qua.", "The last day is over already."});
  if ((request.answer == Answer::numbers) == request.fields.empty()) {
    return refused("fields", {"Yêu cầu số liệu thì phải kể tên số liệu cần báo cáo.", "Name the numbers that are asked for, and only then."});
  }
  if (request.fields.size() > kMostFields) return refused("fields", {"Nhiều nhất 20 số liệu.", "At most 20 numbers."});
  std::set<std::string> names;
  for (auto& field : request.fields) {
    TRY(field, checked_words(field, "fields", kMostFieldName, true));
    if (!names.insert(fold(field)).second) return refused("fields", {"Có số liệu được kể hai lần.", "A number is named twice."});
  }
  return request;
}

Result<void> ask_unit(store::Connection& connection, TenantId tenant, RequestId id, UnitId unit, UserId who, Timestamp now) {
  TRY_VOID(connection.run("INSERT INTO request_unit (tenant_id, request_id, unit_id, state, entered_at, events) VALUES (?1, ?2, ?3, 'sent', ?4, 1)",
                          {tenant, id, unit, now}));
  const RequestUnitId asked{connection.last_insert_id()};
  TRY_VOID(connection.run("INSERT INTO request_event (tenant_id, request_unit_id, number, at, user_id, event, words) VALUES (?1, ?2, 1, ?3, ?4, 'sent', '')",
                          {tenant, asked, now, who}));
  return {};
}

// In scope, of a request that is not closed.
struct Open {
  Asked asked;
  Sent sent;
};
Result<Open> open_of(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, Timestamp now) {
  Open open;
  TRY(open.asked, get_asked(connection, scope, id, now));
  TRY(open.sent, sent_of(connection, scope.tenant(), open.asked.request));
  if (open.sent.closed) return is_closed();
  return open;
}

// Who sees an asked unit alone is not the one that asked.
Result<void> require_asker(store::Connection& connection, const store::TenantScope& scope, const Sent& sent) {
  if (estate::get_unit(connection, scope, sent.unit)) return {};
  return duty::refuse(Code::denied, "", {"Chỉ đơn vị gửi yêu cầu mới làm được việc này.", "Only the unit that asked may do this."});
}

Result<void> check_answer(const Sent& sent, const GivenAnswer& answer) {
  if (sent.answer == Answer::read) return conflicting({"Văn bản này chỉ cần xác nhận đã đọc.", "This is only to be read."});
  if (sent.answer == Answer::files && answer.evidence.empty()) return refused("evidence", {"Cần kèm ít nhất một tệp.", "At least one file is asked for."});
  if (answer.numbers.size() != (sent.answer == Answer::numbers ? sent.fields : 0)) {
    return refused("numbers", {"Cần ghi đủ từng số liệu được yêu cầu.", "Give each number that is asked for."});
  }
  for (const auto number : answer.numbers) {
    if (number < 0 || number > kMostNumber) return refused("numbers", {"Số liệu phải là số nguyên không âm.", "Numbers are whole and not negative."});
  }
  return {};
}

Result<std::vector<RequestUnitId>> unanswered(store::Connection& connection, const store::TenantScope& scope, RequestId id) {
  std::vector<RequestUnitId> ids;
  TRY_VOID(connection.query("SELECT q.id FROM request_unit q WHERE q.tenant_id = ?1 AND q.request_id = ?3 AND q.state IN ('sent', 'read', 'returned') AND " KHIEN_IN_SCOPE("q.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              ids.push_back({row.integer(0)});
                              return {};
                            }));
  return ids;
}

}  // namespace

Result<std::vector<UnitId>> units_of(store::Connection& connection, const store::TenantScope& scope, UnitId asking, const Audience& audience) {
  for (const UnitId unit : audience.units) TRY_VOID(estate::get_unit(connection, scope, unit));
  TRY(const auto all, estate::list_units(connection, scope));
  std::set<std::int64_t> below;
  if (audience.below) {
    TRY_VOID(estate::get_unit(connection, scope, *audience.below));
    // Parents come before children.
    for (const auto& unit : all) {
      if (unit.parent && (*unit.parent == *audience.below || below.contains(unit.parent->value))) below.insert(unit.id.value);
    }
  }
  std::vector<UnitId> asked;
  for (const auto& unit : all) {
    const bool is_of_kind = std::ranges::find(audience.kinds, unit.kind) != audience.kinds.end();
    const bool picked = audience.below ? below.contains(unit.id.value) && (audience.kinds.empty() || is_of_kind) : is_of_kind;
    const bool is_named = std::ranges::find(audience.units, unit.id) != audience.units.end();
    if (is_named || (picked && unit.id != asking)) asked.push_back(unit.id);
  }
  if (asked.empty()) return refused("units", {"Chưa chọn được đơn vị nào.", "No unit is asked."});
  if (asked.size() > kMostAsked) return refused("units", {"Nhiều nhất 5.000 đơn vị.", "At most 5,000 units."});
  return asked;
}

Result<RequestId> send_request(store::Connection& connection, const store::TenantScope& scope, const NewRequest& wanted, UserId who, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, wanted.unit));
  TRY(const auto units, units_of(connection, scope, wanted.unit, wanted.audience));
  TRY(const auto request, checked(wanted, now));
  TRY_VOID(check_evidence_of(connection, scope, wanted.unit, request.attachments));
  TRY_VOID(connection.run("INSERT INTO request (tenant_id, unit_id, title, text, basis, due_day, answer, fields, search_key, made_by, made_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                          {scope.tenant(), request.unit, request.title, request.text, request.basis, day_or_null(request.due),
                           to_string(request.answer), texts_to_json(request.fields), fold(request.title), who, now}));
  const RequestId id{connection.last_insert_id()};
  for (const EvidenceId evidence : request.attachments) {
    TRY_VOID(connection.run("INSERT INTO request_attachment (tenant_id, request_id, evidence_id) VALUES (?1, ?2, ?3)", {scope.tenant(), id, evidence}));
  }
  for (const UnitId unit : units) TRY_VOID(ask_unit(connection, scope.tenant(), id, unit, who, now));
  return id;
}

Result<void> confirm_reading(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, UserId who, Timestamp now) {
  TRY(const auto open, open_of(connection, scope, id, now));
  if (open.asked.state != State::sent) return conflicting({"Đơn vị đã xác nhận đọc rồi.", "The unit has read it already."});
  TRY_VOID(take_step(connection, scope.tenant(), id, {.event = "read", .state = State::read, .who = who, .now = now}));
  if (open.sent.answer != Answer::read) return {};
  return take_step(connection, scope.tenant(), id, {.event = "accepted", .state = State::accepted, .who = who, .now = now});
}

Result<void> give_answer(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, const GivenAnswer& answer, UserId who,
                         Timestamp now) {
  TRY(const auto open, open_of(connection, scope, id, now));
  if (open.asked.state == State::answered || open.asked.state == State::accepted) {
    return conflicting({"Đơn vị đã trả lời rồi; câu trả lời không sửa được.", "The unit has answered; an answer does not change."});
  }
  TRY_VOID(check_answer(open.sent, answer));
  TRY(const auto words, checked_words(answer.words, "words", kMostText, open.sent.answer == Answer::words));
  TRY_VOID(check_evidence_of(connection, scope, open.asked.unit, answer.evidence));
  if (open.asked.state == State::sent) {
    TRY_VOID(take_step(connection, scope.tenant(), id, {.event = "read", .state = State::read, .who = who, .now = now}));
  }
  return take_step(connection, scope.tenant(), id,
                   {.event = "answered", .state = State::answered, .who = who, .now = now, .words = words,
                    .numbers = numbers_to_json(answer.numbers), .evidence = evidence_to_json(answer.evidence)});
}

Result<void> decide_answer(store::Connection& connection, const store::TenantScope& scope, RequestUnitId id, const AnswerDecision& decision,
                           UserId who, Timestamp now) {
  TRY(const auto open, open_of(connection, scope, id, now));
  TRY_VOID(require_asker(connection, scope, open.sent));
  if (open.asked.state != State::answered) return conflicting({"Chưa có câu trả lời nào chờ xem xét.", "No answer waits."});
  if (open.asked.answered_by == who) {
    return duty::refuse(Code::denied, "", {"Người trả lời không tự duyệt câu trả lời của mình.", "Who answered does not accept their own answer."});
  }
  TRY(const auto words, checked_words(decision.words, "words", kMostText, !decision.accept));
  const auto state = decision.accept ? State::accepted : State::returned;
  return take_step(connection, scope.tenant(), id, {.event = to_string(state), .state = state, .who = who, .now = now, .words = words});
}

Result<std::int64_t> remind(store::Connection& connection, const store::TenantScope& scope, RequestId id, std::string_view text, UserId who, Timestamp now) {
  TRY_VOID(require_visible(connection, scope, id));
  TRY(const auto sent, sent_of(connection, scope.tenant(), id));
  TRY_VOID(require_asker(connection, scope, sent));
  if (sent.closed) return is_closed();
  TRY(const auto words, checked_words(text, "words", kMostText, true));
  TRY(const auto ids, unanswered(connection, scope, id));
  if (ids.empty()) return conflicting({"Mọi đơn vị đã trả lời; không còn ai để nhắc.", "All units have answered; there is nobody to remind."});
  for (const RequestUnitId one : ids) {
    TRY_VOID(take_step(connection, scope.tenant(), one, {.event = "reminded", .state = {}, .who = who, .now = now, .words = words}));
  }
  return static_cast<std::int64_t>(ids.size());
}

Result<void> close_request(store::Connection& connection, const store::TenantScope& scope, RequestId id, std::string_view text, UserId who, Timestamp now) {
  TRY_VOID(require_visible(connection, scope, id));
  TRY(const auto sent, sent_of(connection, scope.tenant(), id));
  TRY_VOID(require_asker(connection, scope, sent));
  if (sent.closed) return is_closed();
  TRY(const auto words, checked_words(text, "words", kMostText, true));
  TRY_VOID(connection.run("UPDATE request SET closed_by = ?3, closed_at = ?4, closed_words = ?5 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, who, now, words}));
  return {};
}

}  // namespace khien::request
