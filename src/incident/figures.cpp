#include "khien/incident/figures.hpp"

#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::incident {
namespace {

std::optional<std::int64_t> minutes_between(std::optional<Timestamp> from, std::optional<Timestamp> to) {
  if (!from || !to || *to < *from) return std::nullopt;
  return (*to - *from).ms / minutes(1).ms;
}

std::optional<double> mean_of(const store::Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.number(column) / static_cast<double>(minutes(1).ms);
}

}  // namespace

Speed speed_of(const IncidentDetail& detail) {
  const Timestamp detected = detail.incident.detected_at;
  return {.detect = minutes_between(detail.first_seen, detected),
          .report = minutes_between(detected, detail.first_reported_at),
          .contain = minutes_between(detected, detail.contained_at),
          .close = minutes_between(detected, detail.closed_at)};
}

Result<IncidentTotals> total_incidents(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Timestamp from,
                                       Timestamp until, Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  IncidentTotals totals;
  TRY_VOID(connection.query_one(
      "SELECT count(*), coalesce(sum(severity >= 3), 0), coalesce(sum(personal_data), 0), coalesce(sum(state <> 'closed'), 0), "
      "coalesce(sum(due), 0), coalesce(sum(in_time), 0), avg(CASE WHEN first_seen <= detected_at THEN detected_at - first_seen END), "
      "avg(first_reported_at - detected_at), avg(contained_at - detected_at), avg(closed_at - detected_at) FROM ("
      "SELECT i.*, (SELECT count(*) FROM incident_clock k WHERE k.tenant_id = i.tenant_id AND k.incident_id = i.id AND k.late_at IS NOT NULL "
      "AND (k.met_at IS NOT NULL OR (k.applies = 1 AND k.late_at < ?5))) AS due, "
      "(SELECT count(*) FROM incident_clock k WHERE k.tenant_id = i.tenant_id AND k.incident_id = i.id AND k.met_at <= k.late_at) AS in_time "
      "FROM incident i WHERE i.tenant_id = ?1 AND i.detected_at >= ?3 AND i.detected_at < ?4 AND i.unit_id IN " KHIEN_UNITS_IN_SCOPE ")",
      {scope.tenant(), roots, from, until, now}, [&](const store::Row& row) -> Result<void> {
        totals = {.total = row.integer(0), .serious = row.integer(1), .personal_data = row.integer(2), .open = row.integer(3),
                  .closed = row.integer(0) - row.integer(3), .clocks_due = row.integer(4), .clocks_in_time = row.integer(5)};
        totals.mean_minutes_to_detect = mean_of(row, 6);
        totals.mean_minutes_to_report = mean_of(row, 7);
        totals.mean_minutes_to_contain = mean_of(row, 8);
        totals.mean_minutes_to_close = mean_of(row, 9);
        return {};
      }));
  return totals;
}

}  // namespace khien::incident
