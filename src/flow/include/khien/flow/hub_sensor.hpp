#pragma once

#include <mutex>
#include <span>

#include "khien/core/result.hpp"
#include "khien/flow/flow.hpp"
#include "khien/model/observation.hpp"

namespace khien::flow {

// What the hub's own sensors saw of a tenant's assets, told by the road's first door
// like an agent's words: on a stream of its own (store::hub_stream), durable before
// any judge sees it. Only this stream may speak of sites.
//
// Thread-safe; tells one after another.
class HubSensor {
 public:
  HubSensor(Flow& flow, const store::Ledger& ledger, const Clock& clock) : flow_(flow), ledger_(ledger), clock_(clock) {}

  // All or nothing; waits until they are durable. Code::invalid for what an agent
  // tells, or an observation that could not be read again.
  Result<void> tell(TenantId tenant, std::span<const Observation> observations);

 private:
  Flow& flow_;
  const store::Ledger& ledger_;
  const Clock& clock_;
  std::mutex mutex_;
};

}  // namespace khien::flow
