#include "checkpoints.hpp"

#include <utility>
#include <vector>

#include "khien/estate/units.hpp"
#include "khien/store/audit_log.hpp"

namespace khien::api {
namespace {

constexpr Duration kSignEvery = seconds(60);
constexpr std::int64_t kSignEveryEntries = 1'000;

}  // namespace

Result<void> Checkpoints::write_due() {
  std::vector<std::pair<TenantId, std::int64_t>> sizes;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(const auto tenants, estate::all_tenants(connection));
    for (const TenantId tenant : tenants) {
      TRY(const auto size, store::audit_size(connection, tenant));
      sizes.emplace_back(tenant, size);
    }
    return {};
  }));
  for (const auto& [tenant, size] : sizes) TRY_VOID(write_due(tenant, size));
  return {};
}

Result<void> Checkpoints::write_due(TenantId tenant, std::int64_t size) {
  State& state = states_[tenant];
  const auto now = clock_.monotonic();
  if (size == 0 || size == state.signed_size) return {};
  const bool is_due = state.signed_size < 0 || now.ms - state.signed_at.ms >= kSignEvery.ms ||
                      size - state.signed_size >= kSignEveryEntries;
  if (!is_due) return {};
  std::int64_t signed_size = 0;
  TRY_VOID(hub_.write([&](store::Connection& connection) -> Result<void> {
    // Entries may have come since; the checkpoint is over what is there now.
    TRY(signed_size, store::audit_size(connection, tenant));
    TRY(const auto note, store::write_audit_checkpoint(connection, tenant, options_.audit_origin,
                                                       options_.audit_secret_key, clock_.now()));
    return {};
  }));
  state = {.signed_size = signed_size, .signed_at = now};
  return {};
}

}  // namespace khien::api
