#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/settings.hpp"
#include "khien/store/store.hpp"

namespace khien::patch {

// An advisory of which a screen may want to fetch more.
struct AdvisoryChange {
  TenantId tenant;
  AdvisoryId advisory;
};

// What the road and time do to advisories of a tenant, in this order: what is followed
// becomes an advisory with its day, what is not any more ends; decisions whose day is over
// end, and those in force hold what is open now. Idempotent.
Result<std::vector<AdvisoryChange>> review(store::Connection& connection, TenantId tenant, const Settings& shipped, Timestamp now);

// Looks after all tenants on a thread of its own: every few seconds review(), every minute
// units against their days: who is not done is reminded before, the unit above is told
// after, and what is overdue is counted for the duty that is measured by it. Thread-safe.
class Follower {
 public:
  struct Options {
    Settings shipped;
    std::function<void()> on_change;  // something did; from a thread of ours
  };
  Follower(store::Store& hub, const Clock& clock, Options options);
  ~Follower();

  void start();
  void stop();
  // Both at once; start()'s thread does it, tests call it.
  Result<void> tend();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::patch
