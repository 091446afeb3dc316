#include "handover.hpp"

#include <algorithm>
#include <vector>

#include "agent_line.hpp"
#include "days.hpp"
#include "khien/estate/devices.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

Result<std::vector<UnitNow>> units_below(store::Connection& connection, TenantId tenant, UnitId unit) {
  std::vector<UnitId> ids;
  TRY_VOID(connection.query("SELECT id FROM unit WHERE tenant_id = ?1 AND parent_id = ?2 AND valid_to IS NULL",
                            {tenant, unit}, [&](const store::Row& row) -> Result<void> {
                              ids.push_back(UnitId{row.integer(0)});
                              return {};
                            }));
  std::vector<UnitNow> units;
  for (const UnitId id : ids) {
    TRY(auto below, load_unit_of(connection, tenant, id));
    units.push_back(std::move(below));
  }
  return units;
}

Result<void> hand_over_units(store::Connection& connection, TenantId tenant, const UnitNow& unit, UnitId heir,
                             Date on) {
  TRY(const auto units, units_below(connection, tenant, unit.id));
  for (const UnitNow& below : units) {
    UnitFace face = below.face;
    face.parent = heir;
    // One that is younger than the end never belonged to it.
    const Date from = std::max(on, below.since);
    if (auto moved = change_unit(connection, tenant, below, face, from); !moved) {
      return conflict_as(std::move(moved).error(), refusals::kHeirHasIt);
    }
  }
  return connection.query("SELECT 1 FROM unit_version WHERE tenant_id = ?1 AND parent_id = ?2 AND valid_to >= ?3",
                          {tenant, unit.id, day(on)},
                          [](const store::Row&) -> Result<void> { return refuse(refusals::kHadUnitsLater); });
}

// Names that were unique in two units may not be so in one: what only a name holds
// together is held by serial number and MAC address from here on.
Result<void> learn_of_machines(store::Connection& connection, TenantId tenant, UnitId from, UnitId to) {
  std::vector<DeviceId> devices;
  TRY_VOID(connection.query(
      "SELECT id FROM device WHERE tenant_id = ?1 AND unit_id IN (?2, ?3) AND matched_by = 'name'", {tenant, from, to},
      [&](const store::Row& row) -> Result<void> {
        devices.push_back(DeviceId{row.integer(0)});
        return {};
      }));
  for (const DeviceId device : devices) TRY_VOID(learn_of_machine(connection, tenant, device));
  return {};
}

// "<unit>/<name>": only the unit changes.
Result<void> hand_over_names(store::Connection& connection, TenantId tenant, UnitId from, UnitId to) {
  TRY_VOID(connection.run(
      "UPDATE machine_key SET key = ?3 || substr(key, instr(key, '/')) WHERE tenant_id = ?1 AND kind = 'name' "
      "AND machine_id IN (SELECT id FROM machine WHERE tenant_id = ?1 AND unit_id = ?2)",
      {tenant, from, to}));
  TRY_VOID(connection.run(
      "UPDATE device_key SET key = ?3 || substr(key, instr(key, '/')) WHERE tenant_id = ?1 AND kind = 'name' "
      "AND device_id IN (SELECT id FROM device WHERE tenant_id = ?1 AND unit_id = ?2)",
      {tenant, from, to}));
  return {};
}

Result<void> hand_over_things(store::Connection& connection, TenantId tenant, UnitId from, UnitId to) {
  constexpr store::Sql kMoves[] = {
      "UPDATE machine SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
      "UPDATE device SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
      "UPDATE information_system SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
      "UPDATE site SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
      "UPDATE address_range SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
      "UPDATE contact SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
      "UPDATE enrolment_token SET unit_id = ?3 WHERE tenant_id = ?1 AND unit_id = ?2",
  };
  for (const store::Sql move : kMoves) {
    if (auto moved = connection.run(move, {tenant, from, to}); !moved) {
      return conflict_as(std::move(moved).error(), refusals::kHeirHasIt);
    }
  }
  return {};
}

Result<void> end_roles(store::Connection& connection, TenantId tenant, UnitId unit, Date on) {
  TRY_VOID(connection.query("SELECT 1 FROM unit_role WHERE tenant_id = ?1 AND unit_id = ?2 AND valid_from >= ?3",
                            {tenant, unit, day(on)},
                            [](const store::Row&) -> Result<void> { return refuse(refusals::kRoleOutlivesUnit); }));
  TRY_VOID(connection.run(
      "UPDATE unit_role SET valid_to = ?3 WHERE tenant_id = ?1 AND unit_id = ?2 AND (valid_to IS NULL OR valid_to > ?3)",
      {tenant, unit, day(on - 1)}));
  return {};
}

}  // namespace

Result<void> hand_over(store::Connection& connection, TenantId tenant, const UnitNow& unit, UnitId heir, Date on) {
  TRY_VOID(hand_over_units(connection, tenant, unit, heir, on));
  TRY_VOID(learn_of_machines(connection, tenant, unit.id, heir));
  // Names first: they are found by the unit that still holds them.
  TRY_VOID(hand_over_names(connection, tenant, unit.id, heir));
  TRY_VOID(hand_over_things(connection, tenant, unit.id, heir));
  TRY_VOID(match_devices(connection, tenant));
  return end_roles(connection, tenant, unit.id, on);
}

}  // namespace khien::estate
