#include "khien/site/listed.hpp"

#include <algorithm>
#include <set>

#include "khien/core/text.hpp"
#include "khien/estate/sites.hpp"

namespace khien::site {
namespace {

constexpr std::size_t kMaxAddress = 2'000;
// What no address holds, and what stands around one in tables and sentences.
constexpr std::string_view kEnds = " \t\r\n\"'<>|\\^`{},;";
constexpr std::string_view kTrailing = ".)]!:*";

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

std::string_view without_www(std::string_view host) { return host.starts_with("www.") ? host.substr(4) : host; }

// Of "https://host:port/path": "host:port".
std::string_view authority_of(std::string_view address) {
  const auto begin = address.find("://");
  const std::string_view rest = begin == address.npos ? address : address.substr(begin + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

std::string_view cut(std::string_view address) {
  address = address.substr(0, address.find('#'));
  while (!address.empty() && kTrailing.find(address.back()) != kTrailing.npos) address.remove_suffix(1);
  return address;
}

bool is_ours(std::string_view address, const std::string& site_host) {
  return without_www(small(authority_of(address))) == site_host;
}

class Found {
 public:
  explicit Found(std::size_t most) : most_(most) {}
  void add(std::string address) {
    if (all_.size() < most_ && address.size() <= kMaxAddress && to_valid_utf8(address) == address && seen_.insert(address).second) all_.push_back(std::move(address));
  }
  std::vector<std::string> take() { return std::move(all_); }

 private:
  std::size_t most_;
  std::set<std::string, std::less<>> seen_;
  std::vector<std::string> all_;
};

void find_in_line(std::string_view line, std::string_view host, Found& found) {
  bool any = false;
  const std::string lowered = small(line);
  for (std::size_t at = 0; (at = lowered.find("http", at)) != lowered.npos;) {
    const std::string_view rest = std::string_view(lowered).substr(at);
    const bool begins = rest.starts_with("http://") || rest.starts_with("https://");
    if (!begins) {
      at += 4;
      continue;
    }
    // What is behind the scheme of one may be another, written without a blank between: that is the site's path.
    const auto end = std::min(line.find_first_of(kEnds, at), line.size());
    const std::string_view address = cut(line.substr(at, end - at));
    if (authority_of(address).find('.') != std::string_view::npos) found.add(std::string(address));
    any = true;
    at = end;
  }
  if (any || host.empty()) return;
  const auto begin = line.find_first_not_of(" \t\"'*-•");
  if (begin == line.npos) return;
  const std::string_view rest = line.substr(begin);
  const std::string_view address = cut(rest.substr(0, rest.find_first_of(kEnds)));
  if (without_www(small(authority_of(address))) == without_www(host)) found.add("https://" + std::string(address));
}

}  // namespace

std::vector<std::string> web_addresses_in(std::string_view text, std::string_view host, std::size_t most) {
  Found found(most);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    find_in_line(text.substr(0, end), host, found);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found.take();
}

Result<ListedCount> list_pages(store::Connection& connection, const store::TenantScope& scope, SiteId site, UserId who, std::string_view text,
                               Timestamp now) {
  TRY(const auto known, estate::get_site(connection, scope, site));
  if (text.size() > kMostListedText) return Error(Code::invalid, "the list is too long");
  const std::string host = small(authority_of(known.address));
  const std::string bare(without_www(host));
  const auto addresses = web_addresses_in(text, host, 10 * kMostListedOfSite);
  if (addresses.empty()) return Error(Code::invalid, "no address of the web is in the text");
  TRY(const auto before, listed_of(connection, scope, site));
  ListedCount count;
  for (const std::string& address : addresses) {
    if (!is_ours(address, bare)) {
      ++count.elsewhere;
      continue;
    }
    if (before.pages + count.added >= static_cast<std::int64_t>(kMostListedOfSite)) {
      ++count.left_out;
      continue;
    }
    TRY(const auto added, connection.run("INSERT INTO site_listed (tenant_id, site_id, url, added_at, added_by) VALUES (?1, ?2, ?3, ?4, ?5) "
                                         "ON CONFLICT DO NOTHING",
                                         {scope.tenant(), site, address, now, who}));
    added == 1 ? ++count.added : ++count.known;
  }
  return count;
}

Result<std::int64_t> forget_listed(store::Connection& connection, const store::TenantScope& scope, SiteId site) {
  TRY_VOID(estate::get_site(connection, scope, site));
  TRY(const auto gone, connection.run("DELETE FROM site_listed WHERE tenant_id = ?1 AND site_id = ?2", {scope.tenant(), site}));
  return gone;
}

Result<ListedPages> listed_of(store::Connection& connection, const store::TenantScope& scope, SiteId site) {
  TRY_VOID(estate::get_site(connection, scope, site));
  ListedPages pages;
  TRY_VOID(connection.query_one("SELECT count(*), coalesce(sum(look > 0), 0), max(added_at) FROM site_listed WHERE tenant_id = ?1 AND site_id = ?2",
                                {scope.tenant(), site}, [&](const store::Row& row) -> Result<void> {
                                  pages.pages = row.integer(0);
                                  pages.looked_at = row.integer(1);
                                  if (!row.is_null(2)) pages.newest = row.time(2);
                                  return {};
                                }));
  return pages;
}

Result<std::vector<std::string>> take_listed(store::Connection& connection, TenantId tenant, SiteId site, std::int64_t look) {
  std::vector<std::string> pages;
  TRY_VOID(connection.query("SELECT url FROM site_listed WHERE tenant_id = ?1 AND site_id = ?2 ORDER BY look, url LIMIT ?3",
                            {tenant, site, std::uint64_t{kListedOfALook}}, [&](const store::Row& row) -> Result<void> {
                              pages.emplace_back(row.text(0));
                              return {};
                            }));
  for (const std::string& url : pages) {
    TRY_VOID(connection.run("UPDATE site_listed SET look = ?4 WHERE tenant_id = ?1 AND site_id = ?2 AND url = ?3", {tenant, site, url, look}));
  }
  return pages;
}

}  // namespace khien::site
