#include "khien/request/outside.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/csv.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "outside_rows.hpp"
#include "words.hpp"

namespace khien::request {
namespace {

constexpr std::string_view kList = "outside-requests";
constexpr std::size_t kMostPage = 500;
constexpr std::size_t kMostName = 200;
constexpr std::size_t kMostLine = 500;
constexpr std::size_t kMostNumber = 100;
constexpr std::size_t kMostText = 1'000;

constexpr std::array<std::string_view, 4> kReceiverKinds = {"police", "telecom", "authority", "other"};
constexpr std::array<std::string_view, 3> kOutsideStates = {"open", "answered", "closed"};
constexpr std::array<std::string_view, 3> kOutsideWords = {"note", "answered", "closed"};

template <class Kind, std::size_t N>
Result<Kind> named(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return Error(Code::invalid, "no such word");
  return static_cast<Kind>(found - names.begin());
}

Error no_receiver() { return Error(Code::not_found, "no such receiver"); }
Error no_request() { return Error(Code::not_found, "no such request"); }
Error conflicting(const LocalText& words) { return duty::refuse(Code::conflict, "", words); }

#define KHIEN_RECEIVER_COLUMNS                                                                                                     \
  "SELECT v.id, v.unit_id, u.name, v.name, v.kind, v.address, v.contact, v.active FROM receiver v "                                \
  "JOIN unit u ON u.tenant_id = v.tenant_id AND u.id = v.unit_id WHERE v.tenant_id = ?1 AND " KHIEN_IN_SCOPE("v.unit_id") " "

Result<Receiver> receiver_from(const store::Row& row) {
  Receiver receiver{.id = {row.integer(0)}, .unit = {row.integer(1)}, .unit_name = std::string(row.text(2)), .name = std::string(row.text(3)),
                    .address = std::string(row.text(5)), .contact = std::string(row.text(6)), .active = row.integer(7) != 0};
  TRY(receiver.kind, receiver_kind_from_string(row.text(4)));
  return receiver;
}

#define KHIEN_OUTSIDE_COLUMNS                                                                                                      \
  "SELECT o.id, o.unit_id, o.receiver_id, v.name, o.number, o.dated, o.what_for, o.basis, o.due_day, o.state, o.made_by, "         \
  "o.made_at, (SELECT count(*) FROM evidence_package p WHERE p.tenant_id = o.tenant_id AND p.request_id = o.id), "                 \
  "(SELECT count(*) FROM evidence_package p WHERE p.tenant_id = o.tenant_id AND p.request_id = o.id AND p.state = 'received') "    \
  KHIEN_OUTSIDE_FROM
#define KHIEN_OUTSIDE_FROM                                                                                                         \
  "FROM outside_request o JOIN receiver v ON v.tenant_id = o.tenant_id AND v.id = o.receiver_id "                                  \
  "WHERE o.tenant_id = ?1 AND " KHIEN_IN_SCOPE("o.unit_id") " "
// ?3 state, ?4 words.
#define KHIEN_OUTSIDE_FOUND "AND (?3 = '' OR o.state = ?3) AND (?4 = '' OR instr(o.search_key, ?4) > 0) "

Result<OutsideRequest> outside_from(const store::Row& row, Timestamp now) {
  OutsideRequest request{.id = {row.integer(0)}, .unit = {row.integer(1)}, .receiver = {row.integer(2)}, .receiver_name = std::string(row.text(3)),
                         .number = std::string(row.text(4)), .dated = Date::from_days(row.integer(5)), .what_for = std::string(row.text(6)),
                         .basis = std::string(row.text(7)), .due = {}, .made_by = {row.integer(10)}, .made_at = row.time(11)};
  if (!row.is_null(8)) request.due = Date::from_days(row.integer(8));
  TRY(request.state, outside_state_from_string(row.text(9)));
  request.late = request.state == OutsideState::open && request.due && *request.due < vietnam_day(now);
  request.packages = row.integer(12);
  request.received = row.integer(13);
  return request;
}

Result<NewOutsideRequest> checked(const NewOutsideRequest& wanted, Timestamp now) {
  NewOutsideRequest request = wanted;
  TRY(request.number, checked_words(wanted.number, "number", kMostNumber, true));
  TRY(request.what_for, checked_words(wanted.what_for, "what_for", kMostText, true));
  TRY(request.basis, checked_words(wanted.basis, "basis", kMostLine, true));
  if (request.dated > vietnam_day(now)) return duty::refuse(Code::invalid, "dated_on", {"Ngày văn bản chưa tới.", "The letter's day lies ahead."});
  if (request.due && *request.due < request.dated) {
    return duty::refuse(Code::invalid, "due_on", {"Hạn trước ngày văn bản.", "The deadline lies before the letter's day."});
  }
  return request;
}

Result<bool> is_recorded(store::Connection& connection, TenantId tenant, const NewOutsideRequest& wanted) {
  bool there = false;
  TRY_VOID(connection.query("SELECT 1 FROM outside_request WHERE tenant_id = ?1 AND receiver_id = ?2 AND number = ?3 AND dated = ?4",
                            {tenant, wanted.receiver, wanted.number, std::int64_t{wanted.dated.days()}}, [&](const store::Row&) -> Result<void> {
                              there = true;
                              return {};
                            }));
  return there;
}

std::string event_words(std::string_view event, bool vietnamese) {
  struct Named {
    std::string_view event;
    const char* vi;
    const char* en;
  };
  constexpr Named kNames[] = {{"recorded", "Tiếp nhận yêu cầu", "Request recorded"}, {"note", "Ghi chú", "Note"}, {"answered", "Đã trả lời", "Answered"},
                              {"prepared", "Lập gói minh chứng", "Package prepared"}, {"approved", "Duyệt gói", "Package approved"},
                              {"refused", "Không duyệt gói", "Package refused"}, {"downloaded", "Tải gói", "Package downloaded"},
                              {"received", "Bên nhận đã ký nhận", "Receipt recorded"}, {"closed", "Kết thúc", "Closed"}};
  const auto found = std::ranges::find(kNames, event, &Named::event);
  if (found == std::end(kNames)) return std::string(event);
  return vietnamese ? found->vi : found->en;
}

}  // namespace

std::string_view to_string(ReceiverKind kind) { return kReceiverKinds[static_cast<std::size_t>(kind)]; }
Result<ReceiverKind> receiver_kind_from_string(std::string_view text) { return named<ReceiverKind>(kReceiverKinds, text); }
std::string_view to_string(OutsideState state) { return kOutsideStates[static_cast<std::size_t>(state)]; }
Result<OutsideState> outside_state_from_string(std::string_view text) { return named<OutsideState>(kOutsideStates, text); }
Result<OutsideWord> outside_word_from_string(std::string_view text) { return named<OutsideWord>(kOutsideWords, text); }

Result<std::vector<Receiver>> list_receivers(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<Receiver> all;
  TRY_VOID(connection.query(KHIEN_RECEIVER_COLUMNS "ORDER BY v.id", {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
    TRY(auto one, receiver_from(row));
    all.push_back(std::move(one));
    return {};
  }));
  std::ranges::sort(all, [](const Receiver& a, const Receiver& b) {
    const int order = compare_vietnamese(a.name, b.name);
    return order != 0 ? order < 0 : a.id < b.id;
  });
  return all;
}

Result<Receiver> get_receiver(store::Connection& connection, const store::TenantScope& scope, ReceiverId id) {
  std::optional<Receiver> receiver;
  TRY_VOID(connection.query(KHIEN_RECEIVER_COLUMNS "AND v.id = ?3", {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
    TRY(receiver, receiver_from(row));
    return {};
  }));
  if (!receiver) return no_receiver();
  return std::move(*receiver);
}

Result<ReceiverId> add_receiver(store::Connection& connection, const store::TenantScope& scope, const NewReceiver& receiver, UserId who, Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, receiver.unit));
  TRY(const auto name, checked_words(receiver.name, "name", kMostName, true));
  TRY(const auto address, checked_words(receiver.address, "address", kMostLine, false));
  TRY(const auto contact, checked_words(receiver.contact, "contact", kMostLine, false));
  const auto written = connection.run("INSERT INTO receiver (tenant_id, unit_id, name, kind, address, contact, made_by, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                      {scope.tenant(), receiver.unit, name, to_string(receiver.kind), address, contact, who, now});
  if (!written && written.error().code() == Code::conflict) return conflicting({"Đã có bên nhận mang tên này.", "There is a receiver of that name."});
  if (!written) return written.error();
  return ReceiverId{connection.last_insert_id()};
}

