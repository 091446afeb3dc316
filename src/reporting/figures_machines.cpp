#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gathering.hpp"

// Machines: how many there ought to be, and what is known of them. All are states: of a day
// that is over only what was read then is known.

namespace khien::reporting {
namespace {

std::string key_of_device(const estate::Device& device) {
  return device.machine ? key_of("machine", *device.machine) : key_of("device", device.id);
}

Result<Counted> count_units(Gathering& gathering, std::string_view) {
  TRY(const auto* units, gathering.units());
  std::set<std::string> rows;
  for (const auto& one : *units) rows.insert(key_of("unit", one.id));
  return number_of(std::move(rows));
}

// The whole of the share of protected machines, so that the two can never differ.
Result<Counted> count_expected(Gathering& gathering, std::string_view) {
  TRY(const auto* measured, gathering.metric("machines_protected_share"));
  if (!gathering.is_live()) {
    if (!measured->measurement.known() || !measured->measurement.whole) return not_read(gathering);
    return Counted{static_cast<std::int64_t>(std::llround(*measured->measurement.whole)),
                   {"reading:machines_protected_share:" + to_string(gathering.day())}};
  }
  TRY(const auto* devices, gathering.devices());
  std::set<std::string> rows;
  for (const auto& one : *devices) rows.insert(key_of_device(one));
  return number_of(std::move(rows));
}

Result<std::set<std::string>> rows_of_protected(Gathering& gathering, std::string_view) {
  TRY(const auto* devices, gathering.devices());
  std::set<std::string> rows;
  for (const auto& one : *devices) {
    if (one.state == estate::DeviceState::protected_) rows.insert(key_of_device(one));
  }
  return rows;
}

Result<std::set<std::string>> rows_of_known(Gathering& gathering, std::string_view) {
  TRY(const auto* devices, gathering.devices());
  std::set<std::string> rows;
  for (const auto& one : *devices) {
    if (one.state == estate::DeviceState::protected_ || one.state == estate::DeviceState::unprotected) rows.insert(key_of_device(one));
  }
  return rows;
}

Result<std::set<std::string>> rows_of_fresh(Gathering& gathering, std::string_view) {
  TRY(const auto* devices, gathering.devices());
  TRY(const auto* machines, gathering.machines());
  std::set<MachineId> fresh;
  for (const auto& one : *machines) {
    if (one.content_updated_at && *one.content_updated_at >= gathering.now() - estate::kContentOld) fresh.insert(one.id);
  }
  std::set<std::string> rows;
  for (const auto& one : *devices) {
    if (one.machine && fresh.contains(*one.machine)) rows.insert(key_of_device(one));
  }
  return rows;
}

Result<Counted> count_protected(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_protected); }
Result<Counted> count_known(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_known); }
Result<Counted> count_fresh(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_fresh); }

Result<Counted> count_not_updated(Gathering& gathering, std::string_view) {
  if (!gathering.is_live()) return not_read(gathering);
  TRY(const auto* machines, gathering.machines());
  std::set<std::string> rows;
  for (const auto& one : *machines) {
    if (!one.revoked && one.not_updated(gathering.now())) rows.insert(key_of("machine", one.id));
  }
  return number_of(std::move(rows));
}

