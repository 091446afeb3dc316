#pragma once

#include <vector>

#include "device_keys.hpp"
#include "khien/core/result.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"

namespace khien::estate {

// Which device is which machine (docs/adr, "Devices are matched by rank").
//
// A pair shares a key that no other device and no other machine has, and nobody said
// that the two are not the same (device_parted). Pairs are
// ranked: by kind of key (serial, mac, name), then by device; the first pair
// whose ends are both free is a match, and so on. Whichever changes come in
// whatever order, the matches are those of that ranking.
//
// A machine without a match has a line that was made for it (matched_by 'agent').

// The machine is known by these from now on; it and all whom that concerns are
// matched anew. None for a machine that is gone.
Result<void> put_machine_keys(store::Connection& connection, TenantId tenant, MachineId machine,
                              const std::vector<Key>& keys);
// The same for a device.
Result<void> put_device_keys(store::Connection& connection, TenantId tenant, DeviceId device,
                             const std::vector<Key>& keys);
// Matches the machine anew, whom it shares keys with too where that concerns them.
Result<void> match_anew(store::Connection& connection, TenantId tenant, MachineId machine);
// The keys alone, for many devices before one match_devices().
Result<void> store_device_keys(store::Connection& connection, TenantId tenant, DeviceId device,
                               const std::vector<Key>& keys);

}  // namespace khien::estate