Result<void> change_receiver(store::Connection& connection, const store::TenantScope& scope, ReceiverId id, const ReceiverChange& change) {
  TRY(const auto receiver, get_receiver(connection, scope, id));
  TRY(const auto address, checked_words(change.address.value_or(receiver.address), "address", kMostLine, false));
  TRY(const auto contact, checked_words(change.contact.value_or(receiver.contact), "contact", kMostLine, false));
  TRY_VOID(connection.run("UPDATE receiver SET address = ?3, contact = ?4, active = ?5 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, address, contact, change.active.value_or(receiver.active)}));
  return {};
}

Result<void> put_outside_event(store::Connection& connection, TenantId tenant, OutsideRequestId id, const OutsideLine& line) {
  TRY(const auto written, connection.run("UPDATE outside_request SET state = CASE ?3 WHEN '' THEN state ELSE ?3 END, events = events + 1 "
                                         "WHERE tenant_id = ?1 AND id = ?2",
                                         {tenant, id, line.state}));
  khien_assert(written == 1);
  const auto package = line.package ? store::Value(line.package) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO outside_event (tenant_id, request_id, number, at, user_id, event, package_id, words) "
                          "SELECT tenant_id, id, events, ?3, ?4, ?5, ?6, ?7 FROM outside_request WHERE tenant_id = ?1 AND id = ?2",
                          {tenant, id, line.now, line.who, line.event, package, line.words}));
  return {};
}

