#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "gathering.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"

// Information systems: their levels, what they have of what the law asks, and who assessed
// them when.

namespace khien::reporting {
namespace {

int level_of(const estate::System& system) { return system.level ? system.level->level : 0; }

template <class Wanted>
Result<std::set<std::string>> rows_where(Gathering& gathering, Wanted wanted) {
  TRY(const auto* systems, gathering.systems());
  std::set<std::string> rows;
  for (const auto& one : *systems) {
    if (wanted(one)) rows.insert(key_of("system", one.id));
  }
  return rows;
}

// That a register was filled later says nothing of what there was.
Result<bool> began_later(Gathering& gathering) {
  if (gathering.is_live()) return false;
  TRY(const auto* systems, gathering.systems());
  if (!systems->empty()) return false;
  TRY(const auto today, estate::list_systems(gathering.connection(), gathering.scope(),
                                             {.unit = gathering.unit(), .words = {}, .level = {}, .cursor = {}, .limit = 1}, gathering.now()));
  return today.total > 0;
}
Counted filled_later() {
  return unknown({"danh mục hệ thống thông tin được lập sau thời điểm chốt số liệu", "the register of systems was begun after the cut-off"});
}

Result<Counted> count_systems(Gathering& gathering, std::string_view) {
  TRY(const bool later, began_later(gathering));
  if (later) return filled_later();
  TRY(auto rows, rows_where(gathering, [](const auto&) { return true; }));
  return number_of(std::move(rows));
}

// "systems.level_3".
Result<Counted> count_level(Gathering& gathering, std::string_view id) {
  TRY(const bool later, began_later(gathering));
  if (later) return filled_later();
  const int level = id.back() - '0';
  TRY(auto rows, rows_where(gathering, [&](const auto& one) { return level_of(one) == level; }));
  return number_of(std::move(rows));
}

bool is_past(const std::optional<Date>& day, Date today) { return day && *day <= today; }

Result<std::set<std::string>> rows_of_share(Gathering& gathering, std::string_view id) {
  const auto day = gathering.day();
  return rows_where(gathering, [&](const estate::System& one) {
    if (id == "systems_level_set_share") return level_of(one) > 0;
    if (id == "systems_approved_share") return is_past(one.approved_at, day);
    if (id == "systems_plan_deployed_share") return is_past(one.plan_deployed_at, day);
    if (id == "systems_monitored_share") return !one.monitor.empty();
    return level_of(one) >= 3 && !one.assessor.empty() && fold(one.assessor) != fold(one.monitor);
  });
}
Result<Counted> count_share(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_share); }

struct Assessment {
  std::string system;  // as it is written in the register
  UnitId unit;
  Date on;
  std::string assessor;
  std::int64_t findings = 0;
};

// The approved ones of the window, oldest first.
Result<std::vector<Assessment>> assessments_of(Gathering& gathering) {
  TRY(const auto* roots, gathering.roots());
  std::vector<Assessment> all;
  TRY_VOID(gathering.connection().query(
      "SELECT json_extract(r.fields, '$.system'), r.unit_id, r.dated_on, coalesce(json_extract(r.fields, '$.assessor'), ''), "
      "coalesce(json_extract(r.fields, '$.findings'), 0) FROM register_record r WHERE r.tenant_id = ?1 AND r.register = ?5 "
      "AND" KHIEN_COUNTED_AT("?6") "AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE " AND" KHIEN_DATED_IN("?3", "?7", "?8", "?4") "ORDER BY r.dated_on, r.id",
      {gathering.tenant(), *roots, std::int64_t{gathering.dated_after().days()}, std::int64_t{gathering.day().days()}, gathering.register_of("system_assessments"), gathering.cut_off(),
       std::int64_t{gathering.dated_late_from().days()}, gathering.from()},
      [&](const store::Row& row) -> Result<void> {
        all.push_back({std::string(row.text(0)), row.id<UnitTag>(1), Date::from_days(row.integer(2)), std::string(row.text(3)), row.integer(4)});
        return {};
      }));
  return all;
}

// The register names a system by its words: of its own unit, whatever the letters' case.
const Assessment* newest_of(const std::vector<Assessment>& all, const estate::System& system) {
  const Assessment* newest = nullptr;
  for (const auto& one : all) {
    if (one.unit == system.unit && fold(one.system) == fold(system.name)) newest = &one;
  }
  return newest;
}

Result<Counted> count_assessed(Gathering& gathering, int least, int most) {
  TRY(const auto all, assessments_of(gathering));
  TRY(const auto* systems, gathering.systems());
  std::size_t whole = 0;
  std::set<std::string> rows;
  for (const auto& one : *systems) {
    if (level_of(one) < least || level_of(one) > most) continue;
    ++whole;
    if (newest_of(all, one) != nullptr) rows.insert(key_of("system", one.id));
  }
  return share_of(std::move(rows), whole, {"không có hệ thống nào ở cấp độ này", "no system has such a level"});
}
Result<Counted> count_assessed_3_4(Gathering& gathering, std::string_view) { return count_assessed(gathering, 3, 4); }
Result<Counted> count_assessed_5(Gathering& gathering, std::string_view) { return count_assessed(gathering, 5, 5); }

constexpr std::array<FigureRule, 13> kFigures{{
    {"systems.total", "Số hệ thống thông tin", "Information systems", "hệ thống", "systems", "systems.total@2", count_systems},
    {"systems.level_1", "Hệ thống cấp độ 1", "Systems of level 1", "hệ thống", "systems", "systems.level@2", count_level},
    {"systems.level_2", "Hệ thống cấp độ 2", "Systems of level 2", "hệ thống", "systems", "systems.level@2", count_level},
    {"systems.level_3", "Hệ thống cấp độ 3", "Systems of level 3", "hệ thống", "systems", "systems.level@2", count_level},
    {"systems.level_4", "Hệ thống cấp độ 4", "Systems of level 4", "hệ thống", "systems", "systems.level@2", count_level},
    {"systems.level_5", "Hệ thống cấp độ 5", "Systems of level 5", "hệ thống", "systems", "systems.level@2", count_level},
    {"systems_level_set_share", "Tỷ lệ hệ thống đã xác định cấp độ", "Systems with a level", "", "", "systems_level_set_share@1", count_share},
    {"systems_approved_share", "Tỷ lệ hệ thống đã phê duyệt cấp độ", "Systems with an approved level", "", "", "systems_approved_share@1", count_share},
    {"systems_plan_deployed_share", "Tỷ lệ hệ thống triển khai đủ phương án", "Systems whose plan is in effect", "", "", "systems_plan_deployed_share@1", count_share},
    {"systems_monitored_share", "Tỷ lệ hệ thống được giám sát", "Systems that are monitored", "", "", "systems_monitored_share@1", count_share},
    {"systems_assessor_independent_share", "Tỷ lệ hệ thống có bên đánh giá độc lập", "Systems with an independent assessor", "", "",
     "systems_assessor_independent_share@1", count_share},
    {"systems.level_3_4_assessed", "Tỷ lệ hệ thống cấp độ 3, 4 đã đánh giá trong kỳ", "Systems of levels 3 and 4 assessed in the period", "", "",
     "systems.level_3_4_assessed@1", count_assessed_3_4},
    {"systems.level_5_assessed", "Tỷ lệ hệ thống cấp độ 5 đã đánh giá trong kỳ", "Systems of level 5 assessed in the period", "", "",
     "systems.level_5_assessed@1", count_assessed_5},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 8> kColumns{{{"system", "Hệ thống", "System", ColumnType::text, 4}, {"unit", "Đơn vị", "Unit", ColumnType::text, 3},
                                              {"level", "Cấp độ", "Level", ColumnType::number, 1}, {"approved", "Phê duyệt", "Approved", ColumnType::day, 2},
                                              {"monitor", "Bên giám sát", "Monitored by", ColumnType::text, 2}, {"assessed", "Đánh giá", "Assessed", ColumnType::day, 2},
                                              {"assessor", "Bên đánh giá", "Assessor", ColumnType::text, 2},
                                              {"findings", "Điểm phải khắc phục", "Findings", ColumnType::number, 1}}};

report::Value day_or(const std::optional<Date>& day, LocalText why) {
  if (day) return *day;
  return report::Unknown{std::move(why)};
}

Result<Filled> fill_levels(Gathering& gathering, int least, int most) {
  TRY(const auto all, assessments_of(gathering));
  TRY(const auto* systems, gathering.systems());
  std::vector<const estate::System*> sorted;
  for (const auto& one : *systems) {
    if (level_of(one) >= least && level_of(one) <= most) sorted.push_back(&one);
  }
  std::ranges::sort(sorted, [](const auto* a, const auto* b) {
    if (level_of(*a) != level_of(*b)) return level_of(*a) > level_of(*b);
    const int order = compare_vietnamese(a->name, b->name);
    return order != 0 ? order < 0 : a->id < b->id;
  });
  const LocalText never{"chưa đánh giá trong kỳ", "not assessed in the period"};
  std::vector<report::Table::Row> rows;
  for (const auto* one : sorted) {
    const auto* assessed = newest_of(all, *one);
    report::Value findings = report::Unknown{never};
    if (assessed != nullptr) findings = assessed->findings;
    rows.push_back({.key = key_of("system", one->id),
                    .cells = {one->name, one->unit_name, std::int64_t{level_of(*one)}, day_or(one->approved_at, {"chưa phê duyệt", "not approved"}), one->monitor,
                              day_or(assessed == nullptr ? std::nullopt : std::optional(assessed->on), never),
                              assessed == nullptr ? std::string() : assessed->assessor, findings}});
  }
  return Filled(std::move(rows));
}
Result<Filled> fill_3_4(Gathering& gathering) { return fill_levels(gathering, 3, 4); }
Result<Filled> fill_5(Gathering& gathering) { return fill_levels(gathering, 5, 5); }

constexpr std::array<TableRule, 2> kTables{{
    {"systems.level_3_4", "Hệ thống thông tin cấp độ 3, 4", "Systems of levels 3 and 4", "systems.level_3_4@2", kColumns, fill_3_4, nullptr, nullptr, false, true},
    {"systems.level_5", "Hệ thống thông tin cấp độ 5", "Systems of level 5", "systems.level_5@2", kColumns, fill_5, nullptr, nullptr, false, true},
}};

}  // namespace

std::span<const FigureRule> system_figures() { return kFigures; }
std::span<const TableRule> system_tables() { return kTables; }

}  // namespace khien::reporting
