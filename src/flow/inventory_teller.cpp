#include "khien/flow/inventory_teller.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "khien/estate/device_inventories.hpp"

namespace khien::flow {
namespace {

constexpr std::size_t kPackagesAPart = 1'000;
constexpr std::size_t kBytesAPart = 128u << 10;  // as JSON up to six times that; an event has 1 MiB
constexpr std::chrono::minutes kFirstPause{1};
constexpr std::chrono::minutes kLastPause{60};

std::size_t bytes_of(const Package& package) {
  return package.purl.size() + package.name.size() + package.version.size() + package.source.size() + package.source_version.size();
}

std::vector<Observation> in_parts(const estate::UntoldInventory& list, std::vector<Package> packages, Timestamp now) {
  std::vector<PackagesSeen> parts(1);
  std::size_t bytes = 0;
  for (Package& package : packages) {
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
    part.inventory = list.number;
    part.part = static_cast<std::uint32_t>(told.size() + 1);
    part.parts = static_cast<std::uint32_t>(parts.size());
    part.device = list.device;
    told.push_back({now, std::move(part)});
  }
  return told;
}

}  // namespace

InventoryTeller::~InventoryTeller() { stop(); }

void InventoryTeller::start() {
  khien_assert(!thread_.joinable());
  thread_ = std::thread([this] { run(); });
}

void InventoryTeller::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  bell_.notify_all();
}

void InventoryTeller::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool InventoryTeller::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void InventoryTeller::run() {
  auto pause = kFirstPause;
  for (;;) {
    const auto told = tell();
    if (!told) log_error("inventories_not_told", {{"error", told.error().what()}});
    std::unique_lock lock(mutex_);
    const auto rung = [this] { return stopping_ || woken_; };
    bool by_bell = true;
    if (told) bell_.wait(lock, rung);
    else by_bell = bell_.wait_for(lock, pause, rung);
    if (stopping_) return;
    woken_ = false;
    // Lists that others hand in meanwhile put the next try off no further.
    if (told) pause = kFirstPause;
    else if (!by_bell) pause = std::min(2 * pause, kLastPause);
  }
}

Result<void> InventoryTeller::tell_one(const estate::UntoldInventory& list) {
  std::vector<Package> packages;
  TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
    TRY(packages, estate::untold_packages(connection, list));
    return {};
  }));
  const auto parts = in_parts(list, std::move(packages), clock_.now());
  const auto begun = begun_.try_emplace({list.tenant, list.device}).first;
  if (begun->second.number != list.number) begun->second = {.number = list.number};
  for (std::size_t& next = begun->second.parts; next < parts.size(); ++next) TRY_VOID(sensor_.tell(list.tenant, std::span(&parts[next], 1)));
  TRY_VOID(hub_.write([&](store::Connection& connection) { return estate::told(connection, list); }));
  begun_.erase(begun);
  return {};
}

// One that cannot be told waits alone: those behind it are others'.
Result<std::int64_t> InventoryTeller::tell() {
  const std::lock_guard one_at_a_time(telling_);
  estate::UntoldInventory last;
  Result<void> failed;
  std::int64_t done = 0;
  while (!stopping()) {
    std::optional<estate::UntoldInventory> next;
    TRY_VOID(hub_.read([&](store::Connection& connection) -> Result<void> {
      TRY(next, estate::next_untold(connection, last));
      return {};
    }));
    if (!next) break;
    last = *next;
    auto told = tell_one(last);
    if (told) ++done;
    // Not found: another list took its place, and comes behind.
    else if (told.error().code() != Code::not_found) failed = std::move(told);
  }
  if (!failed) return std::move(failed).error();
  return done;
}

}  // namespace khien::flow
