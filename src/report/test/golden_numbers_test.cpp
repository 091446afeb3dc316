// What the goldens say, against numbers that were typed by hand from test/data/sample.json. The goldens
// themselves are written by the code under test: alone they would repeat its faults.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "test/shipped.hpp"

namespace khien::report {
namespace {

struct Typed {
  std::string_view figure, vi, en;
};

// As a page says them; shares were worked out with a pocket calculator, and 1203/1204 is not whole.
constexpr Typed kKnown[] = {
    {"units.total", "3 đơn vị", "3 units"},
    {"machines.expected", "1.204 máy", "1,204 machines"},
    {"machines_protected_share", "1.144/1.204 (95,0%)", "1,144/1,204 (95.0%)"},
    {"machines_known_share", "1.160/1.204 (96,3%)", "1,160/1,204 (96.3%)"},
    {"machines_signatures_fresh_share", "1.203/1.204 (99,9%)", "1,203/1,204 (99.9%)"},
    {"machines.not_updated_15_days", "1 máy", "1 machine"},
    {"machines_infected_share", "17/1.160 (1,5%)", "17/1,160 (1.5%)"},
    {"infection_index", "17/1.160 (1,5%)", "17/1,160 (1.5%)"},
    {"detections.total", "34 lượt phát hiện", "34 detections"},
    {"detections.closed", "31 lượt phát hiện", "31 detections"},
    {"detections.open", "3 lượt phát hiện", "3 detections"},
    {"sites.total", "12 trang web", "12 websites"},
    {"sites.checked", "12/12 (100,0%)", "12/12 (100.0%)"},
    {"sites.compromised", "2 trang web", "2 websites"},
    {"websites_with_injected_content", "1 trang web", "1 website"},
    {"sites.hours_to_clean", "26 giờ", "26 hours"},
    {"sites_labelled_share", "9/12 (75,0%)", "9/12 (75.0%)"},
    {"advisories.open", "8 cảnh báo", "8 advisories"},
    {"advisories_overdue", "0 cảnh báo", "0 advisories"},
    {"advisories.proven", "21 cảnh báo", "21 advisories"},
    {"advisories.accepted", "1 cảnh báo", "1 advisory"},
    {"sites.label_ready", "1 trang web", "1 website"},
    {"systems.total", "25 hệ thống", "25 systems"},
    {"systems.level_1", "9 hệ thống", "9 systems"},
    {"systems.level_2", "11 hệ thống", "11 systems"},
    {"systems.level_3", "4 hệ thống", "4 systems"},
    {"systems.level_4", "1 hệ thống", "1 system"},
    {"systems.level_5", "0 hệ thống", "0 systems"},
    {"systems_level_set_share", "25/25 (100,0%)", "25/25 (100.0%)"},
    {"systems_approved_share", "19/25 (76,0%)", "19/25 (76.0%)"},
    {"systems_plan_deployed_share", "14/25 (56,0%)", "14/25 (56.0%)"},
    {"systems_monitored_share", "20/25 (80,0%)", "20/25 (80.0%)"},
    {"systems_assessor_independent_share", "4/5 (80,0%)", "4/5 (80.0%)"},
    {"systems.level_3_4_assessed", "4/5 (80,0%)", "4/5 (80.0%)"},
    {"duties.met", "151/176 (85,8%)", "151/176 (85.8%)"},
    {"duties.overdue", "1 nhiệm vụ", "1 duty"},
    {"contact_valid", "3/3 (100,0%)", "3/3 (100.0%)"},
    {"accountable_named", "2/3 (66,7%)", "2/3 (66.7%)"},
    {"training.sessions", "4 lớp", "4 courses"},
    {"training.attended", "1.310 lượt người", "1,310 attendances"},
    {"training_attendance_share", "1.310/1.400 (93,6%)", "1,310/1,400 (93.6%)"},
    {"awareness.items", "6 hoạt động", "6 activities"},
    {"drills.held", "1 cuộc", "1 exercise"},
    {"inspections_done_share", "2/3 (66,7%)", "2/3 (66.7%)"},
    {"external_findings_settled_share", "5/7 (71,4%)", "5/7 (71.4%)"},
    {"documents_signed_share", "9.700/10.240 (94,7%)", "9,700/10,240 (94.7%)"},
    {"documents_official_channel_share", "10.240/10.240 (100,0%)", "10,240/10,240 (100.0%)"},
    {"tokens_valid_share", "88/90 (97,8%)", "88/90 (97.8%)"},
    {"projects_with_security_share", "3/3 (100,0%)", "3/3 (100.0%)"},
    {"domestic_share", "640.000.000/1.000.000.000 đồng (64,0%)", "640,000,000/1,000,000,000 VND (64.0%)"},
    {"budget_security_share_yearly", "1.250.000.000/11.800.000.000 đồng (10,6%)", "1,250,000,000/11,800,000,000 VND (10.6%)"},
    {"budget_security_share_projects", "300.000.000/2.400.000.000 đồng (12,5%)", "300,000,000/2,400,000,000 VND (12.5%)"},
    {"budget.exempt", "1 đơn vị", "1 unit"},
    {"sharing.connected_units", "3/3 (100,0%)", "3/3 (100.0%)"},
    {"sharing.regular_units", "2/3 (66,7%)", "2/3 (66.7%)"},
    {"incident.state", "Đang xử lý", "Đang xử lý"},
    {"incident.machines", "5 máy", "5 machines"},
    {"incident.report_due", "02 giờ 40 phút ngày 27/11/2026", "2026-11-27 02:40"},
    {"incident.basis", "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d", "Nghị định 331/2026/NĐ-CP Điều 31 khoản 2 điểm d"},
    {"systems.level_5_assessed", "chưa có số liệu (không có hệ thống cấp độ 5)", "not known (there is no system of level 5)"},
    {"budget_security_share_five_year", "chưa có số liệu (chưa có dòng kinh phí nào trong sổ)", "not known (no budget line is in the register)"},
    // The reason of what nobody counts is said once; the figure itself stands as not known.
    {"incidents.total", "chưa có số liệu", "not known"},
    {"incidents.serious", "chưa có số liệu", "not known"},
    {"incidents.open", "chưa có số liệu", "not known"},
    {"incidents_reported_in_time_share", "chưa có số liệu", "not known"},
    {"botnet_addresses_open", "chưa có số liệu", "not known"},
    {"monitoring_connected", "chưa có số liệu", "not known"},
    {"rosters_gap_minutes", "chưa có số liệu", "not known"},
    {"roster.shifts", "chưa có số liệu", "not known"},
    {"roster.answered", "chưa có số liệu", "not known"},
};

// The first row of each table that has one, as both languages print it.
struct TypedRow {
  std::string_view table, vi, en;
};
constexpr TypedRow kRows[] = {
    {"machines.by_unit", "| Sở Tài chính | 700 | 690/700 (98,6%) | 12/690 (1,7%) | 20 | 0 |", "| Sở Tài chính | 700 | 690/700 (98.6%) | 12/690 (1.7%) | 20 | 0 |"},
    {"detections.by_name", "| Win.Trojan.Agent-1234 | 22 | 12 | 1 |", "| Win.Trojan.Agent-1234 | 22 | 12 | 1 |"},
    {"units.overview", "| Sở Y tế & Dân số | 454/504 (90,1%) | 3 | 1 | 0 | 50/58 (86,2%) |", "| Sở Y tế & Dân số | 454/504 (90.1%) | 3 | 1 | 0 | 50/58 (86.2%) |"},
    {"sites.cases", "| sotc.lamgiang.gov.vn | Sở Tài chính | liên kết cờ bạc ẩn | 02/10/2026 08:00 | 03/10/2026 10:00 | phần mềm cũ | Đã khắc phục xong |",
     "| sotc.lamgiang.gov.vn | Sở Tài chính | liên kết cờ bạc ẩn | 2026-10-02 08:00 | 2026-10-03 10:00 | phần mềm cũ | Đã khắc phục xong |"},
    {"sites.unlabelled", "| mychau.lamgiang.gov.vn | Xã Mỹ Châu | hết hạn ngày 01/10/2026 |", "| mychau.lamgiang.gov.vn | Xã Mỹ Châu | hết hạn ngày 01/10/2026 |"},
    {"sites.label_check", "| mychau.lamgiang.gov.vn | Xã Mỹ Châu | Hết hạn ngày 01/10/2026 | Đạt | Theo hồ sơ | Đạt | Theo hồ sơ |",
     "| mychau.lamgiang.gov.vn | Xã Mỹ Châu | Hết hạn ngày 01/10/2026 | Đạt | Theo hồ sơ | Đạt | Theo hồ sơ |"},
    {"sites.label_systems", "| Trung tâm dữ liệu tỉnh | 4 | 01/3/2025 | 01/9/2025 |", "| Trung tâm dữ liệu tỉnh | 4 | 2025-03-01 | 2025-09-01 |"},
    {"advisories.states", "| CVE-2026-1234 | OpenSSL | 05/12/2026 | 40 | 31/40 (77,5%) | Đang xử lý |", "| CVE-2026-1234 | OpenSSL | 2026-12-05 | 40 | 31/40 (77.5%) | Đang xử lý |"},
    {"advisories.by_unit", "| Sở Tài chính | 5 | 0 | 11 |", "| Sở Tài chính | 5 | 0 | 11 |"},
    {"systems.level_3_4", "| Trung tâm dữ liệu tỉnh | Sở Tài chính | 4 | 01/3/2025 | Trung tâm giám sát | 20/5/2026 | Công ty A | 2 |",
     "| Trung tâm dữ liệu tỉnh | Sở Tài chính | 4 | 2025-03-01 | Trung tâm giám sát | 2026-05-20 | Công ty A | 2 |"},
    {"duties.overdue", "| HU-1.5b | Báo cáo năm về kiểm tra, đánh giá | Xã Mỹ Châu | 04/12/2025 |", "| HU-1.5b | Báo cáo năm về kiểm tra, đánh giá | Xã Mỹ Châu | 2025-12-04 |"},
    {"duties.due", "| HU-2.7 | Báo cáo năm về hệ thống cấp 3 và cấp 4 | Tỉnh Lam Giang | 13/12/2026 |", "| HU-2.7 | Báo cáo năm về hệ thống cấp 3 và cấp 4 | Tỉnh Lam Giang | 2026-12-13 |"},
    {"attention.list", "| Trang bị chuyển hướng, chưa khắc phục xong | Sở Y tế & Dân số | 20/11/2026 | Xác định nguyên nhân, rà soát lại |",
     "| Trang bị chuyển hướng, chưa khắc phục xong | Sở Y tế & Dân số | 2026-11-20 | Xác định nguyên nhân, rà soát lại |"},
    {"budget.by_unit", "| Sở Tài chính | năm | 11.800.000.000 | 1.250.000.000 | 10,6% |", "| Sở Tài chính | năm | 11,800,000,000 | 1,250,000,000 | 10.6% |"},
    {"sharing.by_unit", "| Sở Tài chính | có | 26/11/2026 06:00 | 690/700 (98,6%) |", "| Sở Tài chính | có | 2026-11-26 06:00 | 690/700 (98.6%) |"},
    {"inspections.list", "| Kiểm tra định kỳ | Sở Y tế & Dân số | 10/4/2026 | 15/4/2026 | 03 kiến nghị |", "| Kiểm tra định kỳ | Sở Y tế & Dân số | 2026-04-10 | 2026-04-15 | 03 kiến nghị |"},
    {"incident.timeline", "| 26/11/2026 02:40 | Phát hiện tệp bị mã hóa | Lê Minh Đức |", "| 2026-11-26 02:40 | Phát hiện tệp bị mã hóa | Lê Minh Đức |"},
    {"incident.assets", "| MAIL-01 | máy chủ | Sở Y tế & Dân số | đã ngắt mạng |", "| MAIL-01 | máy chủ | Sở Y tế & Dân số | đã ngắt mạng |"},
    {"incident.clocks", "| Thông báo ban đầu | Bộ Công an | 27/11/2026 02:40 | chưa gửi | NĐ 331/2026 Đ31.2.d |", "| Thông báo ban đầu | Bộ Công an | 2026-11-27 02:40 | not sent | NĐ 331/2026 Đ31.2.d |"},
};

struct Golden {
  std::string vi, en;
};
Golden golden_of(const std::string& name) {
  const auto both = text_of("src/report/test/data/" + name + ".golden.txt");
  const auto between = both.find("\n----\n");
  REQUIRE(between != both.npos);
  return {both.substr(0, between), both.substr(between)};
}

bool says(const std::string& page, std::string_view words) { return page.find(words) != page.npos; }
// A figure stands with its raised number, in a sentence or behind its label.
bool has_figure(const std::string& page, std::string_view words) { return says(page, std::string(words) + "[") || says(page, ": " + std::string(words)); }

TEST_CASE("each golden says of every figure of its kind what was typed from the sample by hand") {
  std::map<std::string_view, const Typed*> typed;
  for (const Typed& one : kKnown) typed[one.figure] = &one;
  for (const Figure& figure : sample_province().figures) CHECK_MESSAGE(typed.contains(figure.id), figure.id << ": type it");
  std::set<std::string> looked_at;
  for (const std::string& name : shipped_names()) {
    CAPTURE(name);
    const auto kind = shipped_kind(name).value();
    const Golden golden = golden_of(name);
    for (const std::string& id : kind.figures) {
      CAPTURE(id);
      const auto found = typed.find(id);
      REQUIRE(found != typed.end());
      CHECK(has_figure(golden.vi, found->second->vi));
      CHECK(has_figure(golden.en, found->second->en));
      looked_at.insert(id);
    }
    for (const TypedRow& row : kRows) {
      if (std::ranges::find(kind.tables, row.table) == kind.tables.end()) continue;
      CAPTURE(row.table);
      CHECK(says(golden.vi, row.vi));
      CHECK(says(golden.en, row.en));
      looked_at.insert(std::string(row.table));
    }
  }
  // Every figure of the sample stands in some kind, and every typed row in some table.
  for (const Typed& one : kKnown) CHECK_MESSAGE(looked_at.contains(std::string(one.figure)), one.figure);
  for (const TypedRow& one : kRows) CHECK_MESSAGE(looked_at.contains(std::string(one.table)), one.table);
}

}  // namespace
}  // namespace khien::report
