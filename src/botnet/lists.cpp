#include "khien/botnet/lists.hpp"

#include <algorithm>

#include "khien/botnet/lookups.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "list_writer.hpp"
#include "plan.hpp"
#include "khien/model/table_columns.hpp"

namespace khien::botnet {
namespace {

constexpr Duration kPreviewLives = hours(24);
// Of one person at a time; each holds a whole list.
constexpr int kMostPreviews = 5;
constexpr std::size_t kMostSource = 120;    // characters would be more; bytes are what is bounded
constexpr std::size_t kMostFileName = 200;  // bytes
constexpr std::size_t kMostPage = 500;
constexpr std::string_view kList = "botnet_lists";

#define KHIEN_LIST_COLUMNS \
  "l.id, l.source, l.listed_on, l.complete, l.file_name, l.state, l.rows, l.addresses, l.problems, l.created_at, l.created_by, l.confirmed_at"

Error no_list() { return Error(Code::not_found, "there is no such list"); }

ListRecord record_from(const store::Row& row) {
  ListRecord record;
  record.id = row.id<ListTag>(0);
  record.source = row.text(1);
  record.listed_on = Date::from_days(row.integer(2));
  record.complete = row.integer(3) != 0;
  record.file_name = row.text(4);
  record.state = row.text(5);
  record.rows = row.integer(6);
  record.addresses = row.integer(7);
  record.problems = row.integer(8);
  record.created_at = row.time(9);
  record.created_by = row.id<UserTag>(10);
  if (!row.is_null(11)) record.confirmed_at = row.time(11);
  return record;
}

Result<void> require_whole_tenant(store::Connection& connection, const store::TenantScope& scope) {
  TRY(const bool whole, sees_whole_tenant(connection, scope));
  if (!whole) return Error(Code::denied, "a list is everybody's");
  return {};
}

Result<void> check(const NewList& list, Timestamp now) {
  const std::string source = neat(list.source);
  if (source.empty() || source.size() > kMostSource) {
    return duty::refuse(Code::invalid, "source", {"Ghi nguồn của danh sách, ví dụ: Trung tâm An ninh mạng quốc gia.", "Say who made the list, such as the national centre."});
  }
  if (list.listed_on > vietnam_day(now)) {
    return duty::refuse(Code::invalid, "listed_on", {"Ngày của danh sách còn ở phía trước.", "The list's day lies ahead."});
  }
  return {};
}

Result<void> sweep(store::Connection& connection, TenantId tenant, UserId person, Timestamp now) {
  TRY_VOID(connection.run("DELETE FROM botnet_list WHERE tenant_id = ?1 AND state <> 'confirmed' AND created_at < ?2", {tenant, now - kPreviewLives}));
  TRY_VOID(connection.run("DELETE FROM botnet_list WHERE tenant_id = ?1 AND state <> 'confirmed' AND created_by = ?2 AND id NOT IN "
                          "(SELECT id FROM botnet_list WHERE tenant_id = ?1 AND state <> 'confirmed' AND created_by = ?2 ORDER BY id DESC LIMIT ?3)",
                          {tenant, person, kMostPreviews - 1}));
  return {};
}

Result<void> keep_entries(store::Connection& connection, TenantId tenant, ListId id, const std::vector<ListEntry>& entries) {
  std::int64_t number = 0;
  const auto int_or_null = [](const std::optional<int>& n) { return n ? store::Value(*n) : store::Value(nullptr); };
  for (const auto& entry : entries) {
    TRY_VOID(connection.run(
        "INSERT INTO botnet_entry (tenant_id, list_id, number, row, address, port, seen_at, malware, controller, controller_port, origin) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        {tenant, id, ++number, entry.row, entry.address.view(), int_or_null(entry.port),
         entry.seen_at ? store::Value(*entry.seen_at) : store::Value(nullptr), entry.malware,
         entry.controller ? store::Value(entry.controller->view()) : store::Value(nullptr), int_or_null(entry.controller_port), entry.origin}));
  }
  return {};
}

Result<std::vector<ListEntry>> kept_entries(store::Connection& connection, TenantId tenant, ListId id) {
  std::vector<ListEntry> entries;
  TRY_VOID(connection.query(
      "SELECT row, address, port, seen_at, malware, controller, controller_port, origin FROM botnet_entry WHERE tenant_id = ?1 AND list_id = ?2 "
      "ORDER BY number",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        const auto address = address_from_bytes(row.bytes(1));
        if (!address) return Error(Code::corrupt, "an entry has no address");
        ListEntry entry{.row = row.integer(0), .address = *address, .port = {}, .seen_at = {}, .malware = std::string(row.text(4)),
                        .controller = {}, .controller_port = {}, .origin = std::string(row.text(7))};
        if (!row.is_null(2)) entry.port = static_cast<int>(row.integer(2));
        if (!row.is_null(3)) entry.seen_at = row.time(3);
        if (!row.is_null(5)) entry.controller = address_from_bytes(row.bytes(5));
        if (!row.is_null(6)) entry.controller_port = static_cast<int>(row.integer(6));
        entries.push_back(std::move(entry));
        return {};
      }));
  return entries;
}

