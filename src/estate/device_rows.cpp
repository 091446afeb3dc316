#include "device_rows.hpp"

#include <set>
#include <utility>

#include "agent_line.hpp"
#include "days.hpp"
#include "device_keys.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "machine_name.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMaxAddressCharacters = 100;

std::string search_key_of(const DeviceRow& row) {
  std::string key = fold(row.name);
  for (const std::string* text : {&row.serial, &row.mac, &row.address, &row.note}) {
    if (!text->empty()) (key += '\n') += fold(*text);
  }
  return key;
}

// Another line than `self` has the serial number or the MAC address.
Error taken(store::Connection& connection, const store::TenantScope& scope, const DeviceRow& row, DeviceId self,
            Error error) {
  if (error.code() != Code::conflict) return error;
  bool seen = false;
  auto looked = connection.query(
      "SELECT 1 FROM device d WHERE d.tenant_id = ?1 AND d.id <> ?5 AND d.retired_on IS NULL "
      "AND ((?3 <> '' AND d.serial = ?3) OR (?4 <> '' AND d.mac = ?4)) AND " KHIEN_IN_SCOPE("d.unit_id"),
      {scope.tenant(), scope.roots_json(), row.serial, row.mac, self}, [&](const store::Row&) -> Result<void> {
        seen = true;
        return {};
      });
  if (!looked) return std::move(looked).error();
  return refuse(seen ? refusals::kDeviceTaken : refusals::kHeldElsewhere);
}

store::Connection::Visit into(std::set<DeviceId>& found) {
  return [&found](const store::Row& row) -> Result<void> {
    found.insert(DeviceId{row.integer(0)});
    return {};
  };
}

// Devices with the key, and those whose machine has it.
Result<std::set<DeviceId>> devices_with(store::Connection& connection, TenantId tenant, std::string_view kind,
                                        std::string_view key) {
  std::set<DeviceId> found;
  if (key.empty()) return found;
  TRY_VOID(connection.query(
      "SELECT device_id FROM device_key WHERE tenant_id = ?1 AND kind = ?2 AND key = ?3 UNION "
      "SELECT d.id FROM machine_key k JOIN device d ON d.tenant_id = k.tenant_id AND d.machine_id = k.machine_id "
      "WHERE k.tenant_id = ?1 AND k.kind = ?2 AND k.key = ?3",
      {tenant, kind, key}, into(found)));
  return found;
}

// A key that several have is nobody's, and tells nothing of them.
Result<void> require_seen(store::Connection& connection, const store::TenantScope& scope, const std::set<DeviceId>& with) {
  if (with.size() != 1) return {};
  std::set<DeviceId> seen;
  TRY_VOID(connection.query("SELECT d.id FROM device d WHERE d.tenant_id = ?1 AND d.id = ?3 AND " KHIEN_IN_SCOPE("d.unit_id"),
                            {scope.tenant(), scope.roots_json(), *with.begin()}, into(seen)));
  if (seen.empty()) return refuse(refusals::kHeldElsewhere);
  return {};
}

// By name: not those that are known to be another device.
Result<std::set<DeviceId>> devices_named(store::Connection& connection, TenantId tenant, const DeviceRow& row) {
  const std::string key = std::to_string(row.unit.value) + "/" + short_name(row.name);
  TRY(const auto named, devices_with(connection, tenant, "name", key));
  std::set<DeviceId> found;
  for (const DeviceId device : named) {
    TRY_VOID(connection.query(
        "SELECT id FROM device WHERE tenant_id = ?1 AND id = ?2 AND unit_id = ?3 "
        "AND (serial = '' OR ?4 = '' OR serial = ?4) AND (mac = '' OR ?5 = '' OR mac = ?5)",
        {tenant, device, row.unit, row.serial, row.mac}, into(found)));
  }
  return found;
}

}  // namespace

