#include "khien/crawl/robots.hpp"

#include <doctest/doctest.h>

namespace khien::crawl {
namespace {

TEST_CASE("nothing said is nothing forbidden, and nothing to be had is everything") {
  CHECK(Robots().allows("/a"));
  CHECK(Robots::parse("<html>404</html>").allows("/a"));
  CHECK_FALSE(Robots::closed().allows("/"));
}

TEST_CASE("our own group counts instead of everybody's") {
  constexpr auto kText =
      "User-agent: *\nDisallow: /a\n\nUser-agent: Googlebot\nUser-agent: Khien\nDisallow: /b # words\nCrawl-delay: 3\n"
      "Sitemap: https://a.vn/s.xml\n";
  const Robots robots = Robots::parse(kText);
  CHECK(robots.allows("/a"));
  CHECK_FALSE(robots.allows("/b/c"));
  CHECK(robots.delay() == seconds(3));
  REQUIRE(robots.sitemaps().size() == 1);
  CHECK(robots.sitemaps()[0] == "https://a.vn/s.xml");
}

TEST_CASE("the longest rule decides, and of two as long the one that allows") {
  const Robots robots = Robots::parse("user-agent:*\r\ndisallow:/tin\r\nallow:/tin/moi\r\nallow:/x\r\ndisallow:/x\r\n");
  CHECK_FALSE(robots.allows("/tin-tuc"));
  CHECK(robots.allows("/tin/moi/1"));
  CHECK(robots.allows("/x"));
}

TEST_CASE("stars and ends") {
  const Robots robots = Robots::parse("user-agent: *\ndisallow: /*.pdf$\ndisallow: /a*b*c\ndisallow: /*?q=");
  CHECK_FALSE(robots.allows("/x/y.pdf"));
  CHECK(robots.allows("/x/y.pdf?z"));
  CHECK_FALSE(robots.allows("/a--b--c--"));
  CHECK(robots.allows("/a--c--b"));
  CHECK_FALSE(robots.allows("/tim?q=1"));
}

TEST_CASE("many stars take no longer than they must") {
  std::string pattern = "/";
  for (int i = 0; i < 500; ++i) pattern += "*a";
  const Robots robots = Robots::parse("user-agent: *\ndisallow: " + pattern + "b$\n");
  CHECK(robots.allows("/" + std::string(4000, 'a')));
}

TEST_CASE("an empty rule forbids nothing; a delay has an end") {
  CHECK(Robots::parse("user-agent: *\ndisallow:\n").allows("/a"));
  CHECK(Robots::parse("user-agent: *\ncrawl-delay: 99999\n").delay() == minutes(1));
  CHECK(Robots::parse("user-agent: *\ncrawl-delay: -1\n").delay() == Duration{});
}

TEST_CASE("a robots.txt without end is read to its limits") {
  std::string text = "user-agent: *\n";
  for (int i = 0; i < 100'000; ++i) text += "disallow: /p" + std::to_string(1'000'000 + i) + "\nsitemap: http://a.vn/" + std::to_string(i) + "\n";
  const Robots robots = Robots::parse(text);
  CHECK(robots.sitemaps().size() == Robots::kMaxSitemaps);
  CHECK_FALSE(robots.allows("/p1000007"));
  CHECK(robots.allows("/p1099999"));
}

}  // namespace
}  // namespace khien::crawl
