#include "khien/flow/findings.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "application.hpp"
#include "finding_statements.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/stand_ins.hpp"
#include "khien/estate/units.hpp"

namespace khien::flow {
namespace {

using View = FindingQuery::View;

constexpr std::size_t kMaxPage = 500;
constexpr std::size_t kMaxEvidence = 20;
// A unit's findings are gathered by its index and sorted. Where they are more
// than this, the tenant's order is walked instead and the others passed over.
constexpr std::int64_t kSortAtMost = 5'000;

Error no_finding() { return Error(Code::not_found, "there is no such finding"); }

#define KHIEN_FINDING_COLUMNS                                                                             \
  "f.id, f.judge, f.rule, f.subject, f.severity, f.state, f.machine_id, coalesce(m.hostname, s.address), " \
  "f.unit_id, u.name, f.first_seen, f.last_seen, f.sightings, f.owner_id, f.site_id FROM finding f "     \
  "LEFT JOIN machine m ON m.tenant_id = f.tenant_id AND m.id = f.machine_id "                            \
  "LEFT JOIN site s ON s.tenant_id = f.tenant_id AND s.id = f.site_id "                                  \
  "JOIN unit u ON u.tenant_id = f.tenant_id AND u.id = f.unit_id "

Result<FindingRecord> record_from(const store::Row& row) {
  FindingRecord record;
  record.id = {row.integer(0)};
  TRY(record.judge, judge_from_string(row.text(1)));
  record.rule = row.text(2);
  record.subject = row.text(3);
  record.severity = static_cast<Severity>(row.integer(4));
  TRY(record.state, finding_state_from_string(row.text(5)));
  record.asset = row.is_null(6) ? AssetId(SiteId{row.integer(14)}) : AssetId(MachineId{row.integer(6)});
  record.asset_name = row.text(7);
  record.unit = {row.integer(8)};
  record.unit_name = row.text(9);
  record.first_seen = row.time(10);
  record.last_seen = row.time(11);
  record.sightings = row.integer(12);
  if (!row.is_null(13)) record.owner = UserId{row.integer(13)};
  return record;
}

// The sort key of a row. That of the first page lies before all rows.
struct Place {
  std::int64_t severity = 5;
  std::int64_t opened_at = INT64_MAX;
  std::int64_t id = INT64_MAX;
};

std::string_view name_of(View view) {
  switch (view) {
    case View::open: return "findings-open";
    case View::mine: return "findings-mine";
    case View::all: break;
  }
  return "findings-all";
}

Result<Place> place_of_cursor(std::string_view cursor, View view) {
  if (cursor.empty()) return Place();
  TRY(const auto fields,
      estate::from_cursor(cursor, name_of(view), {std::int64_t{}, std::int64_t{}, std::int64_t{}}));
  return Place{std::get<std::int64_t>(fields[0]), std::get<std::int64_t>(fields[1]),
               std::get<std::int64_t>(fields[2])};
}

std::int64_t bits_of(const std::vector<Severity>& severities, const std::optional<JudgeId>& judge) {
  std::int64_t bits = judge ? kFirstJudgeBit << static_cast<int>(*judge) : kEveryJudge;
  if (severities.empty()) return bits | 0b11111;
  for (const Severity severity : severities) bits |= std::int64_t{1} << static_cast<int>(severity);
  return bits;
}

// The query narrowed to what the SQL binds.
struct Bounds {
  TenantId tenant;
  std::string roots;
  AssetId asset;  // none: any
  UserId me;
  std::int64_t severities = 0;
  estate::SearchWords words;
  std::string rule;

