#include <algorithm>
#include <charconv>
#include <ranges>
#include <string_view>
#include <utility>

#include "khien/estate/page_cursor.hpp"
#include "khien/estate/scope_sql.hpp"
#include "khien/reporting/rows.hpp"

namespace khien::reporting {
namespace {

constexpr std::string_view kList = "report_row";
constexpr std::size_t kMostPage = 500;

// "machine:17", or the first part of "advisory:7/unit:12".
struct Key {
  std::string_view what;
  std::int64_t id = 0;
};
Key key_from(std::string_view text) {
  text = text.substr(0, text.find('/'));
  const auto colon = text.find(':');
  if (colon == text.npos) return {};
  Key key{.what = text.substr(0, colon)};
  const auto digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), key.id);
  if (error != std::errc() || end != digits.data() + digits.size()) key.id = 0;
  return key;
}

struct Known {
  std::string_view what;
  store::Sql sql;  // ?3 the id
  std::string_view link;
};
#define KHIEN_NAMED(table, name)                                                                              \
  "SELECT " name " FROM " table " x WHERE x.tenant_id = ?1 AND x.id = ?3 AND " KHIEN_IN_SCOPE("x.unit_id")
constexpr Known kKnown[] = {
    {"machine", KHIEN_NAMED("machine", "x.hostname"), "/may-tinh/"},
    {"device", KHIEN_NAMED("device", "x.name"), ""},
    {"finding", KHIEN_NAMED("finding", "x.rule || ' · ' || x.subject"), "/phat-hien/"},
    {"site", KHIEN_NAMED("site", "x.address"), "/trang-web/"},
    {"system", KHIEN_NAMED("information_system", "x.name"), ""},
    {"case", "SELECT s.address FROM site_case x JOIN site s ON s.tenant_id = x.tenant_id AND s.id = x.site_id "
             "WHERE x.tenant_id = ?1 AND x.id = ?3 AND " KHIEN_IN_SCOPE("x.unit_id"), ""},
    {"unit", "SELECT x.name FROM unit x WHERE x.tenant_id = ?1 AND x.id = ?3 AND " KHIEN_IN_SCOPE("x.id"), ""},
    {"incident", KHIEN_NAMED("incident", "x.title"), "/su-co/"},
    {"shift", KHIEN_NAMED("duty_shift", "x.person"), ""},
    {"record", KHIEN_NAMED("register_record", "x.register"), ""},
    // Of the whole tenant: whoever sees the figure's document sees its name.
    {"advisory", "SELECT x.name FROM advisory x WHERE x.tenant_id = ?1 AND x.id = ?3 AND ?2 <> ''", "/canh-bao/"},
};

Result<NamedRow> named(store::Connection& connection, const store::TenantScope& scope, const std::string& text) {
  NamedRow row{.key = text, .name = {}, .link = {}};
  const auto key = key_from(text);
  const auto* known = std::ranges::find(kKnown, key.what, &Known::what);
  if (known == std::end(kKnown) || key.id == 0) return row;
  TRY_VOID(connection.query(known->sql, {scope.tenant(), scope.roots_json(), key.id}, [&](const store::Row& found) -> Result<void> {
    row.name = found.text(0);
    if (!known->link.empty()) row.link = std::string(known->link) + std::to_string(key.id);
    return {};
  }));
  return row;
}

// The keys from `offset` on, at most `limit`: of the snapshot, then of what is kept beside it.
Result<std::vector<std::string>> keys_from(store::Connection& connection, TenantId tenant, ReportId report, const report::Figure& figure,
                                           std::size_t offset, std::size_t limit) {
  constexpr std::size_t kPart = report::kMostRowsOfFigure;
  std::vector<std::string> keys;
  for (std::size_t i = offset; i < std::min(figure.rows.size(), offset + limit); ++i) keys.push_back(figure.rows[i]);
  const std::size_t all = figure.row_count;
  for (std::size_t at = std::max(offset, figure.rows.size()); at < all && keys.size() < limit;) {
    std::vector<std::string> part;
    TRY_VOID(connection.query("SELECT keys FROM report_rows WHERE tenant_id = ?1 AND report_id = ?2 AND figure = ?3 AND part = ?4",
                              {tenant, report, figure.id, static_cast<std::int64_t>(at / kPart)}, [&](const store::Row& row) -> Result<void> {
                                for (const auto line : std::views::split(row.text(0), '\n')) {
                                  if (!line.empty()) part.emplace_back(line.begin(), line.end());
                                }
                                return {};
                              }));
    if (at % kPart >= part.size()) break;  // none are kept: it was counted before there was this table
    for (std::size_t i = at % kPart; i < part.size() && keys.size() < limit; ++i, ++at) keys.push_back(part[i]);
  }
  return keys;
}

}  // namespace

Result<RowPage> name_rows(store::Connection& connection, const store::TenantScope& scope, ReportId report, const report::Figure& figure,
                          const std::string& cursor, std::size_t limit) {
  std::size_t offset = 0;
  if (!cursor.empty()) {
    TRY(const auto fields, estate::from_cursor(cursor, kList, {std::int64_t{0}}));
    offset = static_cast<std::size_t>(std::max<std::int64_t>(0, std::get<std::int64_t>(fields[0])));
  }
  limit = std::clamp<std::size_t>(limit, 1, kMostPage);
  RowPage page;
  page.total = static_cast<std::int64_t>(figure.row_count);
  TRY(const auto keys, keys_from(connection, scope.tenant(), report, figure, offset, limit + 1));
  for (std::size_t i = 0; i < std::min(limit, keys.size()); ++i) {
    TRY(auto row, named(connection, scope, keys[i]));
    page.items.push_back(std::move(row));
  }
  if (keys.size() > limit) page.next = estate::to_cursor(kList, {static_cast<std::int64_t>(offset + limit)});
  return page;
}

}  // namespace khien::reporting
