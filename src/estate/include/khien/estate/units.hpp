#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// All functions of estate run on a connection that the caller holds: in a write
// they join its transaction, so a change and its audit entry are one.
//
// Units are a dated tree. A unit is one body for as long as it exists; what it is
// called, what it is and to whom it belongs are versions of it, from a first day
// to a last. Days are those of Vietnam; `valid_to` is everywhere the last day.
//
// Invariants
//  (1) The versions of a unit do not overlap and leave no gap; the newest is what
//      the present tree (and so every scope) shows.
//  (2) On every day the units of that day are a tree: no circle, no parent that
//      did not exist.
//  (3) Nothing lies ahead: a change takes effect today or before.
//  (4) Where the past is changed, it is behind the unit's last change.

// Adds a tenant with its root unit; set-up only.
struct NewTenant {
  TenantId tenant;
  UnitId root;
};
Result<NewTenant> create_tenant(store::Connection& connection, std::string_view name, Timestamp now);
Result<std::string> tenant_name(store::Connection& connection, TenantId tenant);
Result<std::vector<TenantId>> all_tenants(store::Connection& connection);
// The unit above all others of the tenant.
Result<UnitId> root_unit(store::Connection& connection, TenantId tenant);

enum class UnitKind : unsigned char {
  province,
  department,
  district,  // none since 2025-07-01, but many in the past
  commune,   // and ward, and special zone
  school,
  hospital,
  public_service,
  enterprise,
  telecom,
  police,
  military,
  media,
  other
};
std::string_view to_string(UnitKind kind);
Result<UnitKind> unit_kind_from_string(std::string_view text);

struct Unit {
  UnitId id;
  std::string name;
  UnitKind kind = UnitKind::other;
  std::optional<UnitId> parent;  // none for the tenant's root and for a scope's roots
  std::int64_t machines = 0;     // here and below, as of now
  std::string code;              // of the state's own lists; empty: none
  std::optional<Date> valid_from;  // none: since ever, as far as we know
  std::optional<Date> valid_to;    // none: it exists
};

// Parents before children, siblings in Vietnamese order. Those that exist.
Result<std::vector<Unit>> list_units(store::Connection& connection, const store::TenantScope& scope);
// The tree as it was that day, with the names, kinds and parents of then. Who may
// see a unit is still decided by the present tree, where an ended unit hangs
// below its heir.
Result<std::vector<Unit>> list_units(store::Connection& connection, const store::TenantScope& scope, Date as_of);
// Ended units too, as they were last.
Result<Unit> get_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id);

// One stretch of a unit's life without a change.
struct UnitVersion {
  UnitId unit;
  Date valid_from;  // Date::first(): since ever, as far as we know
  std::optional<Date> valid_to;
  std::string name;
  UnitKind kind = UnitKind::other;
  std::optional<UnitId> parent;  // even one above the scope
  std::string code;
};
// Of all units in scope, by unit and then by day: what a computation over years
// needs, read once.
Result<std::vector<UnitVersion>> list_unit_versions(store::Connection& connection, const store::TenantScope& scope);

struct NewUnit {
  std::string name;
  UnitKind kind = UnitKind::other;
  UnitId parent;
  std::string code = {};
  std::optional<Date> valid_from = {};  // none: as long as the parent
};
// The parent must be in scope and exist from valid_from on. Code::conflict if a
// sibling has the name or another unit the code.
Result<UnitId> create_unit(store::Connection& connection, const store::TenantScope& scope, const NewUnit& unit,
                           Timestamp now);
Result<UnitId> create_unit(store::Connection& connection, const store::TenantScope& scope, std::string_view name,
                           UnitKind kind, UnitId parent, Timestamp now);

struct UnitChange {
  std::optional<std::string> name;
  std::optional<UnitKind> kind;
  std::optional<UnitId> parent;  // Code::invalid into itself or below; the tenant's root never moves
  std::optional<std::string> code = {};
  std::optional<Date> valid_from = {};  // the unit's own first day was another
  // First day of the change; none: today. The past keeps what was.
  std::optional<Date> from = {};
  // Instead: the present version was never right; no day of it keeps what it said.
  bool correct = false;
};
Result<void> update_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id,
                         const UnitChange& change, Timestamp now);
// For a unit that was entered by mistake. Code::conflict while it has, or once
// had, children, roles, a succession, or has machines, devices or users; a scope
// root is never removed. What existed and ended is ended by succeed_unit.
Result<void> delete_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id);

// The roots of a read: the scope's, or `unit` alone if given, as the JSON array
// that the SQL of lists takes. Code::not_found if the unit is not in scope.
Result<std::string> roots_below(store::Connection& connection, const store::TenantScope& scope,
                                std::optional<UnitId> unit);

}  // namespace khien::estate
