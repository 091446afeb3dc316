#include "khien/site/sites.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/date.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"

namespace khien::site {
namespace {

constexpr std::string_view kList = "watched-sites";
constexpr std::size_t kMaxPage = 500;
constexpr std::size_t kMostEarlier = 20;
constexpr Duration kUptimeOver = days(30);
constexpr std::array<std::string_view, kLabelStates> kLabels{"none", "expired", "soon", "valid"};
constexpr std::array<std::string_view, kCertificateStates> kCertificates{"none", "expired", "soon", "valid"};
constexpr std::array<std::string_view, kSiteStatuses> kStatuses{"ill", "silent", "watching", "clean", "not_yet"};

// SiteStatus as a number, worst first. `k` is the site's living case, `f` its site_fact.
#define KHIEN_SITE_STATUS                                                                       \
  "CASE WHEN s.open_findings > 0 OR k.state IN ('open', 'cause_wanted', 'rescanning') THEN 0 "   \
  "WHEN f.answered = 0 THEN 1 WHEN k.state = 'watching' THEN 2 WHEN f.answered = 1 THEN 3 ELSE 4 END"
#define KHIEN_WATCHED                                                                                       \
  " FROM site s JOIN unit u ON u.tenant_id = s.tenant_id AND u.id = s.unit_id "                             \
  "LEFT JOIN site_fact f ON f.tenant_id = s.tenant_id AND f.site_id = s.id "                                \
  "LEFT JOIN site_watch w ON w.tenant_id = s.tenant_id AND w.site_id = s.id "                               \
  "LEFT JOIN site_case k ON k.tenant_id = s.tenant_id AND k.site_id = s.id "                                \
  "AND k.state IN ('open', 'cause_wanted', 'rescanning', 'watching') "
// LabelState as a number; `today` as a day.
#define KHIEN_SITE_LABEL(today)                                                              \
  "CASE WHEN s.label = '' THEN 0 WHEN s.label_valid_to IS NULL THEN 3 "                      \
  "WHEN s.label_valid_to < " today " THEN 1 WHEN s.label_valid_to <= " today " + 30 THEN 2 ELSE 3 END"
// CertificateState as a number.
#define KHIEN_SITE_CERTIFICATE(now)                                                            \
  "CASE WHEN f.certificate_expires_at IS NULL THEN 0 WHEN f.certificate_expires_at < " now " THEN 1 " \
  "WHEN f.certificate_expires_at <= " now " + 2592000000 THEN 2 ELSE 3 END"
#define KHIEN_SITE_OVERDUE(now) \
  "(w.due_at + 3600000 < " now " AND coalesce(w.taken_until, 0) <= " now ")"
#define KHIEN_SITE_WAITS "(k.state IS NOT NULL AND k.state IN ('open', 'cause_wanted'))"
// Nobody called page `p` legitimate.
#define KHIEN_PAGE_STANDS                                                                             \
  "NOT EXISTS (SELECT 1 FROM finding x WHERE x.tenant_id = p.tenant_id AND x.site_id = p.site_id "     \
  "AND x.judge = 'watch' AND x.subject = p.url AND x.state = 'suppressed')"
// Pages that are harmful and stand.
#define KHIEN_INFECTED_PAGES                                                              \
  "page_fact p WHERE p.tenant_id = s.tenant_id AND p.site_id = s.id AND p.class NOT IN "  \
  "('clean', 'legitimate_mention', 'unknown') AND " KHIEN_PAGE_STANDS
// `since` begins the time that uptime is counted over.
#define KHIEN_WATCHED_FIGURES(since)                                                                               \
  ", f.certificate_expires_at, (SELECT sum(l.answered) * 100 / count(*) FROM site_look l WHERE l.tenant_id = s.tenant_id " \
  "AND l.site_id = s.id AND l.finished_at >= " since "), (SELECT count(*) FROM " KHIEN_INFECTED_PAGES "), "          \
  "(SELECT p.class FROM " KHIEN_INFECTED_PAGES " ORDER BY p.score DESC, p.url LIMIT 1)"
#define KHIEN_WATCHED_COLUMNS                                                                              \
  "s.id, " KHIEN_SITE_STATUS ", f.looked_at, w.due_at, coalesce(w.taken_until, 0), coalesce(f.pages, 0), " \
  "k.id, k.state, (SELECT coalesce(max(c.recurrences), 0) FROM site_case c WHERE c.tenant_id = s.tenant_id " \
  "AND c.site_id = s.id AND c.id = (SELECT max(n.id) FROM site_case n WHERE n.tenant_id = s.tenant_id AND n.site_id = s.id))"
#define KHIEN_WATCHED_WORD(word) \
  " AND (" word " = '' OR instr(s.search_key, " word ") > 0 OR instr(u.name_folded, " word ") > 0)"
// ?3 today, ?4 to ?7 words.
#define KHIEN_WATCHED_FOUND                                                                           \
  KHIEN_WATCHED "WHERE s.tenant_id = ?1 AND (s.valid_to IS NULL OR s.valid_to >= ?3) "                \
                "AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_WATCHED_WORD("?4") KHIEN_WATCHED_WORD("?5") \
                    KHIEN_WATCHED_WORD("?6") KHIEN_WATCHED_WORD("?7")

// ?8 status or -1, ?9 label or -1, ?10 overdue, ?11 now, ?12 waiting, ?13 class or "", ?14 certificate or -1.
#define KHIEN_WATCHED_SIEVED                                                                                     \
  KHIEN_WATCHED_FOUND " AND (?8 < 0 OR " KHIEN_SITE_STATUS " = ?8) AND (?9 < 0 OR " KHIEN_SITE_LABEL("?3") " = ?9) " \
  "AND (?10 = 0 OR " KHIEN_SITE_OVERDUE("?11") ") AND (?12 = 0 OR " KHIEN_SITE_WAITS ") AND (?13 = '' OR EXISTS "  \
  "(SELECT 1 FROM page_fact p WHERE p.tenant_id = s.tenant_id AND p.site_id = s.id AND p.class = ?13 AND "          \
  KHIEN_PAGE_STANDS ")) AND (?14 < 0 OR " KHIEN_SITE_CERTIFICATE("?11") " = ?14)"

Result<WatchedSite> watched_from(const store::Row& row, Timestamp now) {
  WatchedSite site;
  site.site.id = {row.integer(0)};
  site.status = static_cast<SiteStatus>(row.integer(1));
  if (!row.is_null(2)) site.looked_at = row.time(2);
  if (!row.is_null(3)) site.due_at = row.time(3);
  site.being_looked_at = row.time(4) > now;
  site.pages = row.integer(5);
  if (!row.is_null(6)) {
    site.open_case = SiteCaseId{row.integer(6)};
    TRY(site.case_state, case_state_from_string(row.text(7)));
  }
  site.recurrences = row.integer(8);
  if (!row.is_null(9)) site.certificate_expires_at = row.time(9);
  if (!row.is_null(10)) site.uptime = row.integer(10);
  site.infected_pages = row.integer(11);
  if (!row.is_null(12)) {
    TRY(site.worst_class, page_class_from_string(row.text(12)));
  }
  return site;
}

struct Behind {
  std::int64_t status = -1;
  Bytes address;
  std::int64_t id = 0;
};
Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, estate::from_cursor(cursor, kList, {std::int64_t{}, Bytes(), std::int64_t{}}));
  return Behind{std::get<std::int64_t>(fields[0]), std::get<Bytes>(std::move(fields[1])), std::get<std::int64_t>(fields[2])};
}

