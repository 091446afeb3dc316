#include <algorithm>
#include <array>
#include <utility>

#include "gathering.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"

// What people recorded in registers: the records that were approved by the cut-off and whose
// day lies in the window up to it. Shares are metrics, asked of duty.

namespace khien::reporting {
namespace {

struct Row {
  RegisterRecordId id;
  UnitId unit;
  std::int64_t number = 0;  // of the field asked for
};

Result<std::vector<Row>> records_of(Gathering& gathering, std::string_view source, std::string_view field) {
  const auto name = gathering.register_of(source);
  TRY(const auto* roots, gathering.roots());
  std::vector<Row> all;
  TRY_VOID(gathering.connection().query(
      "SELECT r.id, r.unit_id, coalesce(json_extract(r.fields, ?6), 0) FROM register_record r WHERE r.tenant_id = ?1 AND r.register = ?3 "
      "AND" KHIEN_COUNTED_AT("?7") "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND" KHIEN_DATED_IN("?4", "?8", "?9", "?5") "ORDER BY r.id",
      {gathering.tenant(), *roots, name, std::int64_t{gathering.dated_after().days()}, std::int64_t{gathering.day().days()}, field, gathering.cut_off(),
       std::int64_t{gathering.dated_late_from().days()}, gathering.from()},
      [&](const store::Row& row) -> Result<void> {
        all.push_back({row.id<RegisterRecordTag>(0), row.id<UnitTag>(1), row.integer(2)});
        return {};
      }));
  return all;
}

Result<Counted> count_records(Gathering& gathering, std::string_view source) {
  TRY(const auto all, records_of(gathering, source, "$"));
  std::set<std::string> rows;
  for (const auto& one : all) rows.insert(key_of("record", one.id));
  return number_of(std::move(rows));
}
Result<Counted> count_sessions(Gathering& gathering, std::string_view) { return count_records(gathering, "trainings"); }
Result<Counted> count_awareness(Gathering& gathering, std::string_view) { return count_records(gathering, "awareness"); }
Result<Counted> count_drills(Gathering& gathering, std::string_view) { return count_records(gathering, "exercises"); }

Result<Counted> count_attended(Gathering& gathering, std::string_view) {
  TRY(const auto all, records_of(gathering, "trainings", "$.attended"));
  Counted counted;
  std::int64_t attended = 0;
  for (const auto& one : all) {
    attended += one.number;
    counted.rows.insert(key_of("record", one.id));
  }
  counted.value = attended;
  return counted;
}

Result<Counted> count_exempt(Gathering& gathering, std::string_view) {
  TRY(const auto all, records_of(gathering, "budget", "$.exempt"));
  std::set<std::string> rows;
  for (const auto& one : all) {
    if (one.number != 0) rows.insert(key_of("unit", one.unit));
  }
  return number_of(std::move(rows));
}

constexpr auto count_metric_alone = static_cast<Result<Counted> (*)(Gathering&, std::string_view)>(count_metric);

constexpr std::array<FigureRule, 18> kFigures{{
    {"training.sessions", "Lớp tập huấn trong kỳ", "Courses in the period", "lớp", "courses", "training.sessions@1", count_sessions},
    {"training.attended", "Lượt người dự tập huấn", "Attendances", "lượt người", "attendances", "training.attended@1", count_attended},
    {"training_attendance_share", "Tỷ lệ người dự tập huấn", "Attendance", "", "", "training_attendance_share@1", count_metric_alone},
    {"awareness.items", "Hoạt động tuyên truyền trong kỳ", "Awareness activities in the period", "hoạt động", "activities", "awareness.items@1", count_awareness},
    {"drills.held", "Cuộc diễn tập trong kỳ", "Drills in the period", "cuộc", "exercises", "drills.held@1", count_drills},
    {"inspections_done_share", "Tỷ lệ cuộc kiểm tra đã thực hiện", "Inspections done", "", "", "inspections_done_share@1", count_metric_alone},
    {"external_findings_settled_share", "Tỷ lệ điểm phải khắc phục đã xong", "Outside findings settled", "", "", "external_findings_settled_share@1", count_metric_alone},
    {"documents_signed_share", "Tỷ lệ văn bản ký số", "Documents signed digitally", "", "", "documents_signed_share@1", count_metric_alone},
    {"documents_official_channel_share", "Tỷ lệ văn bản qua kênh chính thức", "Documents by official channels", "", "", "documents_official_channel_share@1", count_metric_alone},
    {"tokens_valid_share", "Tỷ lệ thiết bị ký số còn hạn", "Signing tokens that are valid", "", "", "tokens_valid_share@1", count_metric_alone},
    {"projects_with_security_share", "Tỷ lệ dự án có cấu phần an ninh mạng", "Projects with a security part", "", "", "projects_with_security_share@1", count_metric_alone},
    {"domestic_share", "Tỷ lệ sản phẩm trong nước", "Domestic products", "", "", "domestic_share@1", count_metric_alone},
    {"budget_security_share_yearly", "Tỷ lệ kinh phí an ninh mạng trong kế hoạch năm", "Security in the yearly budget", "", "", "budget_security_share_yearly@1", count_metric_alone},
    {"budget_security_share_five_year", "Tỷ lệ kinh phí an ninh mạng trong kế hoạch 5 năm", "Security in the five-year budget", "", "", "budget_security_share_five_year@1", count_metric_alone},
    {"budget_security_share_projects", "Tỷ lệ kinh phí an ninh mạng trong dự án", "Security in projects", "", "", "budget_security_share_projects@1", count_metric_alone},
    {"budget.exempt", "Đơn vị được miễn", "Units exempt", "đơn vị", "units", "budget.exempt@1", count_exempt},
    {"botnet_addresses_open", "Địa chỉ IP trong mạng máy tính ma", "Addresses in botnets", "địa chỉ", "addresses", "botnet_addresses_open@1", count_metric_alone},
    {"monitoring_connected", "Kết nối chia sẻ dữ liệu giám sát", "Monitoring data connected", "", "", "monitoring_connected@1", count_metric_alone},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 6> kBudgetColumns{{{"unit", "Đơn vị", "Unit", ColumnType::text, 4}, {"plan", "Kế hoạch", "Plan", ColumnType::text, 2},
                                                    {"total", "Tổng (đồng)", "Total (VND)", ColumnType::number, 2}, {"security", "An ninh mạng (đồng)", "Security (VND)", ColumnType::number, 2},
                                                    {"share", "Tỷ lệ", "Share", ColumnType::ratio, 2}, {"exemption", "Miễn", "Exemption", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 5> kInspectionColumns{{{"subject", "Nội dung", "Subject", ColumnType::text, 4}, {"inspected", "Đơn vị được kiểm tra", "Inspected", ColumnType::text, 3},
                                                        {"planned", "Kế hoạch", "Planned", ColumnType::day, 2}, {"done", "Thực hiện", "Done", ColumnType::day, 2},
                                                        {"result", "Kết quả", "Result", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 4> kFindingColumns{{{"finding", "Điểm phải khắc phục", "Finding", ColumnType::text, 5}, {"severity", "Mức độ", "Severity", ColumnType::text, 2},
                                                     {"planned", "Hạn khắc phục", "Planned", ColumnType::day, 2}, {"state", "Tình trạng", "State", ColumnType::text, 2}}};

report::Value day_from(std::string_view text) {
  const auto day = Date::parse(text);
  if (day) return *day;
  return report::Unknown{{"chưa ghi", "not recorded"}};
}

// A value's name as the register's form has it, in Vietnamese.
std::string title_of(Gathering& gathering, std::string_view source, std::string_view field, std::string_view value) {
  const auto* found = gathering.catalogue().register_named(gathering.register_of(source));
  if (found == nullptr) return std::string(value);
  for (const auto& one : found->fields) {
    if (one.name != field) continue;
    const auto choice = std::ranges::find(one.choices, value);
    if (choice != one.choices.end()) return one.choice_titles[static_cast<std::size_t>(choice - one.choices.begin())].vi;
  }
  return std::string(value);
}

struct OfPlan {
  std::int64_t total = 0, security = 0;
  std::string exemption;
};

Result<Filled> fill_budget(Gathering& gathering) {
  TRY(const auto* roots, gathering.roots());
  std::map<std::pair<UnitId, std::string>, OfPlan> sums;
  TRY_VOID(gathering.connection().query(
      "SELECT r.unit_id, coalesce(json_extract(r.fields, '$.plan'), ''), coalesce(json_extract(r.fields, '$.purpose'), ''), "
      "coalesce(json_extract(r.fields, '$.amount'), 0), coalesce(json_extract(r.fields, '$.exemption_reason'), '') FROM register_record r "
      "WHERE r.tenant_id = ?1 AND r.register = ?5 AND" KHIEN_COUNTED_AT("?6") "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND" KHIEN_DATED_IN("?3", "?7", "?8", "?4") "ORDER BY r.id",
      {gathering.tenant(), *roots, std::int64_t{gathering.dated_after().days()}, std::int64_t{gathering.day().days()}, gathering.register_of("budget"), gathering.cut_off(),
       std::int64_t{gathering.dated_late_from().days()}, gathering.from()},
      [&](const store::Row& row) -> Result<void> {
        auto& sum = sums[{row.id<UnitTag>(0), std::string(row.text(1))}];
        sum.total += row.integer(3);
        sum.security += row.text(2) == "security" ? row.integer(3) : 0;
        if (!row.text(4).empty()) sum.exemption = row.text(4);
        return {};
      }));
  TRY(const auto* units, gathering.units());
  std::vector<report::Table::Row> rows;
  for (const auto& unit : *units) {
    for (const auto& [key, sum] : sums) {
      if (key.first != unit.id) continue;
      rows.push_back({.key = key_of("unit", unit.id) + "/" + key.second,
                      .cells = {unit.name, title_of(gathering, "budget", "plan", key.second), sum.total, sum.security,
                                report::ratio_or(sum.security, sum.total, {"tổng bằng không", "the total is zero"}), sum.exemption}});
    }
  }
  return Filled(std::move(rows));
}

Result<Filled> fill_inspections(Gathering& gathering) {
  TRY(const auto* roots, gathering.roots());
  TRY_VOID(gathering.units());
  std::vector<report::Table::Row> rows;
  TRY_VOID(gathering.connection().query(
      "SELECT r.id, coalesce(json_extract(r.fields, '$.subject'), ''), coalesce(json_extract(r.fields, '$.inspected'), 0), "
      "coalesce(json_extract(r.fields, '$.planned_on'), ''), coalesce(json_extract(r.fields, '$.done_on'), ''), "
      "coalesce(json_extract(r.fields, '$.result'), '') FROM register_record r "
      "WHERE r.tenant_id = ?1 AND r.register = ?5 AND" KHIEN_COUNTED_AT("?6") "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND r.dated_on BETWEEN ?3 AND ?4 ORDER BY 4, r.id",
      {gathering.tenant(), *roots, std::int64_t{gathering.dated_after().days() + 1}, std::int64_t{gathering.window().to.days()}, gathering.register_of("inspections"), gathering.cut_off()},
      [&](const store::Row& row) -> Result<void> {
        TRY(auto inspected, gathering.unit_name(row.id<UnitTag>(2)));
        rows.push_back({.key = key_of("record", row.id<RegisterRecordTag>(0)),
                        .cells = {std::string(row.text(1)), std::move(inspected), day_from(row.text(3)), day_from(row.text(4)),
                                  std::string(row.text(5))}});
        return {};
      }));
  return Filled(std::move(rows));
}

Result<Filled> fill_findings(Gathering& gathering) {
  TRY(const auto* roots, gathering.roots());
  std::vector<report::Table::Row> rows;
  TRY_VOID(gathering.connection().query(
      "SELECT r.id, coalesce(json_extract(r.fields, '$.finding'), ''), coalesce(json_extract(r.fields, '$.severity'), ''), "
      "coalesce(json_extract(r.fields, '$.planned_on'), ''), coalesce(json_extract(r.fields, '$.state'), '') FROM register_record r "
      "WHERE r.tenant_id = ?1 AND r.register = ?5 AND" KHIEN_COUNTED_AT("?6") "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND" KHIEN_DATED_IN("?3", "?7", "?8", "?4") "ORDER BY CASE json_extract(r.fields, '$.severity') WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, r.dated_on, r.id",
      {gathering.tenant(), *roots, std::int64_t{gathering.dated_after().days()}, std::int64_t{gathering.day().days()}, gathering.register_of("outside_findings"), gathering.cut_off(),
       std::int64_t{gathering.dated_late_from().days()}, gathering.from()},
      [&](const store::Row& row) -> Result<void> {
        rows.push_back({.key = key_of("record", row.id<RegisterRecordTag>(0)),
                        .cells = {std::string(row.text(1)), title_of(gathering, "outside_findings", "severity", row.text(2)), day_from(row.text(3)),
                                  title_of(gathering, "outside_findings", "state", row.text(4))}});
        return {};
      }));
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 3> kTables{{
    {"budget.by_unit", "Kinh phí an ninh mạng theo đơn vị", "Security budget by unit", "budget.by_unit@1", kBudgetColumns, fill_budget},
    {"inspections.list", "Các cuộc kiểm tra", "Inspections", "inspections.list@1", kInspectionColumns, fill_inspections},
    {"inspection.findings", "Điểm phải khắc phục", "Findings", "inspection.findings@1", kFindingColumns, fill_findings},
}};

}  // namespace

std::span<const FigureRule> register_figures() { return kFigures; }
std::span<const TableRule> register_tables() { return kTables; }

}  // namespace khien::reporting
