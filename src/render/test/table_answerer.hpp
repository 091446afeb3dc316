#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "khien/render/browser.hpp"

namespace khien::render {

inline WebAnswer page_of(std::string html) {
  return {.status = 200, .headers = {{"content-type", "text/html; charset=utf-8"}}, .body = std::move(html), .limit = {}};
}

// A web of a few addresses. What it does not have has no name.
class TableAnswerer final : public RequestAnswerer {
 public:
  std::map<std::string, WebAnswer> web;
  std::vector<std::string> asked;

  void ask(const std::string& url, Done done) override {
    asked.push_back(url);
    const auto found = web.find(url);
    waiting_.emplace_back(std::move(done), found == web.end() ? WebAnswer{.status = 0, .headers = {}, .body = {}, .limit = "name"} : found->second);
  }
  void step(Duration) override {
    for (auto& [done, answer] : std::exchange(waiting_, {})) done(std::move(answer));
  }

 private:
  std::vector<std::pair<Done, WebAnswer>> waiting_;
};

}  // namespace khien::render
