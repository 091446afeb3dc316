#include "khien/crawl/crawl.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "fetch_fixture.hpp"
#include "lab_server.hpp"

namespace khien::crawl {
namespace {

// A site of thirty pages with a robots.txt, a sitemap and a search that echoes.
void be_a_site(const LabRequest& request, LabLine& line) {
  const std::string origin = "http://" + request.header("host");
  if (request.target == "/robots.txt") line.answer(200, "", "user-agent: *\ndisallow: /closed\nsitemap: " + origin + "/map.xml\n");
  else if (request.target == "/map.xml") line.answer(200, "", "<urlset><url><loc>" + origin + "/listed</loc></url></urlset>");
  else if (request.target.starts_with("/tim?q=")) line.answer(200, "", "<p>Kết quả: " + request.target.substr(7) + "</p>");
  else if (request.target == "/" || request.target == "/listed") {
    std::string page = "<form action=\"/tim\"><input name=\"q\"></form><a href=\"/closed/1\">";
    for (int i = 0; i < 30; ++i) page += "<a href=\"/" + std::to_string(i) + "\">";
    line.answer(200, "", page);
  } else line.answer(200, "", "<p>" + request.target + "</p>");
}

TEST_CASE("sites are crawled side by side, each whole, also beside one that answers nothing") {
  LabServer site(be_a_site);
  LabServer dead([](const LabRequest&, LabLine& line) { line.pause(5000); });
  Lab lab;
  SeededRandom random(3);
  Crawl crawl(*lab.fetcher, lab.reader, random, {.sites_at_once = 2});
  std::vector<std::string> plans{site.origin(), "http://localhost:" + std::to_string(dead.port()), "nothing", "http://localhost:" + std::to_string(site.port())};
  std::size_t given = 0;
  std::map<std::string, std::vector<SeenAddress>> pages;
  std::map<std::string, SiteObserved> over;
  std::vector<std::string> refused;
  crawl.run(
      [&]() -> std::optional<SitePlan> {
        if (given == plans.size()) return std::nullopt;
        SitePlan plan;
        plan.url = plans[given++];
        plan.pages = 12;
        return plan;
      },
      {.page = [&](const std::string& url, SeenAddress seen) { pages[url].push_back(std::move(seen)); },
       .over = [&](const std::string& url, const SiteObserved& observed) { over[url] = observed; },
       .refused = [&](const std::string& url, const Error&) { refused.push_back(url); }});
  CHECK(refused == std::vector<std::string>{"nothing"});
  REQUIRE(over.size() == 3);
  for (const std::string& url : {plans[0], plans[3]}) {
    CAPTURE(url);
    CHECK(pages[url].size() == 12);
    CHECK(over[url].robots_found);
    CHECK(over[url].pages_listed == 1);
    CHECK(over[url].closed_by_robots > 0);
    bool echoed = false;
    for (const SeenAddress& seen : pages[url]) {
      CHECK(seen.views.size() == 4);
      for (const PageView& view : seen.views) CHECK(view.status == 200);
      CHECK(seen.page.url.find("closed") == std::string::npos);
      echoed = echoed || (seen.page.origin == PageOrigin::echo && seen.echoed == std::vector<bool>(4, true));
    }
    CHECK(echoed);
  }
  // Its home page was asked for all the same.
  REQUIRE(pages[plans[1]].size() == 1);
  CHECK(pages[plans[1]][0].views[0].limit == "timeout");
}

}  // namespace
}  // namespace khien::crawl
