#pragma once

#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/model/fleet.hpp"

#include "hub_link.hpp"

namespace khien::agent {

// The hub's desk, as the scanner asks it. Tests have their own.
class FleetPort {
 public:
  virtual ~FleetPort() = default;
  // Waits a few seconds at most. Any error means: not now; look yourself.
  virtual Result<FleetAnswer> ask(const FleetQuestion& question) = 0;
};

// Over the agent's one connection. After a failure, or as long as the hub asks
// for, it fails at once, so that a scan does not wait for a hub that is away.
//
// Not thread-safe: the scanner's thread owns it.
class HubFleet final : public FleetPort {
 public:
  HubFleet(HubLink& hub, const Clock& clock, Random& random) : hub_(hub), clock_(clock), random_(random) {}
  Result<FleetAnswer> ask(const FleetQuestion& question) override;

 private:
  Result<FleetAnswer> read(const net::ClientResponse& answer, std::size_t asked);
  void wait_for(Duration pause);

  HubLink& hub_;
  const Clock& clock_;
  Random& random_;
  Duration not_before_{0};  // monotonic
  unsigned failures_ = 0;
};

}  // namespace khien::agent
