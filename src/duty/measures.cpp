#include "measures.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/estate/scope_sql.hpp"
#include "roster_gaps.hpp"

namespace khien::duty {
namespace {

using Why = Measurement::Why;

Measurement none(Why why) {
  Measurement measurement;
  measurement.why = why;
  return measurement;
}

Measurement measured(double part, std::optional<double> whole, bool exempt) {
  Measurement measurement;
  measurement.part = part;
  measurement.exempt = exempt;
  const bool is_ratio = whole.has_value();
  measurement.why = is_ratio && *whole <= 0 ? Why::nothing : Why::known;
  if (is_ratio && *whole > 0) measurement.whole = whole;
  return measurement;
}

}  // namespace

Result<const std::vector<Measurement>*> Measures::of_units(std::string_view metric, const std::optional<Period>& period) {
  return column(metric, false, period);
}

Result<const std::vector<Measurement>*> Measures::of_all(std::string_view metric, const std::optional<Period>& period) {
  return column(metric, true, period);
}

Result<const std::vector<Measurement>*> Measures::column(std::string_view metric, bool for_all,
                                                         const std::optional<Period>& period) {
  const auto* known = catalogue_.metric(metric);
  if (known == nullptr) return static_cast<const std::vector<Measurement>*>(nullptr);
  // Only registers and rosters know periods: one column serves all others.
  const bool has_periods = known->source == law::Metric::Source::register_ || metric == kRosterGaps;
  const auto asked = has_periods ? period : std::nullopt;
  const Key key{std::string(metric), for_all, asked};
  const auto found = columns_.find(key);
  if (found != columns_.end()) return &found->second;
  TRY(auto made, compute(*known, for_all, asked));
  khien_assert(made.size() == picture_.size());
  return &columns_.emplace(key, std::move(made)).first->second;
}

Result<std::vector<Measurement>> Measures::compute(const law::Metric& metric, bool for_all,
                                                   const std::optional<Period>& period) {
  if (metric.source == law::Metric::Source::later) {
    return std::vector<Measurement>(picture_.size(), none(Why::later));
  }
  if (for_all && !picture_.is_whole()) return std::vector<Measurement>(picture_.size(), none(Why::elsewhere));
  if (metric.source == law::Metric::Source::register_) return from_register(metric, for_all, period);
  // A shift that has begun never changes: the past of a period is read from the roster itself.
  if (metric.id == kRosterGaps && period) return roster_gaps(*period, for_all);
  if (picture_.as_of() < vietnam_day(now_)) return stored(metric.id, for_all);
  if (metric.id == kRosterGaps) return roster_gaps(next_window(), for_all);
  return live(metric, for_all);
}

Result<void> Measures::need_facts() {
  if (has_facts_) return {};
  TRY(own_, read_facts(connection_, scope_, picture_, now_));
  for (const auto& facts : own_) total_ += facts;
  with_below_ = own_;
  picture_.sum_up(with_below_, [](UnitFacts& above, const UnitFacts& below) { above += below; });
  has_facts_ = true;
  return {};
}

Result<std::vector<Measurement>> Measures::live(const law::Metric& metric, bool for_all) {
  TRY_VOID(need_facts());
  if (for_all) return std::vector<Measurement>(picture_.size(), measure_live(metric.id, total_));
  const auto& facts = is_of_unit_alone(metric.id) ? own_ : with_below_;
  std::vector<Measurement> all;
  for (const auto& one : facts) all.push_back(measure_live(metric.id, one));
  return all;
}

// The holiday whose turn it is: under way, or the next.
Period Measures::next_window() const {
  constexpr int kLookAhead = 400;
  const auto windows = catalogue_.calendar().windows(picture_.as_of() - 1, picture_.as_of() + kLookAhead);
  const auto ends_later = [&](const law::HolidayWindow& window) { return window.first_work_after >= picture_.as_of(); };
  const auto next = std::ranges::find_if(windows, ends_later);
  if (next == windows.end()) return {picture_.as_of(), picture_.as_of()};
  return {next->last_work_before, next->first_work_after};
}

// Of all: the sum of those that keep a roster here.
Result<std::vector<Measurement>> Measures::roster_gaps(const Period& period, bool for_all) {
  TRY(const auto gaps, read_roster_gaps(connection_, scope_, picture_, catalogue_.calendar(), period));
  std::vector<Measurement> all;
  double sum = 0;
  bool any = false;
  for (const auto& minutes_of_unit : gaps) {
    all.push_back(minutes_of_unit ? measured(*minutes_of_unit, std::nullopt, false) : none(Why::nothing));
    sum += minutes_of_unit.value_or(0);
    any = any || minutes_of_unit.has_value();
  }
  if (for_all) all.assign(all.size(), any ? measured(sum, std::nullopt, false) : none(Why::nothing));
  return all;
}

Result<const RegisterSums*> Measures::sums_of(const law::Metric& metric, const std::optional<Period>& period) {
  khien_assert(metric.expression.has_value());
  const std::pair key(metric.id, period);
  const auto found = sums_.find(key);
  if (found != sums_.end()) return &found->second;
  TRY(auto made, sum_register(connection_, scope_, picture_, *metric.expression, period));
  return &sums_.emplace(key, std::move(made)).first->second;
}

Result<std::vector<Measurement>> Measures::from_register(const law::Metric& metric, bool for_all,
                                                         const std::optional<Period>& period) {
  TRY(const auto* of_each, sums_of(metric, period));
  auto sums = *of_each;
  const bool is_ratio = !sums.whole.empty();
  const auto add = [](double& above, double below) { above += below; };
  if (for_all) {
    double part = 0;
    double whole = 0;
    for (const double one : sums.part) part += one;
    for (const double one : sums.whole) whole += one;
    return std::vector<Measurement>(picture_.size(), measured(part, is_ratio ? std::optional(whole) : std::nullopt, false));
  }
  picture_.sum_up(sums.part, add);
  if (is_ratio) picture_.sum_up(sums.whole, add);
  std::vector<Measurement> all;
  for (std::size_t i = 0; i < picture_.size(); ++i) {
    all.push_back(measured(sums.part[i], is_ratio ? std::optional(sums.whole[i]) : std::nullopt, sums.exempt[i] != 0));
  }
  return all;
}

// What was read on the day: of each unit and what is below it, or of the whole tenant,
// kept at the units that act for it. A day that has just begun may have no reading yet.
Result<std::vector<Measurement>> Measures::stored(std::string_view metric, bool for_all) {
  std::vector<Measurement> all(picture_.size(), none(Why::no_reading));
  const auto day = std::min(picture_.as_of(), vietnam_day(now_));
  const std::int64_t oldest = day.days() - (day == vietnam_day(now_) ? 1 : 0);
  TRY_VOID(connection_.query(
      "SELECT r.unit_id, r.part, r.whole, r.exempt FROM metric_reading r WHERE r.tenant_id = ?1 AND r.metric = ?3 "
      "AND r.coverage = ?4 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND r.from_day <= ?5 AND r.through_day >= ?6 ORDER BY r.unit_id, r.from_day",
      {scope_.tenant(), scope_.roots_json(), metric, for_all ? "tenant" : "unit", std::int64_t{day.days()}, oldest},
      [&](const store::Row& row) -> Result<void> {
        const auto unit = picture_.index_of(row.id<UnitTag>(0));
        const auto whole = row.is_null(2) ? std::nullopt : std::optional(row.number(2));
        if (unit) all[*unit] = measured(row.number(1), whole, row.integer(3) != 0);
        return {};
      }));
  return all;
}

}  // namespace khien::duty
