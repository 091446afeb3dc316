// When sites are looked at, and what survives a restart in the middle.
#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "watched.hpp"

namespace khien::site {
namespace {

const std::string kPage = "https://xa.gov.vn/a";

TEST_CASE("a site is looked at at once, then daily; one that is ill hourly; a person's wish at once") {
  Watched road;
  road.clean("https://xa.gov.vn/");
  CHECK(road.run() == 1);
  CHECK(road.run() == 0);
  CHECK(road.after(hours(23)) == 0);
  CHECK(road.after(hours(3)) == 1);  // up to a twentieth later, so that sites drift apart
  road.infect(kPage);
  CHECK(road.after(hours(26)) == 1);
  CHECK(road.after(minutes(59)) == 0);
  CHECK(road.after(minutes(5)) == 1);
  REQUIRE(road.write([&](store::Connection& c) { return wish_look(c, road.scope(), road.xa, kAnalyst, road.clock().now()); }));
  CHECK(road.run() == 1);
  CHECK(road.run() == 0);
}

TEST_CASE("a wish that is made while the site is looked at is another look") {
  Watched road;
  road.clean(kPage);
  bool wished = false;
  road.fake->meanwhile = [&] {
    if (std::exchange(wished, true)) return;
    road.clock().advance(seconds(1));
    REQUIRE(road.write([&](store::Connection& c) { return wish_look(c, road.scope(), road.xa, kAnalyst, road.clock().now()); }));
  };
  CHECK(road.run() == 2);
}

TEST_CASE("an interval of its own") {
  Watched road;
  road.clean(kPage);
  road.run();
  const auto set = [&](std::optional<Duration> every) {
    return road.write([&](store::Connection& c) { return set_interval(c, road.scope(), road.xa, every, road.clock().now()); });
  };
  CHECK(set(minutes(30)).error().code() == Code::invalid);
  CHECK(set(days(31)).error().code() == Code::invalid);
  REQUIRE(set(hours(3)));
  CHECK(road.after(hours(4)) == 1);
  CHECK(road.after(hours(4)) == 1);
  REQUIRE(set(std::nullopt));
  CHECK(road.after(hours(4)) == 1);
  CHECK(road.after(hours(4)) == 0);
}

TEST_CASE("a site that is no more is not looked at") {
  Watched road;
  REQUIRE(road.write([&](store::Connection& c) {
    return estate::update_site(c, road.scope(), road.xa, {.valid_to = std::optional(vietnam_day(kNow) - 1)});
  }));
  CHECK(road.run() == 0);
}

TEST_CASE("the sites of a made-up province are nobody's to look at") {
  Watched road;
  REQUIRE(road.write([](store::Connection& c) { return c.run("UPDATE tenant SET sample = 1"); }));
  CHECK(road.run() == 0);
  CHECK(road.fake->looks.empty());
}

TEST_CASE("a look that fails is begun again, later each time, and what it told stays") {
  Watched road;
  road.fake->failure = Error(Code::unavailable, "no network\xff");
  CHECK(road.run() == 1);
  CHECK(road.run() == 0);
  CHECK(road.after(minutes(16)) == 1);
  CHECK(road.after(minutes(16)) == 0);
  CHECK(road.after(minutes(16)) == 1);
  const auto record = road.read([&](store::Connection& c) { return watch_of(c, road.scope(), road.xa, road.clock().now()); }).value();
  CHECK(record.failures == 3);
  CHECK(record.failure == "no network\xEF\xBF\xBD");
  CHECK(road.status().status == SiteStatus::not_yet);
  road.fake->failure.reset();
  road.fake->answers = false;
  CHECK(road.after(hours(3)) == 1);
  CHECK(road.status().status == SiteStatus::silent);
}

TEST_CASE("a look that a restart broke off is begun again, and its pages are told once") {
  Watched road;
  road.infect(kPage);
  road.infect("https://xa.gov.vn/b");
  int pages = 0;
  road.fake->meanwhile = [&] {
    if (++pages == 2) throw std::runtime_error("power cut");
  };
  CHECK_THROWS(road.watch->look_once().value());
  road.apply();
  CHECK(road.all().size() == 1);
  road.reopen();
  road.fake->meanwhile = {};
  road.begin();
  // What the broken look told may be judged again meanwhile.
  road.fake->judged_now[kPage] = PageClass::compromised;
  CHECK_FALSE(road.watch->look_once().value());  // taken by one who is gone
  road.watch->start();                           // who knows that he is
  for (int i = 0; i < 500 && road.fake->ended < 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  road.watch->stop();
  road.apply();
  CHECK(road.fake->looks.size() == 2);
  CHECK(road.all().size() == 2);
}

TEST_CASE("a look that takes for ever is another's after an hour, and does not end the other's") {
  Watched road;
  road.clean(kPage);
  int depth = 0;
  road.fake->meanwhile = [&] {
    if (depth++ > 0) return;
    road.clock().advance(minutes(61));
    CHECK(road.watch->look_once().value());
  };
  CHECK(road.watch->look_once().value());
  const auto record = road.read([&](store::Connection& c) { return watch_of(c, road.scope(), road.xa, road.clock().now()); }).value();
  CHECK(record.looks == 2);
  CHECK_FALSE(record.being_looked_at);
}

TEST_CASE("pages that were never ill are not told; those that were are, clean or not, and gone ones too") {
  Watched road;
  road.clean("https://xa.gov.vn/");
  road.infect(kPage);
  road.run();
  CHECK(road.number("SELECT count(*) FROM page_fact") == 1);
  CHECK(road.number("SELECT count(*) FROM page_evidence") == 1);
  road.fake->pages.erase(kPage);
  road.after(hours(2));
  CHECK(road.only().state == FindingState::resolved);
  CHECK(road.number("SELECT count(*) FROM page_fact WHERE class = 'clean'") == 1);
  CHECK(road.number("SELECT count(*) FROM page_evidence") == 2);  // ill and clean, side by side
}

TEST_CASE("new rules judge what was kept, without asking the site, and mend no case by old bytes") {
  Watched road;
  road.infect(kPage, "bạn đọc phản ánh tài xỉu");
  road.run();
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  REQUIRE(road.say({CaseEvent::cause, Cause::other, "x"}));
  const auto looks = road.fake->looks.size();
  road.clock().advance(seconds(1));
  road.fake->rules = 2;
  road.fake->judged_now[kPage] = PageClass::legitimate_mention;
  REQUIRE(road.watch->tend());
  road.apply();
  REQUIRE(road.watch->tend());
  CHECK(road.fake->looks.size() == looks);
  REQUIRE(road.fake->judged.size() == 1);
  REQUIRE(road.fake->judged[0].second.size() == 4);
  CHECK(road.fake->judged[0].second[0].body == "bạn đọc phản ánh tài xỉu");
  CHECK(road.fake->judged[0].second[2].body == "bạn đọc phản ánh tài xỉu for robots");
  CHECK(road.fake->judged[0].second[0].headers == std::vector<HttpHeader>{{"server", "nginx"}});
  CHECK(road.only().state == FindingState::resolved);       // the rule no longer holds
  CHECK(road.only_case().state == CaseState::rescanning);   // nobody looked since
  REQUIRE(road.watch->tend());
  CHECK(road.fake->judged.size() == 1);  // once a content
}

TEST_CASE("the list of sites: worst first, counted by status, in pages, by words, in scope") {
  Watched road;
  const auto unit = road.unit(road.root(), "Phường Trúc");
  road.site_of(road.scope(), unit, "https://b.gov.vn");
  road.infect(kPage);
  while (road.watch->look_once().value()) road.fake->pages.clear();
  road.apply();
  road.site("https://c.gov.vn");
  const auto list = [&](WatchedQuery query) {
    return road.read([&](store::Connection& c) { return list_watched(c, road.scope(), query, road.clock().now()); }).value();
  };
  const auto all = list({});
  REQUIRE(all.items.size() == 3);
  CHECK(all.items[0].site.address == "https://xa.gov.vn");
  CHECK(all.items[0].status == SiteStatus::ill);
  CHECK(all.items[1].status == SiteStatus::clean);
  CHECK(all.items[2].status == SiteStatus::not_yet);
  CHECK(all.by_status == std::array<std::int64_t, kSiteStatuses>{1, 0, 0, 1, 1});
  CHECK(list({.status = SiteStatus::clean}).total == 1);
  CHECK(list({.status = SiteStatus::clean}).by_status == all.by_status);
  CHECK(list({.words = "phuong truc"}).total == 1);
  CHECK(list({.unit = unit}).total == 1);
  std::string seen;
  WatchedQuery query{.limit = 1};
  for (int i = 0; i < 3; ++i) {
    const auto page = list(query);
    seen += page.items.at(0).site.address + " ";
    CHECK(page.next.has_value() == (i < 2));
    query.cursor = page.next.value_or("");
  }
  CHECK(seen == "https://xa.gov.vn https://b.gov.vn https://c.gov.vn ");
  const auto counts = road.read([&](store::Connection& c) { return count_watched(c, road.scope(), std::nullopt, road.clock().now()); }).value();
  CHECK(counts.total == 3);
  CHECK(counts.by_status == all.by_status);
}

TEST_CASE("what a site shows of itself, and its pages") {
  Watched road;
  road.infect(kPage);
  road.run();
  const auto facts = road.read([&](store::Connection& c) { return facts_of(c, road.ledger(), road.scope(), road.xa); }).value();
  REQUIRE(facts.has_value());
  CHECK(facts->facts == std::vector<Fact>{{"cms.name", "Fake"}});
  CHECK(facts->look == 1);
  const auto pages = road.read([&](store::Connection& c) { return pages_of(c, road.scope(), road.xa, 10); }).value();
  REQUIRE(pages.size() == 1);
  CHECK(pages[0].url == kPage);
  CHECK(pages[0].whole);
  CHECK(pages[0].finding == road.only().id);
  CHECK(pages[0].evidence);
}

}  // namespace
}  // namespace khien::site