std::string cursor_behind(const WatchedSite& last) {
  const ByteView address = as_bytes(last.site.address);
  return estate::to_cursor(kList, {static_cast<std::int64_t>(last.status), Bytes(address.begin(), address.end()), last.site.id.value});
}

}  // namespace

std::string_view to_string(SiteStatus status) { return kStatuses.at(static_cast<std::size_t>(status)); }

Result<SiteStatus> site_status_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == text) return static_cast<SiteStatus>(i);
  }
  return Error(Code::invalid, "status of a site is not one that is known");
}

std::string_view to_string(LabelState state) { return kLabels.at(static_cast<std::size_t>(state)); }

Result<LabelState> label_state_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    if (kLabels[i] == text) return static_cast<LabelState>(i);
  }
  return Error(Code::invalid, "state of a label is not one that is known");
}

std::string_view to_string(CertificateState state) { return kCertificates.at(static_cast<std::size_t>(state)); }

Result<CertificateState> certificate_state_from_string(std::string_view text) {
  for (std::size_t i = 0; i < kCertificates.size(); ++i) {
    if (kCertificates[i] == text) return static_cast<CertificateState>(i);
  }
  return Error(Code::invalid, "state of a certificate is not one that is known");
}

Result<WatchedPage> list_watched(store::Connection& connection, const store::TenantScope& scope, const WatchedQuery& query,
                                 Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, query.unit));
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const auto words = estate::search_words(query.words);
  const std::int64_t today = vietnam_day(now).days();
  const std::int64_t wanted = query.status ? static_cast<std::int64_t>(*query.status) : -1;
  const std::int64_t label = query.label ? static_cast<std::int64_t>(*query.label) : -1;
  const std::int64_t certificate = query.certificate ? static_cast<std::int64_t>(*query.certificate) : -1;
  const std::string page_class(query.page_class ? to_string(*query.page_class) : "");
  WatchedPage page;
  TRY_VOID(connection.query("SELECT " KHIEN_SITE_STATUS ", count(*)" KHIEN_WATCHED_FOUND " GROUP BY 1",
                            {scope.tenant(), roots, today, words.each[0], words.each[1], words.each[2], words.each[3]},
                            [&](const store::Row& row) -> Result<void> {
                              page.by_status.at(static_cast<std::size_t>(row.integer(0))) = row.integer(1);
                              return {};
                            }));
  TRY_VOID(connection.query_one("SELECT count(*)" KHIEN_WATCHED_SIEVED,
                                {scope.tenant(), roots, today, words.each[0], words.each[1], words.each[2], words.each[3], wanted,
                                 label, query.overdue, now, query.waiting, page_class, certificate},
                                [&](const store::Row& row) -> Result<void> {
                                  page.total = row.integer(0);
                                  return {};
                                }));
  bool more = false;
  TRY_VOID(connection.query(
      "SELECT " KHIEN_WATCHED_COLUMNS KHIEN_WATCHED_FIGURES("?19") ", s.address" KHIEN_WATCHED_SIEVED " AND "
      "(" KHIEN_SITE_STATUS ", s.address, s.id) > (?15, ?16, ?17) ORDER BY " KHIEN_SITE_STATUS ", s.address, s.id LIMIT ?18",
      {scope.tenant(), roots, today, words.each[0], words.each[1], words.each[2], words.each[3], wanted, label, query.overdue, now,
       query.waiting, page_class, certificate, behind.status, as_text(behind.address), behind.id, std::uint64_t{limit + 1}, now - kUptimeOver},
      [&](const store::Row& row) -> Result<void> {
        more = page.items.size() == limit;
        if (more) return {};
        TRY(auto site, watched_from(row, now));
        page.items.push_back(std::move(site));
        return {};
      }));
  for (WatchedSite& one : page.items) {
    TRY(one.site, estate::get_site(connection, scope, one.site.id));
  }
  if (more) page.next = cursor_behind(page.items.back());
  return page;
}

