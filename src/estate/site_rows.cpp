#include "site_rows.hpp"

#include <algorithm>
#include <utility>

#include "changes.hpp"
#include "days.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/text.hpp"
#include "khien/estate/scope_sql.hpp"
#include "plain_text.hpp"
#include "refusals.hpp"

namespace khien::estate {
namespace {

constexpr std::size_t kMaxAddress = 500;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_label(std::string_view label) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, fits);
}

// Letters, digits and hyphens between dots; an international name in its ASCII form.
bool is_host(std::string_view host) {
  if (host.size() > 253 || host.find('.') == host.npos) return false;
  while (true) {
    const auto dot = host.find('.');
    if (!is_label(host.substr(0, dot))) return false;
    if (dot == host.npos) return true;
    host.remove_prefix(dot + 1);
  }
}

bool is_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit);
}

bool is_path(std::string_view path) {
  return std::ranges::all_of(path, [](char c) {
    return c > ' ' && c != 0x7f && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\';
  });
}

std::string search_key_of(const Site& site) { return fold(site.address) + "\n" + fold(site.title); }

Error taken(store::Connection& connection, const store::TenantScope& scope, const Site& site, Error error) {
  if (error.code() != Code::conflict) return error;
  bool seen = false;
  auto looked = connection.query(
      "SELECT 1 FROM site s WHERE s.tenant_id = ?1 AND s.address = ?3 AND s.valid_to IS NULL AND " KHIEN_IN_SCOPE("s.unit_id"),
      {scope.tenant(), scope.roots_json(), site.address}, [&](const store::Row&) -> Result<void> {
        seen = true;
        return {};
      });
  if (!looked) return std::move(looked).error();
  return refuse(seen ? refusals::kSiteTaken : refusals::kHeldElsewhere);
}

}  // namespace

Result<std::string> site_address_from_text(std::string_view text) {
  TRY(const auto line, line_from_text(text, kMaxAddress));
  std::string_view rest = line;
  std::string scheme = "https";
  if (const auto colon = rest.find("://"); colon != rest.npos) {
    scheme.clear();
    for (const char c : rest.substr(0, colon)) scheme += lower(c);
    rest.remove_prefix(colon + 3);
  }
  if (scheme != "https" && scheme != "http") return refuse(refusals::kBadSite);
  const auto slash = std::min(rest.find_first_of("/?"), rest.size());
  std::string host;
  for (const char c : rest.substr(0, slash)) host += lower(c);
  std::string_view path = rest.substr(slash);
  const auto colon = host.find(':');
  if (colon != host.npos && !is_port(std::string_view(host).substr(colon + 1)))
    return refuse(refusals::kBadSite);
  if (!is_host(std::string_view(host).substr(0, colon)) || !is_path(path)) return refuse(refusals::kBadSite);
  if (path == "/") path = {};
  return scheme + "://" + host + std::string(path);
}

Result<Site> changed_site(Site site, const SiteChange& change) {
  site.unit = changed(change.unit, site.unit);
  TRY(site.address, site_address_from_text(changed(change.address, site.address)));
  TRY(site.title, line_from_text(changed(change.title, site.title)));
  TRY(site.label, line_from_text(changed(change.label, site.label)));
  site.label_valid_to = changed(change.label_valid_to, site.label_valid_to);
  site.domain_valid_to = changed(change.domain_valid_to, site.domain_valid_to);
  site.valid_to = changed(change.valid_to, site.valid_to);
  return site;
}

Result<SiteId> insert_site(store::Connection& connection, const store::TenantScope& scope, const Site& site, Timestamp now) {
  auto inserted = connection.run(
      "INSERT INTO site (tenant_id, unit_id, address, title, label, label_valid_to, valid_to, search_key, "
      "created_at, domain_valid_to) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      {scope.tenant(), site.unit, site.address, site.title, site.label, day(site.label_valid_to), day(site.valid_to),
       search_key_of(site), now, day(site.domain_valid_to)});
  if (!inserted) return taken(connection, scope, site, std::move(inserted).error());
  return SiteId{connection.last_insert_id()};
}

Result<void> write_site(store::Connection& connection, const store::TenantScope& scope, SiteId id, const Site& site) {
  auto written = connection.run(
      "UPDATE site SET unit_id = ?3, address = ?4, title = ?5, label = ?6, label_valid_to = ?7, valid_to = "
      "?8, "
      "search_key = ?9, domain_valid_to = ?10 WHERE tenant_id = ?1 AND id = ?2",
      {scope.tenant(), id, site.unit, site.address, site.title, site.label, day(site.label_valid_to),
       day(site.valid_to), search_key_of(site), day(site.domain_valid_to)});
  if (!written) return taken(connection, scope, site, std::move(written).error());
  khien_assert(*written == 1);
  return {};
}

}  // namespace khien::estate