constexpr std::array<FigureRule, 6> kFigures{{
    {"units.total", "Số đơn vị", "Units", "đơn vị", "units", "units.total@1", count_units},
    {"machines.expected", "Số máy phải quản lý", "Machines that ought to be there", "máy", "machines", "machines.expected@1", count_expected},
    {"machines_protected_share", "Tỷ lệ máy được bảo vệ", "Machines protected", "", "", "machines_protected_share@1", count_protected},
    {"machines_known_share", "Tỷ lệ máy đã rõ tình trạng", "Machines whose state is known", "", "", "machines_known_share@1", count_known},
    {"machines_signatures_fresh_share", "Tỷ lệ máy có mẫu nhận diện trong 15 ngày", "Machines with signatures of the last 15 days", "", "",
     "machines_signatures_fresh_share@1", count_fresh},
    {"machines.not_updated_15_days", "Số máy không cập nhật quá 15 ngày", "Machines not updated for 15 days", "máy", "machines",
     "machines.not_updated_15_days@1", count_not_updated},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 6> kByUnitColumns{{{"unit", "Đơn vị", "Unit", ColumnType::text, 4},
                                                    {"expected", "Số máy", "Machines", ColumnType::number, 1},
                                                    {"protected", "Được bảo vệ", "Protected", ColumnType::ratio, 2},
                                                    {"infected", "Có mã độc", "With malware", ColumnType::ratio, 2},
                                                    {"detections", "Phát hiện trong kỳ", "Detections", ColumnType::number, 1},
                                                    {"open", "Còn mở", "Open", ColumnType::number, 1}}};
constexpr std::array<ColumnRule, 4> kByNameColumns{{{"name", "Mã độc", "Malware", ColumnType::text, 4},
                                                    {"detections", "Phát hiện", "Detections", ColumnType::number, 1},
                                                    {"machines", "Số máy", "Machines", ColumnType::number, 1},
                                                    {"open", "Còn mở", "Open", ColumnType::number, 1}}};

struct OfUnit {
  std::int64_t expected = 0, protected_ = 0, detections = 0, open = 0;
  std::int64_t known = 0;
  std::set<MachineId> infected;
};

using report::ratio_or;

Result<std::map<UnitId, OfUnit>> sum_by_unit(Gathering& gathering) {
  std::map<UnitId, OfUnit> sums;
  if (gathering.is_live()) {
    TRY(const auto* devices, gathering.devices());
    for (const auto& one : *devices) {
      auto& sum = sums[one.unit];
      ++sum.expected;
      sum.protected_ += one.state == estate::DeviceState::protected_ ? 1 : 0;
    }
  }
  TRY(const auto* known, gathering.known_in_window());
  for (const auto& [machine, unit] : *known) ++sums[unit].known;
  TRY(const auto* detections, gathering.detections());
  for (const auto& one : *detections) {
    auto& sum = sums[one.unit];
    sum.detections += one.first_in_window ? 1 : 0;
    sum.open += one.open ? 1 : 0;
    if (one.open_in_window && known->contains(one.machine)) sum.infected.insert(one.machine);
  }
  return sums;
}

Result<Filled> fill_by_unit(Gathering& gathering) {
  TRY(auto sums, sum_by_unit(gathering));
  std::set<UnitId> counted;
  for (const auto& [unit, sum] : sums) counted.insert(unit);
  TRY(const auto lines, gathering.lines_of(counted));
  const report::Value not_known = not_read(gathering).value;
  std::vector<report::Table::Row> rows;
  for (const auto& unit : lines) {
    const auto& sum = sums[unit.unit];
    if (sum.expected + sum.known + sum.detections + sum.open == 0) continue;
    report::Table::Row row{.key = key_of("unit", unit.unit), .cells = {}};
    row.cells = {unit.name, gathering.is_live() ? report::Value(sum.expected) : not_known,
                 gathering.is_live() ? ratio_or(sum.protected_, sum.expected, {"không có máy nào", "no machine"}) : not_known,
                 ratio_or(static_cast<std::int64_t>(sum.infected.size()), sum.known, {"chưa rõ tình trạng máy nào", "no machine's state is known"}),
                 sum.detections, sum.open};
    rows.push_back(std::move(row));
  }
  return Filled(std::move(rows));
}

Result<Filled> fill_by_name(Gathering& gathering) {
  constexpr std::size_t kMostNames = 30;
  struct OfName {
    std::string name;
    std::int64_t detections = 0, open = 0;
    std::set<MachineId> machines;
  };
  TRY(const auto* detections, gathering.detections());
  std::map<std::string, OfName> sums;
  for (const auto& one : *detections) {
    if (!one.first_in_window) continue;
    auto& sum = sums[one.rule];
    sum.name = one.rule;
    ++sum.detections;
    sum.open += one.open ? 1 : 0;
    sum.machines.insert(one.machine);
  }
  std::vector<OfName> sorted;
  for (auto& [name, sum] : sums) sorted.push_back(std::move(sum));
  std::ranges::sort(sorted, [](const OfName& a, const OfName& b) {
    return a.machines.size() != b.machines.size() ? a.machines.size() > b.machines.size() : a.name < b.name;
  });
  if (sorted.size() > kMostNames) sorted.resize(kMostNames);
  std::vector<report::Table::Row> rows;
  for (const auto& one : sorted) {
    rows.push_back({.key = "rule:" + one.name, .cells = {one.name, one.detections, static_cast<std::int64_t>(one.machines.size()), one.open}});
  }
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 2> kTables{{
    {"machines.by_unit", "Máy và mã độc theo đơn vị", "Machines and malware by unit", "machines.by_unit@2", kByUnitColumns, fill_by_unit},
    {"detections.by_name", "Mã độc phát hiện trong kỳ", "Malware found in the period", "detections.by_name@1", kByNameColumns, fill_by_name},
}};

}  // namespace

std::span<const FigureRule> machine_figures() { return kFigures; }
std::span<const TableRule> machine_tables() { return kTables; }

}  // namespace khien::reporting
