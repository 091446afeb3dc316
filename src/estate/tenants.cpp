#include <string>

#include "khien/core/assert.hpp"
#include "khien/estate/units.hpp"
#include "unit_name.hpp"
#include "unit_versions.hpp"

namespace khien::estate {

Result<NewTenant> create_tenant(store::Connection& connection, std::string_view name, Timestamp now) {
  TRY(const auto checked, UnitName::from_text(name));
  NewTenant made;
  TRY_VOID(connection.run("INSERT INTO tenant (name, created_at) VALUES (?1, ?2)", {checked.text, now}));
  made.tenant = {connection.last_insert_id()};
  TRY(made.root, add_unit(connection, made.tenant, {.parent = {}, .name = checked, .kind = UnitKind::province, .code = {}},
                          Date::first(), now));
  khien_assert(made.tenant && made.root);
  return made;
}

Result<std::string> tenant_name(store::Connection& connection, TenantId tenant) {
  std::string name;
  TRY_VOID(connection.query_one("SELECT name FROM tenant WHERE id = ?1", {tenant},
                                [&](const store::Row& row) -> Result<void> {
                                  name = row.text(0);
                                  return {};
                                }));
  return name;
}

Result<std::vector<TenantId>> all_tenants(store::Connection& connection) {
  std::vector<TenantId> all;
  TRY_VOID(connection.query("SELECT id FROM tenant ORDER BY id", {}, [&](const store::Row& row) -> Result<void> {
    all.push_back(TenantId{row.integer(0)});
    return {};
  }));
  return all;
}

Result<UnitId> root_unit(store::Connection& connection, TenantId tenant) {
  UnitId root;
  TRY_VOID(connection.query_one("SELECT id FROM unit WHERE tenant_id = ?1 AND parent_id IS NULL", {tenant},
                                [&root](const store::Row& row) -> Result<void> {
                                  root = UnitId{row.integer(0)};
                                  return {};
                                }));
  return root;
}

}  // namespace khien::estate
