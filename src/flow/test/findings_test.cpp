#include "khien/flow/findings.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "road.hpp"

namespace khien::flow {
namespace {

using State = FindingState;
using View = FindingQuery::View;

std::vector<std::string> subjects(const FindingPage& page) {
  std::vector<std::string> all;
  for (const auto& item : page.items) all.push_back(item.subject);
  return all;
}

// All pages of a query, `limit` at a time.
std::vector<std::string> paged(Road& road, FindingQuery query, std::size_t limit) {
  std::vector<std::string> all;
  query.limit = limit;
  for (int pages = 0; pages < 1'000; ++pages) {
    const auto page = road.findings(query);
    for (auto& subject : subjects(page)) all.push_back(std::move(subject));
    if (!page.next) return all;
    CHECK(page.items.size() == limit);
    query.cursor = *page.next;
  }
  FAIL("pages without end");
  return all;
}

TEST_CASE("open findings come worst first, then newest; all come newest first") {
  Road road;
  const auto agent = road.machine("a");
  for (const auto& [path, severity] : std::vector<std::pair<std::string, Severity>>{
           {"/low", Severity::low}, {"/high-old", Severity::high}, {"/critical", Severity::critical},
           {"/high-new", Severity::high}, {"/done", Severity::critical}}) {
    road.see(agent, {infected(path, "r", severity)});
    road.clock().advance(seconds(1));
  }
  road.see(agent, {FileGone{"/done"}});
  CHECK(subjects(road.findings({})) == std::vector<std::string>{"/critical", "/high-new", "/high-old", "/low"});
  CHECK(subjects(road.findings({.view = View::all})) ==
        std::vector<std::string>{"/done", "/high-new", "/critical", "/high-old", "/low"});
  CHECK(road.findings({}).total == 4);
  CHECK_FALSE(road.findings({}).next);
}

TEST_CASE("pages follow each other without a gap or a repetition, also while findings come in") {
  Road road;
  const auto agent = road.machine("a");
  std::vector<ObservationBody> many;
  for (int i = 0; i < 30; ++i) {
    many.push_back(infected("/" + std::to_string(i), "r", static_cast<Severity>(i % 5)));
  }
  road.see(agent, many);
  const auto whole = subjects(road.findings({}));
  REQUIRE(whole.size() == 30);
  for (const std::size_t limit : {1u, 7u, 29u, 30u}) CHECK(paged(road, {}, limit) == whole);
  CHECK(paged(road, {.view = View::all}, 4).size() == 30);

  const auto first = road.findings({.limit = 10});
  road.see(agent, {infected("/new-and-worst", "r", Severity::critical)});
  const auto second = road.findings({.cursor = *first.next, .limit = 10});
  CHECK(subjects(second) == std::vector<std::string>(whole.begin() + 10, whole.begin() + 20));
}

TEST_CASE("beyond a few thousand the tenant's order is walked, with the same answer") {
  Road road({std::make_shared<FakeJudge>()}, 1'000);
  const auto agent = road.machine("a");
  const auto small = road.unit(road.root(), "Xã");
  const auto aside = road.machine_of(road.scope(), small, "b");
  std::vector<ObservationBody> many;
  for (int i = 0; i < 1'900; ++i) many.push_back(infected("/" + std::to_string(i), "r", static_cast<Severity>(i % 5)));
  road.see(agent, many);
  road.see(aside, {infected("/aside", "r", Severity::critical)});
  for (int round = 1; round < 4; ++round) {
    for (auto& body : many) std::get<FileSeen>(body).matches[0].rule = "r" + std::to_string(round);
    road.see(agent, many);
  }
  // 7,601 in all are walked; the ones below one severity are gathered.
  const auto walked = road.findings({.limit = 400});
  CHECK(walked.total == 7'601);
  const auto gathered = road.findings({.severities = {Severity::critical}, .limit = 400});
  CHECK(gathered.total == 1'521);
  CHECK(subjects(walked) == subjects(gathered));
  const auto after_walked = road.findings({.cursor = *walked.next, .limit = 400});
  const auto after_gathered = road.findings({.severities = {Severity::critical}, .cursor = *gathered.next, .limit = 400});
  CHECK(subjects(after_walked) == subjects(after_gathered));
  CHECK(road.findings({.view = View::all, .limit = 300}).items.size() == 300);
  // A scope that sees one of them sees that one alone.
  const auto narrow = store::TenantScope::for_test(road.tenant(), {small});
  CHECK(subjects(road.findings({}, narrow)) == std::vector<std::string>{"/aside"});
}

TEST_CASE("findings are searched by rule, subject, machine and unit, marks or none") {
  Road road;
  const auto commune = road.unit(road.root(), "Xã Mỹ Châu");
  const auto agent = road.machine_of(road.scope(), commune, "MÁY-KẾ-TOÁN");
  const auto other = road.machine("khác");
  road.see(agent, {infected("/srv/Hoá đơn.doc", "Trojan.Đen")});
  road.see(other, {infected("/tmp/x", "other")});
  for (const auto* words : {"hoa don", "HOÁ", "trojan.den", "may-ke-toan", "my chau", "ke-toan hoa CHAU"}) {
    CAPTURE(words);
    CHECK(subjects(road.findings({.words = words})) == std::vector<std::string>{"/srv/Hoá đơn.doc"});
    CHECK(road.findings({.words = words}).total == 1);
  }
  CHECK(road.findings({.words = "hoa khac"}).items.empty());
  CHECK(road.findings({.words = "%"}).items.empty());
  CHECK(road.findings({.words = "  "}).total == 2);
}

TEST_CASE("a list can be narrowed by severity, machine and unit") {
  Road road;
  const auto commune = road.unit(road.root(), "Xã");
  const auto school = road.unit(commune, "Trường");
  const auto agent = road.machine_of(road.scope(), school, "a");
  const auto other = road.machine("b");
  road.see(agent, {infected("/a1", "r", Severity::low), infected("/a2", "r", Severity::critical), FileGone{"/a1"}});
  road.see(other, {infected("/b", "r", Severity::critical)});
  CHECK(road.findings({.severities = {Severity::low}}).total == 0);
  CHECK(road.findings({.view = View::all, .severities = {Severity::low, Severity::info}}).total == 1);
  CHECK(subjects(road.findings({.asset = agent.machine})) == std::vector<std::string>{"/a2"});
  CHECK(road.findings({.view = View::all, .asset = agent.machine}).total == 2);
  CHECK(subjects(road.findings({.unit = commune})) == std::vector<std::string>{"/a2"});
  CHECK(road.findings({.unit = road.root()}).total == 2);
}

TEST_CASE("what one rule found is one line with its machines and units, and that line opens to them and no others") {
  Road road;
  const UnitId commune = road.unit(road.root(), "Xã An Lộc");
  const auto a = road.machine("a"), b = road.machine("b"), c = road.machine_of(road.scope(), commune, "c");
  for (const auto& agent : {a, b, c}) road.see(agent, {infected("/x", "firewall", Severity::medium)});
  road.see(a, {infected("/y", "firewall", Severity::medium)});
  road.see(b, {infected("/z", "firewall-old", Severity::high)});
  road.see(c, {infected("/gone", "old", Severity::critical)});
  road.see(c, {FileGone{"/gone"}});
  const auto groups = [&](const FindingQuery& query) {
    return road.read([&](store::Connection& connection) { return group_findings(connection, road.scope(), query); }).value();
  };
  const auto open = groups({});
  REQUIRE(open.size() == 2);
  CHECK(open[0].rule == "yara:firewall-old");
  CHECK(open[1].rule == "yara:firewall");
  CHECK(open[1].findings == 4);
  CHECK(open[1].assets == 3);
  CHECK(open[1].units == 2);
  CHECK(open[1].severity == Severity::medium);
  CHECK(groups({.view = View::all}).size() == 3);
  CHECK(groups({.view = View::mine, .me = kAnalyst}).empty());
  CHECK(groups({.unit = commune}).size() == 1);
  CHECK(groups({.severities = {Severity::high}}).size() == 1);
  CHECK(groups({.judge = JudgeId::law}).empty());
  CHECK(groups({.limit = 1}).size() == 1);
  CHECK(groups({.words = "an loc"}).at(0).assets == 1);

  // By its whole name: "firewall" is not "firewall-old".
  CHECK(road.findings({.rule = "yara:firewall"}).total == 4);
  CHECK(road.findings({.rule = "yara:firewall-old"}).total == 1);
  CHECK(road.findings({.rule = "firewall"}).total == 0);
  CHECK(paged(road, {.rule = "yara:firewall"}, 1).size() == 4);
  CHECK(road.findings({.view = View::all, .rule = "yara:old"}).total == 1);
  CHECK(road.findings({.machine = c.machine, .rule = "yara:firewall"}).total == 1);
}

TEST_CASE("mine are the open ones that I took") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x"), infected("/y"), infected("/z")});
  const auto id = [&](const char* words) { return road.findings({.view = View::all, .words = words}).items.at(0).id; };
  REQUIRE(road.decide(id("/x"), State::in_progress, {}, true));
  REQUIRE(road.decide(id("/y"), State::in_progress, {}, true));
  REQUIRE(road.decide(id("/y"), State::resolved));
  CHECK(subjects(road.findings({.view = View::mine, .me = kAnalyst})) == std::vector<std::string>{"/x"});
  CHECK(road.findings({.view = View::mine, .me = UserId{2}}).total == 0);
  const auto counts =
      road.read([&](store::Connection& c) { return count_findings(c, road.scope(), {}, kAnalyst); }).value();
  CHECK(counts.open == 2);
  CHECK(counts.mine == 1);
  CHECK(counts.all == 3);
  CHECK(counts.open_by_severity[static_cast<std::size_t>(Severity::high)] == 2);
}

TEST_CASE("a cursor that we did not make, or made for another list, is refused") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x"), infected("/y")});
  const auto next = road.findings({.limit = 1}).next.value();
  for (const std::string& bad : {std::string("x"), std::string("!!"), next + "A", next.substr(1), std::string(99'999, 'A')}) {
    const auto page = road.read([&](store::Connection& c) { return list_findings(c, road.scope(), {.cursor = bad}); });
    REQUIRE_FALSE(page);
    CHECK(page.error().code() == Code::invalid);
  }
  const auto other =
      road.read([&](store::Connection& c) { return list_findings(c, road.scope(), {.view = View::all, .cursor = next}); });
  REQUIRE_FALSE(other);
  CHECK(other.error().code() == Code::invalid);
}

TEST_CASE("people decide by the table, and each decision is in the history with its note") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x")});
  const auto id = road.only().id;
  road.clock().advance(minutes(1));
  REQUIRE(road.decide(id, State::in_progress, "đang xem", true));
  CHECK(road.only().owner == kAnalyst);
  REQUIRE(road.decide(id, State::in_progress, "thêm ghi chú"));
  CHECK(road.only().owner == kAnalyst);
  const auto silent = road.decide(id, State::suppressed, " \n");
  REQUIRE_FALSE(silent);
  CHECK(silent.error().code() == Code::invalid);
  REQUIRE(road.decide(id, State::suppressed, "tệp kiểm thử"));
  const auto crooked = road.decide(id, State::resolved, "xong");
  REQUIRE_FALSE(crooked);
  CHECK(crooked.error().code() == Code::conflict);
  REQUIRE(road.decide(id, State::new_));

  const auto history = road.read([&](store::Connection& c) { return history_of(c, road.scope(), id); }).value();
  REQUIRE(history.size() == 5);
  CHECK(history[0].state == State::new_);
  CHECK(history[1].state == State::suppressed);
  CHECK(history[1].note == "tệp kiểm thử");
  CHECK(history[1].who == kAnalyst);
  CHECK(history[1].at == kNow + minutes(1));
  CHECK(history[2].note == "thêm ghi chú");
  CHECK_FALSE(history[4].who);
}

TEST_CASE("a file that flickers does not fill the history, and people's words stay in it") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x")});
  std::vector<ObservationBody> flicker;
  for (int i = 0; i < 20; ++i) {
    flicker.push_back(FileGone{"/x"});
    flicker.push_back(infected("/x"));
  }
  road.see(agent, flicker);
  REQUIRE(road.decide(road.only().id, State::in_progress, "vì sao?"));
  for (int i = 0; i < 9; ++i) road.see(agent, flicker);
  CHECK(road.only().sightings == 201);
  const auto history =
      road.read([&](store::Connection& c) { return history_of(c, road.scope(), road.only().id); }).value();
  CHECK(history.size() == 101);
  CHECK(std::ranges::count_if(history, [](const auto& entry) { return entry.note == "vì sao?"; }) == 1);
}

TEST_CASE("what lies outside the scope is answered as if it did not exist") {
  Road road;
  const auto mine = road.unit(road.root(), "Của ta");
  const auto beside = road.unit(road.root(), "Bên cạnh");
  const auto there = road.write([&](store::Connection& c) { return estate::create_tenant(c, "Khác", kNow); }).value();
  const auto foreign_scope = store::TenantScope::for_test(there.tenant, {there.root});
  const auto agent_here = road.machine_of(road.scope(), mine, "a");
  const auto agent_beside = road.machine_of(road.scope(), beside, "b");
  const auto agent_there = road.machine_of(foreign_scope, there.root, "c");
  road.see(agent_here, {infected("/here")});
  road.see(agent_beside, {infected("/beside")});
  road.see(agent_there, {infected("/there")});

  const auto scope = store::TenantScope::for_test(road.tenant(), {mine});
  CHECK(subjects(road.findings({.view = View::all}, scope)) == std::vector<std::string>{"/here"});
  CHECK(road.findings({.view = View::all, .words = "/"}, scope).total == 1);
  CHECK(road.findings({.view = View::all, .asset = agent_beside.machine}, scope).total == 0);
  CHECK(road.findings({.asset = agent_there.machine}, scope).total == 0);
  CHECK(road.findings({.asset = MachineId{4711}}, scope).total == 0);

  const FindingId beside_id = road.findings({.words = "/beside"}).items.at(0).id;
  const FindingId there_id = road.findings({}, foreign_scope).items.at(0).id;
  const auto answers = [&](FindingId id) {
    std::vector<std::string> all;
    const auto add = [&](const auto& answer) { all.push_back(answer ? "found" : answer.error().what()); };
    add(road.read([&](store::Connection& c) { return get_finding(c, scope, id); }));
    add(road.read([&](store::Connection& c) { return evidence_of(c, scope, id, 20); }));
    add(road.read([&](store::Connection& c) { return history_of(c, scope, id); }));
    add(road.write([&](store::Connection& c) { return decide(c, scope, id, kAnalyst, {State::resolved, {}, true}, kNow); }));
    return all;
  };
  const auto absent = answers(FindingId{999'999});
  CHECK(std::ranges::all_of(absent, [](const auto& words) { return words == "there is no such finding"; }));
  CHECK(answers(beside_id) == absent);
  CHECK(answers(there_id) == absent);

  const auto observation = [&](std::int64_t id) {
    const auto answer =
        road.read([&](store::Connection& c) { return get_observation(c, road.ledger(), scope, ObservationId{id}); });
    return answer ? std::string("found") : answer.error().what();
  };
  CHECK(observation(1) == "found");
  CHECK(observation(2) == observation(4711));
  CHECK(observation(3) == observation(4711));

  const auto of_unit = [&](UnitId unit) {
    return road.read([&](store::Connection& c) { return list_findings(c, scope, {.unit = unit}); });
  };
  CHECK(of_unit(mine));
  for (const UnitId unit : {road.root(), beside, there.root, UnitId{4711}}) {
    REQUIRE_FALSE(of_unit(unit));
    CHECK(of_unit(unit).error().code() == Code::not_found);
    CHECK(of_unit(unit).error().what() == of_unit(UnitId{4711}).error().what());
  }
  const auto counts = road.read([&](store::Connection& c) { return count_findings(c, scope, {}, kAnalyst); }).value();
  CHECK(counts.open == 1);
  CHECK(counts.all == 1);
}

TEST_CASE("a machine that moves to another unit takes its findings along, out of one scope and into the other") {
  Road road;
  const auto north = road.unit(road.root(), "Bắc");
  const auto south = road.unit(road.root(), "Nam");
  const auto agent = road.machine_of(road.scope(), north, "a");
  road.see(agent, {infected("/x")});
  const auto of_north = store::TenantScope::for_test(road.tenant(), {north});
  const auto of_south = store::TenantScope::for_test(road.tenant(), {south});
  REQUIRE(road.write([&](store::Connection& c) { return estate::move_machine(c, road.scope(), agent.machine, south); }));
  CHECK(road.findings({}, of_north).total == 0);
  CHECK(road.findings({}, of_south).total == 1);
  CHECK(road.only().unit_name == "Nam");
  road.see(agent, {infected("/x"), infected("/y")});
  CHECK(road.findings({}, of_south).total == 2);
}

TEST_CASE("first sightings are counted by hour and severity, for the last 24 hours") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/too-old")});
  road.clock().advance(hours(25));
  road.see(agent, {infected("/1", "r", Severity::low), infected("/2", "r", Severity::low)});
  road.clock().advance(minutes(90));
  road.see(agent, {infected("/3", "r", Severity::critical), infected("/1", "r", Severity::low)});
  const auto all = road.read([&](store::Connection& c) {
                         return findings_by_hour(c, road.scope(), {}, road.clock().now());
                       }).value();
  REQUIRE(all.size() == 24);
  CHECK(all.back().from == kNow + hours(26));
  CHECK(all[23].by_severity == std::array<std::int64_t, 5>{0, 0, 0, 0, 1});
  CHECK(all[22].by_severity == std::array<std::int64_t, 5>{0, 2, 0, 0, 0});
  std::int64_t sum = 0;
  for (const auto& hour : all) {
    for (const auto count : hour.by_severity) sum += count;
  }
  CHECK(sum == 3);
}

TEST_CASE("what was opened and resolved is counted by the day at UTC+7") {
  Road road;
  const auto agent = road.machine("a");
  road.clock().jump_to(vietnam_midnight(kNow) - milliseconds(1));
  road.see(agent, {infected("/x"), infected("/y")});
  road.clock().jump_to(vietnam_midnight(kNow));
  road.see(agent, {FileGone{"/x"}, infected("/x"), FileGone{"/x"}});
  REQUIRE(road.decide(road.findings({}).items.at(0).id, State::suppressed, "thử"));
  const auto all = road.read([&](store::Connection& c) {
                         return findings_by_day(c, road.scope(), {}, road.clock().now(), 14);
                       }).value();
  REQUIRE(all.size() == 14);
  CHECK(all[13].date == "2026-11-22");
  CHECK(all[12].date == "2026-11-21");
  CHECK(all[12].opened == 2);
  CHECK(all[12].resolved == 0);
  CHECK(all[13].opened == 1);
  CHECK(all[13].resolved == 2);
  CHECK(all[0].opened == 0);
}

}  // namespace
}  // namespace khien::flow
