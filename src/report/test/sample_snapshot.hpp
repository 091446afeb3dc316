#pragma once

#include "khien/report/snapshot.hpp"

namespace khien::report {

inline Snapshot sample_snapshot() {
  Snapshot out;
  out.kind = "malware-index-quarter";
  out.tenant = "lamgiang";
  out.scope_key = "tenant";
  out.scope_name = "Tỉnh Lam Giang";
  out.period = {.id = "2026-Q3", .name = {"quý III năm 2026", "the third quarter of 2026"}, .from = *Date::of(2026, 7, 1), .to = *Date::of(2026, 9, 30)};
  out.figures = {{.id = "machines.protected", .label = {"Số máy được bảo vệ", "Machines protected"}, .value = std::int64_t{1204}, .unit = {"máy", "machines"}, .query = "machines.protected@1", .rows = {"machine:17", "machine:18"}, .row_count = 1204},
                 {.id = "units.connected", .label = {"Đơn vị đã kết nối", "Units connected"}, .value = Ratio{57, 60}, .unit = {"đơn vị", "units"}, .query = "units.connected@1", .rows = {}, .row_count = 57},
                 {.id = "units.silent", .label = {"Đơn vị không báo cáo", "Units that did not report"}, .value = Unknown{{"chưa có dữ liệu", "no data"}}},
                 {.id = "first.day", .label = {"Ngày đầu", "First day"}, .value = *Date::of(2026, 7, 1)},
                 {.id = "last.seen", .label = {"Lần cuối", "Last seen"}, .value = Timestamp{1'790'000'000'000}}};
  Table table{.id = "units", .title = {"Máy của các đơn vị: theo [loại]/cấp và tỷ lệ", "Machines of units"}, .query = "units@1"};
  table.columns = {{.id = "unit", .label = {"Đơn vị", "Unit"}, .width = 4},
                   {.id = "machines", .label = {"Số máy", "Machines"}, .type = ColumnType::number},
                   {.id = "protected", .label = {"Được bảo vệ", "Protected"}, .type = ColumnType::ratio, .width = 2}};
  for (std::int64_t i = 1; i <= 5; ++i) table.rows.push_back({"unit:" + std::to_string(i), {std::string("=cmd|'/c calc'!A") + std::to_string(i), 40 + i, Ratio{30 + i, 40 + i}}});
  out.tables.push_back(table);
  out.tables.push_back(table);
  return out;
}

}  // namespace khien::report
