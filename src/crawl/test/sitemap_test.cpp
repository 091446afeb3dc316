#include "khien/crawl/sitemap.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <string>

namespace khien::crawl {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Sitemap read(const std::string& body, Budget::Limits limits = {}) {
  Budget budget(limits);
  return read_sitemap(body, budget).value();
}

constexpr auto kPages = R"(<?xml version="1.0"?><urlset xmlns="x"><url><loc> https://a.vn/?a=1&amp;b=2 </loc>
<lastmod>2026-11-01</lastmod></url><url><lastmod>late</lastmod><sm:loc><![CDATA[https://a.vn/c]]></sm:loc></url>
<url><image:image><image:loc2>no</image:loc2></image:image><loc>https://a.vn/&#x111;</loc></url></urlset>)";

TEST_CASE("pages with their times") {
  const Sitemap map = read(kPages);
  REQUIRE(map.pages.size() == 3);
  CHECK(map.pages[0] == SitemapEntry{"https://a.vn/?a=1&b=2", "2026-11-01"});
  CHECK(map.pages[1].url == "https://a.vn/c");
  CHECK(map.pages[2].url == "https://a.vn/đ");
  CHECK(map.sitemaps.empty());
  CHECK(map.whole);
}

TEST_CASE("an index, packed or not, and a plain list") {
  const std::string index = "<sitemapindex><sitemap><loc>https://a.vn/1.xml.gz</loc><lastmod>x</lastmod></sitemap></sitemapindex>";
  CHECK(read(index).sitemaps == std::vector<std::string>{"https://a.vn/1.xml.gz"});
  CHECK(read(gzip(index)) == read(index));
  CHECK(read("https://a.vn/1\r\nhttps://a.vn/2\nnothing\n").pages.size() == 2);
}

TEST_CASE("a bomb ends at the budget, and says so") {
  std::string text = "<urlset><url><loc>https://a.vn/first</loc></url>" + std::string(64u << 20, ' ');
  const Sitemap map = read(gzip(text), {.bytes_out = 1u << 20});
  CHECK_FALSE(map.whole);
  REQUIRE(map.pages.size() == 1);
}

TEST_CASE("entries without end stop at the budget") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "<url><loc>https://a.vn/" + std::to_string(i) + "</loc></url>";
  const Sitemap map = read(text, {.entries = 1000});
  CHECK(map.pages.size() == 1000);
  CHECK_FALSE(map.whole);
}

TEST_CASE("what is broken gives what stood before") {
  Budget budget({});
  CHECK_FALSE(read_sitemap("\x1f\x8bnothing of the kind", budget));
  CHECK(read("<loc>").pages.empty());
  CHECK(read("<loc>https://a.vn/").pages.empty());
  CHECK(read("<url><loc>https://a.vn/&broken;&#0;</loc>").pages[0].url == "https://a.vn/&broken;&#0;");
  const std::string packed = gzip(kPages);
  CHECK_FALSE(read(packed.substr(0, packed.size() / 2)).whole);
}

}  // namespace
}  // namespace khien::crawl
