// Lists of a search engine: what is an address in them, and when it is looked at.
#include "khien/site/listed.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "watched.hpp"

namespace khien::site {
namespace {

std::vector<std::string> found(std::string_view text) { return web_addresses_in(text, "xa.gov.vn", 1'000); }

TEST_CASE("addresses are found in lists, in a console's export and in words that were copied whole") {
  CHECK(found("https://xa.gov.vn/a\nhttp://xa.gov.vn/b?c=1&d=2\r\n\nhttps://xa.gov.vn/a\n") ==
        std::vector<std::string>{"https://xa.gov.vn/a", "http://xa.gov.vn/b?c=1&d=2"});
  // Search console, "Pages.csv": a heading, then the address first.
  CHECK(found("Top pages,Clicks,Impressions,CTR,Position\nhttps://xa.gov.vn/upload/x.html,12,\"1,304\",0.92%,7.1\n\"https://xa.gov.vn/a b\",1,2,3%,4\n") ==
        std::vector<std::string>{"https://xa.gov.vn/upload/x.html", "https://xa.gov.vn/a"});
  CHECK(found("Trang\tLượt nhấp\nhttps://xa.gov.vn/tìm?q=a\t3\n") == std::vector<std::string>{"https://xa.gov.vn/tìm?q=a"});
  // A results page: the name in a line of its own, marks of a sentence behind.
  CHECK(found("Tài xỉu uy tín\nxa.gov.vn › tin-tuc\nwww.xa.gov.vn/uploads/game.html — 3 ngày trước\nXem (https://xa.gov.vn/c).\n") ==
        std::vector<std::string>{"https://xa.gov.vn", "https://www.xa.gov.vn/uploads/game.html", "https://xa.gov.vn/c"});
  CHECK(found("https://a.vn/ https://b.vn/#x") == std::vector<std::string>{"https://a.vn/", "https://b.vn/"});
  CHECK(found("httpd http:// https:/x ftp://xa.gov.vn/a javascript:alert(1) http://localhost/").empty());
  CHECK(found("https://xa.gov.vn/\xff\n").empty());
  CHECK(found("https://xa.gov.vn/" + std::string(3'000, 'a')).empty());
  CHECK(web_addresses_in("https://a.vn/1\nhttps://a.vn/2\nhttps://a.vn/3\n", "", 2).size() == 2);
}

struct Listing : Watched {
  Result<ListedCount> list(std::string_view text) {
    return write([&](store::Connection& c) { return list_pages(c, scope(), xa, kAnalyst, text, clock().now()); });
  }
  ListedPages listed() {
    return read([&](store::Connection& c) { return listed_of(c, scope(), xa); }).value();
  }
};

TEST_CASE("what is listed is looked at, a part each time, those that wait longest first; what is another's is counted") {
  Listing road;
  std::string text = "https://www.xa.gov.vn/0\nhttps://khac.gov.vn/a\n";
  for (int i = 1; i < 50; ++i) text += "https://xa.gov.vn/" + std::to_string(i) + "\n";
  const auto first = road.list(text).value();
  CHECK(first.added == 50);
  CHECK(first.elsewhere == 1);
  CHECK(road.list("https://xa.gov.vn/1\nhttps://xa.gov.vn/new").value().known == 1);
  CHECK(road.listed().pages == 51);
  CHECK(road.listed().looked_at == 0);
  road.run();
  REQUIRE(road.fake->looks.size() == 1);
  CHECK(road.fake->looks[0].listed.size() == kListedOfALook);
  CHECK(road.listed().looked_at == static_cast<std::int64_t>(kListedOfALook));
  road.after(hours(26));
  REQUIRE(road.fake->looks.size() == 2);
  CHECK(road.listed().looked_at == 51);
  const auto& again = road.fake->looks[1].listed;
  for (std::size_t i = 0; i < 51 - kListedOfALook; ++i) {
    CHECK(std::ranges::find(road.fake->looks[0].listed, again[i]) == road.fake->looks[0].listed.end());
  }
  CHECK(road.write([&](store::Connection& c) { return forget_listed(c, road.scope(), road.xa); }).value() == 51);
  road.after(hours(26));
  CHECK(road.fake->looks[2].listed.empty());
}

TEST_CASE("a list without an address, one that is too long and a site of another's are refused; a site's list has an end") {
  Listing road;
  CHECK(road.list("không có gì").error().code() == Code::invalid);
  CHECK(road.list(std::string(kMostListedText + 1, 'a')).error().code() == Code::invalid);
  const auto foreign = store::TenantScope::for_test(road.tenant(), {});
  CHECK(road.write([&](store::Connection& c) { return list_pages(c, foreign, road.xa, kAnalyst, "https://xa.gov.vn/1", kNow); }).error().code() == Code::not_found);
  std::string text;
  for (std::size_t i = 0; i < kMostListedOfSite + 7; ++i) text += "https://xa.gov.vn/" + std::to_string(i) + "\n";
  const auto count = road.list(text).value();
  CHECK(count.added == static_cast<std::int64_t>(kMostListedOfSite));
  CHECK(count.left_out == 7);
}

}  // namespace
}  // namespace khien::site
