#include "khien/duty/roster_windows.hpp"

#include <set>

#include "khien/duty/bound.hpp"
#include "khien/estate/units.hpp"
#include "khien/roster/shifts.hpp"
#include "roster_gaps.hpp"

namespace khien::duty {

Result<std::vector<RosterRow>> read_roster_window(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                                  const law::HolidayWindow& window, std::optional<UnitId> unit) {
  const roster::Span wanted{.from = window.from, .to = window.to};
  TRY(const auto bound_list, units_bound(connection, scope, law, kRosterGaps, window.last_work_before));
  const std::set<UnitId> bound(bound_list.begin(), bound_list.end());
  TRY(const auto settings, roster::all_settings(connection, scope));
  TRY(const auto covered, roster::coverage_by_unit(connection, scope, wanted));
  TRY(const auto units, estate::list_units(connection, scope));
  std::vector<RosterRow> rows;
  for (const auto& known : units) {
    if (unit && known.id != *unit) continue;
    const auto setting = settings.find(known.id);
    const auto need = setting == settings.end() ? roster::Need::by_law : setting->second.need;
    const bool by_law = bound.contains(known.id);
    if (!roster::needs_holidays(need, by_law)) continue;
    RosterRow row{.unit = known.id, .unit_name = known.name, .need = need, .by_law = by_law, .shifts = 0,
                  .coverage = {.gaps = {wanted}, .gap_minutes = roster::minutes_of(wanted)}};
    if (const auto found = covered.find(known.id); found != covered.end()) {
      row.shifts = found->second.shifts;
      row.coverage = found->second.coverage;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace khien::duty
