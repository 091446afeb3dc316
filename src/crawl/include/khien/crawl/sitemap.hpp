#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/result.hpp"

namespace khien::crawl {

struct SitemapEntry {
  std::string url;       // as it stands there, entities undone
  std::string modified;  // the text of <lastmod>; may be anything

  bool operator==(const SitemapEntry&) const = default;
};

// A sitemap, or an index of sitemaps (sitemaps.org), or a list of addresses.
struct Sitemap {
  std::vector<SitemapEntry> pages;
  std::vector<std::string> sitemaps;  // of an index
  bool whole = true;                  // false: it went on behind the limits

  bool operator==(const Sitemap&) const = default;
};

// The body of a sitemap: XML or text, gzip or not. Bytes out, entries and time are
// taken from the budget; where they end so does the sitemap, with whole = false.
// It is read as a stream of <loc> and <lastmod>, whatever stands around them.
// Code::invalid for gzip that is broken at its first byte.
Result<Sitemap> read_sitemap(std::string_view body, Budget& budget);

}  // namespace khien::crawl
