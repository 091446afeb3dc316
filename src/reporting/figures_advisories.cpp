#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "gathering.hpp"

// Advisories that are followed, each counted once for each unit that it concerns. How a
// machine stands is never stored, so that of a day in the past only what was read is known.

namespace khien::reporting {
namespace {

std::string key_of_standing(const patch::UnitStanding& one) { return key_of("advisory", one.advisory) + "/" + key_of("unit", one.unit); }

template <class Wanted>
Result<std::set<std::string>> rows_where(Gathering& gathering, Wanted wanted) {
  TRY(const auto* all, gathering.standings());
  std::set<std::string> rows;
  for (const auto& one : *all) {
    if (wanted(one)) rows.insert(key_of_standing(one));
  }
  return rows;
}

template <class Wanted>
Result<Counted> count_where(Gathering& gathering, Wanted wanted) {
  if (!gathering.is_live()) return not_read(gathering);
  TRY(auto rows, rows_where(gathering, wanted));
  return number_of(std::move(rows));
}

Result<Counted> count_open(Gathering& gathering, std::string_view) {
  return count_where(gathering, [](const auto& one) { return one.counts.open > 0; });
}

Result<Counted> count_accepted(Gathering& gathering, std::string_view) {
  return count_where(gathering, [](const auto& one) { return one.counts.accepted + one.counts.mitigated > 0; });
}

Result<Counted> count_proven(Gathering& gathering, std::string_view) {
  return count_where(gathering, [&](const auto& one) { return one.proven_at && *one.proven_at >= gathering.from() && *one.proven_at <= gathering.cut_off(); });
}

Result<std::set<std::string>> rows_of_overdue(Gathering& gathering, std::string_view) {
  return rows_where(gathering, [](const auto& one) { return one.overdue; });
}
Result<Counted> count_overdue(Gathering& gathering, std::string_view id) { return count_metric(gathering, id, rows_of_overdue); }

constexpr std::array<FigureRule, 4> kFigures{{
    {"advisories.open", "Cảnh báo chưa xử lý xong", "Advisories open", "cảnh báo", "advisories", "advisories.open@1", count_open},
    {"advisories_overdue", "Cảnh báo quá hạn", "Advisories overdue", "cảnh báo", "advisories", "advisories_overdue@1", count_overdue},
    {"advisories.proven", "Cảnh báo đã vá trong kỳ", "Advisories proved patched in the period", "cảnh báo", "advisories", "advisories.proven@1", count_proven},
    {"advisories.accepted", "Cảnh báo chấp nhận rủi ro hoặc giảm nhẹ", "Advisories accepted or mitigated", "cảnh báo", "advisories", "advisories.accepted@1", count_accepted},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 6> kStateColumns{{{"advisory", "Cảnh báo", "Advisory", ColumnType::text, 3}, {"product", "Nội dung", "About", ColumnType::text, 4},
                                                   {"due", "Hạn", "Due", ColumnType::day, 2}, {"machines", "Số máy", "Machines", ColumnType::number, 1},
                                                   {"patched", "Đã vá", "Patched", ColumnType::ratio, 2}, {"state", "Tình trạng", "State", ColumnType::text, 2}}};
constexpr std::array<ColumnRule, 4> kByUnitColumns{{{"unit", "Đơn vị", "Unit", ColumnType::text, 4}, {"open", "Chưa xong", "Open", ColumnType::number, 1},
                                                    {"overdue", "Quá hạn", "Overdue", ColumnType::number, 1}, {"proven", "Đã vá trong kỳ", "Proven", ColumnType::number, 1}}};

bool is_proven_in_window(const patch::UnitStanding& one, const Gathering& gathering) {
  return one.proven_at && *one.proven_at >= gathering.from() && *one.proven_at <= gathering.cut_off();
}

struct OfAdvisory {
  const patch::UnitStanding* any = nullptr;
  patch::PatchCounts counts;
  bool overdue = false, shown = false;
};

std::string words_of(const OfAdvisory& one) {
  if (one.overdue) return "Quá hạn";
  if (one.counts.open > 0) return "Chưa xong";
  return one.counts.accepted + one.counts.mitigated > 0 ? "Chấp nhận hoặc giảm nhẹ" : "Đã vá";
}

Result<Filled> fill_states(Gathering& gathering) {
  if (!gathering.is_live()) return Filled(std::get<report::Unknown>(not_read(gathering).value));
  TRY(const auto* all, gathering.standings());
  std::map<patch::AdvisoryId, OfAdvisory> sums;
  for (const auto& one : *all) {
    auto& sum = sums[one.advisory];
    sum.any = &one;
    sum.counts += one.counts;
    sum.overdue = sum.overdue || one.overdue;
    sum.shown = sum.shown || one.counts.open > 0 || is_proven_in_window(one, gathering);
  }
  std::vector<const OfAdvisory*> sorted;
  for (const auto& [id, sum] : sums) {
    if (sum.shown) sorted.push_back(&sum);
  }
  std::ranges::sort(sorted, {}, [](const OfAdvisory* one) { return std::tuple(!one->any->due, one->any->due.value_or(Date::last()), one->any->name); });
  std::vector<report::Table::Row> rows;
  for (const auto* one : sorted) {
    const auto& counts = one->counts;
    const std::int64_t machines = counts.open + counts.accepted + counts.mitigated + counts.patched;
    report::Value due = report::Unknown{{"chưa đặt hạn", "no day was set"}};
    if (one->any->due) due = *one->any->due;
    rows.push_back({.key = key_of("advisory", one->any->advisory),
                    .cells = {one->any->name, one->any->title, due, machines,
                              report::ratio_or(counts.patched, machines, {"không máy nào bị ảnh hưởng", "no machine is affected"}), words_of(*one)}});
  }
  return Filled(std::move(rows));
}

Result<Filled> fill_by_unit(Gathering& gathering) {
  if (!gathering.is_live()) return Filled(std::get<report::Unknown>(not_read(gathering).value));
  TRY(const auto* all, gathering.standings());
  std::set<UnitId> counted;
  for (const auto& one : *all) counted.insert(one.unit);
  TRY(const auto lines, gathering.lines_of(counted));
  std::vector<report::Table::Row> rows;
  for (const auto& unit : lines) {
    std::int64_t open = 0, overdue = 0, proven = 0;
    for (const auto& one : *all) {
      if (one.unit != unit.unit) continue;
      open += one.counts.open > 0 ? 1 : 0;
      overdue += one.overdue ? 1 : 0;
      proven += is_proven_in_window(one, gathering) ? 1 : 0;
    }
    if (open + overdue + proven > 0) rows.push_back({.key = key_of("unit", unit.unit), .cells = {unit.name, open, overdue, proven}});
  }
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 2> kTables{{
    {"advisories.states", "Tình trạng xử lý cảnh báo", "How advisories stand", "advisories.states@1", kStateColumns, fill_states},
    {"advisories.by_unit", "Cảnh báo theo đơn vị", "Advisories by unit", "advisories.by_unit@1", kByUnitColumns, fill_by_unit},
}};

}  // namespace

std::span<const FigureRule> advisory_figures() { return kFigures; }
std::span<const TableRule> advisory_tables() { return kTables; }

}  // namespace khien::reporting
