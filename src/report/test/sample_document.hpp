#pragma once

#include <string>
#include <vector>

#include "khien/report/document.hpp"

namespace khien::report {

inline Paragraph paragraph(std::string text, Paragraph::Role role = Paragraph::Role::body) { return {.role = role, .runs = {{.text = std::move(text)}}}; }

inline Cell cell(std::string text, Cell::Align align = Cell::Align::left) { return {.runs = {{.text = std::move(text)}}, .align = align}; }

inline TableBlock units_table(std::size_t rows) {
  TableBlock out{.id = "units", .title = "Bảng 1. Máy của các đơn vị", .widths = {1, 5, 2, 2, 3}};
  out.head = {cell("TT"), cell("Đơn vị"), cell("Số máy"), cell("Được bảo vệ"), cell("Tỷ lệ")};
  using Align = Cell::Align;
  for (std::size_t i = 1; i <= rows; ++i) {
    const std::string n = std::to_string(i);
    out.rows.push_back({cell(n, Align::centre), cell("Ủy ban nhân dân xã Đông Sơn " + n), cell(std::to_string(40 + i % 37), Align::right),
                        cell(std::to_string(30 + i % 11), Align::right), cell("57/60 (95,0%)", Align::right)});
  }
  return out;
}

inline Document sample_document(std::size_t rows = 60) {
  using Role = Paragraph::Role;
  Document out;
  out.title = "Báo cáo chỉ số lây nhiễm mã độc quý III năm 2026";
  out.author = "Sở Khoa học và Công nghệ";
  out.made_at = {1'790'000'000'000};
  out.identity = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  out.letterhead = {.parent_agency = "Ủy ban nhân dân tỉnh Lam Giang",
                    .agency = "Sở Khoa học và Công nghệ",
                    .number = "Số: 07/BC-SKHCN",
                    .place_and_day = "Lam Giang, ngày 05 tháng 02 năm 2026",
                    .type = "Báo cáo",
                    .subject = "Chỉ số lây nhiễm mã độc trên máy của các cơ quan, đơn vị tỉnh Lam Giang quý III năm 2026",
                    .to = "Kính gửi: Ủy ban nhân dân tỉnh"};
  out.blocks.push_back(paragraph("Thực hiện Chỉ thị số 14/CT-TTg ngày 25 tháng 5 năm 2018 của Thủ tướng Chính phủ về việc nâng cao năng lực phòng, chống phần mềm độc hại, "
                                 "Sở Khoa học và Công nghệ báo cáo kết quả như sau:"));
  out.blocks.push_back(paragraph("I. Tình hình", Role::heading));
  out.blocks.push_back(Paragraph{.runs = {{.text = "Đến ngày 30/9/2026, toàn tỉnh có "}, {.text = "1.204 máy", .bold = true, .note = 0},
                                          {.text = " được bảo vệ, đạt tỷ lệ "}, {.text = "57/60 (95,0%)", .note = 1},
                                          {.text = " đơn vị đã kết nối; số máy có mã độc được tìm thấy và xử lý trong kỳ là 37 máy, giảm 12 máy so với kỳ trước."}}});
  out.blocks.push_back(paragraph("Kết quả theo nhóm việc:", Role::body));
  out.blocks.push_back(paragraph("Kết nối và chia sẻ dữ liệu mã độc với Trung tâm Giám sát an toàn không gian mạng quốc gia: đều đặn, không gián đoạn quá 15 ngày.", Role::item));
  out.blocks.push_back(paragraph("Cập nhật mẫu nhận diện: 98,2 % máy trong vòng 24 giờ.", Role::item));
  out.blocks.push_back(paragraph("II. Số liệu theo đơn vị", Role::heading));
  out.blocks.push_back(units_table(rows));
  out.blocks.push_back(paragraph("III. Kiến nghị", Role::heading));
  out.blocks.push_back(paragraph("Đề nghị các cơ quan, đơn vị rà soát số máy chưa được bảo vệ, hoàn thành trước ngày 25 tháng 12 năm 2026 và báo cáo kết quả về Sở Khoa học và Công nghệ để tổng hợp."));
  out.blocks.push_back(paragraph("Trên đây là báo cáo của Sở Khoa học và Công nghệ, kính trình Ủy ban nhân dân tỉnh xem xét, chỉ đạo."));
  out.signature = {.titles = {"KT. Giám đốc", "Phó Giám đốc"}, .name = "Nguyễn Thị Ánh Tuyết", .recipients = {"Như trên", "Công an tỉnh (phối hợp)", "Lưu: VT, CNTT"}};
  out.notes = {"1. Số máy được bảo vệ: nguồn danh mục máy tính; số bản ghi: 1.204.", "2. Đơn vị đã kết nối: nguồn danh mục cơ quan, đơn vị; số bản ghi: 57."};
  out.notes_of = "(Kèm theo Báo cáo số 07/BC-SKHCN ngày 05 tháng 02 năm 2026 của Sở Khoa học và Công nghệ)";
  return out;
}

}  // namespace khien::report
