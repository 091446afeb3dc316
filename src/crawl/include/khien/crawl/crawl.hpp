#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>

#include "khien/crawl/fetcher.hpp"
#include "khien/crawl/site_crawl.hpp"

namespace khien::crawl {

// Drives crawls of sites through one fetcher: asks each for its next orders, hands the
// answers back. Sites are taken one after the other as there is room, so that a
// province of them costs the memory of `sites_at_once`.
//
// Not thread-safe. All is borrowed for as long as run() runs.
class Crawl {
 public:
  struct Options {
    std::size_t sites_at_once = 64;
    std::size_t orders_at_once = 8;  // of one site
  };
  // The next site's plan; none: there are no more.
  using NextSite = std::function<std::optional<SitePlan>()>;
  using Page = std::function<void(const std::string& site, SeenAddress seen)>;
  using SiteOver = std::function<void(const std::string& site, const SiteObserved& observed)>;
  struct Sink {
    Page page;
    SiteOver over;
    // A plan whose address is none.
    std::function<void(const std::string& site, const Error& error)> refused;
  };

  Crawl(Fetcher& fetcher, SiteReader& reader, Random& random, Options options)
      : fetcher_(fetcher), reader_(reader), random_(random), options_(options) {}

  // Until every site is over.
  void run(const NextSite& next, const Sink& sink);

 private:
  struct Site {
    std::string url;
    SiteCrawl crawl;
    std::size_t under_way = 0;
  };
  void take_sites(const NextSite& next, const Sink& sink);
  void ask(Site& site, const Sink& sink);
  void came(Site& site, const SiteCrawl::Order& order, Fetched fetched, const Sink& sink);

  Fetcher& fetcher_;
  SiteReader& reader_;
  Random& random_;
  Options options_;
  std::list<Site> sites_;
  bool more_ = true;
};

}  // namespace khien::crawl
