#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "khien/core/clock.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/model/ids.hpp"
#include "khien/render/browser.hpp"
#include "khien/site/browser_state.hpp"

namespace khien::hub {

// Opens pages in a browser for the watch of websites. The browser has no network: its
// requests are made here, by the crawler, and each through the crawler's guard. One
// browser at a time, whoever asks; so many pages a site and day.
//
// Thread-safe.
class RenderedViews {
 public:
  using Opener = std::function<Result<render::Rendered>(const std::string& url)>;
  struct Options {
    render::Browser::Options browser;
    crawl::AddressGuard::Options guard;
    std::string dns_servers;           // empty: the system's
    std::uint64_t pages_a_day = 0;     // of a site
    Duration pause = milliseconds(25);  // between the starts of two requests to one host
    Opener opener = {};                 // none: the browser; tests have their own
  };
  // `clock` is borrowed.
  RenderedViews(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  // May one more page of the site be opened today, and `kept` be left for more urgent ones?
  bool has_budget(SiteId site, std::uint64_t kept = 0);
  std::uint64_t pages_a_day() const { return options_.pages_a_day; }
  site::BrowserState state();
  // As render::Browser::open. A page that was opened counts as one of the site's, today; one
  // that no browser could be had for does not. Code::unavailable: no browser, and why.
  Result<render::Rendered> open(SiteId site, const std::string& url, const std::function<bool()>& stops = {});

 private:
  Result<render::Rendered> open_here(const std::string& url, const std::function<bool()>& stops) const;
  void begin_day();

  Options options_;
  const Clock& clock_;
  std::mutex one_at_a_time_;
  std::mutex mutex_;  // of what follows
  std::string told_;  // why there was no browser; empty: there was, the last time
  site::BrowserState last_;  // of it: when a page was opened, and what went wrong
  std::int64_t day_ = 0;
  std::map<SiteId, std::uint64_t> opened_;  // pages of that day
};

// A page of which a reader without scripts sees next to nothing: a script, and hardly a
// word beside. A plain search, no parser.
bool needs_scripts(std::string_view body);

}  // namespace khien::hub
