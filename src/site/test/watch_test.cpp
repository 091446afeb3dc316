// When sites are looked at, and what survives a restart in the middle.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "khien/site/rendering.hpp"
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

TEST_CASE("the list is sieved by label, by looks that are late, by cases that wait and by class, and counts them") {
  Watched road;
  const auto today = vietnam_day(road.clock().now());
  const auto labelled = [&](const std::string& address, std::optional<Date> to) {
    const auto id = road.site(address);
    REQUIRE(road.write([&](store::Connection& c) {
      return estate::update_site(c, road.scope(), id, {.label = "TNM-1", .label_valid_to = std::optional(to)});
    }));
  };
  labelled("https://mot.gov.vn", today - 1);
  labelled("https://hai.gov.vn", today + 30);
  labelled("https://ba.gov.vn", today + 31);
  labelled("https://bon.gov.vn", std::nullopt);
  road.infect(kPage);
  road.watch->look_once().value();
  road.fake->pages.clear();
  road.run();
  const auto list = [&](WatchedQuery query) {
    std::string found;
    const auto page = road.read([&](store::Connection& c) { return list_watched(c, road.scope(), query, road.clock().now()); }).value();
    for (const auto& one : page.items) found += one.site.address.substr(8, one.site.address.find('.') - 8) + " ";
    CHECK(page.total == static_cast<std::int64_t>(page.items.size()));
    return found;
  };
  CHECK(list({.label = LabelState::none}) == "xa ");
  CHECK(list({.label = LabelState::expired}) == "mot ");
  CHECK(list({.label = LabelState::soon}) == "hai ");
  CHECK(list({.label = LabelState::valid}) == "ba bon ");
  CHECK(list({.waiting = true}) == "xa ");
  CHECK(list({.page_class = PageClass::compromised}) == "xa ");
  CHECK(list({.page_class = PageClass::cloaked}).empty());
  CHECK(list({.certificate = CertificateState::none}) == "xa ba bon hai mot ");
  CHECK(list({.overdue = true}).empty());
  const auto counts = [&] {
    return road.read([&](store::Connection& c) { return count_watched(c, road.scope(), std::nullopt, road.clock().now()); }).value();
  };
  CHECK(counts().by_label == std::array<std::int64_t, kLabelStates>{1, 1, 1, 2});
  CHECK(counts().by_certificate == std::array<std::int64_t, kCertificateStates>{5, 0, 0, 0});
  CHECK(counts().by_class == std::map<PageClass, std::int64_t>{{PageClass::compromised, 1}});
  CHECK(counts().overdue == 0);
  road.clock().advance(hours(27));
  CHECK(counts().overdue == 5);
  CHECK(list({.label = LabelState::soon, .overdue = true}) == "ba hai ");  // a day later
}

TEST_CASE("the list is sieved by what is left of the certificate, and a class that a person called legitimate counts no more") {
  Watched road;
  const Timestamp now = road.clock().now();
  const auto found = [&](WatchedQuery query) {
    return road.read([&](store::Connection& c) { return list_watched(c, road.scope(), query, road.clock().now()); }).value().total;
  };
  const auto states = [&] {
    return road.read([&](store::Connection& c) { return count_watched(c, road.scope(), std::nullopt, road.clock().now()); }).value();
  };
  const auto seen_with = [&](Timestamp expires) {
    road.fake->facts = {{"tls.expires_at", to_rfc3339(expires)}};
    road.after(hours(26));
  };
  road.infect(kPage);
  road.infect("https://xa.gov.vn/b");
  seen_with(now + days(90));
  CHECK(found({.certificate = CertificateState::valid}) == 1);
  CHECK(states().by_certificate == std::array<std::int64_t, kCertificateStates>{0, 0, 0, 1});
  seen_with(now + days(30));
  CHECK(found({.certificate = CertificateState::soon}) == 1);
  CHECK(found({.certificate = CertificateState::valid}) == 0);
  seen_with(now + days(1));
  CHECK(found({.certificate = CertificateState::expired}) == 1);
  CHECK(found({.certificate = CertificateState::none}) == 0);
  CHECK(states().by_class == std::map<PageClass, std::int64_t>{{PageClass::compromised, 1}});  // a site, however many pages
  REQUIRE(road.say({CaseEvent::legitimate, {}, "bài viết tuyên truyền"}));
  CHECK(states().by_class.empty());
  CHECK(found({.page_class = PageClass::compromised}) == 0);
}

