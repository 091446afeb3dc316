#include "khien/reporting/gather.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gathering.hpp"
#include "of_incident.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/duty/refusal.hpp"

namespace khien::reporting {
namespace {

std::vector<const FigureRule*> all_figures() {
  std::vector<const FigureRule*> all;
  for (const auto group : {machine_figures(), malware_figures(), site_figures(), advisory_figures(), system_figures(), duty_figures(),
                           register_figures(), sharing_figures(), incident_figures(), roster_figures()}) {
    for (const auto& rule : group) all.push_back(&rule);
  }
  std::ranges::sort(all, {}, [](const FigureRule* rule) { return rule->id; });
  return all;
}

std::vector<const TableRule*> all_tables() {
  std::vector<const TableRule*> all;
  for (const auto group : {machine_tables(), site_tables(), advisory_tables(), system_tables(), duty_tables(), register_tables(),
                           sharing_tables(), incident_tables(), roster_tables()}) {
    for (const auto& rule : group) all.push_back(&rule);
  }
  std::ranges::sort(all, {}, [](const TableRule* rule) { return rule->id; });
  return all;
}

template <class Rule>
const Rule* find(const std::vector<const Rule*>& all, std::string_view id) {
  const auto found = std::ranges::lower_bound(all, id, {}, [](const Rule* rule) { return rule->id; });
  return found != all.end() && (*found)->id == id ? *found : nullptr;
}

// Who follows a figure to its rows finds as many as it says, or the report is not made.
Result<void> check_rows(const FigureRule& rule, const Counted& counted) {
  const auto* ratio = std::get_if<report::Ratio>(&counted.value);
  const auto* whole = std::get_if<std::int64_t>(&counted.value);
  if (!counted.of_rows || (ratio == nullptr && whole == nullptr)) return {};
  const auto said = ratio != nullptr ? ratio->part : *whole;
  if (said == static_cast<std::int64_t>(counted.rows.size())) return {};
  return Error(Code::corrupt, "figure '" + std::string(rule.id) + "' is " + std::to_string(said) + " and has " +
                                  std::to_string(counted.rows.size()) + " rows");
}

// A column of a table by unit, and the figure that it adds up to.
struct Sum {
  std::string_view table, column, figure;
};
constexpr std::array<Sum, 8> kSums{{
    {"machines.by_unit", "expected", "machines.expected"},
    {"machines.by_unit", "detections", "detections.total"},
    {"machines.by_unit", "open", "detections.open"},
    {"units.overview", "open", "detections.open"},
    {"units.overview", "sites", "websites_with_injected_content"},
    {"advisories.by_unit", "open", "advisories.open"},
    {"advisories.by_unit", "overdue", "advisories_overdue"},
    {"advisories.by_unit", "proven", "advisories.proven"},
}};

Result<void> check_sum(const report::Snapshot& snapshot, const Sum& sum) {
  const auto* figure = snapshot.figure(sum.figure);
  const auto table = std::ranges::find(snapshot.tables, sum.table, &report::Table::id);
  if (figure == nullptr || table == snapshot.tables.end() || table->unknown) return {};
  const auto* said = std::get_if<std::int64_t>(&figure->value);
  const auto column = std::ranges::find(table->columns, sum.column, &report::Column::id);
  khien_assert(column != table->columns.end());
  std::int64_t total = 0;
  for (const auto& row : table->rows) {
    const auto* cell = std::get_if<std::int64_t>(&row.cells[static_cast<std::size_t>(column - table->columns.begin())]);
    if (cell == nullptr || said == nullptr) return {};
    total += *cell;
  }
  if (said == nullptr || total == *said) return {};
  return Error(Code::corrupt, "column '" + std::string(sum.column) + "' of '" + std::string(sum.table) + "' adds up to " + std::to_string(total) +
                                  ", figure '" + std::string(sum.figure) + "' is " + std::to_string(*said));
}

Sha256 digest_of_rows(const std::set<std::string>& rows) {
  std::string lines;
  for (const auto& row : rows) lines += row + "\n";
  return sha256(lines);
}

report::Figure figure_of(const FigureRule& rule, Counted counted, FurtherRows* further) {
  report::Figure figure{.id = std::string(rule.id), .label = {rule.vi, rule.en}, .value = std::move(counted.value),
                        .unit = {rule.unit_vi, rule.unit_en}, .query = std::string(rule.query), .rows = {}, .row_count = counted.rows.size()};
  for (const auto& row : counted.rows) {
    const bool named = figure.rows.size() < report::kMostRowsOfFigure;
    if (named) figure.rows.push_back(row);
    if (!named && further != nullptr) (*further)[figure.id].push_back(row);
  }
  if (further != nullptr && figure.row_count > figure.rows.size()) figure.all_rows = digest_of_rows(counted.rows);
  return figure;
}

// Names come from machines and pages: a snapshot holds whole letters only.
void clean(std::vector<report::Table::Row>& rows) {
  for (auto& row : rows) {
    row.key = to_valid_utf8(row.key);
    for (auto& cell : row.cells) {
      if (auto* text = std::get_if<std::string>(&cell)) *text = to_valid_utf8(*text);
    }
  }
}

Result<report::Table> table_of(const TableRule& rule, Gathering& gathering) {
  report::Table table{.id = std::string(rule.id), .title = {rule.vi, rule.en}, .columns = {}, .rows = {}, .query = std::string(rule.query)};
  for (const auto& column : rule.columns) {
    table.columns.push_back({.id = std::string(column.id), .label = {column.vi, column.en}, .type = column.type, .width = column.width});
  }
  if (gathering.is_ahead() && !rule.ahead) {
    table.unknown = std::get<report::Unknown>(not_begun().value);
    return table;
  }
  if (rule.unknown_vi != nullptr) {
    table.unknown = report::Unknown{{rule.unknown_vi, rule.unknown_en}};
    return table;
  }
  TRY(auto filled, rule.fill(gathering));
  clean(filled.rows);
  table.rows = std::move(filled.rows);
  table.unknown = std::move(filled.unknown);
  if (rule.of_today && !gathering.is_live()) table.seen_on = vietnam_day(gathering.now());
  return table;
}

std::optional<report::IndexDefinition> index_of(const law::Catalogue& catalogue, Date day) {
  const auto* index = catalogue.index_on("khien-infection", day);
  if (index == nullptr) return std::nullopt;
  return report::IndexDefinition{.id = index->id + "@" + std::to_string(index->version), .title = index->title, .formula = index->formula,
                                 .caution = index->caution};
}

}  // namespace

Timestamp cut_off_of(const report::Window& window, Timestamp now) {
  return std::min(now, vietnam_moment(window.to + 1) - milliseconds(1));
}

std::vector<std::string_view> known_figures() {
  std::vector<std::string_view> ids;
  for (const auto* rule : all_figures()) ids.push_back(rule->id);
  return ids;
}

std::vector<std::string_view> known_tables() {
  std::vector<std::string_view> ids;
  for (const auto* rule : all_tables()) ids.push_back(rule->id);
  return ids;
}

Result<report::Snapshot> gather(store::Connection& connection, const store::TenantScope& scope,
                                const std::shared_ptr<const duty::TenantLaw>& law, const Asking& asking, FurtherRows* further) {
  auto window = report::window_of(asking.kind, asking.period);
  if (vietnam_moment(window.from) > asking.now && !asking.ahead) {
    return duty::refuse(Code::invalid, "period", {"Kỳ này chưa bắt đầu.", "The period has not begun."});
  }
  if (asking.since) window.from = vietnam_day(*asking.since);
  Gathering gathering(connection, scope, law, asking, window);
  report::Snapshot snapshot;
  snapshot.kind = asking.kind.id;
  snapshot.kind_version = asking.kind.version;
  snapshot.period = asking.period;
  snapshot.data_from = window.from;
  snapshot.data_to = window.to;
  snapshot.window_rule = window.rule;
  if (asking.since && *asking.since != vietnam_moment(window.from)) snapshot.since = asking.since;
  snapshot.cut_off = gathering.cut_off();
  snapshot.taken_at = asking.now;
  if (std::ranges::find(asking.kind.figures, "infection_index") != asking.kind.figures.end()) {
    snapshot.index = index_of(gathering.catalogue(), gathering.day());
  }
  const auto figures = all_figures();
  for (const auto& id : asking.kind.figures) {
    const auto* rule = find(figures, id);
    if (rule == nullptr) return Error(Code::invalid, "figure '" + id + "': nothing counts it");
    auto counted = gathering.is_ahead() && !rule->ahead ? Result<Counted>(not_begun()) : rule->count(gathering, id);
    if (!counted) return std::move(counted).error().within("count " + id);
    TRY_VOID(check_rows(*rule, *counted));
    snapshot.figures.push_back(figure_of(*rule, *std::move(counted), further));
  }
  const auto tables = all_tables();
  for (const auto& id : asking.kind.tables) {
    const auto* rule = find(tables, id);
    if (rule == nullptr) return Error(Code::invalid, "table '" + id + "': nothing fills it");
    auto table = table_of(*rule, gathering);
    if (!table) return std::move(table).error().within("fill " + id);
    snapshot.tables.push_back(*std::move(table));
  }
  for (const auto& sum : kSums) TRY_VOID(check_sum(snapshot, sum));
  if (!asking.incident) {
    TRY(snapshot.words, words_of_roster(gathering, asking.kind));
    return snapshot;
  }
  snapshot.about = key_of("incident", *asking.incident);
  TRY(snapshot.words, words_of_incident(gathering, asking.kind));
  return snapshot;
}

}  // namespace khien::reporting
