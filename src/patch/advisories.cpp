#include "khien/patch/advisories.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "board.hpp"
#include "decision_rows.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "patch_states.hpp"

namespace khien::patch {
namespace {

constexpr std::string_view kList = "advisories";
constexpr std::size_t kMaxPage = 500;
constexpr std::int64_t kMostFixes = 100;
constexpr std::size_t kMostUnits = 500;
constexpr std::int64_t kMostEvents = 200;

#define KHIEN_ADVISORY                                                                                                    \
  "SELECT a.id, a.kind, a.name, a.title, a.severity, a.followed_since, a.ended_at, a.due_day, a.due_by, v.reasons, "        \
  "v.ransomware, v.likelihood, v.cvss FROM advisory a LEFT JOIN vulnerability v ON v.tenant_id = a.tenant_id "              \
  "AND v.name = a.name AND a.kind = 'vulnerability' "

Error no_advisory() { return Error(Code::not_found, "there is no such advisory"); }

Result<void> read_reasons(std::string_view text, std::vector<flow::FollowReason>& reasons) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    TRY(const auto reason, flow::follow_reason_from_string(text.substr(0, comma)));
    reasons.push_back(reason);
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  }
  return {};
}

Result<AdvisoryRecord> record_from(const store::Row& row) {
  AdvisoryRecord record;
  record.id = row.id<AdvisoryTag>(0);
  TRY(record.kind, advisory_kind_from_string(row.text(1)));
  record.name = row.text(2);
  record.title = row.text(3);
  record.severity = static_cast<Severity>(row.integer(4));
  record.followed_since = row.time(5);
  if (!row.is_null(6)) record.ended_at = row.time(6);
  if (!row.is_null(7)) record.due = Date::from_days(row.integer(7));
  TRY(record.due_by, due_by_from_string(row.text(8)));
  if (record.kind == AdvisoryKind::letter) record.reasons.push_back(flow::FollowReason::letter);
  if (row.is_null(9)) return record;
  TRY_VOID(read_reasons(row.text(9), record.reasons));
  record.ransomware = row.integer(10) != 0;
  if (!row.is_null(11)) record.likelihood = static_cast<double>(row.integer(11)) / 1'000'000;
  if (!row.is_null(12)) record.cvss_score = static_cast<double>(row.integer(12)) / 100;
  return record;
}

Result<std::vector<AdvisoryRecord>> load_followed(store::Connection& connection, TenantId tenant) {
  std::vector<AdvisoryRecord> all;
  TRY_VOID(connection.query(KHIEN_ADVISORY "WHERE a.tenant_id = ?1 AND a.ended_at IS NULL", {tenant},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(auto record, record_from(row));
                              all.push_back(std::move(record));
                              return {};
                            }));
  return all;
}

// Which units received which: an acknowledgement speaks for what is below as well.
using Receipts = std::map<std::pair<AdvisoryId, UnitId>, AdvisoryUnit>;
Result<Receipts> load_receipts(store::Connection& connection, TenantId tenant, AdvisoryId only) {
  Receipts receipts;
  TRY_VOID(connection.query(
      "SELECT r.advisory_id, r.unit_id, r.acknowledged_by, r.acknowledged_at, r.reminded_at, r.escalated_at "
      "FROM advisory_receipt r WHERE r.tenant_id = ?1 AND (?2 = 0 OR r.advisory_id = ?2)",
      {tenant, only}, [&](const store::Row& row) -> Result<void> {
        AdvisoryUnit receipt;
        receipt.unit = row.id<UnitTag>(1);
        if (!row.is_null(2)) receipt.acknowledged_by = row.id<UserTag>(2);
        if (!row.is_null(3)) receipt.acknowledged_at = row.time(3);
        if (!row.is_null(4)) receipt.reminded_at = row.time(4);
        if (!row.is_null(5)) receipt.escalated_at = row.time(5);
        receipts[{row.id<AdvisoryTag>(0), receipt.unit}] = receipt;
        return {};
      }));
  // Those of the units above fill in what a unit did not say itself.
  TRY_VOID(connection.query(
      "SELECT r.advisory_id, c.unit_id, r.acknowledged_by, r.acknowledged_at FROM advisory_receipt r JOIN unit_ancestor c "
      "ON c.tenant_id = r.tenant_id AND c.ancestor_id = r.unit_id AND c.unit_id <> r.unit_id "
      "WHERE r.tenant_id = ?1 AND (?2 = 0 OR r.advisory_id = ?2) AND r.acknowledged_at IS NOT NULL",
      {tenant, only}, [&](const store::Row& row) -> Result<void> {
        auto& receipt = receipts[{row.id<AdvisoryTag>(0), row.id<UnitTag>(1)}];
        receipt.unit = row.id<UnitTag>(1);
        if (receipt.acknowledged_at) return {};
        receipt.acknowledged_by = row.id<UserTag>(2);
        receipt.acknowledged_at = row.time(3);
        return {};
      }));
  return receipts;
}

