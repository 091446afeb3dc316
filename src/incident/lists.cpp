#include <algorithm>
#include <utility>

#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "reading.hpp"
#include "stored.hpp"

namespace khien::incident {
namespace {

using View = IncidentQuery::View;

constexpr std::string_view kBoard = "incidents-board";
constexpr std::string_view kNewest = "incidents-newest";
constexpr std::size_t kMaxPage = 500;

#define KHIEN_HAS_WORD(word)                                                                                      \
  "(" word " = '' OR instr(i.search_key, " word ") > 0 OR EXISTS (SELECT 1 FROM unit w WHERE w.tenant_id = i.tenant_id " \
  "AND w.id = i.unit_id AND instr(w.name_folded, " word ") > 0)) "
// ?3 now, ?4 to ?7 words, ?8 severities as JSON or '', ?9 the reader, ?10 'late' or 'soon' alone, ?11 mine alone, ?12 the one state or ''.
#define KHIEN_INCIDENTS_FOUND                                                                                                   \
  "WHERE i.tenant_id = ?1 AND " KHIEN_IN_SCOPE("i.unit_id")                                                                     \
  " AND " KHIEN_HAS_WORD("?4") "AND " KHIEN_HAS_WORD("?5") "AND " KHIEN_HAS_WORD("?6") "AND " KHIEN_HAS_WORD("?7")            \
  "AND (?8 = '' OR i.severity IN (SELECT value FROM json_each(?8))) AND (?10 <> 'late' OR i.next_late_at < ?3) "               \
  "AND (?10 <> 'soon' OR (i.next_late_at >= ?3 AND i.next_soon_at <= ?3)) "                                                     \
  "AND (?11 = 0 OR EXISTS (SELECT 1 FROM incident_member m WHERE m.tenant_id = i.tenant_id AND m.user_id = ?9 AND m.incident_id = i.id) " \
  "OR EXISTS (SELECT 1 FROM incident_task t WHERE t.tenant_id = i.tenant_id AND t.owner_id = ?9 AND t.incident_id = i.id AND t.done_at IS NULL)) " \
  "AND (?12 = '' OR i.state = ?12) "

struct Asked {
  std::string roots;
  estate::SearchWords words;
  std::string severities;
  std::string_view clock;
  bool mine = false;
  std::string_view state;
};

std::string severities_json(const std::vector<Severity>& severities) {
  if (severities.empty()) return {};
  std::string json = "[";
  for (const Severity severity : severities) json += (json.size() > 1 ? "," : "") + std::to_string(static_cast<int>(severity));
  return json + "]";
}

struct Behind {
  std::int64_t late_at = INT64_MIN;
  std::int64_t id = 0;
};
Result<Behind> behind_board(const std::string& cursor) {
  if (cursor.empty()) return Behind{};
  TRY(const auto fields, estate::from_cursor(cursor, kBoard, {std::int64_t{}, std::int64_t{}}));
  return Behind{std::get<std::int64_t>(fields[0]), std::get<std::int64_t>(fields[1])};
}
Result<std::int64_t> behind_newest(const std::string& cursor) {
  if (cursor.empty()) return std::int64_t{INT64_MAX};
  TRY(const auto fields, estate::from_cursor(cursor, kNewest, {std::int64_t{}}));
  return std::get<std::int64_t>(fields[0]);
}

// A row of the list, and of the board its place.
struct Listing {
  IncidentPage& page;
  std::size_t limit;
  std::int64_t last_late_at = 0;

