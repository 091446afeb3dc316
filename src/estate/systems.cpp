#include "khien/estate/systems.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"
#include "system_rows.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "systems";
constexpr std::size_t kMaxPage = 500;

// The level of the day ?3.
#define KHIEN_SYSTEMS                                                                             \
  "information_system s JOIN unit u ON u.tenant_id = s.tenant_id AND u.id = s.unit_id "           \
  "LEFT JOIN information_system_level l ON l.tenant_id = s.tenant_id AND l.system_id = s.id AND " \
  "l.valid_from <= ?3 "                                                                           \
  "AND (l.valid_to IS NULL OR l.valid_to >= ?3) "
#define KHIEN_SYSTEM_COLUMNS                                                                               \
  "s.id, s.unit_id, u.name, s.name, s.purpose, s.operator, s.monitor, s.assessor, s.dossier_at, "          \
  "s.approved_at, "                                                                                        \
  "s.plan_deployed_at, s.assessed_at, s.ended_on, l.valid_from, l.valid_to, l.level, l.rule, l.decision, " \
  "s.name_order"
#define KHIEN_SYSTEM_HAS_WORD(word) \
  " AND (" word " = '' OR instr(s.search_key, " word ") > 0 OR instr(u.name_folded, " word ") > 0)"
// At the moment ?9 of the day ?3, 0 for now. A level or a day of an approval may be older than the
// register's entry.
#define KHIEN_SYSTEM_RUNS                                                                                  \
  "(CASE WHEN ?9 = 0 THEN s.ended_on IS NULL ELSE (s.ended_on IS NULL OR s.ended_on > ?3) AND "            \
  "(s.created_at <= ?9 OR l.level IS NOT NULL OR min(coalesce(s.dossier_at, 9e9), coalesce(s.approved_at, 9e9), " \
  "coalesce(s.plan_deployed_at, 9e9), coalesce(s.assessed_at, 9e9)) <= ?3) END)"
// ?4 to ?7 words, ?8 the level or -1.
#define KHIEN_SYSTEMS_FOUND                                                                            \
  KHIEN_SYSTEMS "WHERE s.tenant_id = ?1 AND " KHIEN_SYSTEM_RUNS " AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE \
      KHIEN_SYSTEM_HAS_WORD("?4") KHIEN_SYSTEM_HAS_WORD("?5") KHIEN_SYSTEM_HAS_WORD("?6")              \
          KHIEN_SYSTEM_HAS_WORD("?7") " AND (?8 < 0 OR coalesce(l.level, 0) = ?8)"

SystemLevel level_from(const store::Row& row, int first) {
  return {.valid_from = day_at(row, first),
          .valid_to = optional_day_at(row, first + 1),
          .level = static_cast<int>(row.integer(first + 2)),
          .rule = std::string(row.text(first + 3)),
          .decision = std::string(row.text(first + 4))};
}

System system_from(const store::Row& row) {
  System system{.id = SystemId{row.integer(0)}, .unit = UnitId{row.integer(1)}};
  system.unit_name = row.text(2);
  system.name = row.text(3);
  system.purpose = row.text(4);
  system.operator_ = row.text(5);
  system.monitor = row.text(6);
  system.assessor = row.text(7);
  system.dossier_at = optional_day_at(row, 8);
  system.approved_at = optional_day_at(row, 9);
  system.plan_deployed_at = optional_day_at(row, 10);
  system.assessed_at = optional_day_at(row, 11);
  system.ended_on = optional_day_at(row, 12);
  if (!row.is_null(13)) system.level = level_from(row, 13);
  return system;
}

Result<void> count_levels(store::Connection& connection, TenantId tenant, std::string_view roots, Date today,
                          SystemPage& page) {
  return connection.query(
      "SELECT coalesce(l.level, 0), count(*) FROM " KHIEN_SYSTEMS
      "WHERE s.tenant_id = ?1 AND s.ended_on IS NULL AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE " GROUP BY 1",
      {tenant, roots, day(today)}, [&](const store::Row& row) -> Result<void> {
        page.by_level.at(static_cast<std::size_t>(row.integer(0))) = row.integer(1);
        return {};
      });
}

struct Behind {
  Bytes order;
  std::int64_t id = 0;
};
Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, from_cursor(cursor, kList, {Bytes(), std::int64_t{}}));
  return Behind{std::get<Bytes>(std::move(fields[0])), std::get<std::int64_t>(fields[1])};
}

}  // namespace

