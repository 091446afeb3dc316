#include "notice_desk.hpp"

#include <utility>

#include "khien/api/accounts.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/units.hpp"

namespace khien::hub {
namespace {

// Of one asking; what is left waits for the next minute.
constexpr int kMostRounds = 20;

}  // namespace

NoticeDesk::NoticeDesk(store::Store& hub, const Clock& clock, Options options) : hub_(hub), clock_(clock), options_(std::move(options)) {}

void NoticeDesk::tick() {
  const std::int64_t minute = clock_.now().ms / minutes(1).ms;
  if (asked_ == minute) return;
  asked_ = minute;
  if (auto asked = ask(); !asked) log_error("notices_failed", {{"error", printable(asked.error().what())}});
}

Result<void> NoticeDesk::ask() {
  if (!options_.rules || !options_.post) return {};
  std::vector<TenantId> tenants;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(tenants, estate::all_tenants(connection));
    return {};
  }));
  // What one province's data break is no reason to be silent in another.
  for (const TenantId tenant : tenants) {
    if (auto asked = ask_for(tenant); !asked) {
      log_error("notices_failed", {{"tenant", std::to_string(tenant.value)}, {"error", printable(asked.error().what())}});
    }
  }
  return {};
}

Result<void> NoticeDesk::ask_for(TenantId tenant) {
  std::optional<store::TenantScope> scope;
  std::shared_ptr<const duty::TenantLaw> law;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(auto whole, api::owner_scope(connection, tenant));
    scope.emplace(std::move(whole));
    if (!options_.law) return {};
    TRY(law, options_.law->of(connection, tenant));
    return {};
  }));
  for (int round = 0; round < kMostRounds; ++round) {
    TRY(const auto swept, notice::sweep(hub_, *scope, law, *options_.rules, *options_.post, clock_.now()));
    for (const auto& [person, message] : swept.shown) {
      if (options_.told) options_.told(tenant, person, message);
    }
    if (!swept.more) break;
  }
  return {};
}

}  // namespace khien::hub