// What the record says of the scope: counts, units, whether it is overdue there.
std::vector<AdvisoryUnit> weigh_units(const Board& board, const Receipts& receipts, AdvisoryRecord& record, Timestamp now) {
  std::vector<AdvisoryUnit> units;
  const bool late = is_overdue(record.due, now);
  for (const auto& [unit, name] : board.names) {
    PatchCounts counts = board.of(record.id, unit);
    if (late) counts.overdue = counts.open;
    record.counts += counts;
    if (!counts.concerns()) continue;
    AdvisoryUnit one;
    const auto receipt = receipts.find({record.id, unit});
    if (receipt != receipts.end()) one = receipt->second;
    one.unit = unit;
    one.name = name;
    one.counts = counts;
    one.overdue = counts.overdue > 0;
    ++record.units;
    record.units_acknowledged += one.acknowledged_at ? 1 : 0;
    record.units_done += counts.done() ? 1 : 0;
    units.push_back(std::move(one));
  }
  record.overdue = record.counts.overdue > 0;
  return units;
}

bool is_exploited(const AdvisoryRecord& record) {
  return std::ranges::find(record.reasons, flow::FollowReason::exploited) != record.reasons.end();
}

// Overdue first, then by day, used in attacks before others, worst first, newest first.
auto urgency(const AdvisoryRecord& record) {
  return std::tuple(!record.overdue, record.counts.open == 0, record.due.value_or(Date::last()), !is_exploited(record),
                    -static_cast<int>(record.severity), -record.id.value);
}

bool has_words(const AdvisoryRecord& record, const estate::SearchWords& words) {
  const auto text = fold(record.name + "\n" + record.title);
  return std::ranges::all_of(words.each, [&](const auto& word) { return word.empty() || text.find(word) != text.npos; });
}

bool is_in_view(const AdvisoryRecord& record, AdvisoryQuery::View view) {
  switch (view) {
    case AdvisoryQuery::View::open: return record.counts.open > 0;
    case AdvisoryQuery::View::overdue: return record.overdue;
    case AdvisoryQuery::View::exploited: return record.counts.open > 0 && is_exploited(record);
    case AdvisoryQuery::View::unknown: return record.counts.open == 0 && record.counts.unknown > 0;
    case AdvisoryQuery::View::all: break;
  }
  return true;
}

bool matches(const AdvisoryRecord& record, const AdvisoryQuery& query, const estate::SearchWords& words) {
  if (query.kind && record.kind != *query.kind) return false;
  if (!query.severities.empty() && std::ranges::find(query.severities, record.severity) == query.severities.end()) return false;
  return has_words(record, words);
}

Result<std::int64_t> count_not_followed(store::Connection& connection, const store::TenantScope& scope, std::int64_t unit) {
  std::int64_t count = 0;
  // Of the tenant's packages, and not machine by machine: a figure beside a list.
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM vulnerability v WHERE v.tenant_id = ?1 AND ?2 <> '' AND ?3 = ?3 AND EXISTS (SELECT 1 FROM "
      "package_vulnerability pv INDEXED BY package_vulnerability_by_vulnerability WHERE pv.tenant_id = v.tenant_id "
      "AND pv.vulnerability_id = v.id) AND (v.follow = 'no' OR NOT EXISTS (SELECT 1 FROM package_vulnerability pv "
      "INDEXED BY package_vulnerability_by_vulnerability WHERE pv.tenant_id = v.tenant_id AND pv.vulnerability_id = v.id "
      "AND pv.followed = 1))",
      {scope.tenant(), scope.roots_json(), unit}, [&](const store::Row& row) -> Result<void> {
        count = row.integer(0);
        return {};
      }));
  return count;
}

Result<void> add_letters(store::Connection& connection, TenantId tenant, AdvisoryRecord& record) {
  return connection.query(
      "SELECT l.id, l.name, coalesce((SELECT w.sender FROM letter w WHERE w.tenant_id = l.tenant_id AND w.advisory_id = l.id), '') "
      "FROM advisory_vulnerability av CROSS JOIN advisory l ON l.tenant_id = av.tenant_id AND l.id = av.advisory_id "
      "AND l.kind = 'letter' WHERE av.tenant_id = ?1 AND av.name = ?2 AND l.id <> ?3 ORDER BY l.id",
      {tenant, record.name, record.id}, [&](const store::Row& row) -> Result<void> {
        record.letters.push_back({row.id<AdvisoryTag>(0), std::string(row.text(1)), std::string(row.text(2))});
        return {};
      });
}

