#pragma once

#include <map>

#include "khien/api/api.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/store/store.hpp"

namespace khien::api {

// Signs the audit log's state each minute, or each 1,000 entries, where
// something was added; so what was written longer ago cannot be changed unseen.
// Not thread-safe: one caller, Api::tick().
class Checkpoints {
 public:
  Checkpoints(store::Store& hub, const Clock& clock, const ApiOptions& options)
      : hub_(hub), clock_(clock), options_(options) {}

  Result<void> write_due();

 private:
  struct State {
    std::int64_t signed_size = -1;  // not known yet
    Duration signed_at;
  };
  Result<void> write_due(TenantId tenant, std::int64_t size);

  store::Store& hub_;
  const Clock& clock_;
  const ApiOptions& options_;
  std::map<TenantId, State> states_;
};

}  // namespace khien::api
