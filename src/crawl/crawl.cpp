#include "khien/crawl/crawl.hpp"

#include "khien/core/assert.hpp"

namespace khien::crawl {
namespace {

constexpr Duration kTurn = milliseconds(200);

}  // namespace

void Crawl::take_sites(const NextSite& next, const Sink& sink) {
  while (more_ && sites_.size() < options_.sites_at_once) {
    auto plan = next();
    if (!plan) {
      more_ = false;
      return;
    }
    const std::string url = plan->url;
    auto begun = SiteCrawl::begin(std::move(*plan), random_);
    if (!begun) sink.refused(url, begun.error());
    else sites_.push_back({url, std::move(begun).value()});
  }
}

void Crawl::ask(Site& site, const Sink& sink) {
  while (site.under_way < options_.orders_at_once) {
    auto order = site.crawl.next();
    if (!order) return;
    FetchRequest request = order->request;
    auto submitted = fetcher_.submit(std::move(request), [this, &site, &sink, asked = *order](Fetched fetched) {
      --site.under_way;
      came(site, asked, std::move(fetched), sink);
    });
    // Sites at once × orders at once is far below what may wait.
    khien_assert(submitted.has_value());
    ++site.under_way;
  }
}

void Crawl::came(Site& site, const SiteCrawl::Order& order, Fetched fetched, const Sink& sink) {
  SiteCrawl::Answer answer;
  const std::string_view body = fetched.view.body;
  if (order.kind == SiteCrawl::Order::Kind::robots && fetched.view.status == 200) {
    if (auto robots = reader_.robots(body)) answer.robots = std::move(robots).value();
  }
  if (order.kind == SiteCrawl::Order::Kind::sitemap && fetched.view.status == 200) {
    if (auto sitemap = reader_.sitemap(body)) answer.sitemap = std::move(sitemap).value();
  }
  answer.fetched = std::move(fetched);
  if (auto seen = site.crawl.answered(order, std::move(answer))) sink.page(site.url, std::move(*seen));
}

void Crawl::run(const NextSite& next, const Sink& sink) {
  more_ = true;
  while (true) {
    take_sites(next, sink);
    if (sites_.empty()) return;
    for (Site& site : sites_) ask(site, sink);
    fetcher_.step(kTurn);
    for (auto site = sites_.begin(); site != sites_.end();) {
      if (site->under_way > 0 || !site->crawl.over()) {
        ++site;
        continue;
      }
      sink.over(site->url, site->crawl.observed());
      site = sites_.erase(site);
    }
  }
}

}  // namespace khien::crawl