Result<OutsideRequest> unclosed_of(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, Timestamp now) {
  TRY(auto request, get_outside_request(connection, scope, id, now));
  if (request.state == OutsideState::closed) return conflicting({"Yêu cầu này đã kết thúc, không ghi thêm được.", "This request is closed; nothing is added."});
  return request;
}

Result<OutsideRequestId> record_outside_request(store::Connection& connection, const store::TenantScope& scope, const NewOutsideRequest& wanted,
                                                UserId who, Timestamp now) {
  TRY(const auto receiver, get_receiver(connection, scope, wanted.receiver));
  if (!receiver.active) return duty::refuse(Code::invalid, "receiver", {"Bên nhận này đã ngừng.", "This receiver is not active."});
  TRY(const auto request, checked(wanted, now));
  TRY(const bool recorded, is_recorded(connection, scope.tenant(), request));
  if (recorded) return conflicting({"Văn bản này đã được ghi nhận.", "This letter is recorded already."});
  TRY_VOID(connection.run("INSERT INTO outside_request (tenant_id, unit_id, receiver_id, number, dated, what_for, basis, due_day, search_key, state, made_by, made_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10, ?11)",
                          {scope.tenant(), receiver.unit, receiver.id, request.number, std::int64_t{request.dated.days()}, request.what_for, request.basis,
                           day_or_null(request.due), fold(request.number + " " + request.what_for + " " + receiver.name), who, now}));
  const OutsideRequestId id{connection.last_insert_id()};
  TRY_VOID(put_outside_event(connection, scope.tenant(), id, {.event = "recorded", .who = who, .now = now}));
  return id;
}

Result<OutsideRequest> get_outside_request(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, Timestamp now) {
  std::optional<OutsideRequest> request;
  TRY_VOID(connection.query(KHIEN_OUTSIDE_COLUMNS "AND o.id = ?3", {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
    TRY(request, outside_from(row, now));
    return {};
  }));
  if (!request) return no_request();
  return std::move(*request);
}

