#include <utility>

#include "agent_line.hpp"
#include "device_keys.hpp"
#include "device_matching.hpp"
#include "device_rows.hpp"
#include "import_run.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

std::string written(const DeviceRow& row) {
  return std::to_string(row.unit.value) + "|" + row.name + "|" + std::string(to_string(row.kind)) + "|" + row.serial +
         "|" + row.mac + "|" + row.address + "|" + row.note;
}

DeviceRow row_of(const Device& device) {
  return {device.unit,    device.name, device.kind,              device.serial,    device.mac,
          device.address, device.note, device.known_unprotected, device.retired_on};
}

// What the row says; a cell that is empty says nothing.
Result<DeviceChange> change_of(ImportRun& run, const TableRow& row, DeviceSource source, const Device* known) {
  const ImportList& list = run.list;
  DeviceChange change;
  const auto text = [&](std::string_view key) -> std::optional<std::string> {
    auto value = list.value(row, key);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  };
  if (source == DeviceSource::dhcp && known != nullptr && known->source != DeviceSource::agent) {
    // A lease knows less than a list: it adds what is missing.
    if (known->mac.empty()) change.mac = text("mac");
    if (known->source == DeviceSource::dhcp) change.address = text("address");
    return change;
  }
  change.name = text("name");
  change.serial = text("serial");
  change.mac = text("mac");
  change.address = text("address");
  change.note = text("note");
  const auto otherwise = known != nullptr                  ? known->kind
                         : source == DeviceSource::dhcp ? DeviceKind::other
                                                        : DeviceKind::workstation;
  TRY(change.kind, device_kind_from_words(list.value(row, "kind"), otherwise));
  if (known == nullptr || !list.value(row, "unit").empty()) {
    TRY(change.unit, run.unit_named(list.value(row, "unit")));
  }
  return change;
}

void look_at_cells(ImportRun& run, const TableRow& row) {
  const auto cell = [&](std::string_view key) { return run.list.value(row, key); };
  if (cell("name").empty()) run.look_at("name", Result<void>(refuse(refusals::kNeedsDeviceName)));
  run.look_at("unit", run.unit_named(cell("unit")));
  run.look_at("kind", device_kind_from_words(cell("kind"), DeviceKind::other));
  run.look_at("mac", mac_from_text(cell("mac")));
}

Result<RowOutcome> carry_out(ImportRun& run, const TableRow& row, DeviceSource source) {
  const TenantId tenant = run.scope.tenant();
  look_at_cells(run, row);
  TRY_VOID(run.all_well());
  TRY(const auto as_new, change_of(run, row, source, nullptr));
  TRY(const auto wanted, changed_row({}, as_new));
  TRY(const auto found, find_device(run.connection, run.scope, wanted));
  RowOutcome outcome{.text = wanted.name + (wanted.mac.empty() ? "" : " " + wanted.mac)};
  if (!found) {
    TRY(const auto id, insert_device(run.connection, run.scope, wanted, source, run.now));
    TRY_VOID(run.first_time("device:" + std::to_string(id.value)));
    TRY_VOID(store_device_keys(run.connection, tenant, id, keys_of(wanted.unit, wanted.name, wanted.serial, {wanted.mac})));
    outcome.action = RowOutcome::Action::add;
    outcome.written = written(wanted);
    return outcome;
  }
  TRY(const auto known, get_device(run.connection, run.scope, *found, run.now));
  TRY_VOID(run.first_time("device:" + std::to_string(found->value)));
  TRY(const auto change, change_of(run, row, source, &known));
  TRY(const auto after, changed_row(row_of(known), change));
  outcome.written = written(after);
  const bool was_agents = known.source == DeviceSource::agent;
  if (after == row_of(known) && !was_agents) return outcome;
  outcome.action = RowOutcome::Action::change;
  TRY_VOID(make_list_line(run.connection, tenant, *found));
  TRY_VOID(write_device(run.connection, run.scope, *found, after, source));
  TRY_VOID(store_device_keys(run.connection, tenant, *found, keys_of(after.unit, after.name, after.serial, {after.mac})));
  return outcome;
}

}  // namespace

Result<void> import_devices(ImportRun& run, DeviceSource source) {
  TRY_VOID(run.load_units());
  for (const TableRow& row : run.list.rows()) {
    if (run.list.is_blank(row)) continue;
    TRY_VOID(run.row(row, [&] { return carry_out(run, row, source); }));
  }
  // Once for all rows.
  TRY_VOID(match_devices(run.connection, run.scope.tenant()));
  return {};
}

}  // namespace khien::estate
