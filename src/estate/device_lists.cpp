#include <algorithm>
#include <array>
#include <utility>

#include "days.hpp"
#include "device_statements.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "devices";
constexpr std::size_t kMaxPage = 500;

// Stored, but for the states: add at the end, never rename.
constexpr std::array<std::string_view, 4> kKinds{"workstation", "server", "network", "other"};
constexpr std::array<std::string_view, 4> kSources{"import", "dhcp", "agent", "hand"};
constexpr std::array<std::string_view, 4> kStates{"protected", "unprotected", "unknown", "retired"};
constexpr std::array<std::string_view, kDeviceGaps> kGaps{"infected", "engine_off", "scan_old", "not_scanned",
                                                         "silent",   "marked",     "no_agent"};
// What KHIEN_DEVICE_GAP says of devices without one.
constexpr std::int64_t kProtected = kDeviceGaps;
constexpr std::int64_t kRetired = kDeviceGaps + 1;

template <class E, std::size_t N>
Result<E> enumerator(const std::array<std::string_view, N>& names, std::string_view text, const char* what) {
  const auto* found = std::ranges::find(names, text);
  if (found == names.end()) return Error(Code::invalid, what);
  return static_cast<E>(found - names.begin());
}

#define KHIEN_DEVICE_COLUMNS                                                                                     \
  "d.id, d.unit_id, u.name, d.name, d.kind, iif(d.matched_by = 'agent', m.serial, d.serial), "                     \
  "iif(d.matched_by = 'agent', coalesce(json_extract(m.macs, '$[0]'), ''), d.mac), d.address, d.source, m.id, "    \
  KHIEN_DEVICE_GAP ", d.note, d.known_unprotected, d.retired_on, m.last_seen"

DeviceState state_of(std::int64_t gap) {
  if (gap == kProtected) return DeviceState::protected_;
  if (gap == kRetired) return DeviceState::retired;
  switch (static_cast<DeviceGap>(gap)) {
    case DeviceGap::not_scanned:
    case DeviceGap::silent:
    case DeviceGap::no_agent: return DeviceState::unknown;
    case DeviceGap::infected:
    case DeviceGap::engine_off:
    case DeviceGap::scan_old:
    case DeviceGap::marked: break;
  }
  return DeviceState::unprotected;
}

Result<Device> device_from(const store::Row& row) {
  Device device;
  device.id = {row.integer(0)};
  device.unit = {row.integer(1)};
  device.unit_name = row.text(2);
  device.name = row.text(3);
  TRY(device.kind, device_kind_from_string(row.text(4)));
  device.serial = row.text(5);
  device.mac = row.text(6);
  device.address = row.text(7);
  TRY(device.source, enumerator<DeviceSource>(kSources, row.text(8), "source of a device"));
  if (!row.is_null(9)) device.machine = MachineId{row.integer(9)};
  device.state = state_of(row.integer(10));
  if (row.integer(10) < kProtected) device.gap = static_cast<DeviceGap>(row.integer(10));
  device.note = row.text(11);
  device.known_unprotected = row.integer(12) != 0;
  device.retired_on = optional_day_at(row, 13);
  if (!row.is_null(14)) device.last_seen = row.time(14);
  return device;
}

Result<Device> load_device(store::Connection& connection, TenantId tenant, std::string_view roots, DeviceId id,
                           Timestamp now) {
  std::optional<Device> device;
  TRY_VOID(connection.query("SELECT " KHIEN_DEVICE_COLUMNS " FROM " KHIEN_DEVICES_WITH_MACHINES
                            "JOIN unit u ON u.tenant_id = d.tenant_id AND u.id = d.unit_id "
                            "WHERE d.tenant_id = ?1 AND d.id = ?5 AND " KHIEN_IN_SCOPE("d.unit_id"),
                            {tenant, roots, silent_before(now), scan_old_before(now), id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(device, device_from(row));
                              return {};
                            }));
  if (!device) return Error(Code::not_found, "there is no such device");
  return std::move(*device);
}

// As the statements have it.
constexpr std::int64_t kWhateverGap = -1;
constexpr std::int64_t kAnyGap = -2;
std::int64_t gap_asked(const DeviceQuery& query) {
  if (query.gap) return static_cast<std::int64_t>(*query.gap);
  return query.uncovered ? kAnyGap : kWhateverGap;
}

struct Bounds {
  TenantId tenant;
  std::string roots;
  Timestamp silent_before;
  Timestamp scan_old_before;
  std::int64_t state = -1;
  std::int64_t gap = kWhateverGap;
  SearchWords words;
};

struct Place {
  DeviceId id;
  Bytes order;
  std::int64_t rank = -1;
};

Result<std::int64_t> count_matches(store::Connection& connection, const Bounds& b) {
  std::int64_t total = 0;
  TRY_VOID(connection.query_one(kCountDevices,
                                {b.tenant, b.roots, b.silent_before, b.scan_old_before, b.state, b.words.each[0],
                                 b.words.each[1], b.words.each[2], b.words.each[3], b.gap},
                                [&](const store::Row& row) -> Result<void> {
                                  total = row.integer(0);
                                  return {};
                                }));
  return total;
}

