#include "khien/crawl/site_crawl.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace khien::crawl {
namespace {

// A site that is a table: what each address answers.
struct PaperSite {
  std::string robots;
  int robots_status = 200;
  std::map<std::string, Sitemap> sitemaps;
  std::map<std::string, PageReading> pages;
  std::function<std::string(const FetchRequest&)> body = [](const FetchRequest&) { return "x"; };

  SiteCrawl::Answer answer(const SiteCrawl::Order& order) const {
    SiteCrawl::Answer answer;
    PageView& view = answer.fetched.view;
    view.visitor = order.request.visitor;
    view.url = view.final_url = order.request.url;
    view.status = 200;
    if (order.kind == SiteCrawl::Order::Kind::robots) {
      view.status = robots_status;
      if (robots_status == 200) answer.robots = Robots::parse(robots);
    } else if (order.kind == SiteCrawl::Order::Kind::sitemap) {
      const auto found = sitemaps.find(order.request.url);
      view.status = found == sitemaps.end() ? 404 : 200;
      if (found != sitemaps.end()) answer.sitemap = found->second;
    } else {
      view.body = body(order.request);
      if (const auto found = pages.find(order.request.url); found != pages.end()) answer.fetched.reading = found->second;
    }
    return answer;
  }
};

SitePlan plan() {
  SitePlan plan;
  plan.url = "https://a.vn";
  return plan;
}

PageReading links(std::vector<std::string> all) { return {.links = std::move(all)}; }

// All that was asked for, "VISITOR ADDRESS", and the pages that came out whole.
struct Walk {
  std::vector<std::string> asked;
  std::vector<SeenAddress> seen;
  std::vector<std::string> urls() const {
    std::vector<std::string> out;
    for (const SeenAddress& each : seen) out.push_back(each.page.url);
    return out;
  }
  bool looked_at(const std::string& url) const {
    return std::ranges::any_of(seen, [&](const SeenAddress& each) { return each.page.url == url; });
  }
};

void walk(SiteCrawl& crawl, const PaperSite& site, Walk& out, std::size_t most = 10'000) {
  for (std::size_t i = 0; i < most; ++i) {
    const auto order = crawl.next();
    if (!order) break;
    out.asked.push_back(std::string(to_string(order->request.visitor)) + " " + order->request.url);
    if (auto seen = crawl.answered(*order, site.answer(*order))) out.seen.push_back(std::move(*seen));
  }
}

Walk walk(SitePlan with, const PaperSite& site) {
  SeededRandom random(7);
  SiteCrawl crawl = SiteCrawl::begin(std::move(with), random).value();
  Walk out;
  walk(crawl, site, out);
  CHECK(crawl.over());
  return out;
}

TEST_CASE("robots first, then sitemaps, then each page by every visitor") {
  PaperSite site;
  site.robots = "user-agent: *\nsitemap: https://a.vn/map.xml\nsitemap: https://b.vn/foreign.xml\n";
  site.sitemaps["https://a.vn/map.xml"] = {.pages = {{"https://a.vn/2", ""}}, .sitemaps = {"https://a.vn/more.xml"}};
  site.sitemaps["https://a.vn/more.xml"] = {.pages = {{"https://www.a.vn/3", ""}, {"https://b.vn/4", ""}, {"javascript:x", ""}}};
  const Walk out = walk(plan(), site);
  REQUIRE(out.asked.size() == 4 + 3 * 4);
  CHECK(out.asked[0] == "googlebot https://a.vn/robots.txt");
  CHECK(out.asked[1] == "googlebot https://a.vn/map.xml");
  CHECK(out.asked[2] == "googlebot https://a.vn/sitemap.xml");
  CHECK(out.asked[3] == "googlebot https://a.vn/more.xml");
  CHECK(out.asked[4] == "desktop https://a.vn/");
  CHECK(out.asked[7] == "mobile-google https://a.vn/");
  CHECK(out.seen[0].views[2].visitor == Visitor::googlebot);
  CHECK(out.looked_at("https://www.a.vn/3"));
}

TEST_CASE("(1) what robots.txt closes is not asked for, but what is known to be infected or was named") {
  PaperSite site;
  site.robots = "user-agent: *\ndisallow: /closed\n";
  site.pages["https://a.vn/"] = links({"/closed/1", "/open"});
  SitePlan with = plan();
  with.infected = {"/closed/bad"};
  with.imported = {"https://a.vn/closed/named"};
  with.upload_folders = {"/closed/up/", "/up/"};
  const Walk out = walk(with, site);
  CHECK(out.urls() == std::vector<std::string>{"https://a.vn/", "https://a.vn/closed/bad", "https://a.vn/closed/named",
                                               "https://a.vn/up/", "https://a.vn/open"});
}

TEST_CASE("a robots.txt that cannot be had closes all but home; one that is not there nothing") {
  PaperSite site;
  site.pages["https://a.vn/"] = links({"/1"});
  site.robots_status = 503;
  CHECK(walk(plan(), site).urls() == std::vector<std::string>{"https://a.vn/"});
  site.robots_status = 0;
  CHECK(walk(plan(), site).urls().size() == 1);
  site.robots_status = 404;
  CHECK(walk(plan(), site).urls().size() == 2);
}

TEST_CASE("(2) links lead nowhere but to the site's own pages, a few links deep") {
  PaperSite site;
  site.pages["https://a.vn/"] = links({"/1", "//b.vn/", "http://sub.a.vn/", "mailto:x@a.vn", "/p.jpg", "/f.PDF", "#x", "https://www.a.vn/w"});
  for (int i = 1; i < 9; ++i) site.pages["https://a.vn/" + std::to_string(i)] = links({"/" + std::to_string(i + 1)});
  const Walk out = walk(plan(), site);
  CHECK(out.looked_at("https://www.a.vn/w"));
  CHECK(out.looked_at("https://a.vn/f.PDF"));
  CHECK(out.looked_at("https://a.vn/5"));
  CHECK_FALSE(out.looked_at("https://a.vn/6"));
  CHECK_FALSE(out.looked_at("https://a.vn/p.jpg"));
  CHECK(out.seen.size() == 8);
}

TEST_CASE("links that only one visitor is shown are followed too") {
  PaperSite site;
  SeededRandom random(7);
  SiteCrawl crawl = SiteCrawl::begin(plan(), random).value();
  Walk out;
  while (const auto order = crawl.next()) {
    auto answer = site.answer(*order);
    if (order->kind == SiteCrawl::Order::Kind::view && order->request.visitor == Visitor::googlebot && order->request.url == "https://a.vn/")
      answer.fetched.reading.links = {"/spam"};
    if (auto seen = crawl.answered(*order, std::move(answer))) out.seen.push_back(std::move(*seen));
  }
  CHECK(out.looked_at("https://a.vn/spam"));
}

TEST_CASE("the site's search is asked for a word nobody wrote, and each view says whether it came back") {
  PaperSite site;
  site.pages["https://a.vn/"] = {.searches = {{"/tim-kiem", "q"}, {"/s?a=1", "w"}, {"/more", "x"}}};
  site.body = [](const FetchRequest& request) {
    const bool reflects = request.url.find("tim-kiem") != std::string::npos && request.visitor == Visitor::googlebot;
    return reflects ? "<title>" + request.url + "</title>" : "nothing";
  };
  SitePlan with = plan();
  with.search_paths = {"/?s="};
  const Walk out = walk(with, site);
  REQUIRE(out.seen.size() == 4);
  const std::string token = out.seen[1].token;
  CHECK(token.size() == 14);
  CHECK(out.seen[1].page.url == "https://a.vn/?s=" + token);
  CHECK(out.seen[2].page.url == "https://a.vn/tim-kiem?q=" + token);
  CHECK(out.seen[3].page.url == "https://a.vn/s?a=1&w=" + token);
  CHECK(out.seen[1].echoed == std::vector<bool>{false, false, false, false});
  CHECK(out.seen[2].echoed == std::vector<bool>{false, false, true, false});
  CHECK(out.seen[0].token.empty());
}

TEST_CASE("a site costs no more than its pages, and a trap of links has an end") {
  PaperSite site;
  SeededRandom random(7);
  SitePlan with = plan();
  with.pages = 12;
  with.known = 200;
  SiteCrawl crawl = SiteCrawl::begin(with, random).value();
  std::size_t fetched = 0;
  int n = 0;
  while (const auto order = crawl.next()) {
    ++fetched;
    auto answer = site.answer(*order);
    for (int i = 0; i < 500; ++i) answer.fetched.reading.links.push_back("/" + std::to_string(++n));
    crawl.answered(*order, std::move(answer));
  }
  CHECK(crawl.over());
  CHECK(fetched == 2 + 12 * 4);
  CHECK(crawl.observed().pages_looked_at == 12);
  CHECK(crawl.observed().pages_left == 200 - 12);
}

TEST_CASE("the same plan asks the same; another round looks at other pages") {
  PaperSite site;
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back("/" + std::to_string(i));
  site.pages["https://a.vn/"] = links(many);
  SitePlan with = plan();
  with.pages = 20;
  const auto first = walk(with, site).asked;
  CHECK(first == walk(with, site).asked);
  with.round = 1;
  CHECK(first != walk(with, site).asked);
}

TEST_CASE("what we have of a page is said when it is asked for again") {
  PaperSite site;
  SitePlan with = plan();
  with.validators["googlebot https://a.vn/"] = {"\"1\"", "then"};
  SeededRandom random(1);
  SiteCrawl crawl = SiteCrawl::begin(with, random).value();
  int said = 0;
  while (const auto order = crawl.next()) {
    if (order->kind == SiteCrawl::Order::Kind::view) {
      CHECK(order->request.etag == (order->request.visitor == Visitor::googlebot ? "\"1\"" : ""));
      said += order->request.last_modified == "then" ? 1 : 0;
    }
    crawl.answered(*order, site.answer(*order));
  }
  CHECK(said == 1);
}

TEST_CASE("cut off anywhere and resumed, the same pages are looked at and none is lost") {
  PaperSite site;
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i) many.push_back("/" + std::to_string(i));
  site.pages["https://a.vn/"] = links(many);
  SitePlan with = plan();
  with.pages = 15;
  with.search_paths = {"/?s="};
  const auto whole = walk(with, site).urls();
  for (std::size_t cut = 1; cut < 60; cut += 3) {
    CAPTURE(cut);
    SeededRandom random(7);
    SiteCrawl crawl = SiteCrawl::begin(with, random).value();
    Walk before;
    walk(crawl, site, before, cut);
    // Asked and not answered when it was cut off.
    static_cast<void>(crawl.next());
    SiteCrawl resumed = SiteCrawl::resume(with, crawl.to_json()).value();
    Walk after;
    walk(resumed, site, after);
    CHECK(resumed.over());
    auto both = before.urls();
    for (const std::string& url : after.urls()) both.push_back(url);
    std::ranges::sort(both);
    auto wanted = whole;
    std::ranges::sort(wanted);
    CHECK(both == wanted);
  }
}

TEST_CASE("an address that is none, or what was kept of another site, is refused") {
  SeededRandom random(1);
  SitePlan with = plan();
  with.url = "ftp://a.vn";
  CHECK_FALSE(SiteCrawl::begin(with, random));
  const std::string kept = SiteCrawl::begin(plan(), random).value().to_json();
  with.url = "https://b.vn";
  CHECK_FALSE(SiteCrawl::resume(with, kept));
  CHECK_FALSE(SiteCrawl::resume(plan(), "{"));
}

}  // namespace
}  // namespace khien::crawl