// Somebody of the scope has it. Who answers for all sees all; who cannot say what is
// installed has every letter to look into by hand.
bool is_there(const Board& board, const AdvisoryRecord& record) {
  return board.whole || board.advisories.contains(record.id) || (record.kind == AdvisoryKind::letter && !board.not_told.empty());
}

Result<void> add_fixes(store::Connection& connection, const store::TenantScope& scope, std::int64_t unit, AdvisoryDetail& detail) {
  return connection.query(
      "SELECT j.subject, pv.fixed, min(pv.record), min(pv.rule), count(DISTINCT f.machine_id), max(j.kernel <> '') "
      "FROM advisory_vulnerability av CROSS JOIN vulnerability v ON v.tenant_id = av.tenant_id AND v.name = av.name "
      "CROSS JOIN finding f INDEXED BY finding_of_advisory ON f.tenant_id = av.tenant_id AND f.judge = 'advisory' "
      "AND f.rule = 'advisory:' || av.name AND f.state <> 'resolved' "
      "CROSS JOIN finding_package fp ON fp.tenant_id = f.tenant_id AND fp.finding_id = f.id "
      "CROSS JOIN package_judged j ON j.tenant_id = fp.tenant_id AND j.package_id = fp.package_id "
      "CROSS JOIN package_vulnerability pv ON pv.tenant_id = fp.tenant_id AND pv.package_id = fp.package_id AND pv.vulnerability_id = v.id "
      "WHERE av.tenant_id = ?1 AND av.advisory_id = ?3 AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND (?4 = 0 OR EXISTS (SELECT 1 FROM unit_ancestor b WHERE b.tenant_id = ?1 AND b.unit_id = f.unit_id AND b.ancestor_id = ?4)) "
      "GROUP BY j.subject, pv.fixed ORDER BY 5 DESC, 1, 2 LIMIT ?5",
      {scope.tenant(), scope.roots_json(), detail.record.id, unit, kMostFixes}, [&](const store::Row& row) -> Result<void> {
        detail.fixes.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                                std::string(row.text(3)), row.integer(4)});
        detail.kernel = detail.kernel || row.integer(5) != 0;
        return {};
      });
}

Result<void> add_history(store::Connection& connection, const store::TenantScope& scope, AdvisoryDetail& detail) {
  return connection.query(
      "SELECT e.at, e.user_id, e.event, e.unit_id, coalesce(u.name, ''), e.note FROM advisory_event e "
      "LEFT JOIN unit u ON u.tenant_id = e.tenant_id AND u.id = e.unit_id WHERE e.tenant_id = ?1 AND e.advisory_id = ?3 "
      "AND (e.unit_id IS NULL OR e.unit_id IN " KHIEN_UNITS_IN_SCOPE ") ORDER BY e.number DESC LIMIT ?4",
      {scope.tenant(), scope.roots_json(), detail.record.id, kMostEvents}, [&](const store::Row& row) -> Result<void> {
        AdvisoryEvent event{.at = row.time(0), .who = {}, .event = std::string(row.text(2)), .unit = {},
                            .unit_name = std::string(row.text(4)), .note = std::string(row.text(5))};
        if (!row.is_null(1)) event.who = row.id<UserTag>(1);
        if (!row.is_null(3)) event.unit = row.id<UnitTag>(3);
        detail.history.push_back(std::move(event));
        return {};
      });
}

Result<void> add_named(store::Connection& connection, TenantId tenant, AdvisoryDetail& detail) {
  return connection.query(
      "SELECT av.name, a.id, coalesce(v.severity, 0) FROM advisory_vulnerability av "
      "LEFT JOIN advisory a ON a.tenant_id = av.tenant_id AND a.kind = 'vulnerability' AND a.name = av.name "
      "LEFT JOIN vulnerability v ON v.tenant_id = av.tenant_id AND v.name = av.name "
      "WHERE av.tenant_id = ?1 AND av.advisory_id = ?2 ORDER BY av.name LIMIT 200",
      {tenant, detail.record.id}, [&](const store::Row& row) -> Result<void> {
        AdvisoryDetail::Named named{.name = std::string(row.text(0)), .advisory = {}, .severity = static_cast<Severity>(row.integer(2))};
        if (!row.is_null(1)) named.advisory = row.id<AdvisoryTag>(1);
        detail.vulnerabilities.push_back(std::move(named));
        return {};
      });
}