TEST_CASE("uptime, certificate and the worst of its pages stand in the list; past looks and earlier proofs are kept") {
  Watched road;
  road.fake->facts.push_back({"tls.expires_at", "2026-12-24T00:00:00.000Z"});
  road.infect(kPage);
  road.infect("https://xa.gov.vn/b");
  road.run();
  CHECK(road.status().certificate_expires_at == from_rfc3339("2026-12-24T00:00:00.000Z").value());
  CHECK(road.status().uptime == 100);
  CHECK(road.status().infected_pages == 2);
  CHECK(road.status().worst_class == PageClass::compromised);
  road.fake->answers = false;
  road.fake->facts.clear();
  road.after(hours(2));
  CHECK(road.status().uptime == 50);
  CHECK(road.status().certificate_expires_at.has_value());  // no answer says nothing of it
  road.infect(kPage, "khác");
  road.after(hours(2));
  const auto looks = road.read([&](store::Connection& c) { return looks_of(c, road.scope(), road.xa, 2); }).value();
  REQUIRE(looks.size() == 2);
  CHECK(looks[0].look == 3);
  CHECK_FALSE(looks[0].answered);
  CHECK(looks[1].pages == 2);
  const auto pages = road.read([&](store::Connection& c) { return pages_of(c, road.scope(), road.xa, 10); }).value();
  const auto page = std::ranges::find(pages, kPage, &KnownPage::url);
  REQUIRE(page != pages.end());
  REQUIRE(page->earlier.size() == 1);
  CHECK(page->earlier[0].id.value < page->evidence.value);
  REQUIRE(road.say({CaseEvent::legitimate, {}, "đúng là vậy"}));
  CHECK(road.status().infected_pages == 0);
  CHECK_FALSE(road.status().worst_class);
  road.after(days(31));
  CHECK(road.status().uptime == 0);
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

TEST_CASE("whoever waits is woken by the bell, and a ring is never missed") {
  Bell bell;
  const auto known = bell.rung();
  bell.ring();
  const auto began = std::chrono::steady_clock::now();
  bell.wait(minutes(5), known);
  std::thread rings([&] { bell.ring(); });
  bell.wait(minutes(5), bell.rung() - 1);
  rings.join();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::minutes(1));
  bell.wait(milliseconds(1), bell.rung());
}

