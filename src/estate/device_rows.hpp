#pragma once

#include <optional>
#include <string>

#include "khien/core/date.hpp"
#include "khien/estate/devices.hpp"

namespace khien::estate {

// A line of the list of devices as it is stored, checked and spelled alike.
struct DeviceRow {
  UnitId unit;
  std::string name;
  DeviceKind kind = DeviceKind::other;
  std::string serial;
  std::string mac;
  std::string address;
  std::string note;
  bool known_unprotected = false;
  std::optional<Date> retired_on;

  bool operator==(const DeviceRow&) const = default;
};

// What the change makes of the row; Code::invalid with the field.
Result<DeviceRow> changed_row(DeviceRow row, const DeviceChange& change);

// These write the row and not its keys: whoever calls puts them. A second device
// with the serial number or MAC address is Code::conflict, in words that depend on
// whether the scope sees the first (refusal.hpp).
Result<DeviceId> insert_device(store::Connection& connection, const store::TenantScope& scope, const DeviceRow& row,
                               DeviceSource source, Timestamp now);
// An agent's own line becomes one of `source`; others keep theirs.
Result<void> write_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id,
                          const DeviceRow& row, DeviceSource source);

// The device that is known by these already, an agent's own line included: by
// serial number, else by MAC address, else by name in its unit, but not if that
// one has another serial number or MAC address. Code::conflict if serial number and
// MAC address are of two devices, or one that the scope does not see is known by them.
Result<std::optional<DeviceId>> find_device(store::Connection& connection, const store::TenantScope& scope,
                                            const DeviceRow& row);
// Nobody gets a foreign machine by writing its serial number or MAC address into a
// device of theirs: Code::conflict as above.
Result<void> require_not_held_elsewhere(store::Connection& connection, const store::TenantScope& scope,
                                        const DeviceRow& row);

}  // namespace khien::estate
