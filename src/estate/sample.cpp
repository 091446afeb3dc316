#include "khien/estate/sample.hpp"

#include "device_keys.hpp"
#include "device_matching.hpp"
#include "khien/estate/units.hpp"
#include "machine_name.hpp"
#include "unit_name.hpp"
#include "unit_tree.hpp"

namespace khien::estate {
namespace {

Result<bool> is_empty(store::Connection& connection, TenantId tenant) {
  bool empty = false;
  TRY_VOID(
      connection.query_one("SELECT (SELECT count(*) FROM unit WHERE tenant_id = ?1 AND parent_id IS NOT NULL)"
                           "     + (SELECT count(*) FROM device WHERE tenant_id = ?1 "
                           "        AND coalesce(matched_by, '') <> 'agent')",
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
  if (!empty) return Error(Code::conflict, "the hub has units or devices already");
  TRY(const auto checked, UnitName::from_text(name));
  TRY(const auto root, root_unit(connection, scope.tenant()));
  TRY_VOID(update_unit(connection, scope, root, {.name = checked.text, .correct = true}, now));
  TRY_VOID(connection.run("UPDATE tenant SET sample = 1, name = ?2 WHERE id = ?1",
                          {scope.tenant(), checked.text}));
  return {};
}

Result<std::int64_t> count_real_machines(store::Connection& connection, TenantId tenant) {
  std::int64_t count = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM machine WHERE tenant_id = ?1 AND sample_at IS NULL AND stand_in = 0",
                                {tenant}, [&](const store::Row& row) -> Result<void> {
                                  count = row.integer(0);
                                  return {};
                                }));
  return count;
}

Result<AgentIdentity> add_sample_machine(store::Connection& connection, const store::TenantScope& scope,
                                         const NewSampleMachine& machine) {
  TRY(const bool sample, is_sample(connection, scope.tenant()));
  if (!sample) return Error(Code::conflict, "only a sample has made-up machines");
  TRY_VOID(require_unit(connection, scope, machine.unit));
  const auto name = MachineName::from_text(machine.hostname, {});
  TRY_VOID(
      connection.run("INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, "
                     "enrolled_at, last_seen, "
                     "sample_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
                     {scope.tenant(), machine.unit, name.text, as_bytes(name.order), name.search_key,
                      machine.enrolled_at, machine.told_at}));
  const MachineId id{connection.last_insert_id()};
  TRY_VOID(put_machine_keys(connection, scope.tenant(), id, keys_of(machine.unit, name.text, {}, {})));
  return AgentIdentity{scope.tenant(), id};
}

}  // namespace khien::estate
