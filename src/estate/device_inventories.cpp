#include "khien/estate/device_inventories.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/scope_sql.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMostFileNameBytes = 200;

std::string text_of(const std::vector<Package>& packages) {
  JsonWriter json;
  json.begin_array();
  for (const Package& one : packages) {
    json.begin_array().string(one.purl).string(one.name).string(one.version).string(one.source).string(one.source_version).end_array();
  }
  json.end_array();
  return json.take();
}

Result<std::vector<Package>> packages_from(std::string_view text) {
  JsonDocument memory;
  Budget budget({.entries = 10 * kMostHandedPackages});
  TRY(const auto root, memory.parse(text, budget));
  std::vector<Package> packages;
  TRY_VOID(root.each([&](Json row) -> Result<void> {
    std::vector<std::string> fields;
    TRY_VOID(row.each([&](Json field) -> Result<void> {
      TRY(const auto one, field.string());
      fields.emplace_back(one);
      return {};
    }));
    if (fields.size() != 5) return Error(Code::corrupt, "an inventory that was handed in has other fields");
    packages.push_back({fields[0], fields[1], fields[2], fields[3], fields[4]});
    return {};
  }));
  return packages;
}

struct Before {
  std::int64_t number = 0;
  Bytes digest;
};
Result<Before> before(store::Connection& connection, TenantId tenant, DeviceId device) {
  Before known;
  TRY_VOID(connection.query("SELECT number, digest FROM device_inventory WHERE tenant_id = ?1 AND device_id = ?2", {tenant, device},
                            [&](const store::Row& row) -> Result<void> {
                              const ByteView digest = row.bytes(1);
                              known = {row.integer(0), Bytes(digest.begin(), digest.end())};
                              return {};
                            }));
  return known;
}

// What an event does not carry (model/observation.hpp): told never, and shown as handed in.
bool is_too_long(const Package& package) {
  constexpr std::size_t kMostBytes = 1'024;
  const auto& [purl, name, version, source, source_version] = package;
  return std::ranges::any_of(std::initializer_list<std::size_t>{purl.size(), name.size(), version.size(), source.size(), source_version.size()},
                             [](std::size_t bytes) { return bytes > kMostBytes; });
}

// The number that the list would have; none: it is what was handed in last.
struct Asked {
  std::string text;
  Sha256 digest;
  std::optional<std::int64_t> number;
};
Result<Asked> ask(store::Connection& connection, const store::TenantScope& scope, DeviceId device, const HandedInventory& inventory, Timestamp now) {
  TRY(const auto line, get_device(connection, scope, device, now));
  if (line.retired_on) return refuse(refusals::kInventoryOfRetired);
  if (line.machine) return refuse(refusals::kAgentSpeaks);
  if (inventory.packages.empty()) return refuse(refusals::kNoPackages);
  if (inventory.packages.size() > kMostHandedPackages) return refuse(refusals::kTooManyPackages);
  if (std::ranges::any_of(inventory.packages, is_too_long)) return refuse(refusals::kPackageTooLong);
  Asked asked{.text = text_of(inventory.packages), .digest = {}, .number = {}};
  asked.digest = sha256(asked.text);
  TRY(const auto known, before(connection, scope.tenant(), device));
  if (!std::ranges::equal(known.digest, asked.digest.view())) asked.number = std::max(known.number + 1, now.ms);
  return asked;
}

}  // namespace

Result<bool> would_change(store::Connection& connection, const store::TenantScope& scope, DeviceId device, const HandedInventory& inventory,
                          Timestamp now) {
  TRY(const auto asked, ask(connection, scope, device, inventory, now));
  return asked.number.has_value();
}

Result<bool> hand_in(store::Connection& connection, const store::TenantScope& scope, DeviceId device, const HandedInventory& inventory,
                     UserId who, Timestamp now) {
  TRY(const auto asked, ask(connection, scope, device, inventory, now));
  if (!asked.number) return false;
  TRY_VOID(connection.run(
      "INSERT INTO device_inventory (tenant_id, device_id, number, format, file_name, digest, packages, handed_at, handed_by, untold) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (tenant_id, device_id) DO UPDATE SET number = excluded.number, "
      "format = excluded.format, file_name = excluded.file_name, digest = excluded.digest, packages = excluded.packages, "
      "handed_at = excluded.handed_at, handed_by = excluded.handed_by, untold = excluded.untold",
      {scope.tenant(), device, *asked.number, inventory.format, truncate(printable(inventory.file_name), kMostFileNameBytes),
       asked.digest.view(), static_cast<std::int64_t>(inventory.packages.size()), now, who, asked.text}));
  return true;
}

Result<std::optional<HandedFact>> handed_in(store::Connection& connection, const store::TenantScope& scope, DeviceId device) {
  std::optional<HandedFact> fact;
  TRY_VOID(connection.query(
      "SELECT i.format, i.file_name, i.packages, i.handed_at, i.handed_by, m.id FROM device d "
      "JOIN device_inventory i ON i.tenant_id = d.tenant_id AND i.device_id = d.id "
      "LEFT JOIN machine m ON m.tenant_id = d.tenant_id AND m.device_id = d.id WHERE d.tenant_id = ?1 AND d.id = ?3 AND "
      KHIEN_IN_SCOPE("d.unit_id"),
      {scope.tenant(), scope.roots_json(), device}, [&](const store::Row& row) -> Result<void> {
        fact = HandedFact{.format = std::string(row.text(0)), .file_name = std::string(row.text(1)), .packages = row.integer(2),
                          .at = row.time(3), .who = row.id<UserTag>(4), .machine = {}};
        if (!row.is_null(5)) fact->machine = row.id<MachineTag>(5);
        return {};
      }));
  return fact;
}

Result<std::optional<UntoldInventory>> next_untold(store::Connection& connection, const UntoldInventory& after) {
  std::optional<UntoldInventory> next;
  TRY_VOID(connection.query(
      "SELECT tenant_id, device_id, number FROM device_inventory WHERE untold IS NOT NULL AND "
      "(number, tenant_id, device_id) > (?1, ?2, ?3) ORDER BY number, tenant_id, device_id LIMIT 1",
      {after.number, after.tenant, after.device},
      [&](const store::Row& row) -> Result<void> {
        next = UntoldInventory{row.id<TenantTag>(0), row.id<DeviceTag>(1), row.integer(2)};
        return {};
      }));
  return next;
}

Result<std::vector<Package>> untold_packages(store::Connection& connection, const UntoldInventory& inventory) {
  std::string text;
  TRY_VOID(connection.query_one(
      "SELECT untold FROM device_inventory WHERE tenant_id = ?1 AND device_id = ?2 AND number = ?3 AND untold IS NOT NULL",
      {inventory.tenant, inventory.device, inventory.number}, [&](const store::Row& row) -> Result<void> {
        text = row.text(0);
        return {};
      }));
  return packages_from(text);
}

Result<void> told(store::Connection& connection, const UntoldInventory& inventory) {
  TRY_VOID(connection.run("UPDATE device_inventory SET untold = NULL WHERE tenant_id = ?1 AND device_id = ?2 AND number = ?3",
                          {inventory.tenant, inventory.device, inventory.number}));
  return {};
}

Result<void> passed_over(store::Connection& connection, TenantId tenant, DeviceId device, std::int64_t number) {
  TRY_VOID(connection.run("UPDATE device_inventory SET digest = zeroblob(32) WHERE tenant_id = ?1 AND device_id = ?2 AND number = ?3",
                          {tenant, device, number}));
  return {};
}

}  // namespace khien::estate
