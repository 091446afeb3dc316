#pragma once

#include <optional>
#include <string>
#include <vector>

#include "khien/core/date.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::estate {

struct Site {
  SiteId id;
  UnitId unit;
  std::string unit_name;
  std::string address;  // "https://lamgiang.gov.vn", "https://lamgiang.gov.vn/congbao"
  std::string title;
  std::string label;  // trust label it carries; empty: none
  std::optional<Date> label_valid_to;
  std::optional<Date> domain_valid_to;  // last day of its name's registration, as people say
  std::optional<Date> valid_to;  // last day of the site
  std::int64_t open_findings = 0;
};

struct SiteQuery {
  std::optional<UnitId> unit;
  std::string words;
  std::string cursor;
  std::size_t limit = 200;
  bool past = false;  // those that were registered at `now`, a moment that is over; titles and labels are today's
};
struct SitePage {
  std::vector<Site> items;  // by address; those that are up
  std::int64_t total = 0;
  std::optional<std::string> next;
};
Result<SitePage> list_sites(store::Connection& connection, const store::TenantScope& scope, const SiteQuery& query,
                            Timestamp now);
Result<Site> get_site(store::Connection& connection, const store::TenantScope& scope, SiteId id);

struct SiteChange {
  std::optional<UnitId> unit;
  std::optional<std::string> address;  // http or https; https where neither is said
  std::optional<std::string> title;
  std::optional<std::string> label;
  std::optional<std::optional<Date>> label_valid_to;
  std::optional<std::optional<Date>> domain_valid_to;
  std::optional<std::optional<Date>> valid_to;
};
// `change.unit` and `change.address` must be set. Code::conflict if a site of the
// tenant has the address; of one outside of the scope no more is said than refusal.hpp
// allows.
Result<SiteId> create_site(store::Connection& connection, const store::TenantScope& scope, const SiteChange& change,
                           Timestamp now);
Result<void> update_site(store::Connection& connection, const store::TenantScope& scope, SiteId id,
                         const SiteChange& change);

// How many of the site's findings are open. The site's unit is the caller's to know.
Result<void> set_open_site_findings(store::Connection& connection, TenantId tenant, SiteId site, std::int64_t open);

// By who watches sites: a page of it is altered, or was and is not seen to be mended; and until when the
// last look counts, a late one no longer.
Result<void> set_site_altered(store::Connection& connection, TenantId tenant, SiteId site, bool altered);
Result<void> set_site_seen(store::Connection& connection, TenantId tenant, SiteId site, Timestamp until);

}  // namespace khien::estate
