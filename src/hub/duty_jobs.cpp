#include "duty_jobs.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "khien/api/accounts.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/metrics.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/escalations.hpp"
#include "khien/incident/proposals.hpp"
#include "khien/policy/machine_policies.hpp"

namespace khien::hub {
namespace {

// Each tenant in a transaction of its own, so that nobody waits for all of them, and what fails
// in one keeps back no other. The first error.
Result<void> for_each_tenant(store::Store& hub,
                             const std::function<Result<void>(store::Connection&, TenantId)>& work) {
  std::vector<TenantId> tenants;
  TRY_VOID(hub.read([&](store::Connection& connection) -> Result<void> {
    TRY(tenants, estate::all_tenants(connection));
    return {};
  }));
  Result<void> all;
  for (const TenantId tenant : tenants) {
    auto done = hub.write([&](store::Connection& connection) { return work(connection, tenant); });
    if (!done && all) all = std::move(done);
  }
  return all;
}

}  // namespace

Result<void> adopt_directives(store::Store& hub, const duty::Catalogues& law, Timestamp now) {
  return for_each_tenant(hub, [&](store::Connection& connection, TenantId tenant) -> Result<void> {
    TRY_VOID(duty::adopt_shipped(connection, law, tenant, now));
    return {};
  });
}

Result<void> store_all_readings(store::Store& hub, const duty::Catalogues& law, Timestamp now) {
  return for_each_tenant(hub, [&](store::Connection& connection, TenantId tenant) -> Result<void> {
    TRY(const auto scope, api::owner_scope(connection, tenant));
    TRY(const auto binding, law.of(connection, tenant));
    TRY_VOID(duty::store_readings(connection, scope, *binding, now));
    return {};
  });
}

Result<void> watch_all_incidents(store::Store& hub, const duty::Catalogues& law, const incident::Content& content, Timestamp now) {
  // First what is opened: a clock may have come due with it. Whatever happens there, clocks go on.
  Result<void> opened;
  if (std::ranges::any_of(content.opening.rules, &incident::OpeningRule::open)) {
    opened = for_each_tenant(hub, [&](store::Connection& connection, TenantId tenant) -> Result<void> {
      TRY(const auto scope, api::owner_scope(connection, tenant));
      TRY(const auto binding, law.of(connection, tenant));
      const incident::Rules rules{binding->catalogue(), content.severities};
      TRY_VOID(incident::open_proposals(connection, scope, rules, content.opening, now));
      return {};
    });
  }
  TRY_VOID(incident::sweep(hub, now));
  return opened;
}

Result<void> refresh_all_policies(store::Store& hub, Timestamp now) {
  return for_each_tenant(hub, [&](store::Connection& connection, TenantId tenant) -> Result<void> {
    TRY_VOID(policy::refresh_machine_policies(connection, tenant, now));
    return {};
  });
}

}  // namespace khien::hub