  bool by_rows() const { return !words.none() || !rule.empty(); }
};

const Way& way_to_count(View view, const Bounds& bounds) {
  if (view == View::mine) return kMine;
  if (bounds.asset.site() && bounds.asset) return view == View::open ? kOpenOfSite : kAllOfSite;
  if (bounds.asset) return view == View::open ? kOpenOfMachine : kAllOfMachine;
  return view == View::open ? kOpenOfUnits : kAllOfUnits;
}

const Way& way_to_page(View view, const Bounds& bounds, std::int64_t total) {
  if (view == View::mine || bounds.asset || total <= kSortAtMost) return way_to_count(view, bounds);
  return view == View::open ? kOpenWalk : kAllWalk;
}

Result<std::int64_t> count_matches(store::Connection& connection, View view, const Bounds& b) {
  std::int64_t total = 0;
  const auto take = [&](const store::Row& row) -> Result<void> {
    total = row.integer(0);
    return {};
  };
  const Way& way = way_to_count(view, b);
  const auto& word = b.words.each;
  if (b.by_rows()) {
    TRY_VOID(connection.query_one(way.count_by_words, {b.tenant, b.roots, number_of(b.asset), b.me, b.severities, word[0], word[1],
                                                       word[2], word[3], nullptr, nullptr, nullptr, nullptr, b.rule},
                                  take));
  } else {
    TRY_VOID(connection.query_one(way.count, {b.tenant, b.roots, number_of(b.asset), b.me, b.severities}, take));
  }
  return total;
}

Result<std::vector<Place>> find_page(store::Connection& connection, const Way& way, const Bounds& b,
                                     const Place& behind, std::size_t limit) {
  std::vector<Place> places;
  const auto take = [&](const store::Row& row) -> Result<void> {
    places.push_back({row.integer(1), row.integer(2), row.integer(0)});
    return {};
  };
  const auto& word = b.words.each;
  if (b.by_rows()) {
    TRY_VOID(connection.query(way.page_by_words,
                              {b.tenant, b.roots, number_of(b.asset), b.me, b.severities, word[0], word[1], word[2], word[3],
                               behind.severity, behind.opened_at, behind.id, std::uint64_t{limit}, b.rule},
                              take));
  } else {
    TRY_VOID(connection.query(way.page,
                              {b.tenant, b.roots, number_of(b.asset), b.me, b.severities, nullptr, nullptr, nullptr, nullptr,
                               behind.severity, behind.opened_at, behind.id, std::uint64_t{limit}},
                              take));
  }
  return places;
}

Result<FindingRecord> load_record(store::Connection& connection, TenantId tenant, std::string_view roots,
                                  FindingId id) {
  std::optional<FindingRecord> record;
  TRY_VOID(connection.query("SELECT " KHIEN_FINDING_COLUMNS "WHERE f.tenant_id = ?1 AND f.id = ?3" KHIEN_IF_IN_SCOPE,
                            {tenant, roots, id}, [&](const store::Row& row) -> Result<void> {
                              TRY(record, record_from(row));
                              return {};
                            }));
  if (!record) return no_finding();
  return std::move(*record);
}

}  // namespace

Result<FindingPage> list_findings(store::Connection& connection, const store::TenantScope& scope,
                                  const FindingQuery& query) {
  TRY(auto roots, estate::roots_below(connection, scope, query.unit));
  TRY(const auto behind, place_of_cursor(query.cursor, query.view));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const Bounds bounds{scope.tenant(), std::move(roots),          query.asset.value_or(AssetId{}),
                      query.me,       bits_of(query.severities, query.judge), estate::search_words(query.words),
                      query.rule};

  FindingPage page;
  TRY(page.total, count_matches(connection, query.view, bounds));
  const Way& way = way_to_page(query.view, bounds, page.total);
  // One more than asked for tells whether there is another page.
  TRY(auto places, find_page(connection, way, bounds, behind, limit + 1));
  if (places.size() > limit) {
    places.pop_back();
    const Place& last = places.back();
    page.next = estate::to_cursor(name_of(query.view), {last.severity, last.opened_at, last.id});
  }
  for (const Place& place : places) {
    TRY(auto record, load_record(connection, bounds.tenant, bounds.roots, FindingId{place.id}));
    page.items.push_back(std::move(record));
  }
  return page;
}

Result<std::vector<FindingGroup>> group_findings(store::Connection& connection, const store::TenantScope& scope,
                                                 const FindingQuery& query) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  const auto words = estate::search_words(query.words);
  const store::Sql sql = query.view == View::open ? kGroupsOpen : query.view == View::mine ? kGroupsMine : kGroupsAll;
  std::vector<FindingGroup> groups;
  TRY_VOID(connection.query(
      sql,
      {scope.tenant(), roots, number_of(query.asset.value_or(AssetId{})), query.me, bits_of(query.severities, query.judge),
       words.each[0], words.each[1], words.each[2], words.each[3],
       std::uint64_t{std::clamp<std::size_t>(query.limit, 1, kMaxPage)}},
      [&groups](const store::Row& row) -> Result<void> {
        FindingGroup group;
        TRY(group.judge, judge_from_string(row.text(0)));
        group.rule = row.text(1);
        group.severity = static_cast<Severity>(row.integer(2));
        group.findings = row.integer(3);
        group.assets = row.integer(4);
        group.units = row.integer(5);
        group.first_seen = row.time(6);
        group.last_seen = row.time(7);
        groups.push_back(std::move(group));
        return {};
      }));
  return groups;
}