struct Stored {
  ListRecord record;
  std::string source_key;
  Sha256 digest;
};

// Absent before it is denied: a list of another tenant is as one that does not exist.
Result<Stored> load(store::Connection& connection, const store::TenantScope& scope, ListId id) {
  std::optional<Stored> stored;
  TRY_VOID(connection.query("SELECT " KHIEN_LIST_COLUMNS ", l.source_key, l.plan_sha256, l.report FROM botnet_list l WHERE l.tenant_id = ?1 AND l.id = ?2",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              stored = Stored{record_from(row), std::string(row.text(12)), {}};
                              TRY(stored->digest, Sha256::from_bytes(row.bytes(13)));
                              stored->record.report_json = row.text(14);
                              return {};
                            }));
  if (!stored) return no_list();
  TRY_VOID(require_whole_tenant(connection, scope));
  return std::move(*stored);
}

Error over() {
  return duty::refuse(Code::conflict, "", {"Bản xem trước này không còn chờ xác nhận, hoặc danh sách có dòng sai.",
                                           "This preview does not wait for confirmation any more, or a row is wrong."});
}

}  // namespace

Result<bool> sees_whole_tenant(store::Connection& connection, const store::TenantScope& scope) {
  bool whole = false;
  TRY_VOID(connection.query("SELECT 1 FROM unit u WHERE u.tenant_id = ?1 AND u.parent_id IS NULL AND " KHIEN_IN_SCOPE("u.id"),
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row&) -> Result<void> {
                              whole = true;
                              return {};
                            }));
  return whole;
}

Result<Previewed> preview_list(store::Connection& connection, const store::TenantScope& scope, const NewList& list,
                               const ListReading& reading, Timestamp now) {
  TRY_VOID(require_whole_tenant(connection, scope));
  TRY_VOID(check(list, now));
  TRY_VOID(sweep(connection, scope.tenant(), list.by, now));
  const std::string source = neat(list.source);
  const PlannedList planned{words_only(source).empty() ? source : words_only(source), list.listed_on, list.complete};
  TRY(const auto owners, Owners::load(connection, scope.tenant()));
  TRY(auto plan, make_plan(connection, scope.tenant(), planned, reading.entries, owners));
  Previewed previewed{.id = {}, .report = std::move(plan.report)};
  auto& report = previewed.report;
  report.rows = reading.rows;
  report.duplicates = reading.duplicates;
  report.problems_total = reading.problems_total;
  report.problems = reading.problems;
  report.notes = reading.notes;
  TRY_VOID(connection.run(
      "INSERT INTO botnet_list (tenant_id, unit_id, source, source_key, listed_on, complete, file_name, state, rows, addresses, problems, report, "
      "plan_sha256, created_at, created_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'previewed', ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      {scope.tenant(), owners.root(), source, planned.source_key, std::int64_t{list.listed_on.days()}, list.complete,
       printable(truncate(list.file_name, kMostFileName)), report.rows, report.addresses, report.problems_total, to_json(report),
       plan.digest.view(), now, list.by}));
  previewed.id = {connection.last_insert_id()};
  // What cannot be confirmed is not kept.
  if (reading.problems_total == 0) TRY_VOID(keep_entries(connection, scope.tenant(), previewed.id, reading.entries));
  return previewed;
}