Result<WatchedSite> get_watched(store::Connection& connection, const store::TenantScope& scope, SiteId id, Timestamp now) {
  TRY(auto site, estate::get_site(connection, scope, id));
  WatchedSite watched;
  TRY_VOID(connection.query_one("SELECT " KHIEN_WATCHED_COLUMNS KHIEN_WATCHED_FIGURES("?3") KHIEN_WATCHED "WHERE s.tenant_id = ?1 AND s.id = ?2",
                                {scope.tenant(), id, now - kUptimeOver}, [&](const store::Row& row) -> Result<void> {
                                  TRY(watched, watched_from(row, now));
                                  return {};
                                }));
  watched.site = std::move(site);
  return watched;
}

Result<WatchedCounts> count_watched(store::Connection& connection, const store::TenantScope& scope, std::optional<UnitId> unit,
                                    Timestamp now) {
  TRY(const auto roots, estate::roots_below(connection, scope, unit));
  WatchedCounts counts;
  TRY_VOID(connection.query("SELECT " KHIEN_SITE_STATUS ", " KHIEN_SITE_LABEL("?3") ", " KHIEN_SITE_CERTIFICATE("?8")
                            ", count(*), coalesce(sum(" KHIEN_SITE_OVERDUE("?8") "), 0)" KHIEN_WATCHED_FOUND " GROUP BY 1, 2, 3",
                            {scope.tenant(), roots, std::int64_t{vietnam_day(now).days()}, "", "", "", "", now},
                            [&](const store::Row& row) -> Result<void> {
                              counts.by_status.at(static_cast<std::size_t>(row.integer(0))) += row.integer(3);
                              counts.by_label.at(static_cast<std::size_t>(row.integer(1))) += row.integer(3);
                              counts.by_certificate.at(static_cast<std::size_t>(row.integer(2))) += row.integer(3);
                              counts.total += row.integer(3);
                              counts.overdue += row.integer(4);
                              return {};
                            }));
  TRY_VOID(connection.query("SELECT p.class, count(DISTINCT s.id) FROM site s JOIN page_fact p ON p.tenant_id = s.tenant_id AND p.site_id = s.id "
                            "WHERE s.tenant_id = ?1 AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE
                            " AND (s.valid_to IS NULL OR s.valid_to >= ?3) AND " KHIEN_PAGE_STANDS " GROUP BY p.class",
                            {scope.tenant(), roots, std::int64_t{vietnam_day(now).days()}}, [&](const store::Row& row) -> Result<void> {
                              TRY(const auto page_class, page_class_from_string(row.text(0)));
                              counts.by_class[page_class] = row.integer(1);
                              return {};
                            }));
  TRY_VOID(connection.query_one("SELECT count(*) FROM site_case c WHERE c.tenant_id = ?1 AND c.unit_id IN " KHIEN_UNITS_IN_SCOPE
                                " AND c.state IN ('open', 'cause_wanted')",
                                {scope.tenant(), roots}, [&](const store::Row& row) -> Result<void> {
                                  counts.cases_waiting = row.integer(0);
                                  return {};
                                }));
  return counts;
}

