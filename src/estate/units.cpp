#include "khien/estate/units.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "days.hpp"
#include "refusals.hpp"
#include "unit_tree.hpp"
#include "unit_versions.hpp"

namespace khien::estate {
namespace {

// Stored: add at the end, never rename.
constexpr std::array<std::string_view, 13> kKinds{"province", "department", "district",   "commune", "school",
                                                  "hospital", "public_service", "enterprise", "telecom", "police",
                                                  "military", "media",      "other"};

Result<Date> first_day_of(store::Connection& connection, TenantId tenant, UnitId unit) {
  Date first;
  TRY_VOID(connection.query_one("SELECT valid_from FROM unit WHERE tenant_id = ?1 AND id = ?2", {tenant, unit},
                                [&](const store::Row& row) -> Result<void> {
                                  first = day_at(row, 0);
                                  return {};
                                }));
  return first;
}

// What the change makes of the unit.
Result<UnitFace> changed_face(store::Connection& connection, const store::TenantScope& scope, const UnitNow& unit,
                              const UnitChange& change) {
  UnitFace face = unit.face;
  TRY(face.name, UnitName::from_text(change.name.value_or(unit.face.name.text)));
  TRY(face.code, unit_code_from_text(change.code.value_or(unit.face.code)));
  face.kind = change.kind.value_or(unit.face.kind);
  if (change.parent) {
    TRY_VOID(require_unit(connection, scope, *change.parent));
    if (!unit.face.parent) return refuse(refusals::kTopmostMoves);
    face.parent = *change.parent;
  }
  return face;
}

}  // namespace

std::string_view to_string(UnitKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

Result<UnitKind> unit_kind_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kKinds, text);
  if (found == kKinds.end()) return Error(Code::invalid, "kind of unit is not one that is known");
  return static_cast<UnitKind>(found - kKinds.begin());
}

Result<UnitId> create_unit(store::Connection& connection, const store::TenantScope& scope, const NewUnit& unit,
                           Timestamp now) {
  TRY_VOID(require_unit(connection, scope, unit.parent));
  UnitFace face{.parent = unit.parent, .kind = unit.kind};
  TRY(face.name, UnitName::from_text(unit.name));
  TRY(face.code, unit_code_from_text(unit.code));
  TRY(const auto parent_from, first_day_of(connection, scope.tenant(), unit.parent));
  return add_unit(connection, scope.tenant(), face, unit.valid_from.value_or(parent_from), now);
}

Result<UnitId> create_unit(store::Connection& connection, const store::TenantScope& scope, std::string_view name,
                           UnitKind kind, UnitId parent, Timestamp now) {
  return create_unit(connection, scope, NewUnit{.name = std::string(name), .kind = kind, .parent = parent}, now);
}

Result<void> update_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id,
                         const UnitChange& change, Timestamp now) {
  TRY(auto unit, load_unit(connection, scope, id));
  TRY(const auto face, changed_face(connection, scope, unit, change));
  if (change.valid_from) {
    TRY_VOID(correct_first_day(connection, scope.tenant(), unit, *change.valid_from));
    TRY(unit, load_unit(connection, scope, id));
  }
  const Date today = vietnam_day(now);
  const Date from = change.correct ? unit.since : change.from.value_or(today);
  if (from > today) return refuse(refusals::kAhead);
  return change_unit(connection, scope.tenant(), unit, face, from);
}

Result<void> delete_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id) {
  TRY_VOID(require_unit(connection, scope, id));
  if (std::ranges::find(scope.roots(), id) != scope.roots().end()) return refuse(refusals::kTopmostStays);
  // What hangs on it holds on by foreign keys, whoever owns the tables.
  auto deleted = connection.run("DELETE FROM unit WHERE tenant_id = ?1 AND id = ?2", {scope.tenant(), id});
  if (!deleted) return conflict_as(std::move(deleted).error(), refusals::kUnitInUse);
  return {};
}

}  // namespace khien::estate
