#include "khien/roster/needs.hpp"

#include <algorithm>
#include <array>

#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"

namespace khien::roster {
namespace {

constexpr std::int64_t kMostMinutes = 240;
// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 3> kNeeds{"by_law", "holidays", "always"};

bool is_bounded(std::int64_t minutes_waited) { return minutes_waited >= 1 && minutes_waited <= kMostMinutes; }

Result<UnitSettings> settings_from(const store::Row& row, int first) {
  UnitSettings settings;
  TRY(settings.need, need_from_string(row.text(first)));
  settings.deputy_after_minutes = row.integer(first + 1);
  settings.leader_after_minutes = row.integer(first + 2);
  return settings;
}

}  // namespace

std::string_view to_string(Need need) { return kNeeds[static_cast<std::size_t>(need)]; }

Result<Need> need_from_string(std::string_view text) {
  const auto found = std::ranges::find(kNeeds, text);
  if (found == kNeeds.end()) return Error(Code::invalid, "need");
  return static_cast<Need>(found - kNeeds.begin());
}

Result<UnitSettings> settings_of(store::Connection& connection, const store::TenantScope& scope, UnitId unit) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  UnitSettings settings;
  TRY_VOID(connection.query("SELECT need, deputy_after_minutes, leader_after_minutes FROM roster_unit WHERE tenant_id = ?1 AND unit_id = ?2",
                            {scope.tenant(), unit}, [&](const store::Row& row) -> Result<void> {
                              TRY(settings, settings_from(row, 0));
                              return {};
                            }));
  return settings;
}

Result<void> set_settings(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const UnitSettings& settings, UserId by,
                          Timestamp now) {
  TRY_VOID(estate::get_unit(connection, scope, unit));
  if (!is_bounded(settings.deputy_after_minutes)) return Error(Code::invalid, "deputy_after_minutes");
  if (!is_bounded(settings.leader_after_minutes)) return Error(Code::invalid, "leader_after_minutes");
  TRY_VOID(connection.run(
      "INSERT INTO roster_unit (tenant_id, unit_id, need, deputy_after_minutes, leader_after_minutes, changed_by, changed_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, unit_id) DO UPDATE SET need = ?3, deputy_after_minutes = ?4, "
      "leader_after_minutes = ?5, changed_by = ?6, changed_at = ?7",
      {scope.tenant(), unit, to_string(settings.need), settings.deputy_after_minutes, settings.leader_after_minutes, by, now}));
  return {};
}

Result<std::map<UnitId, UnitSettings>> all_settings(store::Connection& connection, const store::TenantScope& scope) {
  std::map<UnitId, UnitSettings> all;
  TRY_VOID(connection.query("SELECT r.unit_id, r.need, r.deputy_after_minutes, r.leader_after_minutes FROM roster_unit r "
                            "WHERE r.tenant_id = ?1 AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE,
                            {scope.tenant(), scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
                              TRY(const auto settings, settings_from(row, 1));
                              all.emplace(row.id<UnitTag>(0), settings);
                              return {};
                            }));
  return all;
}

std::vector<Span> wanted_spans(Need need, bool bound_by_law, const std::vector<law::HolidayWindow>& windows, const Span& within) {
  if (need == Need::always) return within.from < within.to ? std::vector<Span>{within} : std::vector<Span>{};
  std::vector<Span> wanted;
  if (!needs_holidays(need, bound_by_law)) return wanted;
  for (const auto& window : windows) {
    const Span clipped{.from = std::max(window.from, within.from), .to = std::min(window.to, within.to)};
    if (clipped.from < clipped.to) wanted.push_back(clipped);
  }
  return wanted;
}

Coverage coverage_of(const std::vector<Span>& wanted, const std::vector<Duty>& duties) {
  Coverage all;
  for (const Span& span : wanted) {
    auto one = coverage_of(span, duties);
    all.gap_minutes += one.gap_minutes;
    all.gaps.insert(all.gaps.end(), one.gaps.begin(), one.gaps.end());
  }
  return all;
}

}  // namespace khien::roster