Result<DeviceRow> changed_row(DeviceRow row, const DeviceChange& change) {
  row.unit = change.unit.value_or(row.unit);
  row.kind = change.kind.value_or(row.kind);
  row.known_unprotected = change.known_unprotected.value_or(row.known_unprotected);
  if (change.retired_on) row.retired_on = *change.retired_on;
  TRY(row.name, line_from_text(change.name.value_or(row.name), kMaxHostnameBytes / 4));
  if (row.name.empty()) return refuse(refusals::kNeedsDeviceName);
  row.serial = serial_from_text(change.serial.value_or(row.serial));
  TRY(row.mac, mac_from_text(change.mac.value_or(row.mac)));
  TRY(row.address, line_from_text(change.address.value_or(row.address), kMaxAddressCharacters));
  TRY(row.note, lines_from_text(change.note.value_or(row.note)));
  return row;
}

Result<DeviceId> insert_device(store::Connection& connection, const store::TenantScope& scope, const DeviceRow& row,
                               DeviceSource source, Timestamp now) {
  const std::string order = collation_key(row.name);
  auto inserted = connection.run(
      "INSERT INTO device (tenant_id, unit_id, name, name_order, search_key, kind, serial, mac, address, source, note, "
      "known_unprotected, retired_on, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      {scope.tenant(), row.unit, row.name, as_bytes(order), search_key_of(row), to_string(row.kind), row.serial, row.mac,
       row.address, to_string(source), row.note, row.known_unprotected, day(row.retired_on), now});
  if (!inserted) return taken(connection, scope, row, {}, std::move(inserted).error());
  return DeviceId{connection.last_insert_id()};
}

Result<void> write_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id,
                          const DeviceRow& row, DeviceSource source) {
  const std::string order = collation_key(row.name);
  auto written = connection.run(
      "UPDATE device SET unit_id = ?3, name = ?4, name_order = ?5, search_key = ?6, kind = ?7, serial = ?8, mac = ?9, "
      "address = ?10, source = iif(source = 'agent', ?11, source), note = ?12, known_unprotected = ?13, "
      "retired_on = ?14 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, row.unit, row.name, as_bytes(order), search_key_of(row), to_string(row.kind), row.serial, row.mac,
       row.address, to_string(source), row.note, row.known_unprotected, day(row.retired_on)});
  if (!written) return taken(connection, scope, row, id, std::move(written).error());
  khien_assert(*written == 1);
  return {};
}

Result<void> require_not_held_elsewhere(store::Connection& connection, const store::TenantScope& scope,
                                        const DeviceRow& row) {
  TRY(const auto by_serial, devices_with(connection, scope.tenant(), "serial", row.serial));
  TRY_VOID(require_seen(connection, scope, by_serial));
  TRY(const auto by_mac, devices_with(connection, scope.tenant(), "mac", row.mac));
  return require_seen(connection, scope, by_mac);
}

Result<std::optional<DeviceId>> find_device(store::Connection& connection, const store::TenantScope& scope,
                                            const DeviceRow& row) {
  TRY_VOID(require_not_held_elsewhere(connection, scope, row));
  TRY(const auto by_serial, devices_with(connection, scope.tenant(), "serial", row.serial));
  TRY(const auto by_mac, devices_with(connection, scope.tenant(), "mac", row.mac));
  if (by_serial.size() == 1 && by_mac.size() == 1 && by_serial != by_mac) return refuse(refusals::kTwoDevices);
  if (by_serial.size() == 1) return std::optional(*by_serial.begin());
  if (by_mac.size() == 1) return std::optional(*by_mac.begin());
  TRY(const auto by_name, devices_named(connection, scope.tenant(), row));
  if (by_name.size() == 1) return std::optional(*by_name.begin());
  const bool nameless = row.serial.empty() && row.mac.empty();
  if (by_name.size() > 1 && nameless) return refuse(refusals::kNameOfMany);
  return std::optional<DeviceId>();
}

}  // namespace khien::estate
