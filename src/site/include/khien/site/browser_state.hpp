#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "khien/core/time.hpp"

namespace khien::site {

// How the browser stands that opens pages for the watch, since the hub was started.
struct BrowserState {
  bool on = false;
  std::uint64_t pages_a_day = 0;       // of a site, at most
  std::uint64_t opened_today = 0;      // pages, of all sites
  std::uint64_t sites_today = 0;       // whose pages they are
  std::uint64_t sites_at_end = 0;      // of them: no more pages today
  std::optional<Timestamp> opened_at;  // the last page
  std::string error;                   // why no browser could be had the last time that none could
  std::optional<Timestamp> error_at;

  // The last that was wished for could not be had.
  bool fails() const { return error_at && (!opened_at || *opened_at <= *error_at); }
};

}  // namespace khien::site
