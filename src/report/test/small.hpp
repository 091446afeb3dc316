#pragma once

#include <string>

#include "khien/report/snapshot.hpp"

namespace khien::report {

// A snapshot in which every kind of value has one member; tests change a word of it.
inline Snapshot small_snapshot() {
  const LocalText why{"chưa quản lý sự cố", "incidents are not handled yet"};
  Snapshot made{.kind = "sample-kind",
                .tenant = "lam-giang",
                .scope_key = "tenant",
                .scope_name = "tỉnh Lam Giang",
                .period = read_period("2026-Q3").value(),
                .data_from = *Date::of(2026, 7, 1),
                .data_to = *Date::of(2026, 9, 30),
                .window_rule = "nd-331-2026",
                .cut_off = vietnam_moment(*Date::of(2026, 9, 18), 8 * 60 + 5),
                .taken_at = vietnam_moment(*Date::of(2026, 9, 18), 9 * 60)};
  made.index = IndexDefinition{"khien-infection@1", {"Chỉ số bản 1", "Index 1"}, {"Chia", "Divide"}, {"Riêng", "Our own"}};
  made.issuer = {.parent_agency = "ỦY BAN NHÂN DÂN TỈNH LAM GIANG",
                 .agency = "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
                 .place = "Lam Giang",
                 .symbol = "BC-SKHCN",
                 .signer_mode = "KT.",
                 .signer_mode_title = "GIÁM ĐỐC",
                 .signer_title = "PHÓ GIÁM ĐỐC",
                 .signer_name = "Trần Thị <b>Mai</b> & Cộng sự",
                 .recipients = {"UBND tỉnh (để báo cáo)"}};
  made.words = {{"reason", "Máy cũ \"không\" cài được."}};
  made.figures = {
      {.id = "machines_protected_share", .label = {"Máy được bảo vệ", "Machines protected"}, .value = Ratio{1, 3},
       .query = "machines_protected@1", .rows = {"machine:1", "machine:2", "machine:9"}, .row_count = 3},
      {.id = "detections.total", .label = {"Phát hiện", "Detections"}, .value = std::int64_t{1204},
       .unit = {"phát hiện", "findings"}, .query = "detections@2"},
      {.id = "incidents.total", .label = {"Sự cố", "Incidents"}, .value = Unknown{why}, .query = ""},
      {.id = "incident.name", .label = {"Tên", "Name"}, .value = std::string("Trang bị chèn"), .query = "q@1"},
      {.id = "incident.day", .label = {"Ngày", "Day"}, .value = *Date::of(2026, 2, 5), .query = "q@1"},
      {.id = "incident.detected_at", .label = {"Lúc", "At"}, .value = Timestamp{1'790'000'000'123}, .query = "q@1"}};
  Table table{.id = "units.overview", .title = {"Các đơn vị", "Units"}, .query = "units@1"};
  table.columns = {{"unit", {"Đơn vị", "Unit"}, ColumnType::text, 3},
                   {"open", {"Đang mở", "Open"}, ColumnType::number, 1},
                   {"share", {"Tỷ lệ", "Share"}, ColumnType::ratio, 1},
                   {"since", {"Từ ngày", "Since"}, ColumnType::day, 1},
                   {"seen", {"Lúc", "At"}, ColumnType::moment, 1}};
  table.rows = {{"unit:2", {std::string("=HYPERLINK(\"x\")"), std::int64_t{0}, Ratio{2, 2}, *Date::of(2026, 1, 9), Timestamp{5}}},
                {"unit:1", {std::string("Xã Mỹ Châu"), std::int64_t{-3}, Unknown{{"không có máy", "no machines"}}, Unknown{},
                            Unknown{}}}};
  Table unknown{.id = "incidents.list", .title = {"Sự cố", "Incidents"}, .columns = {{"what", {"Việc", "What"}}}, .query = ""};
  unknown.unknown = Unknown{why};
  made.tables = {table, unknown};
  made.previous = Previous{"2026-Q2", sha256("x").hex(), "khien-infection@1", {}};
  made.previous->figures["detections.total"] = {{"Phát hiện", "Detections"}, std::int64_t{1200}, {"phát hiện", "findings"}, "detections@1"};
  return made;
}

}  // namespace khien::report
