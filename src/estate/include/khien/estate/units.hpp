#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

// All functions of estate run on a connection that the caller holds: in a write
// they join its transaction, so a change and its audit entry are one.

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

enum class UnitKind : unsigned char { province, department, commune, school, hospital, other };
std::string_view to_string(UnitKind kind);
Result<UnitKind> unit_kind_from_string(std::string_view text);

struct Unit {
  UnitId id;
  std::string name;
  UnitKind kind = UnitKind::other;
  std::optional<UnitId> parent;  // none for the tenant's root and for a scope's roots
  std::int64_t machines = 0;     // here and below
};

// Parents before children, siblings in Vietnamese order.
Result<std::vector<Unit>> list_units(store::Connection& connection, const store::TenantScope& scope);
Result<Unit> get_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id);

// The parent must be in scope. Code::conflict if a sibling has the name.
Result<UnitId> create_unit(store::Connection& connection, const store::TenantScope& scope, std::string_view name,
                           UnitKind kind, UnitId parent, Timestamp now);
struct UnitChange {
  std::optional<std::string> name;
  std::optional<UnitKind> kind;
  std::optional<UnitId> parent;  // Code::invalid into itself or below; the tenant's root never moves
};
Result<void> update_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id,
                         const UnitChange& change);
// Code::conflict while it has children, machines or users; a scope root is never removed.
Result<void> delete_unit(store::Connection& connection, const store::TenantScope& scope, UnitId id);

// The roots of a read: the scope's, or `unit` alone if given, as the JSON array
// that the SQL of lists takes. Code::not_found if the unit is not in scope.
Result<std::string> roots_below(store::Connection& connection, const store::TenantScope& scope,
                                std::optional<UnitId> unit);

}  // namespace khien::estate
