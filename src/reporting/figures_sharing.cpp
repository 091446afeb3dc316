#include <array>
#include <utility>

#include "gathering.hpp"
#include "khien/estate/sharing.hpp"

// Malware data to the national centre, as who shares notes it for each unit. The shares are
// those of the metrics that duties are judged by: over the units that ought to share.

namespace khien::reporting {
namespace {

// The units of which the metric counts.
template <class Wanted>
Result<std::set<std::string>> rows_where(Gathering& gathering, Wanted wanted) {
  TRY(const auto all, estate::sharing_by_unit(gathering.connection(), gathering.scope()));
  TRY(const auto* units, gathering.units());
  std::set<std::string> rows;
  for (const auto& unit : *units) {
    const auto found = all.find(unit.id);
    if (found != all.end() && wanted(found->second)) rows.insert(key_of("unit", unit.id));
  }
  return rows;
}

Result<std::set<std::string>> rows_of_connected(Gathering& gathering, std::string_view) {
  return rows_where(gathering, [](const estate::UnitSharing& one) { return one.is_connected(); });
}
Result<std::set<std::string>> rows_of_regular(Gathering& gathering, std::string_view) {
  return rows_where(gathering, [&](const estate::UnitSharing& one) { return one.is_regular(gathering.now()); });
}
Result<Counted> count_connected(Gathering& gathering, std::string_view) { return count_metric(gathering, "sharing_connected", rows_of_connected); }
Result<Counted> count_regular(Gathering& gathering, std::string_view) { return count_metric(gathering, "sharing_regular", rows_of_regular); }

constexpr std::array<FigureRule, 2> kFigures{{
    {"sharing.connected_units", "Đơn vị đã kết nối chia sẻ dữ liệu mã độc", "Units connected for sharing malware data", "", "", "sharing.connected_units@2", count_connected},
    {"sharing.regular_units", "Đơn vị chia sẻ dữ liệu thường xuyên", "Units that share regularly", "", "", "sharing.regular_units@2", count_regular},
}};

using report::ColumnType;
constexpr std::array<ColumnRule, 4> kColumns{{{"unit", "Đơn vị", "Unit", ColumnType::text, 4}, {"connected", "Đã kết nối", "Connected", ColumnType::text, 2},
                                              {"last", "Lần gần nhất", "Last accepted", ColumnType::moment, 2}, {"machines", "Máy đã chia sẻ", "Machines", ColumnType::ratio, 2}}};

Result<Filled> fill_by_unit(Gathering& gathering) {
  if (!gathering.is_live()) return Filled(std::get<report::Unknown>(not_read(gathering).value));
  TRY(const auto all, estate::sharing_by_unit(gathering.connection(), gathering.scope()));
  TRY(const auto* units, gathering.units());
  const report::Value not_counted = report::Unknown{{"chưa đếm theo đơn vị", "not counted by unit"}};
  std::vector<report::Table::Row> rows;
  for (const auto& unit : *units) {
    const auto found = all.find(unit.id);
    report::Value last = report::Unknown{{"chưa lần nào", "never"}};
    if (found != all.end() && found->second.last_accepted_at) last = *found->second.last_accepted_at;
    const bool connected = found != all.end() && found->second.is_connected();
    rows.push_back({.key = key_of("unit", unit.id), .cells = {unit.name, connected ? "Có" : "Không", last, not_counted}});
  }
  return Filled(std::move(rows));
}

constexpr std::array<TableRule, 1> kTables{{
    {"sharing.by_unit", "Chia sẻ dữ liệu mã độc theo đơn vị", "Sharing of malware data by unit", "sharing.by_unit@1", kColumns, fill_by_unit},
}};

}  // namespace

std::span<const FigureRule> sharing_figures() { return kFigures; }
std::span<const TableRule> sharing_tables() { return kTables; }

}  // namespace khien::reporting
