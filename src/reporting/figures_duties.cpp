#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "gathering.hpp"
#include "khien/estate/scope_sql.hpp"

// Duties, as they stand by what is known: the past is judged anew at each count, and it is
// the snapshot that keeps what was said.

namespace khien::reporting {
namespace {

std::string key_of_owed(const duty::Owed& one) {
  return "duty:" + one.duty->id + "/" + key_of("unit", one.unit) + "/" + to_string(one.period_from);
}

// One of each unit and duty: the newest that is over speaks, unless the next is at stake too
// (duty/matrix.hpp); a report counts what the list of what is owed shows.
Result<Counted> count_overdue(Gathering& gathering, std::string_view) {
  TRY(const auto* owed, gathering.owed());
  std::set<std::string> rows;
  for (const auto& one : *owed) {
    if (one.state == duty::DutyState::overdue) rows.insert(key_of_owed(one));
  }
  return number_of(std::move(rows));
}

// Cells of the matrix of obligations, as screens show them.
Result<Counted> count_met(Gathering& gathering, std::string_view) {
  TRY(const auto matrix, duty::read_matrix(gathering.connection(), gathering.scope(), gathering.law(),
                                           {.unit = gathering.unit(), .directive = {}, .as_of = gathering.day()}, gathering.now()));
  std::size_t whole = 0;
  std::set<std::string> rows;
  for (const auto& row : matrix.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const char cell = row.cells[i];
      if (cell == '.' || cell == duty::letter_of(duty::DutyState::not_applicable)) continue;
      ++whole;
      if (cell == duty::letter_of(duty::DutyState::met)) rows.insert("duty:" + matrix.columns[i].clause->id + "/" + key_of("unit", row.unit));
    }
  }
  return share_of(std::move(rows), whole, {"không nghĩa vụ nào áp dụng", "no duty applies"});
}

Result<std::set<std::string>> rows_of_contacts(Gathering& gathering, std::string_view id) {
  const bool leaders = id == "accountable_named";
  TRY(const auto* units, gathering.units());
  TRY(const auto* roots, gathering.roots());
  std::set<UnitId> named;
  TRY_VOID(gathering.connection().query(
      "SELECT DISTINCT c.unit_id FROM contact c WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND (c.purpose = 'leader') = ?3 AND c.valid_from <= ?4 AND (c.valid_to IS NULL OR c.valid_to >= ?4)",
      {gathering.tenant(), *roots, leaders, std::int64_t{gathering.day().days()}}, [&](const store::Row& row) -> Result<void> {
        named.insert(row.id<UnitTag>(0));
        return {};
      }));
  std::set<std::string> rows;
  for (const auto& one : *units) {
    // Asked of each unit by itself: what is below a unit does not count for it.
    const bool counts = !gathering.unit() || one.id == *gathering.unit();
    if (counts && named.contains(one.id)) rows.insert(key_of("unit", one.id));
  }
  return rows;
}
Result<Counted> count_contacts(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_contacts); }