Result<OutsidePage> list_outside_requests(store::Connection& connection, const store::TenantScope& scope, const OutsideQuery& query, Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const auto state = query.state ? to_string(*query.state) : std::string_view();
  const auto words = fold(query.words);
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  OutsidePage page;
  TRY_VOID(connection.query(KHIEN_OUTSIDE_COLUMNS KHIEN_OUTSIDE_FOUND "AND o.id < ?5 ORDER BY o.id DESC LIMIT ?6",
                            {scope.tenant(), roots, state, words, before, static_cast<std::int64_t>(limit + 1)}, [&](const store::Row& row) -> Result<void> {
                              TRY(auto request, outside_from(row, now));
                              page.items.push_back(std::move(request));
                              return {};
                            }));
  if (page.items.size() > limit) {
    page.items.pop_back();
    page.next = estate::to_cursor(kList, {page.items.back().id.value});
  }
  TRY_VOID(connection.query_one("SELECT count(*) " KHIEN_OUTSIDE_FROM KHIEN_OUTSIDE_FOUND, {scope.tenant(), roots, state, words},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  return page;
}

Result<std::vector<OutsideEvent>> outside_history(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id) {
  TRY_VOID(get_outside_request(connection, scope, id, {}));
  std::vector<OutsideEvent> events;
  TRY_VOID(connection.query("SELECT at, user_id, event, package_id, words FROM outside_event WHERE tenant_id = ?1 AND request_id = ?2 ORDER BY number",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              OutsideEvent event{.at = row.time(0), .who = {row.integer(1)}, .event = std::string(row.text(2)), .package = {},
                                                 .words = std::string(row.text(4))};
                              if (!row.is_null(3)) event.package = PackageId{row.integer(3)};
                              events.push_back(std::move(event));
                              return {};
                            }));
  return events;
}

Result<void> say_outside(store::Connection& connection, const store::TenantScope& scope, OutsideRequestId id, OutsideWord word, std::string_view text,
                         UserId who, Timestamp now) {
  TRY_VOID(unclosed_of(connection, scope, id, now));
  TRY(const auto words, checked_words(text, "words", 2 * kMostText, true));
  const auto event = kOutsideWords[static_cast<std::size_t>(word)];
  const auto state = word == OutsideWord::note ? std::string_view() : event;
  return put_outside_event(connection, scope.tenant(), id, {.event = event, .state = state, .package = {}, .words = words, .who = who, .now = now});
}

Result<std::string> outside_log_as_csv(store::Connection& connection, const store::TenantScope& scope, bool vietnamese, const NameOf& name_of) {
  duty::CsvWriter csv;
  csv.row(vietnamese ? std::vector<std::string>{"Bên yêu cầu", "Số văn bản", "Ngày văn bản", "Mục đích", "Căn cứ", "Lúc", "Việc", "Gói", "Nội dung", "Người thực hiện"}
                     : std::vector<std::string>{"Party", "Letter", "Dated", "Purpose", "Legal basis", "At", "What", "Package", "Words", "By"});
  TRY_VOID(connection.query("SELECT v.name, o.number, o.dated, o.what_for, o.basis, e.at, e.event, e.package_id, e.words, e.user_id FROM outside_request o "
                            "JOIN receiver v ON v.tenant_id = o.tenant_id AND v.id = o.receiver_id "
                            "JOIN outside_event e ON e.tenant_id = o.tenant_id AND e.request_id = o.id "
                            "WHERE o.tenant_id = ?1 AND " KHIEN_IN_SCOPE("o.unit_id") " ORDER BY o.id, e.number",
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                              csv.row({std::string(row.text(0)), std::string(row.text(1)), day_words(Date::from_days(row.integer(2))), std::string(row.text(3)),
                                       std::string(row.text(4)), time_words(row.time(5)), event_words(row.text(6), vietnamese),
                                       row.is_null(7) ? "" : std::to_string(row.integer(7)), std::string(row.text(8)), name_of({row.integer(9)})});
                              return {};
                            }));
  return csv.take();
}

}  // namespace khien::request