TEST_CASE("a wish is looked after when the bell rings, not when time is up") {
  Watched road;
  road.clean(kPage);
  const auto bell = std::make_shared<Bell>();
  Watch watch(road.hub(), *road.sensor, road.fake, road.clock(), {.ask_every = minutes(5), .tend_every = minutes(5), .bell = bell});
  watch.start();
  const auto looked_at = [&](std::int64_t looks) {
    for (int i = 0; i < 1'000; ++i) {
      if (road.number("SELECT max(look) FROM site_watch WHERE taken_until IS NULL") == looks) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  };
  REQUIRE(looked_at(1));
  REQUIRE(road.write([&](store::Connection& c) { return wish_look(c, road.scope(), road.xa, kAnalyst, road.clock().now()); }));
  bell->ring();
  CHECK(looked_at(2));
  watch.stop();
}

TEST_CASE("what a browser alone saw is asked of a browser again; whoever wants one says why") {
  Watched province;
  const std::string page = "https://xa.gov.vn/a";
  province.fake->pages[page] = {.page_class = PageClass::compromised, .body = "tĩnh", .rendered = "tài xỉu", .by_script = true};
  province.run();
  CHECK(province.fake->looks.back().rendered_pages.empty());
  CHECK_FALSE(province.fake->looks.back().rendered);
  province.after(hours(2));
  CHECK(province.fake->looks.back().rendered_pages == std::vector<std::string>{page});
  CHECK(province.number("SELECT count(*) FROM page_picture") == 1);

  const auto set = [&](std::optional<std::string> reason) {
    return province.write([&](store::Connection& c) { return set_rendering(c, province.scope(), province.xa, kAnalyst, std::move(reason), kNow); });
  };
  CHECK(set("").error().code() == Code::invalid);
  CHECK(set(std::string(501, 'x')).error().code() == Code::invalid);
  REQUIRE(set("trang dựng bằng mã lệnh"));
  province.after(hours(2));
  CHECK(province.fake->looks.back().rendered);
  REQUIRE(set(std::nullopt));
  province.after(hours(2));
  CHECK_FALSE(province.fake->looks.back().rendered);
}

TEST_CASE("a mended page is opened in a browser for as long as its site's case lives, and then no more") {
  Watched province;
  const std::string page = "https://xa.gov.vn/a", other = "https://xa.gov.vn/b";
  const auto altered = FakeWatcher::Page{.page_class = PageClass::compromised, .body = "tĩnh", .rendered = "tài xỉu", .by_script = true};
  province.fake->pages = {{page, altered}, {other, altered}};
  province.run();
  province.after(hours(2));
  CHECK(province.fake->looks.back().rendered_pages == std::vector<std::string>{page, other});
  CHECK(province.fake->looks.back().followed_pages.empty());

  province.fake->pages[page] = {.page_class = PageClass::clean, .body = "tĩnh", .rendered = "tin tức"};
  province.after(hours(2));
  province.after(hours(2));
  CHECK(province.fake->looks.back().rendered_pages == std::vector<std::string>{other});
  CHECK(province.fake->looks.back().followed_pages == std::vector<std::string>{page});

  province.fake->pages[other] = province.fake->pages[page];
  province.after(hours(2));
  REQUIRE(province.say({CaseEvent::removed, {}, ""}));
  REQUIRE(province.say({CaseEvent::cause, Cause::other, "x"}));
  province.after(hours(2));
  REQUIRE(province.only_case().state == CaseState::watching);
  for (int day = 0; day < 27; ++day) province.after(hours(26));
  CHECK(province.only_case().state == CaseState::watching);
  CHECK(province.fake->looks.back().followed_pages == std::vector<std::string>{page, other});
  for (int day = 0; day < 5; ++day) province.after(hours(26));
  CHECK(province.cases(true).items.empty());
  CHECK(province.fake->looks.back().rendered_pages.empty());
  CHECK(province.fake->looks.back().followed_pages.empty());
  CHECK(province.number("SELECT count(*) FROM page_evidence WHERE by_script = 1") > 0);
}

TEST_CASE("a page that a person called legitimate is opened in a browser no more, whatever becomes of others") {
  Watched province;
  const auto altered = FakeWatcher::Page{.page_class = PageClass::compromised, .body = "tĩnh", .rendered = "tài xỉu", .by_script = true};
  province.fake->pages = {{kPage, altered}, {"https://xa.gov.vn/b", altered}};
  province.run();
  for (const auto& finding : province.all()) {
    if (finding.subject == kPage) REQUIRE(province.decide(finding.id, FindingState::suppressed, "báo viết về cờ bạc"));
  }
  province.after(hours(2));
  CHECK(province.fake->looks.back().rendered_pages == std::vector<std::string>{"https://xa.gov.vn/b"});
  CHECK(province.fake->looks.back().followed_pages.empty());
}

TEST_CASE("what must be opened in a browser is asked for, however many pages were ill, and a look knows when the next is") {
  Watched province;
  const std::string page = "https://xa.gov.vn/z";
  province.fake->pages[page] = {.page_class = PageClass::compromised, .body = "tĩnh", .rendered = "tài xỉu", .by_script = true};
  province.run();
  CHECK(province.fake->looks.back().again == days(1));
  CHECK(province.fake->looks.back().again_when_ill == hours(1));
  for (int i = 100; i < 610; ++i) {
    province.fake->pages["https://xa.gov.vn/" + std::to_string(i)] = {.page_class = PageClass::compromised, .body = "tài xỉu"};
  }
  province.after(hours(2));
  province.after(hours(2));
  const auto& order = province.fake->looks.back();
  CHECK(order.rendered_pages == std::vector<std::string>{page});
  CHECK(order.pages.size() == 500);
  CHECK(order.pages.front() == page);
  CHECK(std::ranges::count(order.pages, page) == 1);
  CHECK(order.again == hours(1));  // its case is open
}

TEST_CASE("what a browser alone saw is asked of a browser again, however much evidence of other pages came since") {
  Watched province;
  const std::string page = "https://xa.gov.vn/z";
  // What is pinned as the case's proof.
  for (int i = 10; i < 60; ++i) province.fake->pages["https://xa.gov.vn/a" + std::to_string(i)] = {.page_class = PageClass::compromised, .body = "tài xỉu"};
  province.fake->pages[page] = {.page_class = PageClass::compromised, .body = "tĩnh", .rendered = "tài xỉu", .by_script = true};
  province.run();
  province.fake->pages[page] = {.page_class = PageClass::unknown, .body = "tĩnh", .limit = "browser"};
  province.after(hours(2));
  const auto keep = [&](const std::string& url, Timestamp at) {
    const std::vector<PageView> views{{.visitor = Visitor::desktop, .url = url, .final_url = url, .status = 200, .body = url, .fetched_at = at}};
    const auto packed = PackedPage::pack(url, views).value();
    REQUIRE(province.write([&](store::Connection& c) { return keep_page(c, province.tenant(), province.xa, packed, PageClass::compromised, at); }));
  };
  for (int i = 0; i < kMostOfASite + 10; ++i) keep("https://xa.gov.vn/" + std::to_string(i), province.clock().now() + minutes(i));
  province.after(hours(30));
  CHECK(province.fake->looks.back().rendered_pages == std::vector<std::string>{page});
  // Mended, it is evidence like any other.
  province.fake->pages[page] = {.page_class = PageClass::clean, .body = "tĩnh", .rendered = "tin tức"};
  province.after(hours(30));
  CHECK(province.fake->looks.back().rendered_pages == std::vector<std::string>{page});
  province.after(hours(30));
  CHECK(province.fake->looks.back().rendered_pages.empty());
  keep("https://xa.gov.vn/new", province.clock().now());
  CHECK(province.number("SELECT count(*) FROM page_evidence WHERE by_script = 1") == 0);
}

TEST_CASE("of the browser's pages of today whoever asks is told those of the websites that he may see") {
  Watched province;
  const auto commune = province.unit(province.root(), "Xã bên");
  const auto other = province.site_of(province.scope(), commune, "https://ben.gov.vn");
  const BrowserState all{.on = true, .pages_a_day = 5, .opened_today = 10, .sites_today = 3, .sites_at_end = 1,
                         .of_sites = {{province.xa, 5}, {other, 2}, {SiteId{900}, 3}}, .opened_at = kNow, .error = "no_service", .error_at = {}};
  const auto within = [&](UnitId root) {
    return province.read([&](store::Connection& c) { return browser_within(c, store::TenantScope::for_test(province.tenant(), {root}), all); }).value();
  };
  const auto whole = within(province.root());
  CHECK(whole.opened_today == 7);  // the third is another tenant's
  CHECK(whole.sites_today == 2);
  CHECK(whole.sites_at_end == 1);
  CHECK(whole.error == "no_service");
  const auto part = within(commune);
  CHECK(part.opened_today == 2);
  CHECK(part.sites_today == 1);
  CHECK(part.sites_at_end == 0);
  CHECK(part.of_sites == std::map<SiteId, std::uint64_t>{{other, 2}});
  CHECK(part.pages_a_day == 5);
}

}  // namespace
}  // namespace khien::site