constexpr std::array<FigureRule, 4> kFigures{{
    {"duties.met", "Tỷ lệ nghĩa vụ đã thực hiện", "Duties met", "", "", "duties.met@1", count_met},
    {"duties.overdue", "Nghĩa vụ quá hạn", "Duties overdue", "nghĩa vụ", "duties", "duties.overdue@1", count_overdue},
    {"contact_valid", "Đơn vị có đầu mối còn hiệu lực", "Units with a valid contact", "", "", "contact_valid@1", count_contacts},
    {"accountable_named", "Đơn vị đã nêu người chịu trách nhiệm", "Units that named who is accountable", "", "", "accountable_named@1", count_contacts},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 4> kDutyColumns{{{"clause", "Điều khoản", "Clause", ColumnType::text, 2}, {"duty", "Nghĩa vụ", "Duty", ColumnType::text, 5},
                                                  {"unit", "Đơn vị", "Unit", ColumnType::text, 3}, {"due", "Hạn", "Due", ColumnType::day, 2}}};
constexpr std::array<ColumnRule, 6> kOverviewColumns{{{"unit", "Đơn vị", "Unit", ColumnType::text, 4}, {"protected", "Máy được bảo vệ", "Protected", ColumnType::ratio, 2},
                                                      {"open", "Mã độc còn mở", "Malware open", ColumnType::number, 1}, {"sites", "Trang web chưa sạch", "Websites not clean", ColumnType::number, 1},
                                                      {"advisories", "Cảnh báo quá hạn", "Advisories overdue", ColumnType::number, 1},
                                                      {"duties", "Nghĩa vụ đã thực hiện", "Duties met", ColumnType::ratio, 2}}};
constexpr std::array<ColumnRule, 4> kAttentionColumns{{{"what", "Việc", "What", ColumnType::text, 5}, {"unit", "Đơn vị", "Unit", ColumnType::text, 3},
                                                       {"since", "Từ ngày", "Since", ColumnType::day, 2}, {"next", "Cần làm", "Next", ColumnType::text, 3}}};

report::Table::Row row_of(const duty::Owed& one) {
  report::Value due = report::Unknown{{"không có hạn", "no day"}};
  if (one.due) due = *one.due;
  return {.key = key_of_owed(one), .cells = {one.clause->id, one.duty->title.vi, one.unit_name, due}};
}

auto by_due(const duty::Owed* one) {
  return std::tuple(!one->due, one->due.value_or(Date::last()), std::string_view(one->clause->id), std::string_view(one->duty->id), one->unit);
}

template <class Wanted>
Result<Filled> fill_where(Gathering& gathering, std::size_t most, Wanted wanted) {
  TRY(const auto* owed, gathering.owed());
  std::vector<const duty::Owed*> sorted;
  for (const auto& one : *owed) {
    if (wanted(one)) sorted.push_back(&one);
  }
  std::ranges::sort(sorted, {}, by_due);
  if (sorted.size() > most) sorted.resize(most);
  std::vector<report::Table::Row> rows;
  for (const auto* one : sorted) rows.push_back(row_of(*one));
  return Filled(std::move(rows));
}

Result<Filled> fill_overdue(Gathering& gathering) {
  return fill_where(gathering, SIZE_MAX, [](const auto& one) { return one.state == duty::DutyState::overdue; });
}

Result<Filled> fill_due(Gathering& gathering) {
  const auto day = gathering.day();
  return fill_where(gathering, 8, [&](const auto& one) {
    const bool is_open = one.state == duty::DutyState::due_soon || one.state == duty::DutyState::not_due || one.state == duty::DutyState::waiting;
    return is_open && one.due && *one.due > day && *one.due <= day + 30;
  });
}

struct OfUnit {
  std::int64_t expected = 0, protected_ = 0, open = 0, sites = 0, advisories = 0, duties = 0, met = 0;
};

Result<std::map<UnitId, OfUnit>> sum_by_unit(Gathering& gathering) {
  std::map<UnitId, OfUnit> sums;
  if (gathering.is_live()) {
    TRY(const auto* devices, gathering.devices());
    for (const auto& one : *devices) {
      ++sums[one.unit].expected;
      sums[one.unit].protected_ += one.state == estate::DeviceState::protected_ ? 1 : 0;
    }
    TRY(const auto* standings, gathering.standings());
    for (const auto& one : *standings) sums[one.unit].advisories += one.overdue ? 1 : 0;
  }
  TRY(const auto* detections, gathering.detections());
  for (const auto& one : *detections) sums[one.unit].open += one.open ? 1 : 0;
  TRY(const auto* roots, gathering.roots());
  TRY_VOID(gathering.connection().query(
      "SELECT c.unit_id, count(DISTINCT c.site_id) FROM site_case c JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id "
      "WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND (s.valid_to IS NULL OR s.valid_to >= ?4) AND s.created_at <= ?3 AND (SELECT e.state FROM site_case_event e WHERE e.tenant_id = c.tenant_id AND e.case_id = c.id AND e.at <= ?3 "
      "ORDER BY e.number DESC LIMIT 1) IN ('open', 'cause_wanted', 'rescanning') GROUP BY c.unit_id",
      {gathering.tenant(), *roots, gathering.cut_off(), std::int64_t{vietnam_day(gathering.cut_off()).days()}}, [&](const store::Row& row) -> Result<void> {
        sums[row.id<UnitTag>(0)].sites = row.integer(1);
        return {};
      }));
  TRY(const auto matrix, duty::read_matrix(gathering.connection(), gathering.scope(), gathering.law(),
                                           {.unit = gathering.unit(), .directive = {}, .as_of = gathering.day()}, gathering.now()));
  for (const auto& row : matrix.rows) {
    for (const char cell : row.cells) {
      if (cell == '.' || cell == duty::letter_of(duty::DutyState::not_applicable)) continue;
      ++sums[row.unit].duties;
      sums[row.unit].met += cell == duty::letter_of(duty::DutyState::met) ? 1 : 0;
    }
  }
  return sums;
}

Result<Filled> fill_overview(Gathering& gathering) {
  TRY(auto sums, sum_by_unit(gathering));
  std::set<UnitId> counted;
  for (const auto& [unit, sum] : sums) {
    if (sum.expected + sum.open + sum.sites + sum.advisories > 0) counted.insert(unit);
  }
  TRY(const auto lines, gathering.lines_of(counted));
  const report::Value not_known = not_read(gathering).value;
  std::vector<report::Table::Row> rows;
  for (const auto& unit : lines) {
    const auto& sum = sums[unit.unit];
    const bool live = gathering.is_live();
    rows.push_back({.key = key_of("unit", unit.unit),
                    .cells = {unit.name, live ? report::ratio_or(sum.protected_, sum.expected, {"không có máy nào", "no machine"}) : not_known, sum.open, sum.sites,
                              live ? report::Value(sum.advisories) : not_known,
                              report::ratio_or(sum.met, sum.duties, {"không nghĩa vụ nào áp dụng", "no duty applies"})}});
  }
  return Filled(std::move(rows));
}

// What a leader has to decide: what is past its day and what harms now, oldest first.
Result<Filled> fill_attention(Gathering& gathering) {
  constexpr std::size_t kMost = 8;
  std::vector<report::Table::Row> rows;
  TRY(const auto* detections, gathering.detections());
  std::map<UnitId, std::pair<std::int64_t, Timestamp>> open;
  for (const auto& one : *detections) {
    if (!one.open) continue;
    auto& [count, since] = open[one.unit];
    since = count == 0 ? one.first_seen : std::min(since, one.first_seen);
    ++count;
  }
  std::set<UnitId> counted;
  for (const auto& [unit, found] : open) counted.insert(unit);
  TRY(const auto lines, gathering.lines_of(counted));
  for (const auto& unit : lines) {
    const auto found = open.find(unit.unit);
    if (found == open.end()) continue;
    rows.push_back({.key = key_of("unit", unit.unit),
                    .cells = {std::to_string(found->second.first) + " phát hiện mã độc còn mở", unit.name, vietnam_day(found->second.second), "Cách ly máy, xử lý mã độc"}});
  }
  TRY(const auto* owed, gathering.owed());
  for (const auto& one : *owed) {
    if (one.state != duty::DutyState::overdue) continue;
    report::Value since = report::Unknown{{"không có hạn", "no day"}};
    if (one.due) since = *one.due;
    rows.push_back({.key = key_of_owed(one), .cells = {"Quá hạn: " + one.duty->title.vi, one.unit_name, since, "Chỉ đạo thực hiện, ghi nhận minh chứng"}});
  }
  std::ranges::sort(rows, {}, [](const report::Table::Row& row) {
    const auto* day = std::get_if<Date>(&row.cells[2]);
    return std::pair(day == nullptr ? Date::last() : *day, std::string_view(row.key));
  });
  if (rows.size() > kMost) rows.resize(kMost);
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 4> kTables{{
    {"duties.overdue", "Nghĩa vụ quá hạn", "Duties overdue", "duties.overdue@1", kDutyColumns, fill_overdue},
    {"duties.due", "Nghĩa vụ đến hạn trong 30 ngày", "Duties due within 30 days", "duties.due@1", kDutyColumns, fill_due},
    {"units.overview", "Tình hình theo đơn vị", "How units stand", "units.overview@2", kOverviewColumns, fill_overview},
    {"attention.list", "Việc cần lãnh đạo quyết định", "What a leader has to decide", "attention.list@1", kAttentionColumns, fill_attention},
}};

}  // namespace

std::span<const FigureRule> duty_figures() { return kFigures; }
std::span<const TableRule> duty_tables() { return kTables; }

}  // namespace khien::reporting