std::int64_t sum(const std::map<UnitId, std::int64_t>& counts) {
  std::int64_t all = 0;
  for (const auto& [unit, count] : counts) all += count;
  return all;
}

Result<std::size_t> offset_of(std::string_view cursor) {
  if (cursor.empty()) return std::size_t{0};
  TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{}}));
  return static_cast<std::size_t>(std::max<std::int64_t>(0, std::get<std::int64_t>(fields[0])));
}

// Machines with one open at least, each once.
Result<void> count_machines(store::Connection& connection, const store::TenantScope& scope, std::int64_t unit, Timestamp now,
                            AdvisoryFigures& figures) {
  return connection.query_one(
      "SELECT count(*), coalesce(sum(late), 0) FROM (SELECT f.machine_id, max(a.due_day IS NOT NULL AND a.due_day < ?4) AS late "
      "FROM advisory a CROSS JOIN advisory_vulnerability av ON av.tenant_id = a.tenant_id AND av.advisory_id = a.id "
      "CROSS JOIN finding f INDEXED BY finding_of_advisory ON f.tenant_id = a.tenant_id AND f.judge = 'advisory' "
      "AND f.rule = 'advisory:' || av.name AND f.state IN ('new', 'in_progress') "
      "WHERE a.tenant_id = ?1 AND a.ended_at IS NULL AND f.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND (?3 = 0 OR EXISTS (SELECT 1 FROM unit_ancestor b WHERE b.tenant_id = ?1 AND b.unit_id = f.unit_id AND b.ancestor_id = ?3))" KHIEN_STILL_OURS("f.machine_id")
      " GROUP BY f.machine_id)",
      {scope.tenant(), scope.roots_json(), unit, std::int64_t{vietnam_day(now).days()}}, [&](const store::Row& row) -> Result<void> {
        figures.machines_open = row.integer(0);
        figures.machines_overdue = row.integer(1);
        return {};
      });
}

}  // namespace

Result<AdvisoryRecord> load_advisory(store::Connection& connection, TenantId tenant, AdvisoryId id) {
  std::optional<AdvisoryRecord> record;
  TRY_VOID(connection.query(KHIEN_ADVISORY "WHERE a.tenant_id = ?1 AND a.id = ?2", {tenant, id},
                            [&](const store::Row& row) -> Result<void> {
                              TRY(record, record_from(row));
                              return {};
                            }));
  if (!record) return no_advisory();
  return *std::move(record);
}

Result<AdvisoryPage> list_advisories(store::Connection& connection, const store::TenantScope& scope, const AdvisoryQuery& query,
                                     Timestamp now) {
  TRY(const auto offset, offset_of(query.cursor));
  const auto words = estate::search_words(query.words);
  TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), query.unit, {}));
  TRY(auto all, load_followed(connection, scope.tenant()));
  TRY(const auto receipts, load_receipts(connection, scope.tenant(), {}));
  std::erase_if(all, [&](const auto& record) { return !is_there(board, record) || !matches(record, query, words); });
  AdvisoryPage page;
  for (auto& record : all) {
    weigh_units(board, receipts, record, now);
    page.open += record.counts.open > 0 ? 1 : 0;
    page.overdue += record.overdue ? 1 : 0;
    page.exploited += is_in_view(record, AdvisoryQuery::View::exploited) ? 1 : 0;
    page.unknown += is_in_view(record, AdvisoryQuery::View::unknown) ? 1 : 0;
    ++page.all;
  }
  std::erase_if(all, [&](const auto& record) { return !is_in_view(record, query.view); });
  std::ranges::sort(all, {}, urgency);
  page.total = static_cast<std::int64_t>(all.size());
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  for (std::size_t i = offset; i < std::min(all.size(), offset + limit); ++i) page.items.push_back(std::move(all[i]));
  if (offset + limit < all.size()) page.next = estate::to_cursor(kList, {static_cast<std::int64_t>(offset + limit)});
  for (auto& record : page.items) TRY_VOID(add_letters(connection, scope.tenant(), record));
  page.machines = sum(board.machines);
  page.without_inventory = sum(board.not_told);
  TRY(page.not_followed, count_not_followed(connection, scope, query.unit ? query.unit->value : 0));
  return page;
}

Result<AdvisoryId> find_advisory(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id) {
  TRY(const auto record, load_advisory(connection, scope.tenant(), id));
  TRY(const auto root, estate::root_unit(connection, scope.tenant()));
  if (std::ranges::find(scope.roots(), root) != scope.roots().end()) return record.id;
  TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), {}, id));
  return is_there(board, record) ? Result<AdvisoryId>(record.id) : no_advisory();
}

