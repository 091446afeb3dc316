#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/observation.hpp"
#include "khien/model/page_view.hpp"
#include "khien/site/browser_state.hpp"

namespace khien::site {

// What is to be looked at.
struct LookOrder {
  TenantId tenant;
  SiteId site;
  std::string address;             // as estate has it: "https://xa.gov.vn"
  std::vector<std::string> pages;  // that were not clean once: looked at in any case
  std::vector<std::string> listed = {};  // that search engines list, as people said: some of them each time
  std::string baseline;            // what the rules learned of the site; empty: nothing yet
  bool rendered = false;  // a person wants it opened in a browser as well, as far as the budget goes
  std::vector<std::string> rendered_pages = {};  // of `pages`: what is wrong there was seen in a browser alone
  std::vector<std::string> followed_pages = {};  // of `pages`: so were these; they are mended, and the site's case is not over
  Duration again = days(1);            // until the next look, as it is planned
  Duration again_when_ill = hours(1);  // the same where this look finds a harmful page
  std::function<bool()> stops = {};  // the hub ends: asked every second or so; a look gives up then
};

// What a page looked like in a browser. Its bytes are never decoded.
struct PagePicture {
  std::string png;
  std::uint32_t width = 0;   // pixels
  std::uint32_t height = 0;
  Timestamp taken_at;
};

// One page, judged. `seen.site` and `seen.evidence` are the caller's to set.
struct LookedPage {
  PageSeen seen;
  std::vector<PageView> views;
  std::optional<PagePicture> picture = {};
  bool by_script = false;  // what was found was found in the rendered view alone
};

// The whole of a look. `seen.site`, `seen.look` and its times are the caller's to set.
struct Look {
  SiteSeen seen;
  std::string baseline;  // what the rules know of the site now; empty: as before
};

// Looks at sites and judges what it sees: the crawler and the rules in the worker,
// as the floors above wire them; a fake in tests. Thread-safe.
class SiteWatcher {
 public:
  virtual ~SiteWatcher() = default;

  // Hands each page over as soon as it is judged, so that a look that is broken off
  // loses no more than its last page; ends early where `take` fails. Bounded in time
  // by itself. What a site does is no error: an error is that nothing could be asked.
  using Take = std::function<Result<void>(LookedPage)>;
  virtual Result<Look> look(const LookOrder& order, const Take& take) = 0;

  // Kept views under the rules of today, without asking the site.
  virtual Result<PageSeen> judge(const LookOrder& order, std::string_view url, std::vector<PageView> views) = 0;

  // A person says that the page is as it should be: what the rules know of the site then.
  virtual Result<std::string> learn(const LookOrder& order, std::string_view url, std::vector<PageView> views) = 0;

  // By which rules it judges; another number: kept pages are judged again.
  virtual std::uint64_t content() const = 0;

  // Of the browser that it opens pages in.
  virtual BrowserState browser() const { return {}; }
};

}  // namespace khien::site
