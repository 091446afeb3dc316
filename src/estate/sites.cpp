#include "khien/estate/sites.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/estate/search_words.hpp"
#include "khien/estate/units.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"
#include "site_rows.hpp"

namespace khien::estate {
namespace {

constexpr std::string_view kList = "sites";
constexpr std::size_t kMaxPage = 500;

#define KHIEN_SITE_COLUMNS \
  "s.id, s.unit_id, u.name, s.address, s.title, s.label, s.label_valid_to, s.domain_valid_to, s.valid_to, s.open_findings"
#define KHIEN_SITES "site s JOIN unit u ON u.tenant_id = s.tenant_id AND u.id = s.unit_id "
#define KHIEN_SITE_HAS_WORD(word) \
  " AND (" word " = '' OR instr(s.search_key, " word ") > 0 OR instr(u.name_folded, " word ") > 0)"
// ?3 today, ?4 to ?7 words, ?8 the last moment of their registration.
#define KHIEN_SITES_FOUND                                                                          \
  KHIEN_SITES                                                                                      \
      "WHERE s.tenant_id = ?1 AND (s.valid_to IS NULL OR s.valid_to >= ?3) AND s.created_at <= ?8 " \
      "AND s.unit_id IN " KHIEN_UNITS_IN_SCOPE KHIEN_SITE_HAS_WORD("?4") KHIEN_SITE_HAS_WORD("?5") \
          KHIEN_SITE_HAS_WORD("?6") KHIEN_SITE_HAS_WORD("?7")

Site site_from(const store::Row& row) {
  return {.id = SiteId{row.integer(0)},
          .unit = UnitId{row.integer(1)},
          .unit_name = std::string(row.text(2)),
          .address = std::string(row.text(3)),
          .title = std::string(row.text(4)),
          .label = std::string(row.text(5)),
          .label_valid_to = optional_day_at(row, 6),
          .domain_valid_to = optional_day_at(row, 7),
          .valid_to = optional_day_at(row, 8),
          .open_findings = row.integer(9)};
}

struct Behind {
  Bytes address;
  std::int64_t id = 0;
};
Result<Behind> behind_cursor(std::string_view cursor) {
  if (cursor.empty()) return Behind();
  TRY(auto fields, from_cursor(cursor, kList, {Bytes(), std::int64_t{}}));
  return Behind{std::get<Bytes>(std::move(fields[0])), std::get<std::int64_t>(fields[1])};
}

}  // namespace

Result<SitePage> list_sites(store::Connection& connection, const store::TenantScope& scope,
                            const SiteQuery& query, Timestamp now) {
  TRY(const auto roots, roots_below(connection, scope, query.unit));
  TRY(const auto behind, behind_cursor(query.cursor));
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
  const auto words = search_words(query.words);
  const Date today = vietnam_day(now);
  const Timestamp registered{query.past ? now.ms : INT64_MAX};
  SitePage page;
  TRY_VOID(connection.query_one(
      "SELECT count(*) FROM " KHIEN_SITES_FOUND,
      {scope.tenant(), roots, day(today), words.each[0], words.each[1], words.each[2], words.each[3], registered},
      [&](const store::Row& row) -> Result<void> {
        page.total = row.integer(0);
        return {};
      }));
  TRY_VOID(connection.query("SELECT " KHIEN_SITE_COLUMNS " FROM " KHIEN_SITES_FOUND
                            " AND (s.address, s.id) > (?9, ?10) ORDER BY s.address, s.id LIMIT ?11",
                            {scope.tenant(), roots, day(today), words.each[0], words.each[1], words.each[2],
                             words.each[3], registered, as_text(behind.address), behind.id, std::uint64_t{limit + 1}},
                            [&](const store::Row& row) -> Result<void> {
                              if (page.items.size() == limit) {
                                const Site& last = page.items.back();
                                const ByteView address = as_bytes(last.address);
                                page.next =
                                    to_cursor(kList, {Bytes(address.begin(), address.end()), last.id.value});
                                return {};
                              }
                              page.items.push_back(site_from(row));
                              return {};
                            }));
  return page;
}

Result<Site> get_site(store::Connection& connection, const store::TenantScope& scope, SiteId id) {
  std::optional<Site> site;
  TRY_VOID(connection.query("SELECT " KHIEN_SITE_COLUMNS " FROM " KHIEN_SITES
                            "WHERE s.tenant_id = ?1 AND s.id = ?3 AND " KHIEN_IN_SCOPE("s.unit_id"),
                            {scope.tenant(), scope.roots_json(), id},
                            [&](const store::Row& row) -> Result<void> {
                              site = site_from(row);
                              return {};
                            }));
  if (!site) return Error(Code::not_found, "there is no such site");
  return std::move(*site);
}

Result<SiteId> create_site(store::Connection& connection, const store::TenantScope& scope,
                           const SiteChange& change, Timestamp now) {
  TRY_VOID(require_living_unit(connection, scope, change.unit.value_or(UnitId{})));
  TRY(const auto site, changed_site({}, change));
  // One that ends on a day ahead is up; the index knows those without such a day.
  TRY_VOID(connection.query("SELECT " KHIEN_IN_SCOPE("s.unit_id") " FROM site s"
                            " WHERE s.tenant_id = ?1 AND s.address = ?3 AND s.valid_to >= ?4 ORDER BY 1 DESC LIMIT 1",
                            {scope.tenant(), scope.roots_json(), site.address, day(vietnam_day(now))},
                            [](const store::Row& row) -> Result<void> {
                              return refuse(row.integer(0) != 0 ? refusals::kSiteTaken : refusals::kHeldElsewhere);
                            }));
  return insert_site(connection, scope, site, now);
}

Result<void> update_site(store::Connection& connection, const store::TenantScope& scope, SiteId id,
                         const SiteChange& change) {
  TRY(const auto before, get_site(connection, scope, id));
  if (change.unit) {
    TRY_VOID(require_living_unit(connection, scope, *change.unit));
  }
  TRY(const auto site, changed_site(before, change));
  return write_site(connection, scope, id, site);
}

Result<void> set_open_site_findings(store::Connection& connection, TenantId tenant, SiteId site, std::int64_t open) {
  khien_assert(open >= 0);
  TRY_VOID(connection.run("UPDATE site SET open_findings = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, site, open}));
  return {};
}

Result<void> set_site_altered(store::Connection& connection, TenantId tenant, SiteId site, bool altered) {
  TRY_VOID(connection.run("UPDATE site SET altered = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, site, altered}));
  return {};
}

Result<void> set_site_seen(store::Connection& connection, TenantId tenant, SiteId site, Timestamp until) {
  TRY_VOID(connection.run("UPDATE site SET seen_until = ?3 WHERE tenant_id = ?1 AND id = ?2", {tenant, site, until}));
  return {};
}

}  // namespace khien::estate
