#include "khien/botnet/cases.hpp"

#include <algorithm>
#include <array>

#include "khien/botnet/address.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"

namespace khien::botnet {
namespace {

using View = CaseQuery::View;

constexpr std::string_view kList = "botnet_cases";
constexpr std::size_t kMostPage = 500;
constexpr std::array<std::string_view, 6> kViews{"open", "waiting", "working", "delisted", "unknown", "all"};

#define KHIEN_CASE_COLUMNS                                                                                                       \
  "c.id, c.address_text, c.source, c.unit_id, u.name, c.known_unit, c.range, coalesce(r.purpose, ''), c.state, c.opened_at, "      \
  "c.entered_at, c.first_listed, c.open_since, c.last_listed, c.last_seen_at, c.absences, c.recurrences, c.malware, c.controller, " \
  "c.machine_id, coalesce(m.hostname, '')"
#define KHIEN_CASES                                                                                                 \
  " FROM botnet_case c JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id "                               \
  "LEFT JOIN address_range r ON r.tenant_id = c.tenant_id AND r.range = c.range AND r.unit_id = c.unit_id AND c.range <> '' " \
  "LEFT JOIN machine m ON m.tenant_id = c.tenant_id AND m.id = c.machine_id "
#define KHIEN_CASE_WORD(word) \
  " AND (" word " = '' OR instr(c.search_key, " word ") > 0 OR instr(u.name_folded, " word ") > 0)"
// ?3 the view as a number (View), ?4 to ?7 words.
#define KHIEN_CASES_FOUND                                                                                              \
  "WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE                                                      \
  " AND CASE ?3 WHEN 0 THEN c.state <> 'delisted' WHEN 1 THEN c.state IN ('new', 'recurred') "                          \
  "WHEN 2 THEN c.state IN ('sent', 'cleaning', 'reported_clean') WHEN 3 THEN c.state = 'delisted' "                     \
  "WHEN 4 THEN c.state <> 'delisted' AND c.known_unit = 0 ELSE 1 END" KHIEN_CASE_WORD("?4") KHIEN_CASE_WORD("?5")        \
      KHIEN_CASE_WORD("?6") KHIEN_CASE_WORD("?7")

Result<CaseRecord> record_from(const store::Row& row) {
  CaseRecord record;
  record.id = row.id<CaseTag>(0);
  record.address = row.text(1);
  record.source = row.text(2);
  record.unit = row.id<UnitTag>(3);
  record.unit_name = row.text(4);
  record.known_unit = row.integer(5) != 0;
  record.range = row.text(6);
  record.purpose = row.text(7);
  TRY(record.state, state_from_string(row.text(8)));
  record.opened_at = row.time(9);
  record.entered_at = row.time(10);
  record.first_listed = Date::from_days(row.integer(11));
  record.open_since = Date::from_days(row.integer(12));
  record.last_listed = Date::from_days(row.integer(13));
  if (!row.is_null(14)) record.last_seen_at = row.time(14);
  record.absences = static_cast<int>(row.integer(15));
  record.recurrences = row.integer(16);
  record.malware = row.text(17);
  record.controller = row.text(18);
  if (!row.is_null(19)) record.machine = row.id<MachineTag>(19);
  record.machine_name = row.text(20);
  return record;
}

Result<CaseCounts> counts_of(store::Connection& connection, TenantId tenant, const std::string& roots) {
  CaseCounts counts;
  TRY_VOID(connection.query(
      "SELECT c.state, c.known_unit, count(*), min(c.open_since), sum(c.recurrences > 0) FROM botnet_case c WHERE c.tenant_id = ?1 "
      "AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE " GROUP BY c.state, c.known_unit",
      {tenant, roots}, [&](const store::Row& row) -> Result<void> {
        TRY(const auto state, state_from_string(row.text(0)));
        const auto number = row.integer(2);
        counts.all += number;
        if (state == State::delisted) {
          counts.delisted += number;
          return {};
        }
        counts.open += number;
        counts.recurred += row.integer(4);
        if (row.integer(1) == 0) counts.unknown += number;
        (state == State::new_ || state == State::recurred ? counts.waiting : counts.working) += number;
        const auto oldest = Date::from_days(row.integer(3));
        counts.oldest = counts.oldest ? std::min(*counts.oldest, oldest) : oldest;
        return {};
      }));
  return counts;
}

struct Asked {
  store::Connection& connection;
  TenantId tenant;
  const std::string& roots;
  const CaseQuery& query;
  estate::SearchWords words;
  std::int64_t since = 0, id = 0;  // behind these
};

// `sql` gives rows in its own order; one more than wanted.
Result<void> read_page(const Asked& asked, store::Sql sql, CasePage& page) {
  const std::size_t most = std::clamp<std::size_t>(asked.query.limit, 1, kMostPage);
  const auto& w = asked.words.each;
  return asked.connection.query(sql, {asked.tenant, asked.roots, static_cast<int>(asked.query.view), w[0], w[1], w[2], w[3], asked.since, asked.id, std::uint64_t{most + 1}},
                                [&](const store::Row& row) -> Result<void> {
                                  if (page.items.size() == most) {
                                    const auto& last = page.items.back();
                                    page.next = estate::to_cursor(kList, {std::int64_t{last.open_since.days()}, last.id.value});
                                    return {};
                                  }
                                  TRY(auto record, record_from(row));
                                  page.items.push_back(std::move(record));
                                  return {};
                                });
}

Result<std::vector<Sighting>> sightings_of(store::Connection& connection, TenantId tenant, CaseId id) {
  std::vector<Sighting> all;
  TRY_VOID(connection.query(
      "SELECT l.id, l.listed_on, e.seen_at, e.port, e.malware, e.controller, e.controller_port, e.origin FROM botnet_case c "
      "JOIN botnet_entry e ON e.tenant_id = c.tenant_id AND e.address = c.address "
      "JOIN botnet_list l ON l.tenant_id = e.tenant_id AND l.id = e.list_id AND l.state = 'confirmed' AND l.source_key = c.source_key "
      "WHERE c.tenant_id = ?1 AND c.id = ?2 ORDER BY l.listed_on DESC, l.id DESC, e.seen_at DESC, e.number LIMIT 100",
      {tenant, id}, [&](const store::Row& row) -> Result<void> {
        Sighting one{.list = row.id<ListTag>(0), .listed_on = Date::from_days(row.integer(1)), .seen_at = {}, .port = {},
                     .malware = std::string(row.text(4)), .controller = {}, .origin = std::string(row.text(7)), .controller_port = {}};
        if (!row.is_null(2)) one.seen_at = row.time(2);
        if (!row.is_null(3)) one.port = static_cast<int>(row.integer(3));
        if (const auto controller = row.is_null(5) ? std::nullopt : address_from_bytes(row.bytes(5))) one.controller = controller->text();
        if (!row.is_null(6)) one.controller_port = static_cast<int>(row.integer(6));
        all.push_back(std::move(one));
        return {};
      }));
  return all;
}

Result<std::vector<Connection>> connections_of(store::Connection& connection, const store::TenantScope& scope, CaseId id) {
  std::vector<Connection> all;
  TRY_VOID(connection.query(
      "SELECT k.matched, k.inside, k.outside, k.port, k.first_at, k.last_at, k.times, k.machine_id, coalesce(m.hostname, ''), k.machines "
      "FROM botnet_connection k JOIN botnet_log l ON l.tenant_id = k.tenant_id AND l.id = k.log_id "
      "LEFT JOIN machine m ON m.tenant_id = k.tenant_id AND m.id = k.machine_id "
      "WHERE k.tenant_id = ?1 AND k.case_id = ?3 AND (" KHIEN_IN_SCOPE("l.unit_id") " OR " KHIEN_IN_SCOPE("m.unit_id") ") ORDER BY k.matched, k.times DESC, k.last_at DESC, k.log_id, k.number LIMIT 100",
      {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
        Connection one{.matched = std::string(row.text(0)), .inside = std::string(row.text(1)), .outside = std::string(row.text(2)), .port = {},
                       .first_at = row.time(4), .last_at = row.time(5), .times = row.integer(6), .machine = {},
                       .machine_name = std::string(row.text(8)), .machines = row.integer(9)};
        if (!row.is_null(3)) one.port = static_cast<int>(row.integer(3));
        if (!row.is_null(7)) one.machine = row.id<MachineTag>(7);
        all.push_back(std::move(one));
        return {};
      }));
  return all;
}

Result<std::vector<HistoryLine>> history_of(store::Connection& connection, TenantId tenant, CaseId id) {
  std::vector<HistoryLine> all;
  TRY_VOID(connection.query("SELECT at, user_id, event, state, round, step, list_id, note FROM botnet_case_event WHERE tenant_id = ?1 AND case_id = ?2 "
                            "ORDER BY number DESC LIMIT 500",
                            {tenant, id}, [&](const store::Row& row) -> Result<void> {
                              HistoryLine line{.at = row.time(0), .who = {}, .round = row.integer(4), .step = std::string(row.text(5)), .list = {}, .note = std::string(row.text(7))};
                              if (!row.is_null(1)) line.who = row.id<UserTag>(1);
                              TRY(line.event, event_from_string(row.text(2)));
                              TRY(line.state, state_from_string(row.text(3)));
                              if (!row.is_null(6)) line.list = row.id<ListTag>(6);
                              all.push_back(std::move(line));
                              return {};
                            }));
  return all;
}

// Lines stand newest first.
void leave_out_former_units(std::vector<HistoryLine>& history) {
  const auto since = std::ranges::find(history, Event::attributed, &HistoryLine::event);
  if (since == history.end()) return;
  history.erase(std::remove_if(since + 1, history.end(), [](const HistoryLine& line) { return is_of_people(line.event); }), history.end());
}

}  // namespace

Result<View> view_from_string(std::string_view text) {
  const auto* found = std::ranges::find(kViews, text);
  if (found == kViews.end()) return Error(Code::invalid, "view is not one that is known");
  return static_cast<View>(found - kViews.begin());
}

Result<CasePage> list_cases(store::Connection& connection, const store::TenantScope& scope, const CaseQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  const bool newest_first = query.view == View::delisted || query.view == View::all;
  Asked asked{connection, scope.tenant(), roots, query, estate::search_words(query.words)};
  asked.since = asked.id = newest_first ? INT64_MAX : INT64_MIN;
  if (!query.cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(query.cursor, kList, {std::int64_t{0}, std::int64_t{0}}));
    asked.since = std::get<std::int64_t>(fields[0]);
    asked.id = std::get<std::int64_t>(fields[1]);
  }
  CasePage page;
  TRY(page.counts, counts_of(connection, scope.tenant(), roots));
  const auto& w = asked.words.each;
  TRY_VOID(connection.query_one("SELECT count(*) FROM botnet_case c JOIN unit u ON u.tenant_id = c.tenant_id AND u.id = c.unit_id " KHIEN_CASES_FOUND,
                                {scope.tenant(), roots, static_cast<int>(query.view), w[0], w[1], w[2], w[3]}, [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  if (newest_first) {
    TRY_VOID(read_page(asked, "SELECT " KHIEN_CASE_COLUMNS KHIEN_CASES KHIEN_CASES_FOUND
                              " AND (c.open_since, c.id) < (?8, ?9) ORDER BY c.open_since DESC, c.id DESC LIMIT ?10", page));
  } else {
    TRY_VOID(read_page(asked, "SELECT " KHIEN_CASE_COLUMNS KHIEN_CASES KHIEN_CASES_FOUND
                              " AND (c.open_since, c.id) > (?8, ?9) ORDER BY c.open_since, c.id LIMIT ?10", page));
  }
  return page;
}

Result<CaseRecord> get_case(store::Connection& connection, const store::TenantScope& scope, CaseId id) {
  std::optional<CaseRecord> record;
  TRY_VOID(connection.query("SELECT " KHIEN_CASE_COLUMNS KHIEN_CASES "WHERE c.tenant_id = ?1 AND c.id = ?3 AND " KHIEN_IN_SCOPE("c.unit_id"),
                            {scope.tenant(), scope.roots_json(), id}, [&](const store::Row& row) -> Result<void> {
                              TRY(record, record_from(row));
                              return {};
                            }));
  if (!record) return Error(Code::not_found, "there is no such address");
  return std::move(*record);
}

Result<CaseDetail> get_case_detail(store::Connection& connection, const store::TenantScope& scope, CaseId id) {
  CaseDetail detail;
  TRY(detail.record, get_case(connection, scope, id));
  TRY(detail.sightings, sightings_of(connection, scope.tenant(), id));
  TRY(detail.connections, connections_of(connection, scope, id));
  TRY(detail.history, history_of(connection, scope.tenant(), id));
  TRY(const bool whole, sees_whole_tenant(connection, scope));
  if (!whole) leave_out_former_units(detail.history);
  return detail;
}

std::vector<std::string> CaseDetail::steps_done() const {
  std::vector<std::string> steps;
  for (const auto& line : history) {
    if (line.event == Event::attributed) break;
    const bool counts = line.event == Event::step && line.round == record.recurrences;
    if (counts && std::ranges::find(steps, line.step) == steps.end()) steps.push_back(line.step);
  }
  return steps;
}

Result<PeriodFigures> figures_of_period(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Date from, Date to) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  PeriodFigures figures;
  const auto begin = vietnam_moment(from), end = vietnam_moment(to + 1);
  TRY_VOID(connection.query("SELECT e.event, count(*) FROM botnet_case_event e JOIN botnet_case c ON c.tenant_id = e.tenant_id AND c.id = e.case_id "
                            "WHERE e.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE
                            " AND e.event IN ('listed', 'listed_again', 'delisted') AND e.at >= ?3 AND e.at < ?4 GROUP BY e.event",
                            {scope.tenant(), roots, begin, end}, [&](const store::Row& row) -> Result<void> {
                              TRY(const auto event, event_from_string(row.text(0)));
                              auto& figure = event == Event::listed ? figures.listed : event == Event::delisted ? figures.delisted : figures.recurred;
                              figure = row.integer(1);
                              return {};
                            }));
  TRY_VOID(connection.query_one(
      "WITH last AS (SELECT e.case_id, max(e.number) AS number FROM botnet_case_event e JOIN botnet_case c ON c.tenant_id = e.tenant_id "
      "AND c.id = e.case_id WHERE e.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE
      " AND e.event IN ('listed', 'listed_again', 'delisted') AND e.at < ?3 GROUP BY e.case_id) "
      "SELECT count(*), min(l.listed_on) FROM last JOIN botnet_case_event e ON e.tenant_id = ?1 AND e.case_id = last.case_id "
      "AND e.number = last.number JOIN botnet_list l ON l.tenant_id = e.tenant_id AND l.id = e.list_id WHERE e.event <> 'delisted'",
      {scope.tenant(), roots, end}, [&](const store::Row& row) -> Result<void> {
        figures.open_at_end = row.integer(0);
        if (!row.is_null(1)) figures.oldest_open = Date::from_days(row.integer(1));
        return {};
      }));
  return figures;
}

}  // namespace khien::botnet
