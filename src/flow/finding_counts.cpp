#include <algorithm>

#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"

namespace khien::flow {
namespace {

constexpr int kHours = 24;
constexpr int kMostDays = 366;

Result<std::int64_t> count_of(store::Connection& connection, store::Sql sql, store::Connection::Values values) {
  std::int64_t count = 0;
  TRY_VOID(connection.query_one(sql, values, [&](const store::Row& row) -> Result<void> {
    count = row.integer(0);
    return {};
  }));
  return count;
}

std::size_t severity_index(const store::Row& row, int column) {
  const auto severity = row.integer(column);
  khien_assert(severity >= 0 && severity <= 4);
  return static_cast<std::size_t>(severity);
}

}  // namespace

Result<FindingCounts> count_findings(store::Connection& connection, const store::TenantScope& scope,
                                     std::optional<UnitId> unit, UserId me) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  FindingCounts counts;
  TRY_VOID(connection.query(
      "SELECT f.severity, count(*) FROM finding f INDEXED BY finding_open_by_unit WHERE f.tenant_id = ?1 "
      "AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND f.state IN ('new', 'in_progress') GROUP BY f.severity",
      {scope.tenant(), roots}, [&](const store::Row& row) -> Result<void> {
        counts.open_by_severity[severity_index(row, 0)] = row.integer(1);
        counts.open += row.integer(1);
        return {};
      }));
  TRY(counts.mine, count_of(connection,
                            "SELECT count(*) FROM finding f INDEXED BY finding_open_by_owner WHERE f.tenant_id = ?1 "
                            "AND f.owner_id = ?3 AND f.state IN ('new', 'in_progress') "
                            "AND " KHIEN_IN_SCOPE("f.unit_id"),
                            {scope.tenant(), roots, me}));
  TRY(counts.all, count_of(connection,
                           "SELECT count(*) FROM finding f INDEXED BY finding_by_unit WHERE f.tenant_id = ?1 "
                           "AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE,
                           {scope.tenant(), roots}));
  return counts;
}

Result<std::vector<HourCounts>> findings_by_hour(store::Connection& connection, const store::TenantScope& scope,
                                                 std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  const std::int64_t hour = hours(1).ms;
  const Timestamp first{now.ms - now.ms % hour - (kHours - 1) * hour};
  std::vector<HourCounts> all;
  for (int i = 0; i < kHours; ++i) all.push_back({first + hours(i), {}});
  TRY_VOID(connection.query(
      "SELECT (f.first_seen - ?3) / ?5 AS hour, f.severity, count(*) "
      "FROM finding f INDEXED BY finding_by_first_seen "
      "WHERE f.tenant_id = ?1 AND f.first_seen >= ?3 AND f.first_seen < ?4 AND " KHIEN_IN_SCOPE("f.unit_id")
      " GROUP BY hour, f.severity",
      {scope.tenant(), roots, first, first + hours(kHours), hour}, [&](const store::Row& row) -> Result<void> {
        all.at(static_cast<std::size_t>(row.integer(0))).by_severity[severity_index(row, 1)] = row.integer(2);
        return {};
      }));
  return all;
}

Result<std::vector<DayCounts>> findings_by_day(store::Connection& connection, const store::TenantScope& scope,
                                               std::optional<UnitId> unit, Timestamp now, int days_back) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  days_back = std::clamp(days_back, 1, kMostDays);
  const Timestamp first = vietnam_midnight(now) - days(days_back - 1);
  std::vector<DayCounts> all;
  for (int i = 0; i < days_back; ++i) all.push_back({vietnam_date(first + days(i)), 0, 0});
  // From the history, so that each number walks back to findings.
  TRY_VOID(connection.query(
      "SELECT (h.at - ?3) / ?5 AS day, h.effect, count(*) "
      "FROM finding_history h INDEXED BY finding_history_by_time "
      "JOIN finding f ON f.tenant_id = h.tenant_id AND f.id = h.finding_id "
      "WHERE h.tenant_id = ?1 AND h.at >= ?3 AND h.at < ?4 AND h.effect <> '' AND " KHIEN_IN_SCOPE("f.unit_id")
      " GROUP BY day, h.effect",
      {scope.tenant(), roots, first, first + days(days_back), days(1).ms}, [&](const store::Row& row) -> Result<void> {
        DayCounts& day = all.at(static_cast<std::size_t>(row.integer(0)));
        (row.text(1) == "opened" ? day.opened : day.resolved) = row.integer(2);
        return {};
      }));
  return all;
}

}  // namespace khien::flow
