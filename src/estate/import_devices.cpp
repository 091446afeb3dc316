#include <utility>

#include "agent_line.hpp"
#include "device_keys.hpp"
#include "device_matching.hpp"
#include "device_rows.hpp"
#include "import_run.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
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

// A lease without a name is known by its card.
std::string name_in(const ImportRun& run, const TableRow& row, DeviceSource source) {
  std::string name = run.list.value(row, "name");
  return name.empty() && source == DeviceSource::dhcp ? run.list.value(row, "mac") : name;
}

// What a DHCP server calls a kind is none of ours: "DHCP", "Both".
Result<DeviceKind> kind_in(const ImportRun& run, const TableRow& row, DeviceSource source, DeviceKind otherwise) {
  auto kind = device_kind_from_words(run.list.value(row, "kind"), otherwise);
  return !kind && source == DeviceSource::dhcp ? Result<DeviceKind>(otherwise) : std::move(kind);
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
  change.name = name_in(run, row, source);
  const bool listed = known != nullptr && known->source != DeviceSource::agent;
  if (listed && lower(*change.name) == lower(known->name)) change.name.reset();
  change.serial = text("serial");
  change.mac = text("mac");
  change.address = text("address");
  change.note = text("note");
  const auto otherwise = known != nullptr                  ? known->kind
                         : source == DeviceSource::dhcp ? DeviceKind::other
                                                        : DeviceKind::workstation;
  TRY(change.kind, kind_in(run, row, source, otherwise));
  if (known == nullptr || !list.value(row, "unit").empty()) {
    TRY(change.unit, run.unit_named(list.value(row, "unit")));
  }
  return change;
}

Result<void> whole_serial(std::string_view text) {
  if (is_cut_serial(serial_from_text(text))) return refuse(refusals::kSerialCut);
  return {};
}

void look_at_cells(ImportRun& run, const TableRow& row, DeviceSource source) {
  const auto cell = [&](std::string_view key) { return run.list.value(row, key); };
  if (name_in(run, row, source).empty()) run.look_at("name", Result<void>(refuse(refusals::kNeedsDeviceName)));
  run.look_at("unit", run.unit_named(cell("unit")));
  run.look_at("kind", kind_in(run, row, source, DeviceKind::other));
  run.look_at("serial", whole_serial(cell("serial")));
  run.look_at("mac", mac_from_text(cell("mac")));
}

// By the strongest that the row has, as devices are found.
std::string known_as(const DeviceRow& row) {
  if (!row.serial.empty()) return "serial/" + row.serial;
  if (!row.mac.empty()) return "mac/" + row.mac;
  return "name/" + std::to_string(row.unit.value) + "/" + short_name(row.name);
}

// Each by all it is known by.
Result<void> know_retired(ImportRun& run) {
  return run.connection.query(
      "SELECT id, unit_id, name, serial, mac FROM device WHERE tenant_id = ?1 AND retired_on IS NOT NULL "
      "AND unit_id IN " KHIEN_UNITS_IN_SCOPE,
      {run.scope.tenant(), run.scope.roots_json()}, [&](const store::Row& row) -> Result<void> {
        const DeviceRow device{.unit = UnitId{row.integer(1)}, .name = std::string(row.text(2))};
        run.know(known_as(device), row.integer(0));
        if (!row.text(3).empty()) run.know("serial/" + std::string(row.text(3)), row.integer(0));
        if (!row.text(4).empty()) run.know("mac/" + std::string(row.text(4)), row.integer(0));
        return {};
      });
}

struct LeftOut {
  std::int64_t retired = 0, passing = 0, nameless = 0;
};

std::string counted(std::int64_t count, std::string_view words) { return std::to_string(count) + std::string(words); }

void note_left_out(const LeftOut& left_out, ImportReport& report) {
  if (left_out.retired > 0) {
    report.notes.push_back({counted(left_out.retired, " thiết bị trong danh sách đã thanh lý và giữ nguyên như vậy. Muốn dùng lại, hãy sửa "
                                                      "từng thiết bị."),
                            counted(left_out.retired, " devices of the list are retired and stay so. Change each by hand to have it back.")});
  }
  if (left_out.passing > 0) {
    report.notes.push_back({counted(left_out.passing, " dòng có địa chỉ MAC ngẫu nhiên (thường là điện thoại, máy tính bảng) được bỏ qua."),
                            counted(left_out.passing, " leases with a random MAC address (mostly phones and tablets) are left out.")});
  }
  if (left_out.nameless > 0) {
    report.notes.push_back({counted(left_out.nameless, " dòng không có địa chỉ MAC của một cạc mạng được bỏ qua."),
                            counted(left_out.nameless, " leases without the MAC address of a card are left out.")});
  }
}

// Leases of what is no device of an office, or cannot be told from another.
bool is_left_out(const ImportRun& run, const TableRow& row, LeftOut& left_out) {
  const auto mac = mac_from_text(run.list.value(row, "mac"));
  const bool nameless = !mac || (mac->empty() && run.list.value(row, "name").empty());
  if (nameless) {
    ++left_out.nameless;
  } else if (is_passing_mac(*mac)) {
    ++left_out.passing;
  } else {
    return false;
  }
  return true;
}

Result<RowOutcome> carry_out(ImportRun& run, const TableRow& row, DeviceSource source, LeftOut& left_out) {
  const TenantId tenant = run.scope.tenant();
  look_at_cells(run, row, source);
  TRY_VOID(run.all_well());
  TRY(const auto as_new, change_of(run, row, source, nullptr));
  TRY(const auto wanted, changed_row({}, as_new));
  TRY(const auto found, find_device(run.connection, run.scope, wanted));
  RowOutcome outcome{.text = wanted.name + (wanted.mac.empty() ? "" : " " + wanted.mac)};
  if (!found && !run.known_by(known_as(wanted)).empty()) {
    ++left_out.retired;
    outcome.written = "retired";
    return outcome;
  }
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
  TRY_VOID(know_retired(run));
  LeftOut left_out;
  for (const TableRow& row : run.list.rows()) {
    if (run.list.is_blank(row)) continue;
    if (source == DeviceSource::dhcp && is_left_out(run, row, left_out)) continue;
    TRY_VOID(run.row(row, [&] { return carry_out(run, row, source, left_out); }));
  }
  note_left_out(left_out, run.report);
  // Once for all rows.
  TRY_VOID(match_devices(run.connection, run.scope.tenant()));
  return {};
}

}  // namespace khien::estate
