#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/roster/coverage.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::roster {

using ShiftId = Id<struct ShiftTag>;

std::string_view to_string(Part part);
Result<Part> part_from_string(std::string_view text);

struct Handover {
  std::string words;
  Timestamp at;
  UserId by;
};
// A person on duty. Either somebody who signs in (`user`), whom the hub itself can call, or
// a name with a telephone.
struct Shift {
  ShiftId id;
  UnitId unit;
  std::string unit_name;
  Span span;
  Part part = Part::main;
  std::string person;
  std::string phone;
  std::optional<UserId> user;
  std::optional<Handover> handover;

  // What has begun is what happened: it is not changed and not taken away.
  bool has_begun(Timestamp now) const { return span.from <= now; }
};

inline constexpr std::size_t kMostShifts = 2'000;
struct ShiftQuery {
  std::optional<UnitId> unit;  // itself, without what is below it
  Span span;                   // every shift that has a moment in it
  std::size_t most = kMostShifts;
};
// By beginning, then id. Code::not_found for a unit outside of the scope.
Result<std::vector<Shift>> list_shifts(store::Connection& connection, const store::TenantScope& scope, const ShiftQuery& query);
Result<Shift> get_shift(store::Connection& connection, const store::TenantScope& scope, ShiftId id);

// A person twice at the same time, here and there within what the scope sees; with `unit`
// only where that unit is one of the two. One person: the same user; without one the same
// name and telephone; without either the same name in one unit.
Result<std::vector<DoubleBooking>> double_bookings(store::Connection& connection, const store::TenantScope& scope, const ShiftQuery& query);

struct NewShift {
  UnitId unit;
  Span span;  // at most 31 days, beginning in the present minute at the earliest
  Part part = Part::main;
  std::string person;
  std::string phone = {};
  std::optional<UserId> user = {};
};
// Errors of all that change: Code::not_found outside of the scope; invalid for a span, a blank
// name or a user who is locked or does not see the unit, saying which field by its what();
// conflict for a shift that has begun or a time that is over.
Result<ShiftId> add_shift(store::Connection& connection, const store::TenantScope& scope, const NewShift& made, UserId by, Timestamp now);

struct ShiftChange {
  std::optional<Timestamp> from = {};
  std::optional<Timestamp> to = {};
  std::optional<Part> part = {};
  // Another person: whose telephone and user not given here are none.
  std::optional<std::string> person = {};
  std::optional<std::string> phone = {};
  std::optional<UserId> user = {};
};
Result<void> change_shift(store::Connection& connection, const store::TenantScope& scope, ShiftId id, const ShiftChange& change, UserId by, Timestamp now);
// It stays in the table, taken out of every roster.
Result<void> remove_shift(store::Connection& connection, const store::TenantScope& scope, ShiftId id, UserId by, Timestamp now);

// One note a shift that has begun, for ever. Code::conflict where it has not, or has its note.
Result<void> hand_over(store::Connection& connection, const store::TenantScope& scope, ShiftId id, std::string_view words, UserId by, Timestamp now);

// How `wanted` is covered in each unit in scope that has a shift in it: a unit that is not
// there has none at all. One read whatever the number of units.
struct UnitCoverage {
  std::int64_t shifts = 0;
  Coverage coverage;
};
Result<std::map<UnitId, UnitCoverage>> coverage_by_unit(store::Connection& connection, const store::TenantScope& scope, const Span& wanted);

}  // namespace khien::roster
