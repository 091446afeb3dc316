#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

inline constexpr std::size_t kMostHandedPackages = 20'000;

// A list of software that a person hands in for a device without an agent. It replaces
// the one before. Kept here in the caller's transaction, told to the road behind it.
struct HandedInventory {
  std::string format;     // "cyclonedx-json"; "hand": typed
  std::string file_name;
  std::vector<Package> packages;
};
// False: it is the list that was handed in last, and nothing changed. Refused for a device
// that is retired, or whose own agent speaks; Code::exhausted for one that is too long.
// `who` is none for the command line.
Result<bool> hand_in(store::Connection& connection, const store::TenantScope& scope, DeviceId device,
                     const HandedInventory& inventory, UserId who, Timestamp now);

// The same without keeping it.
Result<bool> would_change(store::Connection& connection, const store::TenantScope& scope, DeviceId device,
                          const HandedInventory& inventory, Timestamp now);

// What was handed in last, and the machine that stands in for the device once the road has it.
struct HandedFact {
  std::string format;
  std::string file_name;
  std::int64_t packages = 0;
  Timestamp at;
  UserId who;
  std::optional<MachineId> machine;
};
Result<std::optional<HandedFact>> handed_in(store::Connection& connection, const store::TenantScope& scope, DeviceId device);

// Kept and not told yet, the oldest number first; told() ends it.
struct UntoldInventory {
  TenantId tenant;
  DeviceId device;
  std::int64_t number = 0;
};
// The oldest behind `after`; all of them are behind an empty one.
Result<std::optional<UntoldInventory>> next_untold(store::Connection& connection, const UntoldInventory& after = {});
// Code::not_found if another came meanwhile; corrupt if it is not as it was written.
Result<std::vector<Package>> untold_packages(store::Connection& connection, const UntoldInventory& inventory);
Result<void> told(store::Connection& connection, const UntoldInventory& inventory);

// The road passed it over, for it came too late: the same list is another one when the device
// is there again.
Result<void> passed_over(store::Connection& connection, TenantId tenant, DeviceId device, std::int64_t number);

}  // namespace khien::estate
