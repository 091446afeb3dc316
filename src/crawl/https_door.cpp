#include "khien/crawl/https_door.hpp"

#include "khien/core/assert.hpp"
#include "khien/crawl/site_facts.hpp"

namespace khien::crawl {
namespace {

constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;
constexpr std::size_t kBodyBytes = 64u << 10;  // where it sends on stands at the beginning

}  // namespace

std::optional<bool> sends_to_https(Fetcher& fetcher, const WebUrl& site) {
  khien_assert(fetcher.pending() == 0);
  if (site.https && site.port != kHttps) return std::nullopt;
  WebUrl door = site;
  if (site.https) door.port = kHttp;
  door.https = false;
  PageView view;
  const auto submitted = fetcher.submit({.url = door.text(), .visitor = Visitor::desktop, .body_bytes = kBodyBytes},
                                        [&](Fetched fetched) { view = std::move(fetched.view); });
  if (!submitted) return std::nullopt;
  fetcher.run();
  const bool moves = moves_to_https(view);
  // Sent on to what does not answer: the view ends before it, and says no more of it.
  const bool lost = !view.limit.empty() && view.status / 100 == 3;
  if (!moves && (view.status == 0 || lost)) return std::nullopt;
  return moves;
}

}  // namespace khien::crawl
