#include "khien/flow/inventory_teller.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "khien/estate/device_inventories.hpp"

namespace khien::flow {
namespace {

constexpr std::size_t kPackagesAPart = 1'000;
constexpr std::size_t kBytesAPart = 128u << 10;  // as JSON up to six times that; an event has 1 MiB

std::size_t bytes_of(const Package& package) {
  return package.purl.size() + package.name.size() + package.version.size() + package.source.size() + package.source_version.size();
}

std::vector<Observation> in_parts(estate::UntoldInventory all, Timestamp now) {
  std::vector<PackagesSeen> parts(1);
  std::size_t bytes = 0;
  for (Package& package : all.packages) {
    const std::size_t more = bytes_of(package);
    if (parts.back().packages.size() >= kPackagesAPart || (bytes > 0 && bytes + more > kBytesAPart)) {
      parts.emplace_back();
      bytes = 0;
    }
    bytes += more;
    parts.back().packages.push_back(std::move(package));
  }
  std::vector<Observation> told;
  for (PackagesSeen& part : parts) {
    part.inventory = all.number;
    part.part = static_cast<std::uint32_t>(told.size() + 1);
    part.parts = static_cast<std::uint32_t>(parts.size());
    part.device = all.device;
    told.push_back({now, std::move(part)});
  }
  return told;
}

}  // namespace

Result<void> InventoryTeller::tell_one(estate::UntoldInventory list) {
  const estate::UntoldInventory mark{.tenant = list.tenant, .device = list.device, .number = list.number, .packages = {}};
  for (Observation& part : in_parts(std::move(list), clock_.now())) TRY_VOID(sensor_.tell(mark.tenant, std::span(&part, 1)));
  return hub_.write([&](store::Connection& connection) { return estate::told(connection, mark); });
}

// One that cannot be told waits alone: those behind it are others'.
Result<std::int64_t> InventoryTeller::tell() {
  const std::lock_guard lock(mutex_);
  estate::UntoldInventory last;
  Result<void> failed;
  for (std::int64_t done = 0;;) {
    std::optional<estate::UntoldInventory> next;
    TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
      TRY(next, estate::next_untold(connection, last));
      return {};
    }));
    if (!next && !failed) return std::move(failed).error();
    if (!next) return done;
    last = {.tenant = next->tenant, .device = next->device, .number = next->number, .packages = {}};
    auto told = tell_one(*std::move(next));
    if (told) ++done;
    else failed = std::move(told);
  }
}

}  // namespace khien::flow
