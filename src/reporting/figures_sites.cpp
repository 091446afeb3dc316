#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gathering.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/sites.hpp"
#include "khien/site/cases.hpp"
#include "khien/site/label_check.hpp"

// Websites: which were looked at, which were altered, how long that took.

namespace khien::reporting {
namespace {

constexpr std::size_t kPage = 500;

Result<std::vector<estate::Site>> sites_of(Gathering& gathering) {
  std::vector<estate::Site> all;
  std::string cursor;
  while (true) {
    TRY(auto page, estate::list_sites(gathering.connection(), gathering.scope(), {.unit = gathering.unit(), .words = {}, .cursor = cursor, .limit = kPage, .past = !gathering.is_live()},
                                      gathering.cut_off()));
    std::ranges::move(page.items, std::back_inserter(all));
    if (!page.next) return all;
    cursor = *page.next;
  }
}

// A case as its events tell it up to the cut-off.
struct PastCase {
  SiteCaseId id;
  SiteId site;
  std::string address, unit, cause, state;
  Timestamp found;                 // first
  std::optional<Timestamp> clean;  // since, at the cut-off
  bool found_in_window = false;    // for the first time, or again
  bool closed_in_window = false;
};

bool is_clean(std::string_view state) { return state == "watching" || state == "closed"; }

Result<std::vector<PastCase>> cases_of(Gathering& gathering) {
  TRY(const auto* roots, gathering.roots());
  std::vector<PastCase> cases;
  TRY_VOID(gathering.connection().query(
      "SELECT c.id, c.site_id, s.address, u.name, c.cause, c.opened_at, e.at, e.event, e.state FROM site_case c "
      "JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "
      "JOIN site_case_event e ON e.tenant_id = c.tenant_id AND e.case_id = c.id "
      "WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND e.at <= ?3 ORDER BY c.opened_at, c.id, e.number",
      {gathering.tenant(), *roots, gathering.cut_off()}, [&](const store::Row& row) -> Result<void> {
        const auto id = row.id<SiteCaseTag>(0);
        if (cases.empty() || cases.back().id != id) {
          cases.push_back({.id = id, .site = row.id<SiteTag>(1), .address = std::string(row.text(2)), .unit = std::string(row.text(3)),
                           .cause = std::string(row.text(4)), .state = {}, .found = row.time(5), .clean = {}});
        }
        auto& one = cases.back();
        const auto at = row.time(6);
        const bool was_clean = is_clean(one.state);
        one.state = row.text(8);
        if (row.text(7) == "found" && at >= gathering.from()) one.found_in_window = true;
        if (one.state == "closed" && at >= gathering.from()) one.closed_in_window = true;
        if (is_clean(one.state) && !was_clean) one.clean = at;
        if (!is_clean(one.state)) one.clean.reset();
        return {};
      }));
  std::erase_if(cases, [](const PastCase& one) { return one.state == "legitimate"; });
  return cases;
}

// That the register was filled later says nothing of what there was.
Result<bool> began_later(Gathering& gathering, const std::vector<estate::Site>& then) {
  if (gathering.is_live() || !then.empty()) return false;
  TRY(const auto today, estate::list_sites(gathering.connection(), gathering.scope(), {.unit = gathering.unit(), .words = {}, .cursor = {}, .limit = 1},
                                           gathering.now()));
  return today.total > 0;
}
Counted filled_later() {
  return unknown({"danh mục trang thông tin điện tử được lập sau thời điểm chốt số liệu", "the register of websites was begun after the cut-off"});
}

Result<Counted> count_sites(Gathering& gathering, std::string_view) {
  TRY(const auto sites, sites_of(gathering));
  TRY(const bool later, began_later(gathering, sites));
  if (later) return filled_later();
  std::set<std::string> rows;
  for (const auto& one : sites) rows.insert(key_of("site", one.id));
  return number_of(std::move(rows));
}

Result<Counted> count_checked(Gathering& gathering, std::string_view) {
  TRY(const auto sites, sites_of(gathering));
  TRY(const bool later, began_later(gathering, sites));
  if (later) return filled_later();
  TRY(const auto* roots, gathering.roots());
  std::set<SiteId> looked_at;
  TRY_VOID(gathering.connection().query(
      "SELECT DISTINCT l.site_id FROM site s JOIN site_look l ON l.tenant_id = s.tenant_id AND l.site_id = s.id "
      "WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND l.finished_at BETWEEN ?3 AND ?4",
      {gathering.tenant(), *roots, gathering.from(), gathering.cut_off()}, [&](const store::Row& row) -> Result<void> {
        looked_at.insert(row.id<SiteTag>(0));
        return {};
      }));
  std::set<std::string> rows;
  for (const auto& one : sites) {
    if (looked_at.contains(one.id)) rows.insert(key_of("site", one.id));
  }
  return share_of(std::move(rows), sites.size(), {"chưa khai báo trang web nào", "no website is registered"});
}

Result<Counted> count_compromised(Gathering& gathering, std::string_view) {
  TRY(const auto cases, cases_of(gathering));
  std::set<std::string> rows;
  for (const auto& one : cases) {
    if (one.found_in_window) rows.insert(key_of("site", one.site));
  }
  return number_of(std::move(rows));
}
// At the cut-off, whenever it was found: an old one is the worse.
Result<std::set<std::string>> rows_of_injected(Gathering& gathering, std::string_view) {
  TRY(const auto cases, cases_of(gathering));
  TRY(const auto sites, sites_of(gathering));
  std::set<std::string> rows;
  for (const auto& one : cases) {
    const bool is_up = std::ranges::find(sites, one.site, &estate::Site::id) != sites.end();
    if (is_up && !is_clean(one.state)) rows.insert(key_of("site", one.site));
  }
  return rows;
}
// Of a day that is over the cases tell what was found; that nothing was, only that day's reading can.
Result<Counted> count_injected(Gathering& gathering, std::string_view id) {
  if (gathering.is_live()) return count_metric(gathering, id, rows_of_injected);
  TRY(auto rows, rows_of_injected(gathering, id));
  return rows.empty() ? count_metric(gathering, id, nullptr) : number_of(std::move(rows));
}

Result<Counted> count_hours(Gathering& gathering, std::string_view) {
  TRY(const auto cases, cases_of(gathering));
  std::vector<std::int64_t> hours;
  Counted counted;
  for (const auto& one : cases) {
    if (!one.closed_in_window || !one.clean) continue;
    hours.push_back((*one.clean - one.found).ms / khien::hours(1).ms);
    counted.rows.insert(key_of("case", one.id));
  }
  if (hours.empty()) return unknown({"không vụ nào đóng trong kỳ", "no case was closed in the period"});
  std::ranges::sort(hours);
  // Of an even number the smaller of the two in the middle: a time that there was.
  counted.value = hours[(hours.size() - 1) / 2];
  return counted;
}

bool is_labelled(const estate::Site& site, Date day) {
  return !site.label.empty() && (!site.label_valid_to || *site.label_valid_to >= day);
}

Result<std::set<std::string>> rows_of_labelled(Gathering& gathering, std::string_view) {
  TRY(const auto sites, sites_of(gathering));
  std::set<std::string> rows;
  for (const auto& one : sites) {
    if (is_labelled(one, gathering.day())) rows.insert(key_of("site", one.id));
  }
  return rows;
}
Result<Counted> count_labelled(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_labelled); }

// Sites without a valid label that nothing a machine sees stands against: seen now, or not at all.
Result<Counted> count_ready(Gathering& gathering, std::string_view) {
  if (!gathering.is_live()) return not_read(gathering);
  TRY(const auto sites, sites_of(gathering));
  TRY(const auto checks, site::label_checks(gathering.connection(), gathering.scope(), gathering.unit(), gathering.now()));
  std::set<std::string> rows;
  for (const auto& one : sites) {
    const auto check = checks.find(one.id);
    const bool ready = check != checks.end() && check->second.is_ready();
    if (ready && !is_labelled(one, gathering.day())) rows.insert(key_of("site", one.id));
  }
  return number_of(std::move(rows));
}

constexpr std::array<FigureRule, 7> kFigures{{
    {"sites.total", "Số trang web", "Websites", "trang web", "websites", "sites.total@2", count_sites},
    {"sites.checked", "Tỷ lệ trang web được rà soát trong kỳ", "Websites looked at in the period", "", "", "sites.checked@2", count_checked},
    {"sites.compromised", "Trang web bị chèn nội dung trong kỳ", "Websites altered in the period", "trang web", "websites", "sites.compromised@1", count_compromised},
    {"websites_with_injected_content", "Trang web chưa sạch", "Websites not clean yet", "trang web", "websites", "websites_with_injected_content@3", count_injected},
    {"sites.hours_to_clean", "Thời gian làm sạch (trung vị)", "Time to clean (median)", "giờ", "hours", "sites.hours_to_clean@1", count_hours},
    {"sites_labelled_share", "Tỷ lệ trang web có nhãn tín nhiệm", "Websites with a trust label", "", "", "sites_labelled_share@1", count_labelled},
    {"sites.label_ready", "Trang web đủ điều kiện kiểm tra được bằng máy", "Websites with no condition of the label seen unmet", "trang web", "websites", "sites.label_ready@1", count_ready},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 7> kCaseColumns{{{"site", "Trang web", "Website", ColumnType::text, 4}, {"unit", "Đơn vị", "Unit", ColumnType::text, 3},
                                                  {"what", "Nội dung", "What", ColumnType::text, 2}, {"found", "Phát hiện", "Found", ColumnType::moment, 2},
                                                  {"clean", "Sạch từ", "Clean since", ColumnType::moment, 2}, {"cause", "Nguyên nhân", "Cause", ColumnType::text, 2},
                                                  {"state", "Tình trạng", "State", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 3> kUnlabelledColumns{{{"site", "Trang web", "Website", ColumnType::text, 4}, {"unit", "Đơn vị", "Unit", ColumnType::text, 3},
                                                        {"why", "Lý do", "Why", ColumnType::text, 2}}};

constexpr std::array<ColumnRule, 7> kLabelColumns{{{"site", "Trang web", "Website", ColumnType::text, 4}, {"unit", "Đơn vị", "Unit", ColumnType::text, 3},
                                                   {"why", "Nhãn", "Label", ColumnType::text, 2}, {"level", "Cấp độ được duyệt", "Level approved", ColumnType::text, 2},
                                                   {"consent", "Dữ liệu cá nhân", "Personal data", ColumnType::text, 2},
                                                   {"encryption", "Mã hóa", "Encryption", ColumnType::text, 2},
                                                   {"not_listed", "Không bị liệt kê", "Not listed", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 4> kSystemColumns{{{"system", "Hệ thống", "System", ColumnType::text, 4}, {"level", "Cấp độ", "Level", ColumnType::number, 1},
                                                    {"approved", "Phê duyệt", "Approved", ColumnType::day, 2},
                                                    {"deployed", "Triển khai đủ phương án", "Plan in effect", ColumnType::day, 2}}};

std::string words_of_criterion(site::CriterionState state) {
  switch (state) {
    case site::CriterionState::met: return "Đạt";
    case site::CriterionState::failed: return "Chưa đạt";
    case site::CriterionState::paper: return "Theo hồ sơ";
    case site::CriterionState::unknown: break;
  }
  return "Chưa có số liệu";
}

std::string words_of_state(std::string_view state) {
  if (state == "open") return "Đang xử lý";
  if (state == "cause_wanted") return "Chờ nêu nguyên nhân";
  if (state == "rescanning") return "Chờ kiểm tra lại";
  if (state == "watching") return "Đã sạch, đang theo dõi";
  return state == "closed" ? "Đã đóng" : std::string(state);
}

std::string words_of_cause(std::string_view cause) {
  static const std::map<std::string_view, std::string_view> kWords{
      {"stolen_account", "Lộ tài khoản"}, {"cms_hole", "Lỗ hổng hệ quản trị nội dung"}, {"plugin_hole", "Lỗ hổng thành phần mở rộng"},
      {"foreign_file", "Tệp lạ chạy được"}, {"shared_server", "Lây từ trang cùng máy chủ"}, {"server_hole", "Lỗ hổng máy chủ"},
      {"insider", "Người trong nội bộ"}, {"supplier", "Qua nhà cung cấp"}, {"open_posting", "Cho đăng bài không kiểm duyệt"},
      {"search_echo", "Trang tìm kiếm lặp lại nội dung"}, {"lapsed_domain", "Tên miền liên kết đã đổi chủ"}, {"taken_name", "Tên miền con bị chiếm"}, {"other", "Khác"}};
  const auto found = kWords.find(cause);
  return found == kWords.end() ? std::string() : std::string(found->second);
}

Result<Filled> fill_cases(Gathering& gathering) {
  TRY(const auto cases, cases_of(gathering));
  std::vector<report::Table::Row> rows;
  for (const auto& one : cases) {
    if (!one.found_in_window && is_clean(one.state)) continue;
    report::Value clean = report::Unknown{{"chưa sạch", "not clean yet"}};
    if (one.clean) clean = *one.clean;
    rows.push_back({.key = key_of("case", one.id),
                    .cells = {one.address, one.unit, "Nội dung chèn hoặc chuyển hướng", one.found, clean, words_of_cause(one.cause), words_of_state(one.state)}});
  }
  return Filled(std::move(rows));
}

std::string why_unlabelled(const estate::Site& site) {
  if (site.label.empty() || !site.label_valid_to) return "Chưa có nhãn";
  return "Hết hạn ngày " + report::describe(*site.label_valid_to).vi;
}

Result<Filled> fill_unlabelled(Gathering& gathering) {
  TRY(const auto sites, sites_of(gathering));
  std::vector<report::Table::Row> rows;
  for (const auto& one : sites) {
    if (is_labelled(one, gathering.day())) continue;
    rows.push_back({.key = key_of("site", one.id), .cells = {one.address, one.unit_name, why_unlabelled(one)}});
  }
  return Filled(std::move(rows));
}

Result<Filled> fill_label_check(Gathering& gathering) {
  if (!gathering.is_live()) return Filled(std::get<report::Unknown>(not_read(gathering).value));
  TRY(const auto sites, sites_of(gathering));
  TRY(const auto checks, site::label_checks(gathering.connection(), gathering.scope(), gathering.unit(), gathering.now()));
  std::vector<report::Table::Row> rows;
  for (const auto& one : sites) {
    const auto found = checks.find(one.id);
    if (is_labelled(one, gathering.day()) || found == checks.end()) continue;
    report::Table::Row row{.key = key_of("site", one.id), .cells = {one.address, one.unit_name, why_unlabelled(one)}};
    for (const auto state : found->second.states) row.cells.emplace_back(words_of_criterion(state));
    rows.push_back(std::move(row));
  }
  return Filled(std::move(rows));
}

report::Value day_or_not(const std::optional<Date>& day) {
  if (day) return *day;
  return report::Unknown{{"chưa có", "not yet"}};
}

Result<Filled> fill_label_systems(Gathering& gathering) {
  TRY(const auto* systems, gathering.systems());
  std::vector<report::Table::Row> rows;
  for (const auto& one : *systems) {
    report::Value level = report::Unknown{{"chưa xác định", "not set"}};
    if (one.level) level = std::int64_t{one.level->level};
    rows.push_back({.key = key_of("system", one.id), .cells = {one.name, level, day_or_not(one.approved_at), day_or_not(one.plan_deployed_at)}});
  }
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 4> kTables{{
    {"sites.cases", "Trang web bị chèn nội dung", "Websites that were altered", "sites.cases@1", kCaseColumns, fill_cases},
    {"sites.unlabelled", "Trang web chưa có nhãn tín nhiệm", "Websites without a trust label", "sites.unlabelled@2", kUnlabelledColumns, fill_unlabelled, nullptr, nullptr, false, true},
    {"sites.label_check", "Bốn điều kiện của nhãn Tín nhiệm mạng", "The four conditions of the trust label", "sites.label_check@1", kLabelColumns, fill_label_check},
    {"sites.label_systems", "Hệ thống thông tin và cấp độ", "Information systems and levels", "sites.label_systems@1", kSystemColumns, fill_label_systems, nullptr, nullptr, false, true},
}};

}  // namespace

std::span<const FigureRule> site_figures() { return kFigures; }
std::span<const TableRule> site_tables() { return kTables; }

}  // namespace khien::reporting
