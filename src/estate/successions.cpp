#include <map>
#include <utility>

#include "days.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/succession.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

struct Listed {
  std::vector<std::int64_t> order;  // oldest first
  std::map<std::int64_t, Succession> by_id;
};

Result<Listed> load(store::Connection& connection, TenantId tenant, UnitId unit) {
  Listed listed;
  TRY_VOID(connection.query(
      "SELECT s.id, s.kind, s.on_day, s.decision FROM unit_succession s WHERE s.tenant_id = ?1 AND s.id IN "
      "(SELECT succession_id FROM unit_succession_unit WHERE tenant_id = ?1 AND unit_id = ?2) "
      "ORDER BY s.on_day, s.id",
      {tenant, unit}, [&](const store::Row& row) -> Result<void> {
        Succession succession{.on = day_at(row, 2), .decision = std::string(row.text(3))};
        TRY(succession.kind, succession_kind_from_string(row.text(1)));
        listed.order.push_back(row.integer(0));
        listed.by_id.emplace(row.integer(0), std::move(succession));
        return {};
      }));
  return listed;
}

// The name before the day for those it came from, on the day for those it went
// into; an heir that was made later still has its first.
Result<void> name_units(store::Connection& connection, const store::TenantScope& scope, UnitId unit, Listed& listed) {
  return connection.query(
      "SELECT p.succession_id, p.side, p.unit_id, coalesce("
      "(SELECT v.name FROM unit_version v WHERE v.tenant_id = p.tenant_id AND v.unit_id = p.unit_id "
      " AND v.valid_from <= s.on_day - (p.side = 'from') ORDER BY v.valid_from DESC LIMIT 1), u.name) "
      "FROM unit_succession_unit p "
      "JOIN unit_succession s ON s.tenant_id = p.tenant_id AND s.id = p.succession_id "
      "JOIN unit u ON u.tenant_id = p.tenant_id AND u.id = p.unit_id "
      "WHERE p.tenant_id = ?1 AND p.succession_id IN "
      "(SELECT succession_id FROM unit_succession_unit WHERE tenant_id = ?1 AND unit_id = ?3) "
      "AND p.unit_id IN " KHIEN_UNITS_IN_SCOPE " ORDER BY u.name_order, u.id",
      {scope.tenant(), scope.roots_json(), unit}, [&](const store::Row& row) -> Result<void> {
        Succession& succession = listed.by_id.at(row.integer(0));
        auto& side = row.text(1) == "from" ? succession.from : succession.into;
        side.push_back({UnitId{row.integer(2)}, std::string(row.text(3))});
        return {};
      });
}

}  // namespace

Result<std::vector<Succession>> list_successions(store::Connection& connection, const store::TenantScope& scope,
                                                 UnitId unit) {
  TRY_VOID(require_unit(connection, scope, unit));
  TRY(auto listed, load(connection, scope.tenant(), unit));
  TRY_VOID(name_units(connection, scope, unit, listed));
  std::vector<Succession> all;
  for (const std::int64_t id : listed.order) all.push_back(std::move(listed.by_id.at(id)));
  return all;
}

}  // namespace khien::estate
