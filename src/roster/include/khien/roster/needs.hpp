#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/law/calendar.hpp"
#include "khien/model/ids.hpp"
#include "khien/roster/coverage.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::roster {

// When a unit needs somebody on duty. What a document demands no setting takes away.
enum class Need : unsigned char {
  by_law,    // in holiday windows, if a clause in force binds the unit
  holidays,  // in holiday windows, whatever binds it
  always,    // every minute: a standing body, a monitoring centre
};
std::string_view to_string(Need need);
Result<Need> need_from_string(std::string_view text);

struct UnitSettings {
  Need need = Need::by_law;
  std::int64_t deputy_after_minutes = 15;  // of a call that nobody answers; 1 to 240
  std::int64_t leader_after_minutes = 15;  // after the deputy

  bool operator==(const UnitSettings&) const = default;
};
// Code::not_found outside of the scope, invalid beyond the bounds.
Result<UnitSettings> settings_of(store::Connection& connection, const store::TenantScope& scope, UnitId unit);
Result<void> set_settings(store::Connection& connection, const store::TenantScope& scope, UnitId unit, const UnitSettings& settings, UserId by,
                          Timestamp now);
// Of the units in scope that have some; the others have the usual ones.
Result<std::map<UnitId, UnitSettings>> all_settings(store::Connection& connection, const store::TenantScope& scope);

// Does the unit need somebody in a holiday window?
constexpr bool needs_holidays(Need need, bool bound_by_law) { return need != Need::by_law || bound_by_law; }

// The parts of [within] in which somebody must be on duty, in order, none touching another.
std::vector<Span> wanted_spans(Need need, bool bound_by_law, const std::vector<law::HolidayWindow>& windows, const Span& within);
// Gaps of several spans, as one answer.
Coverage coverage_of(const std::vector<Span>& wanted, const std::vector<Duty>& duties);

}  // namespace khien::roster