Result<FindingRecord> get_finding(store::Connection& connection, const store::TenantScope& scope, FindingId id) {
  return load_record(connection, scope.tenant(), scope.roots_json(), id);
}

Result<std::vector<ObservationId>> evidence_of(store::Connection& connection, const store::TenantScope& scope,
                                               FindingId id, std::size_t limit) {
  TRY_VOID(get_finding(connection, scope, id));
  std::vector<ObservationId> evidence;
  TRY_VOID(connection.query(
      "SELECT observation_id FROM finding_evidence WHERE tenant_id = ?1 AND finding_id = ?2 "
      "ORDER BY observation_id DESC LIMIT ?3",
      {scope.tenant(), id, std::uint64_t{std::min(limit, kMaxEvidence)}}, [&](const store::Row& row) -> Result<void> {
        evidence.push_back(ObservationId{row.integer(0)});
        return {};
      }));
  return evidence;
}

Result<std::vector<FindingHistory>> history_of(store::Connection& connection, const store::TenantScope& scope,
                                               FindingId id) {
  TRY_VOID(get_finding(connection, scope, id));
  std::vector<FindingHistory> history;
  TRY_VOID(connection.query(
      "SELECT at, user_id, state, note FROM finding_history WHERE tenant_id = ?1 AND finding_id = ?2 "
      "ORDER BY number DESC LIMIT 1000",
      {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
        FindingHistory entry;
        entry.at = row.time(0);
        if (!row.is_null(1)) entry.who = UserId{row.integer(1)};
        TRY(entry.state, finding_state_from_string(row.text(2)));
        entry.note = row.text(3);
        history.push_back(std::move(entry));
        return {};
      }));
  return history;
}

// What the event is about: whose machine told it, or the site that the hub's own
// sensor names, or the machine that stands in for the device that it names. None if it
// cannot be read any more.
static Result<std::optional<AssetId>> asset_of(store::Connection& connection, const store::StoredEvent& event) {
  if (event.machine) return std::optional(AssetId(event.machine));
  const auto fresh = read_events({event});
  khien_assert(fresh.size() == 1);
  const auto& one = fresh.front().observation;
  const auto* packages = one ? std::get_if<PackagesSeen>(&one->body) : nullptr;
  if (packages == nullptr) return asset_of(fresh.front());
  TRY(const auto machine, estate::stand_in_of(connection, event.tenant, packages->device));
  return machine ? std::optional(AssetId(*machine)) : std::optional<AssetId>();
}

Result<ObservationRecord> get_observation(store::Connection& connection, const store::Ledger& ledger,
                                          const store::TenantScope& scope, ObservationId id) {
  const Error absent(Code::not_found, "there is no such observation");
  auto event = ledger.event(scope.tenant(), id);
  if (!event && event.error().code() == Code::not_found) return absent;
  if (!event) return std::move(event).error();
  TRY(const auto asset, asset_of(connection, *event));
  if (!asset) return absent;
  std::optional<std::string> name;
  TRY_VOID(connection.query(
      "SELECT m.hostname FROM machine m WHERE m.tenant_id = ?1 AND m.id = ?3 AND " KHIEN_IN_SCOPE("m.unit_id")
      " UNION ALL SELECT s.address FROM site s WHERE s.tenant_id = ?1 AND s.id = -?3 AND " KHIEN_IN_SCOPE("s.unit_id"),
      {scope.tenant(), scope.roots_json(), number_of(*asset)}, [&](const store::Row& row) -> Result<void> {
        name = row.text(0);
        return {};
      }));
  if (!name) return absent;
  return ObservationRecord{std::move(event).value(), *asset, std::move(*name)};
}

}  // namespace khien::flow
