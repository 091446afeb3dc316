#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "judge_pages.hpp"
#include "khien/core/env.hpp"
#include "khien/crawl/address_guard.hpp"
#include "khien/crawl/content.hpp"
#include "khien/crawl/fingerprints.hpp"
#include "khien/site/watcher.hpp"
#include "rendered_views.hpp"

namespace khien::hub {

// Looks at sites for the hub: the crawler here, where the network is; what sites send is
// read and judged in khien-worker. Each look has a fetcher of its own, so that looks do
// not wait for each other.
class WebWatcher final : public site::SiteWatcher {
 public:
  struct Options {
    std::string content;      // folder: content/web, content/crawl
    std::string worker;       // khien-worker
    std::string dns_servers;  // empty: the system's
    crawl::AddressGuard::Options guard;
    std::size_t pages = 50;   // of a site, each look
    Duration pause = milliseconds(250);  // between the starts of two steps to one site
    std::shared_ptr<RenderedViews> rendered;  // none: no page is opened in a browser
  };
  // What `env` names is borrowed. Code::not_found or invalid names what is wrong with the content.
  static Result<std::shared_ptr<WebWatcher>> create(Options options, const Env& env);

  Result<site::Look> look(const site::LookOrder& order, const Take& take) override;
  Result<PageSeen> judge(const site::LookOrder& order, std::string_view url, std::vector<PageView> views) override;
  Result<std::string> learn(const site::LookOrder& order, std::string_view url, std::vector<PageView> views) override;
  std::uint64_t content() const override { return content_; }
  site::BrowserState browser() const override { return options_.rendered ? options_.rendered->state() : site::BrowserState(); }

 private:
  WebWatcher(Options options, const Env& env, PageJudge judge, crawl::Fingerprints fingerprints, crawl::CrawlPaths paths,
             std::vector<crawl::HostedService> services, std::uint64_t content);

  // Why a page is to be opened in a browser: nobody asks; it was asked for or is empty; it is altered,
  // or was and may be again.
  enum class Wish : unsigned char { none, wished, urgent };
  // A page that came, what the rules say of it and what a browser saw.
  struct Came {
    watch::Case page;
    watch::Answer answer;
    std::optional<site::PagePicture> picture;
    Wish wish = Wish::none;  // not fulfilled yet
  };
  // One look: what judges it, what was known of the site before it, and what it showed.
  struct Sitting {
    PageSitting pages;
    std::string site;
    std::vector<watch::PageKeys> seen;
    bool opens = false;          // pages in a browser, as far as there is one
    std::set<std::string, std::less<>> owed = {};  // pages that must be opened and did not come yet
    std::size_t owed_came = 0;
    bool ill = false;            // a harmful page came
    std::vector<Came> waiting = {};  // for the browser, until all pages came
    std::size_t waiting_bytes = 0;
    std::size_t opened = 0;
    std::string no_browser = {};  // why there is none: asked once a look
    Duration began = {};
  };
  Result<void> judge_and_take(Sitting& sitting, const site::LookOrder& order, std::vector<watch::Case> cases, const Take& take) const;
  std::vector<Came> judge_all(Sitting& sitting, const site::LookOrder& order, std::vector<watch::Case> cases) const;
  Result<void> hand_over(Sitting& sitting, Came came, const Take& take) const;
  Result<void> take_waiting(Sitting& sitting, const site::LookOrder& order, const Take& take) const;
  Sitting sitting_for(const site::LookOrder& order, std::string site) const;
  void open_owed(Sitting& sitting, const site::LookOrder& order, std::vector<Came>& all) const;
  void open_more(Sitting& sitting, const site::LookOrder& order, std::vector<Came>& all) const;
  static Wish wish_for(const site::LookOrder& order, const Came& came);
  bool may_wait(const Sitting& sitting, const site::LookOrder& order, const Came& came) const;
  std::uint64_t kept_for_looks(const Sitting& sitting, const site::LookOrder& order) const;
  bool open_page(Sitting& sitting, const site::LookOrder& order, Came& came, std::uint64_t kept) const;
  void judge_again(Sitting& sitting, std::vector<Came*> some) const;
  void add_domain_facts(const std::string& host, const PageView& home, SiteSeen& seen) const;
  void add_takeovers_beside(const std::string& host, const std::vector<std::string>& names, SiteSeen& seen) const;

  Options options_;
  Env env_;
  PageJudge judge_;
  crawl::Fingerprints fingerprints_;
  crawl::CrawlPaths paths_;
  std::vector<crawl::HostedService> services_;
  std::uint64_t content_;
};

// What the judge said, as the road is told it. What is beyond an observation's bounds is
// counted (links) or left out (reasons, the lightest).
PageSeen page_seen_of(const watch::Case& one, const watch::Judgement& judgement, std::uint64_t content);

// Pages that a person approved, as they were then, and the one of this address; a later
// approval of an address takes the place of the earlier, the oldest go beyond 3 MiB.
std::string with_approved(std::string_view baseline, std::string_view url, std::string_view body);
std::string approved_page(std::string_view baseline, std::string_view url);

}  // namespace khien::hub
