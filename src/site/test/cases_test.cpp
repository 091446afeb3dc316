// A site's case from the first sight to the thirtieth clean day, and back.
#include <doctest/doctest.h>

#include "watched.hpp"

namespace khien::site {
namespace {

const std::string kPage = "https://xa.gov.vn/a";

TEST_CASE("altered, removed, cause named, looked at again, thirty days clean: closed; then it comes back, counted") {
  Watched road;
  road.infect(kPage);
  road.clean("https://xa.gov.vn/");
  CHECK(road.run() == 1);
  CHECK(road.only_case().state == CaseState::open);
  CHECK(road.status().status == SiteStatus::ill);
  CHECK(road.status().open_case == road.only_case().id);

  REQUIRE(road.say({CaseEvent::confirmed, {}, ""}));
  CHECK(road.only().state == FindingState::in_progress);
  CHECK(road.only().owner == kAnalyst);
  REQUIRE(road.say({CaseEvent::removed, {}, "đã xoá"}));
  CHECK(road.only_case().state == CaseState::cause_wanted);
  // Text that was only deleted: nothing goes on before the cause is named.
  road.clean(kPage);
  road.after(hours(2));
  CHECK(road.only_case().state == CaseState::cause_wanted);

  const auto looks = road.fake->looks.size();
  REQUIRE(road.say({CaseEvent::cause, Cause::stolen_account, "mật khẩu admin bị lộ"}));
  CHECK(road.only_case().state == CaseState::rescanning);
  road.after(seconds(1));
  CHECK(road.fake->looks.size() == looks + 1);
  CHECK(road.fake->looks.back().pages == std::vector{kPage});
  CHECK(road.only_case().state == CaseState::watching);
  CHECK(road.status().status == SiteStatus::watching);
  CHECK(road.only().state == FindingState::resolved);

  for (int day = 0; day < 29; ++day) CHECK(road.after(hours(25)) == 1);
  CHECK(road.only_case().state == CaseState::closed);
  CHECK(road.status().status == SiteStatus::clean);
  CHECK(road.cases(true).total == 0);
  CHECK(road.only_case().recurrences == 0);

  road.infect(kPage, "lại tài xỉu");
  road.after(hours(26));
  CHECK(road.only_case().state == CaseState::open);
  CHECK(road.only_case().recurrences == 1);
  CHECK_FALSE(road.only_case().cause);  // to be named anew; the first stands in the history
  CHECK_FALSE(road.only_case().confirmed_by);  // nobody has seen what came back
  const auto history = road.read([&](store::Connection& c) { return case_history(c, road.scope(), road.only_case().id); }).value();
  std::string told;
  for (auto entry = history.rbegin(); entry != history.rend(); ++entry) told += std::string(to_string(entry->event)) + " ";
  CHECK(told == "found confirmed removed cause clean stayed found ");
  CHECK(history[3].cause == Cause::stolen_account);
  CHECK(history[3].who == kAnalyst);
  CHECK_FALSE(history[0].who);
}

TEST_CASE("where duties are measured a site is altered until a look shows it mended, and a look counts until a day after the next is due") {
  Watched road;
  CHECK(road.standing().second < seconds(0));  // nobody has looked
  road.infect(kPage);
  road.run();
  CHECK(road.standing().first);
  REQUIRE(road.say({CaseEvent::confirmed, {}, ""}));
  REQUIRE(road.say({CaseEvent::removed, {}, "đã xoá"}));
  REQUIRE(road.say({CaseEvent::cause, Cause::stolen_account, "mật khẩu admin bị lộ"}));
  CHECK(road.standing().first);
  road.clean(kPage);
  road.after(seconds(1));
  CHECK_FALSE(road.standing().first);
  CHECK(road.standing().second > days(1));
  CHECK(road.standing().second <= hours(50));
  road.infect(kPage, "lại tài xỉu");
  road.after(hours(26));
  CHECK(road.standing().first);
  REQUIRE(road.say({CaseEvent::legitimate, {}, "bài viết tuyên truyền"}));
  CHECK_FALSE(road.standing().first);
  // Looks that fail are none.
  road.fake->failure = Error(Code::unavailable, "the worker is gone");
  for (int day = 0; day < 4; ++day) road.after(days(1));
  CHECK(road.standing().second < seconds(0));
}

TEST_CASE("a site that is watched and falls ill again is a recurrence, before thirty days are over as well") {
  Watched road;
  road.infect(kPage);
  road.run();
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  REQUIRE(road.say({CaseEvent::cause, Cause::shared_server, "trang bên cạnh"}));
  road.clean(kPage);
  road.after(seconds(1));
  REQUIRE(road.only_case().state == CaseState::watching);
  // On another page: it is the site that is not clean.
  road.infect("https://xa.gov.vn/b");
  road.after(hours(25));
  CHECK(road.only_case().state == CaseState::open);
  CHECK(road.only_case().recurrences == 1);
}

TEST_CASE("what was not removed is no recurrence: it never was clean") {
  Watched road;
  road.infect(kPage);
  road.run();
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  REQUIRE(road.say({CaseEvent::cause, Cause::cms_hole, "chưa cập nhật"}));
  road.after(seconds(1));
  CHECK(road.only_case().state == CaseState::open);
  CHECK(road.only_case().recurrences == 0);
  // The cause stays named: said removed again, it is looked at at once.
  road.clean(kPage);
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  CHECK(road.only_case().state == CaseState::rescanning);
  road.after(seconds(1));
  CHECK(road.only_case().state == CaseState::watching);
}

TEST_CASE("a look that did not see a page whole, or did not come to its end, mends no case") {
  Watched road;
  road.infect(kPage);
  road.run();
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  REQUIRE(road.say({CaseEvent::cause, Cause::other, "không rõ"}));
  road.fake->pages[kPage] = {PageClass::clean, "tin", "timeout"};
  road.after(seconds(1));
  CHECK(road.only_case().state == CaseState::rescanning);
  road.fake->pages[kPage] = {PageClass::unknown, "tin"};
  road.after(hours(2));
  CHECK(road.only_case().state == CaseState::rescanning);
  road.fake->failure = Error(Code::unavailable, "no network");
  road.after(hours(2));
  CHECK(road.only_case().state == CaseState::rescanning);
  road.fake->failure.reset();
  road.clean(kPage);
  road.after(hours(2));
  CHECK(road.only_case().state == CaseState::watching);
}

TEST_CASE("a person who closes the findings by hand does not close the case") {
  Watched road;
  road.infect(kPage);
  road.run();
  REQUIRE(road.decide(road.only().id, FindingState::resolved));
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  REQUIRE(road.say({CaseEvent::cause, Cause::insider, "bán liên kết"}));
  road.clock().advance(seconds(1));
  REQUIRE(road.watch->tend());
  CHECK(road.only_case().state == CaseState::rescanning);
}

TEST_CASE("a look that stops for two days closes nothing, however long ago it was mended") {
  Watched road;
  road.infect(kPage);
  road.run();
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  REQUIRE(road.say({CaseEvent::cause, Cause::supplier, "nhà thầu"}));
  road.clean(kPage);
  road.after(seconds(1));
  road.fake->failure = Error(Code::unavailable, "no network");
  road.after(days(40));
  CHECK(road.only_case().state == CaseState::watching);
  road.fake->failure.reset();
  road.after(days(1));
  CHECK(road.only_case().state == CaseState::closed);
}

TEST_CASE("legitimate: with a reason, the findings are suppressed, the rules learn the page, and it stays so") {
  Watched road;
  road.infect(kPage);
  road.infect("https://xa.gov.vn/b");
  road.run();
  CHECK(road.say({CaseEvent::legitimate, {}, "  "}).error().code() == Code::invalid);
  REQUIRE(road.say({CaseEvent::legitimate, {}, "bài tuyên truyền phòng chống"}));
  for (const auto& finding : road.all()) CHECK(finding.state == FindingState::suppressed);
  CHECK(road.only_case().state == CaseState::legitimate);
  road.run();
  CHECK(road.fake->learned == std::vector<std::string>{kPage, "https://xa.gov.vn/b"});
  road.after(hours(25));
  CHECK(road.only_case().state == CaseState::legitimate);
  CHECK(road.fake->learned.size() == 2);
  // Another page later is another case.
  road.infect("https://xa.gov.vn/c");
  road.after(hours(25));
  CHECK(road.cases().total == 2);
  CHECK(road.cases(true).items.at(0).recurrences == 0);
}

TEST_CASE("what the rules learned is what the next look begins with") {
  Watched road;
  road.infect(kPage);
  road.run();
  REQUIRE(road.say({CaseEvent::legitimate, {}, "của cơ quan"}));
  REQUIRE(road.watch->tend());
  road.after(hours(2));
  CHECK(road.fake->looks.back().baseline == "looked+" + kPage);
}

TEST_CASE("a person's word during a look is not undone by what the look learned") {
  Watched road;
  road.infect(kPage);
  road.run();
  bool said = false;
  road.fake->meanwhile = [&] {
    if (std::exchange(said, true)) return;
    REQUIRE(road.say({CaseEvent::legitimate, {}, "của cơ quan"}));
    REQUIRE(road.watch->tend());
  };
  road.after(hours(2));
  REQUIRE(said);
  road.fake->meanwhile = {};
  road.after(hours(25));
  CHECK(road.fake->looks.back().baseline == "looked+" + kPage);
}

TEST_CASE("a decision that the case does not take is refused, and of another's case nothing is told") {
  Watched road;
  road.infect(kPage);
  road.run();
  CHECK(road.say({CaseEvent::cause, Cause::other, "x"}).error().code() == Code::conflict);
  REQUIRE(road.say({CaseEvent::removed, {}, ""}));
  CHECK(road.say({CaseEvent::removed, {}, ""}).error().code() == Code::conflict);
  CHECK(road.say({CaseEvent::cause, {}, "x"}).error().code() == Code::invalid);
  CHECK(road.say({CaseEvent::cause, Cause::other, ""}).error().code() == Code::invalid);
  const auto id = road.only_case().id;
  const auto elsewhere = road.unit(road.root(), "Xã");
  const auto narrow = store::TenantScope::for_test(road.tenant(), {elsewhere});
  const auto answer = [&](SiteCaseId asked) {
    return road.write([&](store::Connection& c) { return decide_case(c, narrow, asked, kAnalyst, {CaseEvent::recheck, {}, ""}, kNow); })
        .error()
        .what();
  };
  CHECK(answer(id) == answer(SiteCaseId{4711}));
  CHECK(road.read([&](store::Connection& c) { return list_cases(c, narrow, {}); })->total == 0);
}

TEST_CASE("a site that moves takes its case with it") {
  Watched road;
  road.infect(kPage);
  road.run();
  const auto there = road.unit(road.root(), "Xã");
  REQUIRE(road.write([&](store::Connection& c) { return estate::update_site(c, road.scope(), road.xa, {.unit = there}); }));
  const auto narrow = store::TenantScope::for_test(road.tenant(), {there});
  CHECK(road.read([&](store::Connection& c) { return list_cases(c, narrow, {}); })->total == 1);
}

TEST_CASE("cases are reviewed twice without a second event") {
  Watched road;
  road.infect(kPage);
  road.run();
  for (int i = 0; i < 3; ++i) REQUIRE(road.watch->tend());
  CHECK(road.number("SELECT count(*) FROM site_case_event") == 1);
  CHECK(road.number("SELECT count(*) FROM site_case") == 1);
}

}  // namespace
}  // namespace khien::site
