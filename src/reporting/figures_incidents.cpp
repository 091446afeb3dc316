#include <algorithm>
#include <array>

#include "gathering.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/incident/incidents.hpp"
#include "of_incident.hpp"

// Incidents of a period, and the one that a document tells of.

namespace khien::reporting {
namespace {

struct Row {
  incident::IncidentId id;
  std::string title, unit;
  Severity severity = Severity::low;
  Timestamp detected;
  std::optional<Timestamp> reported, contained, closed;
};

// Detected up to the cut-off. One that was opened again later counts as not closed.
Result<std::vector<Row>> incidents_of(Gathering& gathering) {
  TRY(const auto* roots, gathering.roots());
  std::vector<Row> all;
  TRY_VOID(gathering.connection().query(
      "SELECT i.id, i.title, u.name, i.severity, i.detected_at, i.first_reported_at, i.contained_at, i.closed_at FROM incident i "
      "JOIN unit u ON u.tenant_id = i.tenant_id AND u.id = i.unit_id WHERE i.tenant_id = ?1 AND i.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND i.detected_at <= ?3 ORDER BY i.detected_at, i.id",
      {gathering.tenant(), *roots, gathering.cut_off()}, [&](const store::Row& row) -> Result<void> {
        const auto moment = [&](int column) { return row.is_null(column) || row.time(column) > gathering.cut_off() ? std::nullopt : std::optional(row.time(column)); };
        all.push_back({incident::IncidentId{row.integer(0)}, std::string(row.text(1)), std::string(row.text(2)), static_cast<Severity>(row.integer(3)),
                       row.time(4), moment(5), moment(6), moment(7)});
        return {};
      }));
  return all;
}

template <class Wanted>
Result<Counted> count_where(Gathering& gathering, Wanted wanted) {
  TRY(const auto all, incidents_of(gathering));
  std::set<std::string> rows;
  for (const auto& one : all) {
    if (wanted(one)) rows.insert(key_of("incident", one.id));
  }
  return number_of(std::move(rows));
}

Result<Counted> count_total(Gathering& gathering, std::string_view) {
  return count_where(gathering, [&](const Row& one) { return one.detected >= gathering.from(); });
}
Result<Counted> count_serious(Gathering& gathering, std::string_view) {
  return count_where(gathering, [&](const Row& one) { return one.detected >= gathering.from() && one.severity >= Severity::high; });
}
Result<Counted> count_open(Gathering& gathering, std::string_view) {
  return count_where(gathering, [](const Row& one) { return !one.closed; });
}

Result<Counted> count_in_time(Gathering& gathering, std::string_view id) { return count_metric(gathering, id); }

Counted no_incident() {
  return unknown({"văn bản không lập từ hồ sơ sự cố", "the document was not made of an incident that is kept"});
}

Counted text(std::string words, std::set<std::string> rows) { return {std::move(words), std::move(rows), false}; }

const incident::Clock* soonest(const incident::IncidentDetail& detail) {
  for (const auto& clock : detail.clocks) {
    if (clock.times.due && !clock.times.met) return &clock;
  }
  return nullptr;
}

Result<Counted> count_of_one(Gathering& gathering, std::string_view id) {
  TRY(const auto* detail, gathering.incident());
  if (detail == nullptr) return no_incident();
  const auto& one = detail->incident;
  const std::set<std::string> row{key_of("incident", one.id)};
  if (id == "incident.name") return text(one.title, row);
  if (id == "incident.unit") return text(one.unit_name, row);
  if (id == "incident.severity") return text(severity_words(one.severity).vi, row);
  if (id == "incident.state") return text(state_words(one.state).vi, row);
  if (id == "incident.detected_at") return Counted{one.detected_at, row, false};
  if (id == "incident.closed_at") {
    if (!detail->closed_at) return unknown({"sự cố chưa kết thúc", "the incident is not closed"});
    return Counted{*detail->closed_at, row, false};
  }
  if (id == "incident.machines") {
    std::set<std::string> machines;
    for (const auto& machine : detail->machines) machines.insert(key_of("machine", machine.id));
    return number_of(std::move(machines));
  }
  const auto* clock = soonest(*detail);
  if (clock == nullptr) return unknown({"không còn báo cáo nào có hạn bằng số phải gửi", "no notice with a deadline in numbers is left to be sent"});
  const std::set<std::string> of_clock{"clock:" + std::to_string(one.id.value) + ":" + clock->words.id};
  if (id == "incident.basis") return text(clock->words.basis, of_clock);
  return Counted{*clock->times.due, of_clock, false};
}

constexpr std::array<FigureRule, 13> kFigures{{
    {"incidents.total", "Sự cố trong kỳ", "Incidents in the period", "sự cố", "incidents", "incidents.total@2", count_total},
    {"incidents.serious", "Sự cố nghiêm trọng trong kỳ", "Serious incidents in the period", "sự cố", "incidents", "incidents.serious@2", count_serious},
    {"incidents.open", "Sự cố chưa kết thúc", "Incidents open", "sự cố", "incidents", "incidents.open@2", count_open},
    {"incidents_reported_in_time_share", "Tỷ lệ báo cáo sự cố gửi đúng hạn", "Notices of incidents sent in time", "", "", "incidents_reported_in_time_share@2", count_in_time},
    {"incident.name", "Tên sự cố", "Incident", "", "", "incident.name@2", count_of_one},
    {"incident.unit", "Đơn vị xảy ra sự cố", "Unit concerned", "", "", "incident.unit@2", count_of_one},
    {"incident.severity", "Mức độ", "Severity", "", "", "incident.severity@2", count_of_one},
    {"incident.detected_at", "Thời điểm phát hiện", "Detected", "", "", "incident.detected_at@2", count_of_one},
    {"incident.state", "Tình trạng", "State", "", "", "incident.state@2", count_of_one},
    {"incident.machines", "Số máy bị ảnh hưởng", "Machines affected", "máy", "machines", "incident.machines@2", count_of_one},
    {"incident.report_due", "Hạn báo cáo", "Report due", "", "", "incident.report_due@2", count_of_one},
    {"incident.basis", "Căn cứ", "Basis", "", "", "incident.basis@2", count_of_one},
    {"incident.closed_at", "Thời điểm kết thúc", "Closed", "", "", "incident.closed_at@2", count_of_one},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 6> kIncidentColumns{{{"incident", "Sự cố", "Incident", ColumnType::text, 4}, {"unit", "Đơn vị", "Unit", ColumnType::text, 3},
                                                      {"severity", "Mức độ", "Severity", ColumnType::text, 2}, {"detected", "Phát hiện", "Detected", ColumnType::moment, 2},
                                                      {"reported", "Báo cáo", "Reported", ColumnType::moment, 2}, {"state", "Tình trạng", "State", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 3> kTimelineColumns{{{"at", "Lúc", "At", ColumnType::moment, 2}, {"what", "Việc", "What", ColumnType::text, 5}, {"by", "Người", "By", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 4> kAssetColumns{{{"asset", "Tài sản", "Asset", ColumnType::text, 4}, {"kind", "Loại", "Kind", ColumnType::text, 2},
                                                   {"unit", "Đơn vị", "Unit", ColumnType::text, 3}, {"state", "Tình trạng", "State", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 5> kClockColumns{{{"notice", "Báo cáo", "Notice", ColumnType::text, 3}, {"to", "Nơi nhận", "To", ColumnType::text, 3},
                                                   {"due", "Hạn", "Due", ColumnType::moment, 2}, {"sent", "Đã gửi", "Sent", ColumnType::moment, 2}, {"basis", "Căn cứ", "Basis", ColumnType::text, 3}}};

report::Value moment_or(const std::optional<Timestamp>& moment, LocalText why) {
  if (moment) return *moment;
  return report::Unknown{std::move(why)};
}

// What a cell of a table holds says itself in Vietnamese: the page is official.
std::string cell(const LocalText& words) { return words.vi; }

Result<Filled> fill_list(Gathering& gathering) {
  TRY(const auto all, incidents_of(gathering));
  std::vector<report::Table::Row> rows;
  for (const auto& one : all) {
    if (one.detected < gathering.from()) continue;
    const auto state = one.closed ? incident::State::closed : one.contained ? incident::State::contained : incident::State::open;
    rows.push_back({.key = key_of("incident", one.id),
                    .cells = {one.title, one.unit, cell(severity_words(one.severity)), one.detected,
                              moment_or(one.reported, {"chưa báo cáo", "not reported"}), cell(state_words(state))}});
  }
  return Filled(std::move(rows));
}

constexpr std::size_t kMostLinesOfDocument = 60;

Filled none_kept() { return Filled(std::get<report::Unknown>(no_incident().value)); }

Result<Filled> fill_timeline(Gathering& gathering) {
  TRY(const auto* detail, gathering.incident());
  if (detail == nullptr) return none_kept();
  TRY(const auto* timeline, gathering.timeline());
  std::vector<report::Table::Row> rows;
  for (const auto& entry : *timeline) {
    // From its beginning; a document is no place for a thousand lines, and says how many it leaves out.
    if (rows.size() == kMostLinesOfDocument) {
      const auto left = std::to_string(gathering.lines() - static_cast<std::int64_t>(kMostLinesOfDocument));
      rows.push_back({.key = key_of("incident", detail->incident.id),
                      .cells = {entry.happened_at, "Còn " + left + " dòng diễn biến nữa, không in ở đây; xem đủ trong hồ sơ sự cố số " + std::to_string(detail->incident.id.value) + ".", std::string()}});
      break;
    }
    std::string what = entry.told.vi;
    if (!what.empty() && !entry.words.empty()) what += ": ";
    what += entry.words;
    TRY(auto by, gathering.person(entry.by));
    rows.push_back({.key = key_of("event", entry.id), .cells = {entry.happened_at, std::move(what), std::move(by)}});
  }
  return Filled(std::move(rows));
}

Result<Filled> fill_assets(Gathering& gathering) {
  TRY(const auto* detail, gathering.incident());
  if (detail == nullptr) return none_kept();
  const auto state = [](bool open) { return std::string(open ? "Còn phát hiện chưa xử lý" : "Đã xử lý các phát hiện"); };
  std::vector<report::Table::Row> rows;
  for (const auto& machine : detail->machines) {
    rows.push_back({.key = key_of("machine", machine.id),
                    .cells = {machine.name, std::string("Máy tính"), machine.unit_name, state(machine.open)}});
  }
  for (const auto& site : detail->sites) {
    rows.push_back({.key = key_of("site", site.id), .cells = {site.address, std::string("Trang web"), site.unit_name, state(site.open)}});
  }
  return Filled(std::move(rows));
}

Result<Filled> fill_clocks(Gathering& gathering) {
  TRY(const auto* detail, gathering.incident());
  if (detail == nullptr) return none_kept();
  std::vector<report::Table::Row> rows;
  for (const auto& clock : detail->clocks) {
    rows.push_back({.key = "clock:" + std::to_string(detail->incident.id.value) + ":" + clock.words.id,
                    .cells = {cell(clock.words.name), cell(clock.words.receiver), moment_or(clock.times.due, {"luật không ghi hạn bằng số", "the law names no number"}),
                              moment_or(clock.times.met, {"chưa gửi", "not sent"}), clock.words.basis}});
  }
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 4> kTables{{
    {"incidents.list", "Các sự cố trong kỳ", "Incidents in the period", "incidents.list@2", kIncidentColumns, fill_list},
    {"incident.timeline", "Diễn biến", "What happened", "incident.timeline@2", kTimelineColumns, fill_timeline},
    {"incident.assets", "Tài sản bị ảnh hưởng", "Assets concerned", "incident.assets@2", kAssetColumns, fill_assets},
    {"incident.clocks", "Hạn báo cáo", "Notices due", "incident.clocks@2", kClockColumns, fill_clocks},
}};

}  // namespace

std::span<const FigureRule> incident_figures() { return kFigures; }
std::span<const TableRule> incident_tables() { return kTables; }

}  // namespace khien::reporting
