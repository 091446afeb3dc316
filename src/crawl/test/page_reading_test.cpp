#include "khien/crawl/page_reading.hpp"

#include <doctest/doctest.h>

#include "khien/core/clock.hpp"

namespace khien::crawl {
namespace {

PageView view(std::string body, std::string url = "https://a.vn/x/y") {
  PageView view;
  view.url = view.final_url = std::move(url);
  view.status = 200;
  view.headers = {{"content-type", "text/html; charset=utf-8"}};
  view.body = std::move(body);
  return view;
}

// There and back, as between two processes.
Result<PageReading> through(const PageView& page) {
  const auto answer = run_reading_job(as_bytes(encode_page_job(page)), &system_clock());
  if (!answer) return answer.error();
  return read_page_answer(*answer);
}

TEST_CASE("links, frames and where a page sends on come through as they stand in it") {
  const auto reading = through(view("<html><head><meta http-equiv=refresh content='0; url=/next'></head><body>"
                                    "<a href='/tin?a=1&amp;b=2'>x</a><iframe src='//b.vn/f'></iframe></body></html>"));
  REQUIRE(reading);
  CHECK(reading->links == std::vector<std::string>{"//b.vn/f", "/tin?a=1&b=2"});
  CHECK(reading->next == "https://a.vn/next");
  CHECK(reading->how == RedirectStep::How::refresh);
  CHECK(reading->whole);
}

TEST_CASE("a plain script sends on, and a header does") {
  const auto script = through(view("<script>window.location.href = \"https://xx88.example/\";</script>"));
  REQUIRE(script);
  CHECK(script->next == "https://xx88.example/");
  CHECK(script->how == RedirectStep::How::script);
  PageView with_header = view("<p>x");
  with_header.headers.push_back({"refresh", "0;url=/h"});
  CHECK(through(with_header)->next == "https://a.vn/h");
}

TEST_CASE("a page with a base is read from there") {
  const auto reading = through(view("<base href='https://b.vn/z/'><a href='c'>x</a>"));
  REQUIRE(reading);
  CHECK(reading->links == std::vector<std::string>{"https://b.vn/z/c"});
}

TEST_CASE("links without end stop at the limit") {
  std::string page;
  for (int i = 0; i < 100'000; ++i) page += "<a href=/" + std::to_string(i) + ">x</a>";
  const auto reading = through(view(page));
  REQUIRE(reading);
  CHECK(reading->links.size() == kMaxLinksRead);
  CHECK_FALSE(reading->whole);
}

TEST_CASE("a sitemap comes through") {
  const auto answer = run_reading_job(as_bytes(encode_sitemap_job("<urlset><url><loc>https://a.vn/1</loc><lastmod>2026</lastmod></url></urlset>")), nullptr);
  REQUIRE(answer);
  const auto map = read_sitemap_answer(*answer);
  REQUIRE(map);
  CHECK(map->pages == std::vector<SitemapEntry>{{"https://a.vn/1", "2026"}});
}

TEST_CASE("what is no job is refused, and a reader that lies is not believed") {
  for (const std::string& job : {std::string("x"), std::string("khien-read 1\n"), std::string("khien-read 1\nother\n{}\n"), std::string("khien-read 1\npage\n"),
                                 std::string("khien-read 1\npage\nnothing\nbody")})
    CHECK_FALSE(run_reading_job(as_bytes(job), nullptr));
  const std::string long_reference(9000, 'a');
  for (const std::string& answer :
       {std::string("{}"), std::string("[]"), std::string("{\"next\":1,\"how\":\"script\",\"whole\":true,\"links\":[]}"),
        "{\"next\":\"" + long_reference + "\",\"how\":\"script\",\"whole\":true,\"links\":[]}",
        "{\"next\":\"\",\"how\":\"script\",\"whole\":true,\"links\":[\"" + long_reference + "\"]}",
        std::string("{\"next\":\"\",\"how\":\"script\",\"whole\":true,\"links\":[1]}")}) {
    const auto reading = read_page_answer(answer);
    REQUIRE_FALSE(reading);
    CHECK(reading.error().code() == Code::corrupt);
  }
}

}  // namespace
}  // namespace khien::crawl
