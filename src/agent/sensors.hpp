#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/probe/configuration.hpp"
#include "khien/probe/endpoint.hpp"

#include "linux/process.hpp"
#include "spool.hpp"
#include "verdict_cache.hpp"

namespace khien::agent {

// Everything that Sensors borrows.
struct SensorParts {
  const Clock& clock;
  probe::MachineProbe& machine;
  Spool& spool;
  // Numbers of inventories; called on the sensors' thread.
  std::function<Result<std::int64_t>()> next_inventory;
  std::function<std::vector<EngineState>()> engine_states;
  std::function<AccessState()> on_access;
  std::function<ProcessUsage()> usage;
  // What there is to tell of the policy; may be empty.
  std::function<std::optional<PolicySeen>()> policy = {};
  std::string agent_version;
  probe::ConfigurationProbe* configuration = nullptr;  // null: nothing is told of it
};

// What is told by the clock and not by a file: that the agent is alive (each
// minute), who the machine is and what is installed (at start, and hourly if it
// changed), how it is protected and which policy it follows (at start, when it
// changes, and hourly; other makers' products and the firewall are looked at
// hourly), and how it is set up (at start, and every four hours if it changed).
//
// A sensor that fails costs its own word only. Not thread-safe.
class Sensors {
 public:
  explicit Sensors(SensorParts parts);

  // Does what is due; how long until something is. Fails only if the spool does.
  Result<Duration> step();

 private:
  Result<void> tell_heartbeat();
  Result<void> tell_machine();
  Result<void> tell_packages();
  Result<void> tell_protection(bool hourly);
  Result<void> tell_configuration();
  Result<void> tell_policy(bool hourly);

  SensorParts parts_;
  Duration started_;
  Duration next_heartbeat_;
  Duration next_inventory_;
  Duration next_protection_look_;
  Duration next_protection_;
  Duration next_configuration_;
  std::optional<MachineSeen> machine_;      // as told last
  std::optional<Sha256> packages_;          // of the list told last
  std::optional<ProtectionSeen> protection_;  // as told last, without its counts
  probe::ConfigurationProbe::Protection others_;  // as looked at last
  std::optional<ConfigurationSeen> configuration_;
  std::optional<PolicySeen> policy_;
};

// The list in parts that fit into an event.
std::vector<PackagesSeen> in_parts(std::vector<Package> packages, std::int64_t inventory);

}  // namespace khien::agent