Result<SystemPage> list_systems(store::Connection& connection, const store::TenantScope& scope,
                                const SystemQuery& query, Timestamp now) {
  TRY(const auto roots, roots_below(connection, scope, query.unit));
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const Date today = vietnam_day(now);
  const auto words = search_words(query.words);
  const int level = query.level.value_or(-1);
  const Timestamp past = query.past ? now : Timestamp{};
  SystemPage page;
  TRY_VOID(count_levels(connection, scope.tenant(), roots, today, page));
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM " KHIEN_SYSTEMS_FOUND,
      {scope.tenant(), roots, day(today), words.each[0], words.each[1], words.each[2], words.each[3], level, past},
      [&](const store::Row& row) -> Result<void> {
        page.total = row.integer(0);
        return {};
      }));
  Behind last;
  // One more than asked for tells whether there is another page.
  TRY_VOID(
      connection.query("SELECT " KHIEN_SYSTEM_COLUMNS " FROM " KHIEN_SYSTEMS_FOUND
                       " AND (s.name_order, s.id) > (?10, ?11) ORDER BY s.name_order, s.id LIMIT ?12",
                       {scope.tenant(), roots, day(today), words.each[0], words.each[1], words.each[2],
                        words.each[3], level, past, ByteView(behind.order), behind.id, std::uint64_t{limit + 1}},
                       [&](const store::Row& row) -> Result<void> {
                         if (page.items.size() == limit) {
                           page.next = to_cursor(kList, {last.order, last.id});
                           return {};
                         }
                         page.items.push_back(system_from(row));
                         const ByteView order = row.bytes(18);
                         last = {Bytes(order.begin(), order.end()), row.integer(0)};
                         return {};
                       }));
  return page;
}

Result<System> get_system(store::Connection& connection, const store::TenantScope& scope, SystemId id,
                          Timestamp now) {
  std::optional<System> system;
  TRY_VOID(connection.query("SELECT " KHIEN_SYSTEM_COLUMNS " FROM " KHIEN_SYSTEMS
                            "WHERE s.tenant_id = ?1 AND s.id = ?4 AND " KHIEN_IN_SCOPE("s.unit_id"),
                            {scope.tenant(), scope.roots_json(), day(vietnam_day(now)), id},
                            [&](const store::Row& row) -> Result<void> {
                              system = system_from(row);
                              return {};
                            }));
  if (!system) return Error(Code::not_found, "there is no such information system");
  return std::move(*system);
}

Result<std::vector<SystemLevel>> list_system_levels(store::Connection& connection,
                                                    const store::TenantScope& scope, SystemId id) {
  std::vector<SystemLevel> levels;
  TRY_VOID(connection.query(
      "SELECT l.valid_from, l.valid_to, l.level, l.rule, l.decision FROM information_system_level l "
      "JOIN information_system s ON s.tenant_id = l.tenant_id AND s.id = l.system_id "
      "WHERE l.tenant_id = ?1 AND l.system_id = ?3 AND " KHIEN_IN_SCOPE("s.unit_id") " ORDER BY l.valid_from",
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        levels.push_back(level_from(row, 0));
        return {};
      }));
  return levels;
}

Result<std::vector<OwnedLevel>> list_owned_levels(store::Connection& connection,
                                                  const store::TenantScope& scope) {
  std::vector<OwnedLevel> levels;
  TRY_VOID(connection.query(
      "SELECT l.valid_from, l.valid_to, l.level, l.rule, l.decision, s.unit_id, s.id, s.ended_on "
      "FROM information_system_level l "
      "JOIN information_system s ON s.tenant_id = l.tenant_id AND s.id = l.system_id "
      "WHERE l.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY s.unit_id, s.id, l.valid_from",
      {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        OwnedLevel owned{
            .unit = UnitId{row.integer(5)}, .system = SystemId{row.integer(6)}, .level = level_from(row, 0)};
        // A system that ended has no level from then on.
        if (const auto ended = optional_day_at(row, 7)) {
          if (*ended <= owned.level.valid_from) return {};
          owned.level.valid_to = std::min(owned.level.valid_to.value_or(*ended - 1), *ended - 1);
        }
        levels.push_back(std::move(owned));
        return {};
      }));
  return levels;
}

std::vector<LocalText> warnings_of(const System& system) {
  std::vector<LocalText> warnings;
  const bool high = system.level && system.level->level >= 3;
  if (high && !system.assessor.empty() && fold(system.assessor) == fold(system.monitor)) {
    warnings.push_back({"Từ cấp độ 3, đơn vị kiểm tra, đánh giá phải độc lập với đơn vị giám sát.",
                        "From level 3 on, whoever assesses must be independent of whoever monitors."});
  }
  if (system.level && !system.dossier_at) {
    warnings.push_back({"Đã ghi cấp độ nhưng chưa có ngày lập hồ sơ đề xuất cấp độ.",
                        "A level is recorded, but not when its dossier was made."});
  }
  if (system.dossier_at && system.approved_at && *system.approved_at < *system.dossier_at) {
    warnings.push_back({"Ngày phê duyệt cấp độ trước ngày lập hồ sơ.",
                        "The level was approved before its dossier was made."});
  }
  if (system.plan_deployed_at && (!system.approved_at || *system.plan_deployed_at < *system.approved_at)) {
    warnings.push_back({"Phương án bảo đảm an toàn được triển khai trước khi cấp độ được phê duyệt.",
                        "The protection plan was deployed before the level was approved."});
  }
  return warnings;
}

}  // namespace khien::estate