Result<AdvisoryDetail> get_advisory(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                                    std::optional<UnitId> unit, Timestamp now) {
  AdvisoryDetail detail;
  TRY(detail.record, load_advisory(connection, scope.tenant(), id));
  TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), unit, id));
  if (!is_there(board, detail.record)) return no_advisory();
  TRY(const auto receipts, load_receipts(connection, scope.tenant(), id));
  detail.units = weigh_units(board, receipts, detail.record, now);
  std::ranges::sort(detail.units, {}, [](const auto& one) {
    return std::tuple(!one.overdue, -one.counts.open, -one.counts.unknown, one.unit);
  });
  if (detail.units.size() > kMostUnits) detail.units.resize(kMostUnits);
  TRY_VOID(add_letters(connection, scope.tenant(), detail.record));
  TRY_VOID(add_fixes(connection, scope, unit ? unit->value : 0, detail));
  TRY(detail.decisions, decisions_of(connection, scope, id));
  TRY_VOID(add_history(connection, scope, detail));
  if (detail.record.kind == AdvisoryKind::letter) TRY_VOID(add_named(connection, scope.tenant(), detail));
  return detail;
}

Result<std::vector<AdvisoryUnit>> standing_units(store::Connection& connection, const store::TenantScope& scope, AdvisoryId id,
                                                 Timestamp now) {
  TRY(auto record, load_advisory(connection, scope.tenant(), id));
  TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), {}, id));
  if (!is_there(board, record)) return no_advisory();
  TRY(const auto receipts, load_receipts(connection, scope.tenant(), id));
  return weigh_units(board, receipts, record, now);
}

Result<AdvisoryFigures> count_advisories(store::Connection& connection, const store::TenantScope& scope,
                                         std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), unit, {}));
  TRY(auto all, load_followed(connection, scope.tenant()));
  TRY(const auto receipts, load_receipts(connection, scope.tenant(), {}));
  AdvisoryFigures figures;
  std::set<UnitId> silent_units;
  for (auto& record : all) {
    if (!board.advisories.contains(record.id)) continue;
    for (const auto& one : weigh_units(board, receipts, record, now)) {
      if (one.counts.open > 0 && !one.acknowledged_at) silent_units.insert(one.unit);
    }
    figures.open += record.counts.open > 0 ? 1 : 0;
    figures.overdue += record.overdue ? 1 : 0;
    figures.exploited_open += record.counts.open > 0 && is_exploited(record) ? 1 : 0;
  }
  figures.without_inventory = sum(board.not_told);
  figures.units_unacknowledged = static_cast<std::int64_t>(silent_units.size());
  TRY_VOID(count_machines(connection, scope, unit ? unit->value : 0, now, figures));
  return figures;
}

Result<std::vector<Escalation>> escalations_to(store::Connection& connection, const store::TenantScope& scope, UnitId unit,
                                               std::size_t limit, Timestamp now) {
  std::vector<Escalation> found;
  TRY_VOID(connection.query(
      "SELECT r.advisory_id, a.name, a.title, r.unit_id, u.name, r.escalated_at, a.due_day FROM advisory_receipt r "
      "JOIN advisory a ON a.tenant_id = r.tenant_id AND a.id = r.advisory_id AND a.ended_at IS NULL "
      "JOIN unit u ON u.tenant_id = r.tenant_id AND u.id = r.unit_id "
      "JOIN unit_ancestor b ON b.tenant_id = r.tenant_id AND b.unit_id = r.unit_id AND b.ancestor_id = ?3 AND b.unit_id <> ?3 "
      "WHERE r.tenant_id = ?1 AND r.escalated_at IS NOT NULL AND r.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " ORDER BY a.due_day, r.advisory_id, r.unit_id LIMIT ?4",
      {scope.tenant(), scope.roots_json(), unit, std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
        Escalation one{.advisory = row.id<AdvisoryTag>(0), .name = std::string(row.text(1)), .title = std::string(row.text(2)),
                       .unit = row.id<UnitTag>(3), .unit_name = std::string(row.text(4)), .escalated_at = row.time(5), .due = {}};
        if (!row.is_null(6)) one.due = Date::from_days(row.integer(6));
        found.push_back(std::move(one));
        return {};
      }));
  for (auto& one : found) {
    TRY(const auto board, read_board(connection, scope.tenant(), scope.roots_json(), one.unit, one.advisory));
    one.open = board.of(one.advisory, one.unit).open;
  }
  std::erase_if(found, [&](const auto& one) { return one.open == 0 || !is_overdue(one.due, now); });
  return found;
}

}  // namespace khien::patch
