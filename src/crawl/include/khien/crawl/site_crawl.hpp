#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/crawl/fetcher.hpp"
#include "khien/crawl/frontier.hpp"

namespace khien::crawl {

// What of a site's validators is known from the look before.
struct Validator {
  std::string etag;
  std::string last_modified;

  bool operator==(const Validator&) const = default;
};

struct SitePlan {
  std::string url;                     // its home page
  std::vector<std::string> infected;   // looked at whatever robots.txt says
  std::vector<std::string> imported;   // of a `site:` list; so named by people
  std::vector<std::string> upload_folders;  // paths, "/uploads/"; content/crawl/paths.yaml
  std::vector<std::string> search_paths;    // "/tim-kiem?keyword="; what is searched for goes behind
  std::vector<Visitor> visitors{Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google};
  std::map<std::string, Validator> validators;  // by "VISITOR URL"
  std::size_t pages = 50;              // looked at, in all views
  std::size_t echo_tests = 3;          // of these, at most
  std::size_t known = 20'000;          // addresses kept
  std::size_t sitemaps = 20;
  std::uint32_t depth = 5;             // links from home
  std::uint64_t round = 0;             // another one looks at other pages of a large site first
};

// A page that was looked at: one view for each visitor of the plan, in its order.
struct SeenAddress {
  FrontierPage page;
  std::vector<PageView> views;
  // Of an echo test: the word that was asked for, and whether each view shows it.
  std::string token;
  std::vector<bool> echoed;
};

// What a site's own name showed on the way.
struct SiteObserved {
  std::optional<TlsFacts> tls;       // of the home page, where it came over TLS
  bool robots_found = false;
  std::size_t sitemaps_read = 0;
  std::size_t pages_listed = 0;      // by sitemaps
  std::size_t pages_looked_at = 0;
  std::size_t pages_left = 0;        // known, and not looked at this time
  std::size_t closed_by_robots = 0;  // addresses passed over
};

// One crawl of one site, without network: says what to fetch and is told what came. The
// same plan, answers and tokens give the same questions in the same order.
//
//   robots ─► sitemaps ─► pages ─► over
//
// Invariants
//  (1) Nothing that robots.txt closes is asked for, but what was found infected, what a
//      person named, and the home page.
//  (2) No address outside the site (its host, "www." or not) is begun with. Where views
//      are sent on to is the fetcher's matter.
//  (3) Each page is looked at by every visitor, and given out once, whole.
//
// Not thread-safe.
class SiteCrawl {
 public:
  // Code::invalid if plan.url is no address on the web. `random` makes the words that
  // echo tests ask for; borrowed for this call.
  static Result<SiteCrawl> begin(SitePlan plan, Random& random);
  // Goes on where to_json() was called; what was under way then is asked for again.
  static Result<SiteCrawl> resume(SitePlan plan, std::string_view json);
  std::string to_json() const;

  struct Order {
    enum class Kind : unsigned char { robots, sitemap, view };
    std::uint64_t number = 0;
    Kind kind = Kind::view;
    FetchRequest request;
  };
  // The next to fetch; none while answers are awaited, or if it is over.
  std::optional<Order> next();
  // What came. `robots` and `sitemap` as the reader read them, where the order was for
  // one and it could be read.
  struct Answer {
    Fetched fetched;
    std::optional<Robots> robots;
    std::optional<Sitemap> sitemap;
  };
  // The page that this answer made whole, if it did.
  std::optional<SeenAddress> answered(const Order& order, Answer answer);

  bool over() const;
  const SiteObserved& observed() const { return observed_; }
  // Robots' delay, for the fetcher's pause.
  Duration delay() const { return robots_.delay(); }

 private:
  struct Looking {
    SeenAddress seen;
    std::size_t asked = 0;     // visitors
    std::size_t answered = 0;
    std::vector<PageReading> readings;
  };
  explicit SiteCrawl(SitePlan plan, WebUrl home) : plan_(std::move(plan)), home_(std::move(home)), frontier_(plan_.known, plan_.round) {}

  void seed();
  bool is_own(const WebUrl& url) const;
  void consider(const WebUrl& base, const std::string& reference, PageOrigin origin, std::uint32_t depth);
  void add_echo(const WebUrl& base, const std::string& reference, std::uint32_t depth);
  std::optional<Order> next_view();
  Looking looking_at(FrontierPage page) const;
  Order view_order(std::uint64_t number, Looking& looking);
  void take_robots(Answer answer);
  void take_sitemap(Answer answer);
  std::optional<SeenAddress> take_view(const Order& order, Fetched fetched);
  void follow(Looking& looking);

  SitePlan plan_;
  WebUrl home_;
  Frontier frontier_;
  Robots robots_;
  enum class Stage : unsigned char { robots, sitemaps, pages } stage_ = Stage::robots;
  bool robots_asked_ = false;
  std::vector<std::string> sitemaps_;  // to read, in order
  std::size_t sitemaps_asked_ = 0;
  std::size_t sitemaps_answered_ = 0;
  std::map<std::uint64_t, Looking> looking_;
  std::map<std::uint64_t, std::pair<std::uint64_t, std::size_t>> views_;  // order → page, visitor
  std::uint64_t numbers_ = 0;
  std::size_t begun_pages_ = 0;
  std::size_t echo_tests_ = 0;
  std::string token_;
  SiteObserved observed_;
};

}  // namespace khien::crawl
