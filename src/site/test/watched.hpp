#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../../flow/test/road.hpp"
#include "khien/flow/judges/watch_judge.hpp"
#include "khien/site/cases.hpp"
#include "khien/site/page_evidence.hpp"
#include "khien/site/sites.hpp"
#include "khien/site/watch.hpp"

namespace khien::site {

using flow::kAnalyst;
using flow::kNow;

// A site that is as the test says, and keeps account of what it was asked. Strict: a
// page it was not told of is an error.
class FakeWatcher final : public SiteWatcher {
 public:
  struct Page {
    PageClass page_class = PageClass::clean;
    std::string body;
    std::string limit = {};
    std::string rendered = {};  // after its scripts; empty: no browser opened it
    bool by_script = false;
  };
  explicit FakeWatcher(const Clock& clock) : clock_(clock) {}

  std::map<std::string, Page> pages;  // that the crawler comes by, by address
  bool answers = true;
  std::vector<Fact> facts{{"cms.name", "Fake"}};
  std::optional<Error> failure;
  std::function<void()> meanwhile;    // during a look
  std::map<std::string, PageClass> judged_now;  // what today's rules say of kept pages
  std::uint64_t rules = 1;

  std::vector<LookOrder> looks;
  std::atomic<int> ended = 0;  // looks
  std::vector<std::pair<std::string, std::vector<PageView>>> judged;
  std::vector<std::string> learned;

  Result<Look> look(const LookOrder& order, const std::function<Result<void>(LookedPage)>& take) override {
    looks.push_back(order);
    if (failure) return *failure;
    std::map<std::string, Page> all = pages;
    // A page that is asked for and gone gives a 404, which is clean.
    for (const auto& url : order.pages) all.try_emplace(url, Page{PageClass::clean, "404"});
    for (const auto& [url, page] : all) {
      if (meanwhile) meanwhile();
      std::optional<PagePicture> picture;
      if (!page.rendered.empty()) picture = PagePicture{.png = "PNG", .width = 1280, .height = 900, .taken_at = clock_.now()};
      TRY_VOID(take({.seen = seen(url, page), .views = views(url, page), .picture = std::move(picture), .by_script = page.by_script}));
    }
    ++ended;
    return Look{.seen = {.answered = answers, .pages = all.size(), .views = all.size() * 4, .facts = facts},
                .baseline = "looked"};
  }
  Result<PageSeen> judge(const LookOrder&, std::string_view url, std::vector<PageView> kept) override {
    const auto found = judged_now.find(std::string(url));
    khien_assert(found != judged_now.end());
    judged.emplace_back(std::string(url), std::move(kept));
    return PageSeen{.url = std::string(url), .content = rules, .page_class = found->second};
  }
  Result<std::string> learn(const LookOrder& order, std::string_view url, std::vector<PageView>) override {
    learned.emplace_back(url);
    return order.baseline + "+" + std::string(url);
  }
  std::uint64_t content() const override { return rules; }

 private:
  static PageSeen seen(const std::string& url, const Page& page) {
    return {.url = url, .content = 1, .page_class = page.page_class, .score = 900, .reasons = {{"fake", 900}}};
  }
  std::vector<PageView> views(const std::string& url, const Page& page) const {
    std::vector<PageView> all;
    for (const auto visitor : {Visitor::mobile_google, Visitor::desktop, Visitor::desktop_google, Visitor::googlebot}) {
      PageView view{.visitor = visitor, .url = url, .final_url = url, .status = 200, .headers = {{"server", "nginx"}},
                    .body = page.body, .limit = page.limit, .fetched_at = clock_.now()};
      if (visitor == Visitor::googlebot) view.body += " for robots";
      all.push_back(std::move(view));
    }
    if (!page.rendered.empty()) {
      all.push_back({.visitor = Visitor::rendered, .url = url, .final_url = url, .status = 200, .body = page.rendered, .fetched_at = clock_.now()});
    }
    return all;
  }
  const Clock& clock_;
};

// A province with one site, its watch and the road.
struct Watched : flow::Road {
  Watched() : Road({flow::make_watch_judge()}) { begin(); }

  SiteId xa = site("https://xa.gov.vn");
  std::shared_ptr<FakeWatcher> fake = std::make_shared<FakeWatcher>(clock());
  std::unique_ptr<flow::HubSensor> sensor;
  std::unique_ptr<Watch> watch;

  void begin() {
    watch.reset();
    sensor = std::make_unique<flow::HubSensor>(flow(), ledger(), clock());
    watch = std::make_unique<Watch>(hub(), *sensor, fake, clock(), Watch::Options{});
  }
  // All that is due, and what follows from it.
  int run() {
    int looks = 0;
    while (watch->look_once().value()) ++looks;
    apply();
    khien_assert(watch->tend().has_value());
    apply();
    khien_assert(watch->tend().has_value());
    return looks;
  }
  int after(Duration time) {
    clock().advance(time);
    return run();
  }
  void infect(std::string url, std::string body = "tài xỉu") { fake->pages[std::move(url)] = {PageClass::compromised, std::move(body)}; }
  void clean(std::string url) { fake->pages[std::move(url)] = {PageClass::clean, "tin tức"}; }

  CasePage cases(bool alive = false) {
    return read([&](store::Connection& c) { return list_cases(c, scope(), {.alive_only = alive}); }).value();
  }
  CaseRecord only_case() {
    auto page = cases();
    khien_assert(page.items.size() == 1);
    return page.items.front();
  }
  Result<void> say(CaseDecision decision) {
    return write([&](store::Connection& c) { return decide_case(c, scope(), only_case().id, kAnalyst, decision, clock().now()); });
  }
  // Where duties are measured: is it altered, and how much longer does the last look count?
  std::pair<bool, Duration> standing() {
    std::pair<bool, Duration> told;
    read([&](store::Connection& c) {
      return c.query_one("SELECT altered, seen_until FROM site WHERE tenant_id = ?1 AND id = ?2", {tenant(), xa}, [&](const store::Row& row) -> Result<void> {
        told = {row.integer(0) != 0, row.time(1) - clock().now()};
        return {};
      });
    }).value();
    return told;
  }
  WatchedSite status() {
    return read([&](store::Connection& c) { return get_watched(c, scope(), xa, clock().now()); }).value();
  }
};

}  // namespace khien::site
