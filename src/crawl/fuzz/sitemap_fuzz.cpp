// Input: the body of a sitemap, packed or not.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/crawl/sitemap.hpp"

using namespace khien;
using namespace khien::crawl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  Budget budget({.bytes_out = 1u << 20, .entries = 100});
  const auto map = read_sitemap(body, budget);
  if (!map) return 0;
  if (map->pages.size() + map->sitemaps.size() > 100) std::abort();
  for (const SitemapEntry& entry : map->pages) {
    if (entry.url.empty() || entry.url.size() > 8192 || entry.modified.size() > 64) std::abort();
  }

  // The same bytes say the same; and with room for less, a beginning of it.
  Budget again({.bytes_out = 1u << 20, .entries = 100});
  if (read_sitemap(body, again).value() != *map) std::abort();
  Budget small({.bytes_out = 1u << 20, .entries = 3});
  const auto part = read_sitemap(body, small).value();
  for (std::size_t i = 0; i < part.pages.size(); ++i) {
    if (part.pages[i].url != map->pages[i].url) std::abort();
  }
  return 0;
}
