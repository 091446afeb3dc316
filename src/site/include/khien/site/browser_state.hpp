#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/ids.hpp"
#include "khien/store/connection.hpp"
#include "khien/store/scope.hpp"

namespace khien::site {

// How the browser stands that opens pages for the watch, since the hub was started.
struct BrowserState {
  bool on = false;
  std::uint64_t pages_a_day = 0;       // of a site, at most
  std::uint64_t opened_today = 0;      // pages, of all sites
  std::uint64_t sites_today = 0;       // whose pages they are
  std::uint64_t sites_at_end = 0;      // of them: no more pages today
  std::map<SiteId, std::uint64_t> of_sites = {};  // the same pages, by site; empty where only the sums were told
  std::optional<Timestamp> opened_at;  // the last page
  std::string error;                   // why no browser could be had the last time that none could
  std::optional<Timestamp> error_at;

  // The last that was wished for could not be had.
  bool fails() const { return error_at && (!opened_at || *opened_at <= *error_at); }
};

// The same for whoever sees no more than this scope: the sums are its sites'. When the last page
// was opened and what went wrong is the one browser's that all share.
Result<BrowserState> browser_within(store::Connection& connection, const store::TenantScope& scope, BrowserState state);

}  // namespace khien::site
