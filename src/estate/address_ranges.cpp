#include "khien/estate/address_ranges.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "ip_range.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "address_ranges";
constexpr std::size_t kMaxPage = 500;

#define KHIEN_RANGE_COLUMNS "r.id, r.unit_id, u.name, r.range, r.purpose"
#define KHIEN_RANGES "address_range r JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "

AddressRange range_from(const store::Row& row) {
  return {.id = AddressRangeId{row.integer(0)},
          .unit = UnitId{row.integer(1)},
          .unit_name = std::string(row.text(2)),
          .range = std::string(row.text(3)),
          .purpose = std::string(row.text(4))};
}

// The whole tenant is asked: an address has one owner, whoever sees it. Ranges that
// the scope sees are named first.
Result<void> require_no_overlap(store::Connection& connection, const store::TenantScope& scope, const IpRange& range) {
  return connection.query(
      "SELECT " KHIEN_IN_SCOPE("r.unit_id") " AS seen FROM address_range r WHERE r.tenant_id = ?1 AND r.first <= ?4 "
      "AND r.last >= ?3 ORDER BY seen DESC LIMIT 1",
      {scope.tenant(), scope.roots_json(), ByteView(range.first), ByteView(range.last)},
      [](const store::Row& row) -> Result<void> {
        return refuse(row.integer(0) != 0 ? refusals::kRangeOverlaps : refusals::kHeldElsewhere);
      });
}

}  // namespace

Result<AddressRangePage> list_address_ranges(store::Connection& connection, const store::TenantScope& scope,
                                             const AddressRangeQuery& query) {
  TRY(const auto roots, roots_below(connection, scope, query.unit));
  Bytes behind;
  if (!query.cursor.empty()) {
    TRY(auto fields, from_cursor(query.cursor, kList, {Bytes()}));
    behind = std::get<Bytes>(std::move(fields[0]));
  }
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  AddressRangePage page;
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM address_range r WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE,
      {scope.tenant(), roots}, [&](const store::Row& row) -> Result<void> {
        page.total = row.integer(0);
        return {};
      }));
  Bytes last;
  TRY_VOID(connection.query("SELECT " KHIEN_RANGE_COLUMNS ", r.first FROM " KHIEN_RANGES
                            "WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
                            " AND r.first > ?3 ORDER BY r.first LIMIT ?4",
                            {scope.tenant(), roots, ByteView(behind), std::uint64_t{limit + 1}},
                            [&](const store::Row& row) -> Result<void> {
                              if (page.items.size() == limit) {
                                page.next = to_cursor(kList, {last});
                                return {};
                              }
                              page.items.push_back(range_from(row));
                              const ByteView first = row.bytes(5);
                              last.assign(first.begin(), first.end());
                              return {};
                            }));
  return page;
}

Result<AddressRange> get_address_range(store::Connection& connection, const store::TenantScope& scope,
                                       AddressRangeId id) {
  std::optional<AddressRange> range;
  TRY_VOID(connection.query("SELECT " KHIEN_RANGE_COLUMNS " FROM " KHIEN_RANGES
                            "WHERE r.tenant_id = ?1 AND r.id = ?3 AND " KHIEN_IN_SCOPE("r.unit_id"),
                            {scope.tenant(), scope.roots_json(), id},
                            [&](const store::Row& row) -> Result<void> {
                              range = range_from(row);
                              return {};
                            }));
  if (!range) return Error(Code::not_found, "there is no such address range");
  return std::move(*range);
}

Result<AddressRangeId> create_address_range(store::Connection& connection, const store::TenantScope& scope,
                                            UnitId unit, std::string_view range, std::string_view purpose,
                                            Timestamp now) {
  TRY_VOID(require_living_unit(connection, scope, unit));
  TRY(const auto block, IpRange::from_text(range));
  TRY(const auto words, line_from_text(purpose));
  TRY_VOID(require_no_overlap(connection, scope, block));
  TRY_VOID(connection.run(
      "INSERT INTO address_range (tenant_id, unit_id, first, last, range, purpose, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {scope.tenant(), unit, ByteView(block.first), ByteView(block.last), block.text, words, now}));
  return AddressRangeId{connection.last_insert_id()};
}

Result<void> delete_address_range(store::Connection& connection, const store::TenantScope& scope,
                                  AddressRangeId id) {
  TRY(const auto range, get_address_range(connection, scope, id));
  TRY(const auto gone, connection.run("DELETE FROM address_range WHERE tenant_id = ?1 AND id = ?2",
                                      {scope.tenant(), range.id}));
  khien_assert(gone == 1);
  return {};
}

Result<std::optional<AddressRange>> range_of_address(store::Connection& connection,
                                                     const store::TenantScope& scope,
                                                     std::string_view address) {
  TRY(const auto bytes, ip_from_text(address));
  std::optional<AddressRange> range;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_RANGE_COLUMNS " FROM " KHIEN_RANGES
      "WHERE r.tenant_id = ?1 AND r.first <= ?3 AND r.last >= ?3 AND " KHIEN_IN_SCOPE("r.unit_id"),
      {scope.tenant(), scope.roots_json(), ByteView(bytes)}, [&](const store::Row& row) -> Result<void> {
        range = range_from(row);
        return {};
      }));
  return range;
}

}  // namespace khien::estate
