#include <algorithm>
#include <set>
#include <utility>

#include "khien/duty/metrics.hpp"
#include "measures.hpp"

namespace khien::duty {
namespace {

struct Reading {
  std::string_view metric;
  std::string_view coverage;
  UnitId unit;
  Measurement measurement;
};

// One reading a day and key. The row of yesterday grows if it says the same; a later
// reading of today takes the place of an earlier one.
Result<void> keep(store::Connection& connection, TenantId tenant, const Reading& reading, Date today) {
  const auto& measured = reading.measurement;
  const auto whole = measured.whole ? store::Value(*measured.whole) : store::Value(nullptr);
  const std::int64_t day = today.days();
  // Today's own row goes: what it said is old.
  TRY_VOID(connection.run(
      "DELETE FROM metric_reading WHERE tenant_id = ?1 AND metric = ?2 AND coverage = ?3 AND unit_id = ?4 AND from_day = ?5",
      {tenant, reading.metric, reading.coverage, reading.unit, day}));
  TRY_VOID(connection.run(
      "UPDATE metric_reading SET through_day = ?5 - 1 WHERE tenant_id = ?1 AND metric = ?2 AND coverage = ?3 "
      "AND unit_id = ?4 AND from_day < ?5 AND through_day >= ?5",
      {tenant, reading.metric, reading.coverage, reading.unit, day}));
  TRY(const auto grown,
      connection.run("UPDATE metric_reading SET through_day = ?5 WHERE tenant_id = ?1 AND metric = ?2 AND coverage = ?3 "
                     "AND unit_id = ?4 AND through_day = ?5 - 1 AND part = ?6 AND whole IS ?7 AND exempt = ?8",
                     {tenant, reading.metric, reading.coverage, reading.unit, day, measured.part, whole, measured.exempt}));
  if (grown > 0) return {};
  TRY_VOID(connection.run(
      "INSERT INTO metric_reading (tenant_id, metric, coverage, unit_id, from_day, through_day, part, whole, exempt) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)",
      {tenant, reading.metric, reading.coverage, reading.unit, day, measured.part, whole, measured.exempt}));
  return {};
}

// Units that hold an assigned role today: they act for the whole tenant.
std::vector<std::size_t> acting_for_all(const Picture& picture, const law::Catalogue& catalogue) {
  std::vector<std::string> assigned;
  for (const auto& role : catalogue.roles()) {
    if (role.by == law::Role::By::assignment) assigned.push_back(role.id);
  }
  std::vector<std::size_t> units;
  for (std::size_t i = 0; i < picture.size(); ++i) {
    if (picture.bound(i, assigned, picture.as_of()) == Picture::Bound::for_all) units.push_back(i);
  }
  return units;
}

Measurement known(double value) {
  Measurement measurement;
  measurement.why = Measurement::Why::known;
  measurement.part = value;
  return measurement;
}

}  // namespace

Result<std::int64_t> store_readings(store::Connection& connection, const store::TenantScope& scope,
                                    const TenantLaw& law, Timestamp now) {
  const auto today = vietnam_day(now);
  const auto& catalogue = law.catalogue();
  TRY(const auto picture, Picture::load(connection, scope, catalogue, today));
  Measures measures(connection, scope, catalogue, picture, now);
  const auto acting = acting_for_all(picture, catalogue);
  std::vector<Reading> readings;
  for (const auto& metric : catalogue.metrics()) {
    // Registers are asked on each question, of the past too.
    if (metric.source != law::Metric::Source::live) continue;
    TRY(const auto* of_units, measures.of_units(metric.id, std::nullopt));
    for (std::size_t i = 0; i < picture.size(); ++i) readings.push_back({metric.id, "unit", picture.units()[i].id, (*of_units)[i]});
    if (acting.empty()) continue;
    TRY(const auto* column, measures.of_all(metric.id, std::nullopt));
    for (const auto unit : acting) readings.push_back({metric.id, "tenant", picture.units()[unit].id, (*column)[unit]});
  }
  for (const auto unit : acting) {
    const auto id = picture.units()[unit].id;
    readings.push_back({kHighestLevel, "tenant", id, known(picture.highest_level_of_all())});
    readings.push_back({kSites, "tenant", id, known(picture.any_site() ? 1 : 0)});
  }
  std::int64_t kept = 0;
  for (const auto& reading : readings) {
    if (!reading.measurement.known()) continue;
    TRY_VOID(keep(connection, scope.tenant(), reading, today));
    ++kept;
  }
  return kept;
}

}  // namespace khien::duty
