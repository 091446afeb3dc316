#include "khien/estate/devices.hpp"

#include <utility>

#include "agent_line.hpp"
#include "changes.hpp"
#include "days.hpp"
#include "device_keys.hpp"
#include "device_matching.hpp"
#include "device_rows.hpp"
#include "khien/estate/scope_sql.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

struct Stored {
  DeviceRow row;
  bool has_machine = false;
};

Result<Stored> load(store::Connection& connection, const store::TenantScope& scope, DeviceId id) {
  std::optional<Stored> stored;
  TRY_VOID(
      connection.query("SELECT unit_id, name, kind, serial, mac, address, note, known_unprotected, "
                       "retired_on, machine_id IS NOT NULL "
                       "FROM device d WHERE d.tenant_id = ?1 AND d.id = ?3 AND " KHIEN_IN_SCOPE("d.unit_id"),
                       {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                         Stored it;
                         it.row.unit = {row.integer(0)};
                         it.row.name = row.text(1);
                         TRY(it.row.kind, device_kind_from_string(row.text(2)));
                         it.row.serial = row.text(3);
                         it.row.mac = row.text(4);
                         it.row.address = row.text(5);
                         it.row.note = row.text(6);
                         it.row.known_unprotected = row.integer(7) != 0;
                         it.row.retired_on = optional_day_at(row, 8);
                         it.has_machine = row.integer(9) != 0;
                         stored = std::move(it);
                         return {};
                       }));
  if (!stored) return Error(Code::not_found, "there is no such device");
  return std::move(*stored);
}

std::vector<Key> keys_of_row(const DeviceRow& row) {
  if (row.retired_on) return {};
  return keys_of(row.unit, row.name, row.serial, {row.mac});
}

Result<void> require_past(const std::optional<Date>& retired_on, Timestamp now) {
  if (retired_on && *retired_on > vietnam_day(now)) return refuse(refusals::kRetiredAhead);
  return {};
}

}  // namespace

Result<DeviceId> create_device(store::Connection& connection, const store::TenantScope& scope,
                               const DeviceChange& change, DeviceSource source, Timestamp now) {
  TRY_VOID(require_living_unit(connection, scope, change.unit.value_or(UnitId{})));
  TRY(const auto row, changed_row({}, change));
  TRY_VOID(require_past(row.retired_on, now));
  TRY(const auto known, find_device(connection, scope, row));
  DeviceId id;
  if (known) {
    TRY(const auto line, get_device(connection, scope, *known, now));
    if (line.source != DeviceSource::agent) return refuse(refusals::kDeviceTaken);
    TRY_VOID(make_list_line(connection, scope.tenant(), *known));
    TRY_VOID(write_device(connection, scope, *known, row, source));
    id = *known;
  } else {
    TRY(id, insert_device(connection, scope, row, source, now));
  }
  TRY_VOID(put_device_keys(connection, scope.tenant(), id, keys_of_row(row)));
  return id;
}

Result<void> update_device(store::Connection& connection, const store::TenantScope& scope, DeviceId id,
                           const DeviceChange& change, Timestamp now) {
  TRY(const auto before, load(connection, scope, id));
  if (change.unit) {
    TRY_VOID(require_living_unit(connection, scope, *change.unit));
  }
  if (change.retired_on && *change.retired_on && before.has_machine) return refuse(refusals::kDeviceSpeaks);
  TRY_VOID(make_list_line(connection, scope.tenant(), id));
  TRY(const auto learned, load(connection, scope, id));
  TRY(const auto row, changed_row(learned.row, change));
  TRY_VOID(require_past(row.retired_on, now));
  if (row.serial != learned.row.serial || row.mac != learned.row.mac) {
    TRY_VOID(require_not_held_elsewhere(connection, scope, row));
  }
  TRY_VOID(write_device(connection, scope, id, row, DeviceSource::hand));
  return put_device_keys(connection, scope.tenant(), id, keys_of_row(row));
}

}  // namespace khien::estate