Result<std::string> confirm_list(store::Connection& connection, const store::TenantScope& scope, ListId id, UserId who,
                                 int lookup_days, Timestamp now) {
  TRY(const auto stored, load(connection, scope, id));
  const auto& record = stored.record;
  if (record.state != "previewed" || record.problems > 0) return over();
  TRY(const auto owners, Owners::load(connection, scope.tenant()));
  TRY(const auto entries, kept_entries(connection, scope.tenant(), id));
  TRY(const auto plan, make_plan(connection, scope.tenant(), {stored.source_key, record.listed_on, record.complete}, entries, owners));
  const bool stale = plan.digest != stored.digest;
  const auto confirmed_at = stale ? store::Value(nullptr) : store::Value(now);
  TRY_VOID(connection.run("UPDATE botnet_list SET state = ?3, confirmed_at = ?4 WHERE tenant_id = ?1 AND id = ?2",
                          {scope.tenant(), id, stale ? "stale" : "confirmed", confirmed_at}));
  if (stale) return std::string("stale");
  const Carrying carrying{scope.tenant(), id, record.source, stored.source_key, record.listed_on, now};
  TRY_VOID(carry_out(connection, carrying, plan, owners));
  if (record.complete) {
    // Somebody had looked by the end of the list's day, and not after now.
    const auto looked_at = std::min(now, vietnam_moment(record.listed_on + 1) - seconds(1));
    TRY_VOID(record_lookup(connection, scope, {.unit = owners.root(), .looked_up_at = looked_at, .found = plan.report.addresses, .note = {}, .list = id, .by = who}, lookup_days, now));
  }
  return std::string("confirmed");
}

Result<void> discard_list(store::Connection& connection, const store::TenantScope& scope, ListId id) {
  TRY(const auto stored, load(connection, scope, id));
  if (stored.record.state == "confirmed") return over();
  TRY_VOID(connection.run("DELETE FROM botnet_list WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id}));
  return {};
}

Result<ListRecord> get_list(store::Connection& connection, const store::TenantScope& scope, ListId id) {
  TRY(auto stored, load(connection, scope, id));
  return std::move(stored.record);
}

Result<ListPage> list_lists(store::Connection& connection, const store::TenantScope& scope, std::string_view cursor, std::size_t limit) {
  std::int64_t before = INT64_MAX;
  if (!cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMostPage);
  ListPage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM botnet_list l WHERE l.tenant_id = ?1 AND l.state = 'confirmed' AND " KHIEN_IN_SCOPE("l.unit_id"),
                                {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query("SELECT " KHIEN_LIST_COLUMNS " FROM botnet_list l WHERE l.tenant_id = ?1 AND l.id < ?3 AND l.state = 'confirmed' "
                            "AND " KHIEN_IN_SCOPE("l.unit_id") " ORDER BY l.id DESC LIMIT ?4",
                            {scope.tenant(), scope.roots_json(), before, std::uint64_t{most + 1}}, [&](const store::Row& row) -> Result<void> {
                              if (page.items.size() == most) {
                                page.next = estate::to_cursor(kList, {page.items.back().id.value});
                                return {};
                              }
                              page.items.push_back(record_from(row));
                              return {};
                            }));
  return page;
}

Result<std::vector<std::string>> known_sources(store::Connection& connection, const store::TenantScope& scope) {
  std::vector<std::string> sources;
  TRY_VOID(connection.query("SELECT l.source FROM botnet_list l WHERE l.tenant_id = ?1 AND l.state = 'confirmed' AND " KHIEN_IN_SCOPE("l.unit_id")
                            " GROUP BY l.source_key ORDER BY max(l.id) DESC LIMIT 20",
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                              sources.emplace_back(row.text(0));
                              return {};
                            }));
  return sources;
}

}  // namespace khien::botnet
