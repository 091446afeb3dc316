// Sites on the road: told by the hub's own sensor alone, with findings, evidence and
// a unit like a machine's.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "khien/flow/judges/watch_judge.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

using State = FindingState;

std::vector<SeenView> four_views(std::string_view body = "<html>") {
  std::vector<SeenView> views;
  for (const auto visitor : {Visitor::desktop, Visitor::desktop_google, Visitor::googlebot, Visitor::mobile_google}) {
    views.push_back({.visitor = visitor, .final_url = "https://xa.gov.vn/a", .status = 200, .sha256 = sha256(body),
                     .size = body.size(), .fetched_at = kNow});
  }
  return views;
}
PageSeen page(SiteId site, std::string url, PageClass page_class) {
  return {.site = site, .url = std::move(url), .page_class = page_class, .score = 900, .views = four_views()};
}

struct SiteRoad : Road {
  SiteRoad() : Road({make_watch_judge(), std::make_shared<FakeJudge>()}) {}
  SiteId xa = site("https://xa.gov.vn");
  void see_page(std::string url, PageClass page_class) {
    REQUIRE(tell({page(xa, std::move(url), page_class)}));
    apply();
  }
  std::int64_t failed() { return flow().lag()->failed; }
};

TEST_CASE("a page that was altered is a finding about its site, counted there, with the crawler's word as evidence") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  const auto finding = road.only();
  CHECK(finding.asset == road.xa);
  CHECK(finding.asset_name == "https://xa.gov.vn");
  CHECK(finding.rule == "watch:compromised");
  CHECK(finding.subject == "https://xa.gov.vn/a");
  CHECK(finding.judge == JudgeId::watch);
  CHECK(finding.unit == road.root());
  CHECK(road.site_now(road.xa).open_findings == 1);

  const auto evidence =
      road.read([&](store::Connection& c) { return evidence_of(c, road.scope(), finding.id, 20); }).value();
  REQUIRE(evidence.size() == 1);
  const auto record =
      road.read([&](store::Connection& c) { return get_observation(c, road.ledger(), road.scope(), evidence[0]); }).value();
  CHECK(record.asset == road.xa);
  CHECK(record.asset_name == "https://xa.gov.vn");
  CHECK(record.event.stream == store::hub_stream(road.tenant()).id);
  CHECK_FALSE(record.event.machine);
}

TEST_CASE("screens hear of the site as of the finding") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::defaced);
  const auto changes = road.take_changes();
  const auto has = [&](Change::Kind kind, std::int64_t id) {
    return std::ranges::any_of(changes, [&](const Change& change) {
      return change.kind == kind && change.id == id && change.unit == road.root() && change.tenant == road.tenant();
    });
  };
  CHECK(has(Change::Kind::site, road.xa.value));
  CHECK(has(Change::Kind::finding, road.only().id.value));
  CHECK(std::ranges::none_of(changes, [](const Change& change) { return change.kind == Change::Kind::machine; }));
}

TEST_CASE("what an agent says of a site is not taken, whatever it says") {
  SiteRoad road;
  const auto agent = road.machine("liar");
  road.see(agent, {page(road.xa, "https://xa.gov.vn/a", PageClass::defaced), SiteSeen{.site = road.xa, .answered = true}});
  CHECK(road.all().empty());
  CHECK(road.failed() == 2);
  CHECK(road.number("SELECT count(*) FROM page_fact") == 0);
  CHECK(road.number("SELECT count(*) FROM site_fact") == 0);
  // Nor does it mend one.
  road.see_page("https://xa.gov.vn/a", PageClass::defaced);
  road.see(agent, {page(road.xa, "https://xa.gov.vn/a", PageClass::clean)});
  CHECK(road.only().state == State::new_);
}

TEST_CASE("the hub's own sensor does not speak as a machine") {
  SiteRoad road;
  road.machine("a");
  CHECK(road.tell({Heartbeat{}}).error().code() == Code::invalid);
  CHECK(road.tell({page(road.xa, "https://xa.gov.vn/a", PageClass::clean), infected("/x")}).error().code() == Code::invalid);
  CHECK(road.apply() == 0);  // all or nothing
}

TEST_CASE("a site of another tenant is no site of this one") {
  SiteRoad road;
  const auto other = road.write([](store::Connection& c) { return estate::create_tenant(c, "Tỉnh khác", kNow); }).value();
  REQUIRE(road.tell(other.tenant, {page(road.xa, "https://xa.gov.vn/a", PageClass::defaced)}));
  road.apply();
  CHECK(road.failed() == 1);
  CHECK(road.number("SELECT count(*) FROM finding") == 0);
}

TEST_CASE("only a page that all four visitors saw whole and clean is mended") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::cloaked);
  const auto look = [&](auto change) {
    PageSeen seen = page(road.xa, "https://xa.gov.vn/a", PageClass::clean);
    change(seen);
    REQUIRE(road.tell({seen}));
    road.apply();
    return road.only().state;
  };
  CHECK(look([](PageSeen& seen) { seen.page_class = PageClass::unknown; }) == State::new_);
  CHECK(look([](PageSeen& seen) { seen.views[2].limit = "timeout"; }) == State::new_);
  CHECK(look([](PageSeen& seen) { seen.views[3].status = 0; }) == State::new_);
  CHECK(look([](PageSeen& seen) { seen.views.pop_back(); }) == State::new_);
  CHECK(look([](PageSeen& seen) { seen.views.clear(); }) == State::new_);
  CHECK(look([](PageSeen& seen) { seen.page_class = PageClass::legitimate_mention; }) == State::resolved);
  CHECK(road.site_now(road.xa).open_findings == 0);
}

