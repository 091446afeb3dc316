#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

inline constexpr std::size_t kMostListedText = 4u << 20;
inline constexpr std::size_t kMostListedOfSite = 2'000;
inline constexpr std::size_t kListedOfALook = 40;

// The web addresses in a text, each once, in order: a list with one a line, a search console's export (CSV, TSV),
// a results page that was copied whole. Also without a scheme where a line begins with `host`. Pure; at most `most`.
std::vector<std::string> web_addresses_in(std::string_view text, std::string_view host, std::size_t most);

// What became of a list.
struct ListedCount {
  std::int64_t added = 0;
  std::int64_t known = 0;      // were listed already
  std::int64_t elsewhere = 0;  // of another site
  std::int64_t left_out = 0;   // beyond kMostListedOfSite
};

// Pages of the site that are looked at whatever links to them: what a search engine lists under `site:`.
// Code::invalid beyond kMostListedText, or where no address of the web is in the text; Code::not_found
// outside of the scope.
Result<ListedCount> list_pages(store::Connection& connection, const store::TenantScope& scope, SiteId site, UserId who, std::string_view text,
                               Timestamp now);
// All of the site's, with none left; returns how many there were.
Result<std::int64_t> forget_listed(store::Connection& connection, const store::TenantScope& scope, SiteId site);

struct ListedPages {
  std::int64_t pages = 0;
  std::int64_t looked_at = 0;  // of them, once at least
  std::optional<Timestamp> newest;
};
Result<ListedPages> listed_of(store::Connection& connection, const store::TenantScope& scope, SiteId site);

// For the look with this number: those that wait longest, and from now on they wait no more.
Result<std::vector<std::string>> take_listed(store::Connection& connection, TenantId tenant, SiteId site, std::int64_t look);

}  // namespace khien::site
