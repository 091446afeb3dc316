#pragma once

#include <optional>

#include "khien/crawl/fetcher.hpp"
#include "khien/crawl/web_url.hpp"

namespace khien::crawl {

// Asks the site's http address, as a browser that was given the bare name does: is it sent on to https? None
// where nobody answers there or behind it, or where the site's https has a port of its own. One view; nothing else may be
// pending at the fetcher.
std::optional<bool> sends_to_https(Fetcher& fetcher, const WebUrl& site);

}  // namespace khien::crawl