Result<std::vector<Place>> find_page(store::Connection& connection, const Bounds& b, const Place& behind,
                                     std::size_t limit) {
  std::vector<Place> places;
  TRY_VOID(connection.query(kDevicePage,
                            {b.tenant, b.roots, b.silent_before, b.scan_old_before, b.state, b.words.each[0],
                             b.words.each[1], b.words.each[2], b.words.each[3], b.gap, behind.rank, ByteView(behind.order),
                             behind.id, std::uint64_t{limit}},
                            [&](const store::Row& row) -> Result<void> {
                              const ByteView order = row.bytes(1);
                              places.push_back({DeviceId{row.integer(0)}, Bytes(order.begin(), order.end()), row.integer(2)});
                              return {};
                            }));
  return places;
}

Result<Place> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Place();
  TRY(auto fields, from_cursor(cursor, kList, {std::int64_t{}, Bytes(), std::int64_t{}}));
  return Place{DeviceId{std::get<std::int64_t>(fields[2])}, std::get<Bytes>(std::move(fields[1])),
               std::get<std::int64_t>(fields[0])};
}

void add(DeviceCounts& counts, std::int64_t gap, std::int64_t number) {
  if (gap < kProtected) counts.by_gap.at(static_cast<std::size_t>(gap)) += number;
  switch (state_of(gap)) {
    case DeviceState::protected_: counts.protected_ += number; break;
    case DeviceState::unprotected: counts.unprotected += number; break;
    case DeviceState::unknown: counts.unknown += number; break;
    case DeviceState::retired: counts.retired += number; return;
  }
  counts.expected += number;
}

void add(DeviceCounts& sum, const DeviceCounts& counts) {
  sum.expected += counts.expected;
  sum.protected_ += counts.protected_;
  sum.unprotected += counts.unprotected;
  sum.unknown += counts.unknown;
  sum.retired += counts.retired;
  for (std::size_t i = 0; i < kDeviceGaps; ++i) sum.by_gap.at(i) += counts.by_gap.at(i);
}

// What the counts say already.
std::int64_t count_of(const DeviceCounts& counts, std::optional<DeviceState> state) {
  if (!state) return counts.expected;
  switch (*state) {
    case DeviceState::protected_: return counts.protected_;
    case DeviceState::unprotected: return counts.unprotected;
    case DeviceState::unknown: return counts.unknown;
    case DeviceState::retired: break;
  }
  return counts.retired;
}

Result<std::map<UnitId, DeviceCounts>> count_by_unit(store::Connection& connection, TenantId tenant,
                                                     std::string_view roots, Timestamp now) {
  std::map<UnitId, DeviceCounts> counts;
  TRY_VOID(connection.query(kDeviceGapsByUnit, {tenant, roots, silent_before(now), scan_old_before(now)},
                            [&](const store::Row& row) -> Result<void> {
                              add(counts[UnitId{row.integer(0)}], row.integer(1), row.integer(2));
                              return {};
                            }));
  return counts;
}

}  // namespace

std::string_view to_string(DeviceKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
std::string_view to_string(DeviceSource source) { return kSources.at(static_cast<std::size_t>(source)); }
std::string_view to_string(DeviceState state) { return kStates.at(static_cast<std::size_t>(state)); }

Result<DeviceKind> device_kind_from_string(std::string_view text) {
  return enumerator<DeviceKind>(kKinds, text, "kind of device is not one that is known");
}
std::string_view to_string(DeviceGap gap) { return kGaps.at(static_cast<std::size_t>(gap)); }
Result<DeviceGap> device_gap_from_string(std::string_view text) {
  return enumerator<DeviceGap>(kGaps, text, "reason of a device is not one that is known");
}
Result<DeviceState> device_state_from_string(std::string_view text) {
  return enumerator<DeviceState>(kStates, text, "state of a device is not one that is known");
}

Result<DevicePage> list_devices(store::Connection& connection, const store::TenantScope& scope,
                                const DeviceQuery& query, Timestamp now) {
  TRY(auto roots, roots_below(connection, scope, query.unit));
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const Bounds bounds{scope.tenant(), std::move(roots), silent_before(now), scan_old_before(now),
                      query.state ? static_cast<std::int64_t>(*query.state) : -1,
                      gap_asked(query), search_words(query.words)};
  DevicePage page;
  TRY(const auto by_unit, count_by_unit(connection, bounds.tenant, bounds.roots, now));
  for (const auto& [unit, counts] : by_unit) add(page.counts, counts);
  if (bounds.words.none() && bounds.gap == kWhateverGap) {
    page.total = count_of(page.counts, query.state);
  } else {
    TRY(page.total, count_matches(connection, bounds));
  }
  // One more than asked for tells whether there is another page.
  TRY(auto places, find_page(connection, bounds, behind, limit + 1));
  if (places.size() > limit) {
    places.pop_back();
    page.next = to_cursor(kList, {places.back().rank, places.back().order, places.back().id.value});
  }
  for (const Place& place : places) {
    TRY(auto device, load_device(connection, bounds.tenant, bounds.roots, place.id, now));
    page.items.push_back(std::move(device));
  }
  return page;
}

Result<Device> get_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id, Timestamp now) {
  return load_device(connection, scope.tenant(), scope.roots_json(), id, now);
}

Result<DeviceCounts> count_devices(store::Connection& connection, const store::TenantScope& scope,
                                   std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto roots, roots_below(connection, scope, unit));
  TRY(const auto by_unit, count_by_unit(connection, scope.tenant(), roots, now));
  DeviceCounts sum;
  for (const auto& [id, counts] : by_unit) add(sum, counts);
  return sum;
}

Result<std::map<UnitId, DeviceCounts>> devices_by_unit(store::Connection& connection,
                                                       const store::TenantScope& scope, Timestamp now) {
  return count_by_unit(connection, scope.tenant(), scope.roots_json(), now);
}

}  // namespace khien::estate
