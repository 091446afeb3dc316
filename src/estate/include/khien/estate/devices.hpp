#pragma once

#include <array>
#include <map>
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

// Devices as they ought to exist. Every enrolled machine has a device, made at
// enrolment where no list named it before, so that shares have one denominator:
// the devices that are not retired.
//
// A device is matched to the machine with the same serial number, else the same
// MAC address, else the same name within one unit; a key that two devices or two
// machines have matches nobody.
enum class DeviceKind : unsigned char { workstation, server, network, other };
std::string_view to_string(DeviceKind kind);
Result<DeviceKind> device_kind_from_string(std::string_view text);

enum class DeviceSource : unsigned char { import, dhcp, agent, hand };
std::string_view to_string(DeviceSource source);

// protected    its machine is (MachineHealth::protected_)
// unprotected  its machine is infected or needs attention, or a person looked and
//              found no protection
// unknown      no machine of it enrolled, or that is silent, or was not scanned yet
// retired      is not expected any more
enum class DeviceState : unsigned char { protected_, unprotected, unknown, retired };
std::string_view to_string(DeviceState state);
Result<DeviceState> device_state_from_string(std::string_view text);

// Why a device that is expected is not protected, what spreads first.
//
// infected, engine_off, scan_old   its machine says so
// not_scanned, silent              its machine was not looked at yet, or says nothing any more
// marked                           no agent, and a person found no protection
// no_agent                         nothing is known of it
enum class DeviceGap : unsigned char { infected, engine_off, scan_old, not_scanned, silent, marked, no_agent };
inline constexpr std::size_t kDeviceGaps = 7;
std::string_view to_string(DeviceGap gap);
Result<DeviceGap> device_gap_from_string(std::string_view text);

struct Device {
  DeviceId id;
  UnitId unit;
  std::string unit_name;
  std::string name;
  DeviceKind kind = DeviceKind::other;
  std::string serial;
  std::string mac;  // "00:15:5d:0a:0b:0c"
  std::string address;
  DeviceSource source = DeviceSource::hand;
  std::optional<MachineId> machine;
  DeviceState state = DeviceState::unknown;
  std::optional<DeviceGap> gap;         // none: protected or retired
  std::optional<Timestamp> last_seen;   // of its machine
  std::string note;
  bool known_unprotected = false;
  std::optional<Date> retired_on;
};

struct DeviceQuery {
  std::optional<UnitId> unit;
  std::string words;  // name, serial, MAC, address, note, unit name
  std::optional<DeviceState> state;  // none: all but retired
  bool uncovered = false;            // only those that are not protected
  std::optional<DeviceGap> gap;      // and for this reason
  std::string cursor;
  std::size_t limit = 200;
};
struct DeviceCounts {
  std::int64_t expected = 0;  // protected + unprotected + unknown
  std::int64_t protected_ = 0, unprotected = 0, unknown = 0, retired = 0;
  std::array<std::int64_t, kDeviceGaps> by_gap{};  // by DeviceGap; the sum is unprotected + unknown
};
struct DevicePage {
  std::vector<Device> items;  // unprotected, unknown, protected; then by name
  std::int64_t total = 0;     // that match
  std::optional<std::string> next;
  DeviceCounts counts;  // in scope and below `unit`, whatever the words and the state
};
Result<DevicePage> list_devices(store::Connection& connection, const store::TenantScope& scope,
                                const DeviceQuery& query, Timestamp now);
Result<Device> get_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id, Timestamp now);
Result<DeviceCounts> count_devices(store::Connection& connection, const store::TenantScope& scope,
                                   std::optional<UnitId> unit, Timestamp now);
// Of each unit that has devices, itself and not what is below.
Result<std::map<UnitId, DeviceCounts>> devices_by_unit(store::Connection& connection,
                                                       const store::TenantScope& scope, Timestamp now);

// Set: the field changes.
struct DeviceChange {
  std::optional<UnitId> unit;
  std::optional<std::string> name;
  std::optional<DeviceKind> kind;
  std::optional<std::string> serial;
  std::optional<std::string> mac;      // any usual spelling
  std::optional<std::string> address;
  std::optional<std::string> note;
  std::optional<bool> known_unprotected;
  std::optional<std::optional<Date>> retired_on;
};
// `change.unit` and `change.name` must be set. A line that an agent alone made
// and that is this device becomes it. Code::conflict if another device has the
// serial number or the MAC address; of one outside of the scope no more is said than
// refusal.hpp allows.
Result<DeviceId> create_device(store::Connection& connection, const store::TenantScope& scope,
                               const DeviceChange& change, DeviceSource source, Timestamp now);
// Whoever changes an agent's own line makes it theirs (source hand). Code::invalid
// to retire a device whose machine is enrolled: revoke that first.
Result<void> update_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id,
                           const DeviceChange& change, Timestamp now);

// The device is not the machine that it is matched with: never matched to it again,
// until rejoin_device(). The machine has a line of its own, or the device that is
// next in rank. Code::conflict if a list's line and a machine were not matched.
Result<void> part_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id, Timestamp now);
// Takes back all that part_device() said of the device.
Result<void> rejoin_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id);

// Matches all devices and machines of the tenant anew; the same result as the
// single steps above come to. How many devices have a machine.
Result<std::int64_t> match_devices(store::Connection& connection, TenantId tenant);

}  // namespace khien::estate
