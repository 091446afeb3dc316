#include "khien/flow/inventory_teller.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "khien/estate/device_inventories.hpp"

namespace khien::flow {
namespace {

constexpr std::size_t kPackagesAPart = 1'000;

std::vector<Observation> in_parts(estate::UntoldInventory all, Timestamp now) {
  std::vector<Observation> parts;
  const std::size_t count = std::max<std::size_t>(1, (all.packages.size() + kPackagesAPart - 1) / kPackagesAPart);
  for (std::size_t part = 0; part < count; ++part) {
    PackagesSeen seen{.inventory = all.number, .part = static_cast<std::uint32_t>(part + 1), .parts = static_cast<std::uint32_t>(count),
                      .packages = {}, .device = all.device};
    const auto end = std::min(all.packages.size(), (part + 1) * kPackagesAPart);
    for (std::size_t i = part * kPackagesAPart; i < end; ++i) seen.packages.push_back(std::move(all.packages[i]));
    parts.push_back({now, std::move(seen)});
  }
  return parts;
}

}  // namespace

Result<std::int64_t> InventoryTeller::tell() {
  const std::lock_guard lock(mutex_);
  for (std::int64_t done = 0;; ++done) {
    std::optional<estate::UntoldInventory> next;
    TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
      TRY(next, estate::next_untold(connection));
      return {};
    }));
    if (!next) return done;
    estate::UntoldInventory mark{.tenant = next->tenant, .device = next->device, .number = next->number, .packages = {}};
    for (Observation& part : in_parts(*std::move(next), clock_.now())) TRY_VOID(sensor_.tell(mark.tenant, std::span(&part, 1)));
    TRY_VOID(hub_.write([&](store::Connection& connection) { return estate::told(connection, mark); }));
  }
}

}  // namespace khien::flow
