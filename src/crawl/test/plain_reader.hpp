#pragma once

#include "khien/crawl/site_reader.hpp"

namespace khien::crawl {

// Reads what the tests' pages hold, and no more: refresh, a script's location, href.
class PlainReader final : public SiteReader {
 public:
  Result<PageReading> page(const PageView& view) override {
    ++pages;
    PageReading reading;
    const std::string_view body = view.body;
    if (const auto refresh = between(body, "http-equiv=\"refresh\" content=\"0;url=", "\""); !refresh.empty()) {
      reading.next = refresh;
    } else if (const auto script = between(body, "location=\"", "\""); !script.empty()) {
      reading.next = script;
      reading.how = RedirectStep::How::script;
    }
    std::size_t at = 0;
    while ((at = body.find("href=\"", at)) != body.npos && reading.links.size() < kMaxLinks) {
      at += 6;
      reading.links.emplace_back(body.substr(at, body.find('"', at) - at));
    }
    reading.whole = at == body.npos;
    if (const auto action = between(body, "<form action=\"", "\""); !action.empty())
      reading.searches.push_back({std::string(action), std::string(between(body, "<input name=\"", "\""))});
    return reading;
  }
  Result<Robots> robots(std::string_view body) override { return Robots::parse(body); }
  Result<Sitemap> sitemap(std::string_view body) override {
    Budget budget({});
    return read_sitemap(body, budget);
  }

  static constexpr std::size_t kMaxLinks = 10'000;
  int pages = 0;

 private:
  static std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const auto at = text.find(before);
    if (at == text.npos) return {};
    text.remove_prefix(at + before.size());
    return text.substr(0, text.find(after));
  }
};

}  // namespace khien::crawl
