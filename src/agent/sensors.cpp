#include "sensors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "khien/core/log.hpp"

namespace khien::agent {
namespace {

constexpr Duration kHeartbeatEvery = seconds(60);
constexpr Duration kInventoryEvery = hours(1);
constexpr Duration kProtectionLookEvery = seconds(5);
constexpr Duration kProtectionEvery = hours(1);
constexpr Duration kConfigurationEvery = hours(4);
constexpr std::size_t kPackagesAPart = 1'000;

Duration sum(Duration a, Duration b) { return {a.ms + b.ms}; }

Sha256 hash_of(const std::vector<Package>& packages) {
  Sha256Stream all;
  for (const Package& package : packages) {
    // The zero byte is in no field, so fields cannot flow into each other.
    for (const std::string* field :
         {&package.purl, &package.name, &package.version, &package.source, &package.source_version}) {
      all.update(as_bytes(*field));
      all.update(as_bytes(std::string_view("\0", 1)));
    }
  }
  return all.finish();
}

}  // namespace

std::vector<PackagesSeen> in_parts(std::vector<Package> packages, std::int64_t inventory) {
  const std::size_t parts = std::max<std::size_t>(1, (packages.size() + kPackagesAPart - 1) / kPackagesAPart);
  std::vector<PackagesSeen> all;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto begin = packages.begin() + static_cast<std::ptrdiff_t>(part * kPackagesAPart);
    const auto end = packages.begin() + static_cast<std::ptrdiff_t>(std::min(packages.size(), (part + 1) * kPackagesAPart));
    PackagesSeen seen{inventory, static_cast<std::uint32_t>(part + 1), static_cast<std::uint32_t>(parts), {}};
    seen.packages.assign(std::make_move_iterator(begin), std::make_move_iterator(end));
    all.push_back(std::move(seen));
  }
  return all;
}

Sensors::Sensors(SensorParts parts)
    : parts_(std::move(parts)),
      started_(parts_.clock.monotonic()),
      next_heartbeat_(started_),
      next_inventory_(started_),
      next_protection_look_(started_),
      next_protection_(started_),
      next_configuration_(started_) {}

Result<Duration> Sensors::step() {
  const Duration now = parts_.clock.monotonic();
  if (now >= next_inventory_) {
    next_inventory_ = sum(now, kInventoryEvery);
    TRY_VOID(tell_machine());
    TRY_VOID(tell_packages());
  }
  if (now >= next_protection_look_) {
    next_protection_look_ = sum(now, kProtectionLookEvery);
    const bool hourly = now >= next_protection_;
    if (hourly) next_protection_ = sum(now, kProtectionEvery);
    TRY_VOID(tell_protection(hourly));
    TRY_VOID(tell_policy(hourly));
  }
  if (now >= next_configuration_) {
    next_configuration_ = sum(now, kConfigurationEvery);
    TRY_VOID(tell_configuration());
  }
  if (now >= next_heartbeat_) {
    next_heartbeat_ = sum(now, kHeartbeatEvery);
    TRY_VOID(tell_heartbeat());
  }
  const std::int64_t next = std::min({next_inventory_.ms, next_protection_look_.ms, next_heartbeat_.ms});
  return Duration{std::max<std::int64_t>(1, next - parts_.clock.monotonic().ms)};
}

Result<void> Sensors::tell_heartbeat() {
  const ProcessUsage usage = parts_.usage();
  return parts_.spool.put({parts_.clock.now(), Heartbeat{.uptime_ms = parts_.clock.monotonic().ms - started_.ms,
                                                         .spool_events = parts_.spool.state().events,
                                                         .memory_bytes = usage.memory_bytes,
                                                         .cpu_ms = usage.cpu_ms}});
}

Result<void> Sensors::tell_machine() {
  auto machine = parts_.machine.machine();
  if (!machine) {
    log_warning("agent.machine_not_read", {{"error", machine.error().what()}});
    return {};
  }
  machine->agent_version = parts_.agent_version;
  if (machine_ && *machine_ == *machine) return {};
  TRY_VOID(parts_.spool.put({parts_.clock.now(), *machine}));
  machine_ = std::move(machine).value();
  return {};
}

Result<void> Sensors::tell_packages() {
  auto packages = parts_.machine.packages();
  if (!packages) {
    log_warning("agent.packages_not_read", {{"error", packages.error().what()}});
    return {};
  }
  const Sha256 hash = hash_of(*packages);
  if (packages_ == hash) return {};
  TRY(const auto inventory, parts_.next_inventory());
  std::vector<Observation> parts;
  for (PackagesSeen& part : in_parts(std::move(packages).value(), inventory)) {
    parts.push_back({parts_.clock.now(), std::move(part)});
  }
  TRY_VOID(parts_.spool.put(parts));
  packages_ = hash;
  return {};
}

Result<void> Sensors::tell_protection(bool hourly) {
  if (hourly && parts_.configuration != nullptr) others_ = parts_.configuration->protection();
  ProtectionSeen protection{parts_.engine_states(), others_.products, others_.firewall, parts_.on_access()};
  ProtectionSeen compared = protection;
  compared.on_access->denied = 0;
  compared.on_access->late = 0;
  if (!hourly && protection_ == compared) return {};
  TRY_VOID(parts_.spool.put({parts_.clock.now(), protection}));
  protection_ = std::move(compared);
  return {};
}

Result<void> Sensors::tell_configuration() {
  if (parts_.configuration == nullptr) return {};
  ConfigurationSeen configuration = parts_.configuration->configuration();
  if (configuration_ == configuration) return {};
  TRY_VOID(parts_.spool.put({parts_.clock.now(), configuration}));
  configuration_ = std::move(configuration);
  return {};
}

Result<void> Sensors::tell_policy(bool hourly) {
  auto policy = parts_.policy ? parts_.policy() : std::nullopt;
  if (!policy || (!hourly && policy_ == policy)) return {};
  TRY_VOID(parts_.spool.put({parts_.clock.now(), *policy}));
  policy_ = std::move(policy);
  return {};
}

}  // namespace khien::agent