Result<std::vector<KnownPage>> pages_of(store::Connection& connection, const store::TenantScope& scope, SiteId id,
                                        std::size_t limit) {
  TRY_VOID(estate::get_site(connection, scope, id));
  std::vector<KnownPage> pages;
  TRY_VOID(connection.query(
      "SELECT p.url, p.class, p.score, p.whole, p.seen_at, p.evidence_id, (SELECT f.id FROM finding f WHERE f.tenant_id = ?1 AND "
      "f.site_id = ?2 AND f.judge = 'watch' AND f.subject = p.url ORDER BY f.last_seen DESC, f.id DESC LIMIT 1) FROM page_fact p "
      "WHERE p.tenant_id = ?1 AND p.site_id = ?2 ORDER BY p.class IN ('clean', 'legitimate_mention'), p.score DESC, p.url LIMIT ?3",
      {scope.tenant(), id, std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
        KnownPage page{.url = std::string(row.text(0))};
        TRY(page.page_class, page_class_from_string(row.text(1)));
        page.score = row.integer(2);
        page.whole = row.integer(3) != 0;
        page.seen_at = row.time(4);
        page.evidence = {row.integer(5)};
        if (!row.is_null(6)) page.finding = FindingId{row.integer(6)};
        pages.push_back(std::move(page));
        return {};
      }));
  TRY_VOID(connection.query("SELECT url, id, class, taken_at FROM page_evidence WHERE tenant_id = ?1 AND site_id = ?2 ORDER BY id DESC",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              const auto page = std::ranges::find(pages, row.text(0), &KnownPage::url);
                              if (page == pages.end() || page->earlier.size() >= kMostEarlier || page->evidence.value == row.integer(1)) return {};
                              TRY(const auto page_class, page_class_from_string(row.text(2)));
                              page->earlier.push_back({{row.integer(1)}, page_class, row.time(3)});
                              return {};
                            }));
  return pages;
}