TEST_CASE("another page that is clean mends nothing, and a page that falls ill again opens the same finding") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  const auto id = road.only().id;
  road.see_page("https://xa.gov.vn/b", PageClass::clean);
  CHECK(road.only().state == State::new_);
  road.see_page("https://xa.gov.vn/a", PageClass::clean);
  CHECK(road.only().state == State::resolved);
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  CHECK(road.only().id == id);
  CHECK(road.only().state == State::new_);
  CHECK(road.only().sightings == 2);
}

TEST_CASE("a site that moves to another unit takes its findings with it") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  const auto there = road.unit(road.root(), "Xã");
  REQUIRE(road.write([&](store::Connection& c) { return estate::update_site(c, road.scope(), road.xa, {.unit = there}); }));
  CHECK(road.only().unit == there);
  const auto narrow = store::TenantScope::for_test(road.tenant(), {there});
  CHECK(road.findings({}, narrow).total == 1);
  road.see_page("https://xa.gov.vn/b", PageClass::compromised);
  CHECK(road.findings({}, narrow).total == 2);
}

TEST_CASE("a site's findings, found by site, by its address and by its unit, and by nobody outside") {
  SiteRoad road;
  const auto unit = road.unit(road.root(), "Phường Trúc");
  const auto phuong = road.site_of(road.scope(), unit, "https://truc.gov.vn");
  const auto agent = road.machine("may-01");
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  REQUIRE(road.tell({page(phuong, "https://truc.gov.vn/x", PageClass::reflected)}));
  road.see(agent, {infected("/tmp/x")});
  for (const auto view : {FindingQuery::View::open, FindingQuery::View::all}) {
    CHECK(road.findings({.view = view}).total == 3);
    CHECK(road.findings({.view = view, .asset = road.xa}).items.at(0).asset == road.xa);
    CHECK(road.findings({.view = view, .asset = phuong}).total == 1);
    CHECK(road.findings({.view = view, .asset = phuong, .judge = JudgeId::watch}).total == 1);
    CHECK(road.findings({.view = view, .asset = phuong, .judge = JudgeId::scan}).total == 0);
    // The machine with a site's number is another asset.
    CHECK(road.findings({.view = view, .asset = agent.machine}).items.at(0).subject == "/tmp/x");
    CHECK(road.findings({.view = view, .words = "truc.gov"}).total == 1);
    CHECK(road.findings({.view = view, .words = "phuong truc"}).total == 1);
    CHECK(road.findings({.view = view, .words = "watch:"}).total == 2);
  }
  const auto narrow = store::TenantScope::for_test(road.tenant(), {unit});
  CHECK(road.findings({.asset = road.xa}, narrow).total == 0);
  CHECK(road.findings({}, narrow).total == 1);
  const auto observation = [&](std::int64_t id) {
    const auto answer =
        road.read([&](store::Connection& c) { return get_observation(c, road.ledger(), narrow, ObservationId{id}); });
    return answer ? std::string("found") : answer.error().what();
  };
  CHECK(observation(1) == observation(4711));
  CHECK(observation(2) == "found");
}

TEST_CASE("people decide on a site's finding as on any other") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::user_content);
  REQUIRE(road.decide(road.only().id, State::suppressed, "bài của cơ quan"));
  CHECK(road.site_now(road.xa).open_findings == 0);
  road.see_page("https://xa.gov.vn/a", PageClass::user_content);
  CHECK(road.only().state == State::suppressed);
  REQUIRE(road.decide(road.only().id, State::new_));
  CHECK(road.site_now(road.xa).open_findings == 1);
}

TEST_CASE("a site with thousands of ill pages is known by the first five hundred") {
  SiteRoad road;
  std::vector<ObservationBody> pages;
  for (int i = 0; i < 700; ++i) pages.push_back(page(road.xa, "https://xa.gov.vn/" + std::to_string(i), PageClass::compromised));
  REQUIRE(road.tell(pages));
  road.apply();
  CHECK(road.site_now(road.xa).open_findings == 500);
  CHECK(road.number("SELECT count(*) FROM page_fact") == 700);
  CHECK(road.failed() == 200);
}

TEST_CASE("(4) sites applied again change nothing") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  road.see_page("https://xa.gov.vn/a", PageClass::clean);
  REQUIRE(road.tell({SiteSeen{.site = road.xa, .look = 1, .answered = true, .pages = 2}}));
  road.apply();
  const auto before = road.only();
  REQUIRE(road.write([](store::Connection& c) { return c.run("UPDATE flow_position SET observation_id = 0"); }));
  road.reopen();
  road.apply();
  CHECK(road.only().state == before.state);
  CHECK(road.only().sightings == before.sightings);
  CHECK(road.number("SELECT count(*) FROM page_fact WHERE class = 'clean'") == 1);
  CHECK(road.number("SELECT pages FROM site_fact") == 2);
}

TEST_CASE("a finding whose page is judged otherwise from the same evidence follows the newer word") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  // New rules in the worker, the kept views: a new observation of the old evidence.
  PageSeen again = page(road.xa, "https://xa.gov.vn/a", PageClass::legitimate_mention);
  again.content = 2;
  REQUIRE(road.tell({again}));
  road.apply();
  CHECK(road.only().state == State::resolved);
  REQUIRE(road.flow().reconsider(make_watch_judge()));
  CHECK(road.only().state == State::resolved);
}

TEST_CASE("the stream of the hub goes on where it stopped, after a restart as well") {
  SiteRoad road;
  road.see_page("https://xa.gov.vn/a", PageClass::compromised);
  road.reopen();
  road.see_page("https://xa.gov.vn/b", PageClass::compromised);
  CHECK(road.ledger().watermark(store::hub_stream(road.tenant()))->seq == 2);
  CHECK(road.all().size() == 2);
}

}  // namespace
}  // namespace khien::flow
