#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "khien/core/random.hpp"
#include "khien/core/secret.hpp"
#include "khien/duty/matrix.hpp"

namespace khien::duty {

// An address for calendar programs, which cannot sign in: whoever holds its secret
// reads the deadlines of one unit, as its owner may see them. Only the secret's
// SHA-256 is kept.
// Ends the one the person had for the unit. Code::not_found if the unit is not in scope.
Result<Secret> create_calendar_feed(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                    UserId user, Timestamp now, Random& random);

struct CalendarFeed {
  TenantId tenant;
  UnitId unit;
  UserId user;
};
// By the secret alone, which is the only authority. Whether the person is still
// allowed to see the unit is the caller's to ask. Code::not_found if nobody holds it.
Result<CalendarFeed> find_calendar_feed(store::Connection& connection, std::string_view secret);

// What falls due for the unit, from 60 days ago to 400 days ahead, and the holidays'
// duty hours. RFC 5545.
Result<std::string> calendar_of(store::Connection& connection, const store::TenantScope& scope, const TenantLaw& law,
                                UnitId unit, Timestamp now);

}  // namespace khien::duty
