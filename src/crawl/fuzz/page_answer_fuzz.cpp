// Input: what a reader in another process claims to have read; of a page, or of a
// sitemap. Whoever has taken that process writes what he likes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/core/text.hpp"
#include "khien/crawl/page_reading.hpp"
#include "khien/crawl/web_url.hpp"

using namespace khien;
using namespace khien::crawl;

namespace {

void check_reference(std::string_view text) {
  if (text.empty() || text.size() > WebUrl::kMaxBytes || !is_utf8(text)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view answer(reinterpret_cast<const char*>(data), size);
  // Taken is only what a reader could have said; all else is one kind of error.
  const auto page = read_page_answer(answer);
  if (!page && page.error().code() != Code::corrupt) std::abort();
  if (page) {
    if (page->links.size() > kMaxLinksRead) std::abort();
    if (!page->next.empty()) check_reference(page->next);
    for (const std::string& link : page->links) check_reference(link);
  }
  const auto map = read_sitemap_answer(answer);
  if (!map && map.error().code() != Code::corrupt) std::abort();
  if (map) {
    if (map->pages.size() > kMaxSitemapEntries) std::abort();
    for (const SitemapEntry& entry : map->pages) check_reference(entry.url);
    for (const std::string& url : map->sitemaps) check_reference(url);
  }
  return 0;
}
