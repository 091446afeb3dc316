#include "khien/request/help.hpp"

#include <doctest/doctest.h>

#include "khien/duty/refusal.hpp"
#include "province.hpp"

namespace khien::request {
namespace {

struct Stuck {
  HelpId ask(UnitId unit, std::string title = "Không gỡ được tệp lạ", std::string page = "/phat-hien/12", Timestamp now = kNow) {
    return try_ask(unit, std::move(title), std::move(page), now).value();
  }
  Result<HelpId> try_ask(UnitId unit, std::string title, std::string page, Timestamp now = kNow) {
    return province.write([&](store::Connection& c) {
      return ask_for_help(c, province.scope_of(unit), {.unit = unit, .title = std::move(title), .about = About::finding, .about_id = "12", .page = std::move(page),
                                                       .words = {.words = "Tệp tự sinh lại.", .before = {}, .after = {}, .evidence = {}}}, kOfficer, now);
    });
  }
  Result<void> say(HelpId id, HelpWord word, std::string words = "Tắt tác vụ hẹn giờ trước.", UserId who = kAsker, Timestamp now = kNow) {
    return province.write([&](store::Connection& c) {
      return say_help(c, province.scope(), id, word, {.words = std::move(words), .before = "Tệp còn", .after = "Tệp hết", .evidence = {}}, who, now);
    });
  }
  HelpPage list(HelpQuery query) {
    return province.read([&](store::Connection& c) { return list_help(c, province.scope(), query); }).value();
  }
  HelpState state(HelpId id) {
    return province.read([&](store::Connection& c) { return get_help(c, province.scope(), id); }).value().state;
  }
  Province province;
};

TEST_CASE("help is asked, taken, answered, not solved, answered again and solved; all of it is kept") {
  Stuck s;
  const auto id = s.ask(s.province.commune);
  CHECK(s.say(id, HelpWord::unsolved).error().code() == Code::conflict);
  REQUIRE(s.say(id, HelpWord::taken, ""));
  CHECK(s.state(id) == HelpState::taken);
  CHECK(s.say(id, HelpWord::answered, " ").error().code() == Code::invalid);
  REQUIRE(s.say(id, HelpWord::answered));
  REQUIRE(s.say(id, HelpWord::said, "Đang thử."));
  CHECK(s.state(id) == HelpState::answered);
  REQUIRE(s.say(id, HelpWord::unsolved, "Vẫn còn."));
  CHECK(s.list({.view = HelpQuery::View::queue, .unit = {}, .words = {}, .cursor = {}}).total == 1);
  REQUIRE(s.say(id, HelpWord::answered, "Gỡ cả dịch vụ."));
  REQUIRE(s.say(id, HelpWord::solved, ""));
  for (const auto word : {HelpWord::taken, HelpWord::said, HelpWord::answered, HelpWord::unsolved, HelpWord::solved}) {
    CHECK(s.say(id, word).error().code() == Code::conflict);
  }
  const auto lines = s.province.read([&](store::Connection& c) { return help_lines(c, s.province.scope_of(s.province.commune), id); }).value();
  std::string events;
  for (const auto& line : lines) events += line.event + " ";
  CHECK(events == "asked taken answered said unsolved answered solved ");
  CHECK(lines[2].before == "Tệp còn");
  CHECK(lines[2].after == "Tệp hết");
}

TEST_CASE("past answers are found by their words, marks or not, and only in scope") {
  Stuck s;
  const auto id = s.ask(s.province.commune);
  REQUIRE(s.say(id, HelpWord::answered, "Dùng lệnh schtasks để tắt."));
  REQUIRE(s.say(id, HelpWord::solved, ""));
  HelpQuery query{.view = HelpQuery::View::solved, .unit = {}, .words = "SCHTASKS de tat", .cursor = {}};
  CHECK(s.list(query).total == 1);
  query.words = "không có từ này";
  CHECK(s.list(query).total == 0);
  query.words = "schtasks";
  CHECK(s.province.read([&](store::Connection& c) { return list_help(c, s.province.scope_of(s.province.other), query); }).value().total == 0);
  CHECK(s.province.read([&](store::Connection& c) { return get_help(c, s.province.scope_of(s.province.other), id); }).error().code() == Code::not_found);
  CHECK(s.province.read([&](store::Connection& c) { return help_lines(c, s.province.scope_of(s.province.other), id); }).error().code() == Code::not_found);
}

TEST_CASE("the page that is linked is one of ours") {
  Stuck s;
  for (const char* page : {"https://x.example/", "//x.example/", "/\\x.example", "phat-hien", "/a b", "/a\"", "javascript:alert(1)"}) {
    const auto asked = s.try_ask(s.province.commune, "x", page);
    REQUIRE_FALSE(asked.has_value());
    CHECK(duty::refusal_of(asked.error())->field == "page");
  }
  CHECK(s.try_ask(s.province.commune, "x", "/nghia-vu?cell=HU-1.5b&unit=3").has_value());
}

TEST_CASE("the queue is oldest first, and the median is that of first answers") {
  Stuck s;
  std::vector<HelpId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(s.ask(s.province.commune, "Lần " + std::to_string(i), "", kNow + minutes(i)));
  const auto queue = s.list({.view = HelpQuery::View::queue, .unit = {}, .words = {}, .cursor = {}, .limit = 2});
  CHECK(queue.items.at(0).id == ids[0]);
  CHECK(s.list({.view = HelpQuery::View::queue, .unit = {}, .words = {}, .cursor = *queue.next}).items.at(0).id == ids[2]);
  REQUIRE(s.say(ids[0], HelpWord::answered, "a", kAsker, kNow + minutes(10)));
  REQUIRE(s.say(ids[0], HelpWord::answered, "b", kAsker, kNow + minutes(500)));
  REQUIRE(s.say(ids[1], HelpWord::answered, "a", kAsker, kNow + minutes(31)));
  REQUIRE(s.say(ids[2], HelpWord::answered, "a", kAsker, kNow + minutes(22)));
  const auto figures = s.province.read([&](store::Connection& c) { return help_figures(c, s.province.scope(), {}, kNow + hours(9)); }).value();
  CHECK(figures.answered == 3);
  CHECK(figures.median_ms == minutes(20).ms);
  CHECK_FALSE(figures.oldest.has_value());
}

TEST_CASE("no statement changes or removes a line of the support desk") {
  Stuck s;
  const auto id = s.ask(s.province.commune);
  const auto refused = [&](store::Sql sql) { return !s.province.write([&](store::Connection& c) -> Result<void> { TRY_VOID(c.run(sql)); return {}; }).has_value(); };
  CHECK(refused("UPDATE help_event SET words = 'x'"));
  CHECK(refused("DELETE FROM help_event"));
  CHECK(refused("DELETE FROM help_request"));
  CHECK(refused("UPDATE help_request SET title = 'x', events = events + 1"));
  CHECK(refused("UPDATE help_request SET state = 'unsolved', events = events + 1"));
  REQUIRE(s.say(id, HelpWord::solved, ""));
  CHECK(refused("UPDATE help_request SET state = 'asked', events = events + 1"));
}

}  // namespace
}  // namespace khien::request
