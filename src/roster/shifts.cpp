#include "khien/roster/shifts.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "khien/estate/scope_sql.hpp"
#include "khien/estate/units.hpp"
#include "shift_rows.hpp"

namespace khien::roster {
namespace {

// ?3 and ?4 the span, ?5 the earliest beginning of what can reach into it. Two statements and not
// one with a condition on the unit: a unit's own shifts are then a stretch of the index.
#define KHIEN_SHIFTS_IN_SPAN "AND s.removed = 0 AND s.from_at >= ?5 AND s.from_at < ?4 AND s.to_at > ?3 "
#define KHIEN_SHIFTS_OF_ALL "WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_SHIFTS_IN_SPAN
// ?2 the unit, of which is known that it is in scope.
#define KHIEN_SHIFTS_OF_ONE "WHERE s.tenant_id = ?1 AND s.unit_id = ?2 " KHIEN_SHIFTS_IN_SPAN
#define KHIEN_SHIFT_COLUMNS                                                                           \
  "s.id, s.unit_id, u.name, s.from_at, s.to_at, s.part, s.person, s.phone, s.user_id, h.words, h.at, " \
  "h.user_id FROM duty_shift s JOIN unit u ON u.tenant_id = s.tenant_id AND u.id = s.unit_id "         \
  "LEFT JOIN duty_handover h ON h.tenant_id = s.tenant_id AND h.shift_id = s.id "

Result<Shift> shift_from(const store::Row& row) {
  Shift shift{.id = {row.integer(0)}, .unit = {row.integer(1)}, .unit_name = std::string(row.text(2))};
  shift.span = {.from = row.time(3), .to = row.time(4)};
  TRY(shift.part, part_from_string(row.text(5)));
  shift.person = row.text(6);
  shift.phone = row.text(7);
  if (!row.is_null(8)) shift.user = UserId{row.integer(8)};
  if (!row.is_null(10)) shift.handover = Handover{.words = std::string(row.text(9)), .at = row.time(10), .by = {row.integer(11)}};
  return shift;
}

struct Booked {
  std::vector<Duty> duties;                                 // `person` is the key
  std::unordered_map<std::int64_t, std::string> names;      // by shift
  std::unordered_map<std::int64_t, std::int64_t> unit_of;   // by shift
};

Result<Booked> read_booked(store::Connection& connection, const store::TenantScope& scope, const Span& span) {
  Booked booked;
  TRY_VOID(connection.query(
      "SELECT s.id, s.unit_id, s.from_at, s.to_at, s.person_key, s.person FROM duty_shift s " KHIEN_SHIFTS_OF_ALL,
      {scope.tenant(), scope.roots_json(), span.from, span.to, span.from - kLongestShift}, [&](const store::Row& row) -> Result<void> {
        const std::int64_t id = row.integer(0);
        booked.duties.push_back({.id = id, .person = std::string(row.text(4)), .span = {.from = row.time(2), .to = row.time(3)}});
        booked.names.emplace(id, row.text(5));
        booked.unit_of.emplace(id, row.integer(1));
        return {};
      }));
  return booked;
}

}  // namespace

std::string_view to_string(Part part) { return part == Part::main ? "main" : "deputy"; }

Result<Part> part_from_string(std::string_view text) {
  if (text == "main") return Part::main;
  if (text == "deputy") return Part::deputy;
  return Error(Code::invalid, "part");
}

Result<std::vector<Shift>> list_shifts(store::Connection& connection, const store::TenantScope& scope, const ShiftQuery& query) {
  std::vector<Shift> shifts;
  const auto keep = [&](const store::Row& row) -> Result<void> {
    TRY(auto shift, shift_from(row));
    shifts.push_back(std::move(shift));
    return {};
  };
  const Timestamp earliest = query.span.from - kLongestShift;
  const auto most = static_cast<std::int64_t>(query.most);
  if (query.unit) {
    TRY_VOID(estate::get_unit(connection, scope, *query.unit));
    TRY_VOID(connection.query("SELECT " KHIEN_SHIFT_COLUMNS KHIEN_SHIFTS_OF_ONE "ORDER BY s.from_at, s.id LIMIT ?6",
                              {scope.tenant(), *query.unit, query.span.from, query.span.to, earliest, most}, keep));
  } else {
    TRY_VOID(connection.query("SELECT " KHIEN_SHIFT_COLUMNS KHIEN_SHIFTS_OF_ALL "ORDER BY s.from_at, s.id LIMIT ?6",
                              {scope.tenant(), scope.roots_json(), query.span.from, query.span.to, earliest, most}, keep));
  }
  return shifts;
}

Result<Shift> get_shift(store::Connection& connection, const store::TenantScope& scope, ShiftId id) {
  Shift shift;
  auto found = connection.query_one("SELECT " KHIEN_SHIFT_COLUMNS "WHERE s.tenant_id = ?1 AND s.id = ?3 AND s.removed = 0 AND " KHIEN_IN_SCOPE("s.unit_id"),
                                    {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                                      TRY(shift, shift_from(row));
                                      return {};
                                    });
  if (!found) return found.error().code() == Code::not_found ? no_shift() : std::move(found).error();
  return shift;
}

Result<std::vector<DoubleBooking>> double_bookings(store::Connection& connection, const store::TenantScope& scope, const ShiftQuery& query) {
  if (query.unit) TRY_VOID(estate::get_unit(connection, scope, *query.unit));
  TRY(auto booked, read_booked(connection, scope, query.span));
  const auto here = [&](std::int64_t shift) { return !query.unit || booked.unit_of.at(shift) == query.unit->value; };
  if (query.unit) {
    std::vector<std::string> people;
    for (const Duty& duty : booked.duties) {
      if (here(duty.id)) people.push_back(duty.person);
    }
    std::ranges::sort(people);
    std::erase_if(booked.duties, [&](const Duty& duty) { return !std::ranges::binary_search(people, duty.person); });
  }
  auto found = double_bookings(std::move(booked.duties));
  std::erase_if(found, [&](const DoubleBooking& one) { return !here(one.first) && !here(one.second); });
  for (DoubleBooking& one : found) one.person = booked.names.at(one.first);
  return found;
}

Result<std::map<UnitId, UnitCoverage>> coverage_by_unit(store::Connection& connection, const store::TenantScope& scope, const Span& wanted) {
  std::map<UnitId, std::vector<Duty>> duties;
  TRY_VOID(connection.query("SELECT s.unit_id, s.from_at, s.to_at, s.part FROM duty_shift s " KHIEN_SHIFTS_OF_ALL,
                            {scope.tenant(), scope.roots_json(), wanted.from, wanted.to, wanted.from - kLongestShift},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(const auto part, part_from_string(row.text(3)));
                              duties[row.id<UnitTag>(0)].push_back({.id = 0, .person = {}, .span = {.from = row.time(1), .to = row.time(2)}, .part = part});
                              return {};
                            }));
  std::map<UnitId, UnitCoverage> covered;
  for (const auto& [unit, of_unit] : duties) covered.emplace(unit, UnitCoverage{std::ssize(of_unit), coverage_of(wanted, of_unit)});
  return covered;
}

}  // namespace khien::roster