Result<std::vector<PastLook>> looks_of(store::Connection& connection, const store::TenantScope& scope, SiteId id, std::size_t limit) {
  TRY_VOID(estate::get_site(connection, scope, id));
  std::vector<PastLook> looks;
  TRY_VOID(connection.query("SELECT look, started_at, finished_at, answered, pages, views, limited FROM site_look "
                            "WHERE tenant_id = ?1 AND site_id = ?2 ORDER BY look DESC LIMIT ?3",
                            {scope.tenant(), id, std::uint64_t{limit}}, [&](const store::Row& row) -> Result<void> {
                              looks.push_back({row.integer(0), row.time(1), row.time(2), row.integer(3) != 0, row.integer(4),
                                               row.integer(5), row.integer(6)});
                              return {};
                            }));
  return looks;
}

Result<WatchRecord> watch_of(store::Connection& connection, const store::TenantScope& scope, SiteId id, Timestamp now) {
  TRY_VOID(estate::get_site(connection, scope, id));
  WatchRecord record;
  TRY_VOID(connection.query("SELECT every_minutes, due_at, coalesce(taken_until, 0), look, finished_at, failures, failure, wished_at "
                            "FROM site_watch WHERE tenant_id = ?1 AND site_id = ?2",
                            {scope.tenant(), id}, [&](const store::Row& row) -> Result<void> {
                              if (!row.is_null(0)) record.every = minutes(row.integer(0));
                              record.due_at = row.time(1);
                              record.being_looked_at = row.time(2) > now;
                              record.looks = row.integer(3);
                              if (!row.is_null(4)) record.finished_at = row.time(4);
                              record.failures = row.integer(5);
                              record.failure = row.text(6);
                              if (!row.is_null(7)) record.wished_at = row.time(7);
                              return {};
                            }));
  TRY(record.rendering, rendering_of(connection, scope.tenant(), id));
  return record;
}

Result<std::optional<SiteSeen>> facts_of(store::Connection& connection, const store::Ledger& ledger,
                                         const store::TenantScope& scope, SiteId id) {
  TRY_VOID(estate::get_site(connection, scope, id));
  ObservationId newest;
  TRY_VOID(connection.query("SELECT observation_id FROM site_fact WHERE tenant_id = ?1 AND site_id = ?2", {scope.tenant(), id},
                            [&](const store::Row& row) -> Result<void> {
                              newest = {row.integer(0)};
                              return {};
                            }));
  if (!newest) return std::optional<SiteSeen>();
  const auto event = ledger.event(scope.tenant(), newest);
  if (!event && event.error().code() == Code::not_found) return std::optional<SiteSeen>();
  if (!event) return event.error();
  JsonDocument memory;
  Budget budget({});
  TRY(const auto observation, observation_from_json(event->text, memory, budget));
  const auto* seen = std::get_if<SiteSeen>(&observation.body);
  if (seen == nullptr || seen->site != id) return Error(Code::corrupt, "the site's fact is another's");
  return std::optional(*seen);
}

}  // namespace khien::site