  Result<void> take(const store::Row& row, bool board) {
    if (page.items.size() == limit) {
      const std::int64_t id = page.items.back().id.value;
      page.next = board ? estate::to_cursor(kBoard, {last_late_at, id}) : estate::to_cursor(kNewest, {id});
      return {};
    }
    TRY(auto incident, incident_from(row));
    last_late_at = row.integer(kIncidentColumns);
    page.items.push_back(std::move(incident));
    return {};
  }
};

Result<void> read_board(store::Connection& connection, const store::TenantScope& scope, const IncidentQuery& query, const Asked& asked,
                        Listing listing, Timestamp now) {
  TRY(const auto behind, behind_board(query.cursor));
  return connection.query("SELECT " KHIEN_INCIDENT_COLUMNS ", i.next_late_at FROM incident i " KHIEN_INCIDENT_JOINS KHIEN_INCIDENTS_FOUND
                          "AND i.state <> 'closed' AND (i.next_late_at, i.id) > (?13, ?14) ORDER BY i.next_late_at, i.id LIMIT ?15",
                          {scope.tenant(), asked.roots, now, asked.words.each[0], asked.words.each[1], asked.words.each[2], asked.words.each[3],
                           asked.severities, query.me, asked.clock, asked.mine, asked.state, behind.late_at, behind.id, std::uint64_t{listing.limit + 1}},
                          [&](const store::Row& row) { return listing.take(row, true); });
}

Result<void> read_newest(store::Connection& connection, const store::TenantScope& scope, const IncidentQuery& query, const Asked& asked,
                         Listing listing, Timestamp now) {
  TRY(const auto behind, behind_newest(query.cursor));
  return connection.query("SELECT " KHIEN_INCIDENT_COLUMNS ", i.next_late_at FROM incident i " KHIEN_INCIDENT_JOINS KHIEN_INCIDENTS_FOUND
                          "AND i.id < ?13 ORDER BY i.id DESC LIMIT ?14",
                          {scope.tenant(), asked.roots, now, asked.words.each[0], asked.words.each[1], asked.words.each[2], asked.words.each[3],
                           asked.severities, query.me, asked.clock, asked.mine, asked.state, behind, std::uint64_t{listing.limit + 1}},
                          [&](const store::Row& row) { return listing.take(row, false); });
}

Result<std::int64_t> total_of(store::Connection& connection, const store::TenantScope& scope, const IncidentQuery& query, const Asked& asked,
                              bool board, Timestamp now) {
  std::int64_t total = 0;
  TRY_VOID(connection.query_one("SELECT count(*) FROM incident i " KHIEN_INCIDENTS_FOUND "AND (?13 = 0 OR i.state <> 'closed')",
                                {scope.tenant(), asked.roots, now, asked.words.each[0], asked.words.each[1], asked.words.each[2],
                                 asked.words.each[3], asked.severities, query.me, asked.clock, asked.mine, asked.state, board},
                                [&](const store::Row& row) -> Result<void> {
                                  total = row.integer(0);
                                  return {};
                                }));
  return total;
}

Result<IncidentCounts> counts_below(store::Connection& connection, const store::TenantScope& scope, const std::string& roots, Timestamp now) {
  IncidentCounts counts;
  TRY_VOID(connection.query_one(
      "SELECT coalesce(sum(i.state = 'open'), 0), coalesce(sum(i.state = 'contained'), 0), coalesce(sum(i.state = 'closed'), 0), "
      "coalesce(sum(i.state <> 'closed' AND i.next_late_at < ?3), 0), "
      "coalesce(sum(i.state <> 'closed' AND i.next_late_at >= ?3 AND i.next_soon_at <= ?3), 0) "
      "FROM incident i WHERE i.tenant_id = ?1 AND i.unit_id IN " KHIEN_UNITS_IN_SCOPE,
      {scope.tenant(), roots, now}, [&](const store::Row& row) -> Result<void> {
        counts = {.open = row.integer(0), .contained = row.integer(1), .closed = row.integer(2), .late = row.integer(3), .soon = row.integer(4)};
        return {};
      }));
  return counts;
}

}  // namespace

Result<IncidentCounts> count_incidents(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit, Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  return counts_below(connection, scope, roots, now);
}

Result<IncidentPage> list_incidents(store::Connection& connection, const store::TenantScope& scope, const IncidentQuery& query, Timestamp now) {
  TRY(auto roots, estate::roots_below(connection, scope, query.unit));
  const Asked asked{.roots = std::move(roots),
                    .words = estate::search_words(query.words),
                    .severities = severities_json(query.severities),
                    .clock = query.view == View::late ? "late" : query.view == View::soon ? "soon" : "",
                    .mine = query.view == View::mine,
                    .state = query.view == View::closed ? "closed" : query.view == View::contained ? "contained" : ""};
  const bool board = query.view != View::closed && query.view != View::all;
  IncidentPage page;
  Listing listing{.page = page, .limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage)};
  TRY(page.total, total_of(connection, scope, query, asked, board, now));
  TRY(page.counts, counts_below(connection, scope, asked.roots, now));
  TRY_VOID(board ? read_board(connection, scope, query, asked, listing, now) : read_newest(connection, scope, query, asked, listing, now));
  return page;
}

}  // namespace khien::incident
