#include "khien/estate/sample.hpp"

#include "khien/estate/units.hpp"
#include "unit_name.hpp"

namespace khien::estate {
namespace {

Result<bool> is_empty(store::Connection& connection, TenantId tenant) {
  bool empty = false;
  TRY_VOID(
      connection.query_one("SELECT (SELECT count(*) FROM unit WHERE tenant_id = ?1 AND parent_id IS NOT NULL)"
                           "     + (SELECT count(*) FROM device WHERE tenant_id = ?1)"
                           "     + (SELECT count(*) FROM machine WHERE tenant_id = ?1)",
                           {tenant}, [&](const store::Row& row) -> Result<void> {
                             empty = row.integer(0) == 0;
                             return {};
                           }));
  return empty;
}

}  // namespace

Result<bool> is_sample(store::Connection& connection, TenantId tenant) {
  bool sample = false;
  TRY_VOID(connection.query_one("SELECT sample FROM tenant WHERE id = ?1", {tenant},
                                [&](const store::Row& row) -> Result<void> {
                                  sample = row.integer(0) != 0;
                                  return {};
                                }));
  return sample;
}

Result<void> mark_as_sample(store::Connection& connection, const store::TenantScope& scope,
                            std::string_view name, Timestamp now) {
  TRY(const bool empty, is_empty(connection, scope.tenant()));
  if (!empty) return Error(Code::conflict, "the hub has units, devices or machines already");
  TRY(const auto checked, UnitName::from_text(name));
  TRY(const auto root, root_unit(connection, scope.tenant()));
  TRY_VOID(update_unit(connection, scope, root, {.name = checked.text, .correct = true}, now));
  TRY_VOID(connection.run("UPDATE tenant SET sample = 1, name = ?2 WHERE id = ?1",
                          {scope.tenant(), checked.text}));
  return {};
}

}  // namespace khien::estate
