#include "khien/botnet/lookups.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/core/date.hpp"
#include "khien/duty/refusal.hpp"
#include "khien/estate/botnet.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::botnet {
namespace {

constexpr std::string_view kList = "botnet_lookups";
constexpr std::size_t kMostPage = 500;
constexpr std::size_t kMostNote = 2'000;  // bytes
constexpr std::int64_t kMostFound = 1'000'000;

Result<void> check(const NewLookup& lookup, Timestamp now) {
  if (lookup.looked_up_at > now) {
    return duty::refuse(Code::invalid, "looked_up_at", {"Thời điểm tra cứu còn ở phía trước.", "The time of the look-up lies ahead."});
  }
  if (lookup.found < 0 || lookup.found > kMostFound) {
    return duty::refuse(Code::invalid, "found", {"Số địa chỉ từ 0 đến 1.000.000.", "A number of addresses is from 0 to 1,000,000."});
  }
  if (lookup.note.size() > kMostNote) return duty::refuse(Code::invalid, "note", {"Ghi chú quá dài.", "The note is too long."});
  return {};
}

}  // namespace

Result<LookupId> record_lookup(store::Connection& connection, const store::TenantScope& scope, const NewLookup& lookup,
                               int regular_days, Timestamp now) {
  TRY_VOID(check(lookup, now));
  TRY_VOID(estate::get_unit(connection, scope, lookup.unit));
  const auto list = lookup.list ? store::Value(*lookup.list) : store::Value(nullptr);
  TRY_VOID(connection.run("INSERT INTO botnet_lookup (tenant_id, unit_id, looked_up_at, user_id, found, note, list_id, recorded_at) "
                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                          {scope.tenant(), lookup.unit, lookup.looked_up_at, lookup.by, lookup.found, lookup.note, list, now}));
  const LookupId id{connection.last_insert_id()};
  TRY_VOID(estate::set_botnet_lookup(connection, scope.tenant(), {lookup.looked_up_at, regular_days}));
  return id;
}

Result<LookupPage> list_lookups(store::Connection& connection, const store::TenantScope& scope, std::string_view cursor, std::size_t limit) {
  std::int64_t at = INT64_MAX, id = INT64_MAX;
  if (!cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{0}, std::int64_t{0}}));
    at = std::get<std::int64_t>(fields[0]);
    id = std::get<std::int64_t>(fields[1]);
  }
  const std::size_t most = std::clamp<std::size_t>(limit, 1, kMostPage);
  LookupPage page;
  TRY_VOID(connection.query_one("SELECT count(*) FROM botnet_lookup k WHERE k.tenant_id = ?1 AND " KHIEN_IN_SCOPE("k.unit_id"),
                                {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  TRY_VOID(connection.query(
      "SELECT k.id, k.unit_id, u.name, k.looked_up_at, k.user_id, k.found, k.note, k.list_id, k.recorded_at FROM botnet_lookup k "
      "JOIN unit u ON u.tenant_id = k.tenant_id AND u.id = k.unit_id WHERE k.tenant_id = ?1 AND (k.looked_up_at, k.id) < (?3, ?4) "
      "AND " KHIEN_IN_SCOPE("k.unit_id") " ORDER BY k.looked_up_at DESC, k.id DESC LIMIT ?5",
      {scope.tenant(), scope.roots_json(), at, id, std::uint64_t{most + 1}}, [&](const store::Row& row) -> Result<void> {
        if (page.items.size() == most) {
          page.next = estate::to_cursor(kList, {page.items.back().looked_up_at.ms, page.items.back().id.value});
          return {};
        }
        Lookup one{.id = row.id<LookupTag>(0), .unit = row.id<UnitTag>(1), .unit_name = std::string(row.text(2)), .looked_up_at = row.time(3),
                   .by = row.id<UserTag>(4), .found = row.integer(5), .note = std::string(row.text(6)), .list = {}, .recorded_at = row.time(8)};
        if (!row.is_null(7)) one.list = row.id<ListTag>(7);
        page.items.push_back(std::move(one));
        return {};
      }));
  return page;
}

Result<UnitId> looking_unit(store::Connection& connection, const store::TenantScope& scope, Timestamp now) {
  std::optional<UnitId> unit;
  const auto take = [&](const store::Row& row) -> Result<void> {
    unit = row.id<UnitTag>(0);
    return {};
  };
  TRY_VOID(connection.query("SELECT r.unit_id FROM unit_role r WHERE r.tenant_id = ?1 AND r.role = 'standing_security_body' AND r.valid_from <= ?3 "
                            "AND (r.valid_to IS NULL OR r.valid_to >= ?3) AND " KHIEN_IN_SCOPE("r.unit_id") " ORDER BY r.id LIMIT 1",
                            {scope.tenant(), scope.roots_json(), std::int64_t{vietnam_day(now).days()}}, take));
  if (unit) return *unit;
  khien_assert(!scope.roots().empty());
  TRY_VOID(connection.query("SELECT u.id FROM unit u WHERE u.tenant_id = ?1 AND u.parent_id IS NULL AND " KHIEN_IN_SCOPE("u.id"),
                            {scope.tenant(), scope.roots_json()}, take));
  return unit.value_or(scope.roots().front());
}

}  // namespace khien::botnet
