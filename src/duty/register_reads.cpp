#include <algorithm>
#include <utility>

#include "khien/duty/register_records.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "register_rows.hpp"

namespace khien::duty {
namespace {

constexpr std::string_view kList = "register_record";
constexpr std::size_t kMostPage = 500;

// ?1 tenant, ?2 roots, ?3 register, ?4 state or '', ?5 end of the day or 0, ?6 to ?9
// words, ?10 before this id, ?11 the limit.
#define KHIEN_REGISTER_MATCH                                                                                       \
  "r.tenant_id = ?1 AND r.register = ?3 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE                                    \
  " AND (?4 = r.state OR (?4 = '' AND (?5 > 0 OR r.state IN ('waiting', 'approved', 'refused'))))"                 \
  " AND (?5 = 0 OR (r.counted_from < ?5 AND (r.ended_at IS NULL OR r.ended_at >= ?5)))"                            \
  " AND (?6 = '' OR instr(r.search_key, ?6) > 0) AND (?7 = '' OR instr(r.search_key, ?7) > 0)"                     \
  " AND (?8 = '' OR instr(r.search_key, ?8) > 0) AND (?9 = '' OR instr(r.search_key, ?9) > 0)"

struct Bounds {
  std::string roots;
  std::string state;
  std::int64_t day_end = 0;
  estate::SearchWords words;
};

Result<Bounds> bounds_of(store::Connection& connection, const store::TenantScope& scope, const RegisterQuery& query) {
  Bounds bounds;
  TRY(bounds.roots, estate::roots_below(connection, scope, query.unit));
  if (query.state) bounds.state = to_string(*query.state);
  if (query.as_of) bounds.day_end = vietnam_moment(*query.as_of + 1).ms;
  bounds.words = estate::search_words(query.words);
  return bounds;
}

Result<std::int64_t> count(store::Connection& connection, const store::TenantScope& scope, const RegisterQuery& query,
                           const Bounds& bounds) {
  std::int64_t total = 0;
  const auto& words = bounds.words.each;
  TRY_VOID(connection.query_one("SELECT count(*) FROM register_record r WHERE " KHIEN_REGISTER_MATCH,
                                {scope.tenant(), bounds.roots, query.register_name, bounds.state, bounds.day_end,
                                 words[0], words[1], words[2], words[3]},
                                [&](const store::Row& row) -> Result<void> {
                                  total = row.integer(0);
                                  return {};
                                }));
  return total;
}

}  // namespace

Result<RegisterRecord> get_register_record(store::Connection& connection, const store::TenantScope& scope,
                                           const law::Catalogue& catalogue, RegisterRecordId id) {
  return load_register_record(connection, scope, catalogue, id);
}

Result<std::vector<RegisterVersion>> list_register_versions(store::Connection& connection,
                                                            const store::TenantScope& scope, RegisterRecordId id) {
  TRY(const auto standing, register_standing(connection, scope, id));
  std::vector<RegisterVersion> versions;
  TRY_VOID(connection.query(
      "SELECT id, recorded_at, recorded_by FROM register_record WHERE tenant_id = ?1 AND record_id = ?2 "
      "ORDER BY version DESC",
      {scope.tenant(), standing.record}, [&](const store::Row& row) -> Result<void> {
        versions.push_back({row.id<RegisterRecordTag>(0), row.time(1), row.id<UserTag>(2)});
        return {};
      }));
  return versions;
}

Result<RegisterRecordPage> list_register_records(store::Connection& connection, const store::TenantScope& scope,
                                                 const law::Catalogue& catalogue, const RegisterQuery& query) {
  if (catalogue.register_named(query.register_name) == nullptr) return Error(Code::not_found, "no such register");
  TRY(const auto bounds, bounds_of(connection, scope, query));
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}}));
    before = std::get<std::int64_t>(fields[0]);
  }
  const auto limit = std::clamp<std::size_t>(query.limit, 1, kMostPage);
  RegisterRecordPage page;
  TRY(page.total, count(connection, scope, query, bounds));
  std::vector<RegisterRecordId> ids;
  const auto& words = bounds.words.each;
  TRY_VOID(connection.query("SELECT r.id FROM register_record r WHERE " KHIEN_REGISTER_MATCH
                            " AND r.id < ?10 ORDER BY r.id DESC LIMIT ?11",
                            {scope.tenant(), bounds.roots, query.register_name, bounds.state, bounds.day_end, words[0],
                             words[1], words[2], words[3], before, static_cast<std::int64_t>(limit + 1)},
                            [&](const store::Row& row) -> Result<void> {
                              ids.push_back(row.id<RegisterRecordTag>(0));
                              return {};
                            }));
  if (ids.size() > limit) {
    ids.pop_back();
    page.next = estate::to_cursor(kList, {ids.back().value});
  }
  for (const auto id : ids) {
    TRY(auto record, load_register_record(connection, scope, catalogue, id));
    page.items.push_back(std::move(record));
  }
  return page;
}

Result<std::map<std::string, RegisterCounts>> count_register_records(store::Connection& connection,
                                                                     const store::TenantScope& scope) {
  std::map<std::string, RegisterCounts> counts;
  TRY_VOID(connection.query(
      "SELECT r.register, r.state, count(*) FROM register_record r WHERE r.tenant_id = ?1 "
      "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND r.state IN ('waiting', 'approved') GROUP BY 1, 2",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        auto& entry = counts[std::string(row.text(0))];
        (row.text(1) == "waiting" ? entry.waiting : entry.approved) = row.integer(2);
        return {};
      }));
  return counts;
}

}  // namespace khien::duty
