#include "khien/flow/orders.hpp"

#include <doctest/doctest.h>

#include <set>

#include "khien/flow/judges/scan_judge.hpp"
#include "khien/flow/quarantine.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

constexpr UserId kSecond{2};

struct OrderRoad : Road {
  OrderRoad() : Road({make_scan_judge({})}) { agent = machine("mx1"); }

  Result<OrderId> ask_quarantine(FindingId finding, bool insist = false, std::string reason = "mã độc") {
    return write([&](store::Connection& c) {
      return order_quarantine(c, ledger(), scope(), kAnalyst, {finding, insist, std::move(reason)}, clock().now());
    });
  }
  Result<OrderId> ask_restore(QuarantineItemId item, Timestamp until = kNow + days(30)) {
    return write([&](store::Connection& c) {
      return order_restore(c, scope(), kAnalyst, {item, until, "báo nhầm"}, clock().now());
    });
  }
  Result<void> second(OrderId id, UserId who, bool approve, std::string_view note = "được") {
    return write([&](store::Connection& c) { return decide_order(c, scope(), who, id, approve, note, clock().now()); });
  }
  OrderRecord order(OrderId id) {
    return read([&](store::Connection& c) { return get_order(c, scope(), id, clock().now()); }).value();
  }
  std::vector<Order> given(const AgentIdentity& to) {
    const bool wait = read([&](store::Connection& c) { return orders_wait(c, to, clock().now()); }).value();
    auto orders = read([&](store::Connection& c) { return orders_for(c, to, clock().now()); }).value();
    CHECK(wait == !orders.empty());
    return orders;
  }
  QuarantineSeen held(std::string path, char name = 'a') const {
    return {.state = QuarantineSeen::State::held, .quarantine = std::string(32, name), .path = std::move(path),
            .sha256 = sha256("bytes"), .size = 68, .owner_uid = 0, .rule = "yara:eicar"};
  }
  QuarantineSeen back(std::string path, OrderId order) const {
    auto seen = held(std::move(path));
    seen.state = QuarantineSeen::State::restored;
    seen.order = order;
    return seen;
  }
  std::vector<QuarantineItem> items(bool held_only = true) {
    return read([&](store::Connection& c) { return list_quarantine(c, scope(), {.held_only = held_only}); }).value().items;
  }

  AgentIdentity agent;
};

FileSeen other_bytes(std::string path, std::string rule = "eicar") {
  FileSeen seen = infected(std::move(path), std::move(rule));
  seen.sha256 = sha256("other bytes");
  return seen;
}

TEST_CASE("a finding closes when its file was seen quarantined, and not when it was ordered") {
  OrderRoad road;
  road.see(road.agent, {infected("/srv/x")});
  const auto id = road.ask_quarantine(road.only().id).value();
  CHECK(road.only().state == FindingState::new_);
  CHECK(road.order(id).state == OrderState::waiting);
  auto seen = road.held("/srv/x");
  seen.order = id;
  road.see(road.agent, {seen, OrderSeen{id, Refusal::none, seen.quarantine}});
  CHECK(road.only().state == FindingState::resolved);
  CHECK(road.order(id).state == OrderState::done);
  REQUIRE(road.items().size() == 1);
  CHECK(road.items()[0].order == id);
  const auto history = road.read([&](store::Connection& c) { return history_of(c, road.scope(), road.only().id); }).value();
  CHECK(history.at(0).note == "quarantined");
  // Seen again there: open again.
  road.see(road.agent, {infected("/srv/x")});
  CHECK(road.only().state == FindingState::new_);
}

TEST_CASE("a refusal is the agent's word, and the finding stays open") {
  OrderRoad road;
  road.see(road.agent, {infected("/srv/x")});
  const auto id = road.ask_quarantine(road.only().id).value();
  road.see(road.agent, {OrderSeen{id, Refusal::hard_links, ""}});
  CHECK(road.order(id).state == OrderState::refused);
  CHECK(road.order(id).refusal == Refusal::hard_links);
  CHECK(road.only().state == FindingState::new_);
  CHECK(road.given(road.agent).empty());
  // What was answered is answered.
  road.see(road.agent, {OrderSeen{id, Refusal::none, ""}});
  CHECK(road.order(id).state == OrderState::refused);
}

TEST_CASE("an order is for one machine: another neither gets nor answers it") {
  OrderRoad road;
  const auto other = road.machine("mx2");
  road.see(road.agent, {infected("/srv/x")});
  const auto id = road.ask_quarantine(road.only().id).value();
  CHECK(road.given(other).empty());
  REQUIRE(road.given(road.agent).size() == 1);
  CHECK(road.given(road.agent)[0].path_sha256 == sha256("/srv/x"));
  CHECK(road.given(road.agent)[0].sha256 == sha256("bytes"));
  road.see(other, {OrderSeen{id, Refusal::none, ""}});
  CHECK(road.order(id).state == OrderState::waiting);
  const AgentIdentity foreign{TenantId{99}, road.agent.machine};
  CHECK(road.given(foreign).empty());
}

TEST_CASE("an order ends by itself") {
  OrderRoad road;
  road.see(road.agent, {infected("/srv/x")});
  const auto id = road.ask_quarantine(road.only().id).value();
  CHECK(road.ask_quarantine(road.only().id).error().code() == Code::conflict);
  road.clock().advance(hours(73));
  CHECK(road.order(id).state == OrderState::expired);
  CHECK(road.given(road.agent).empty());
  CHECK(road.ask_quarantine(road.only().id));
}

TEST_CASE("to insist takes a second person, who is another one") {
  OrderRoad road;
  road.see(road.agent, {infected("/usr/bin/ls")});
  const auto id = road.ask_quarantine(road.only().id, true).value();
  CHECK(road.given(road.agent).empty());
  CHECK(road.second(id, kAnalyst, true).error().code() == Code::denied);
  CHECK(road.given(road.agent).empty());
  REQUIRE(road.second(id, kSecond, true));
  REQUIRE(road.given(road.agent).size() == 1);
  CHECK(road.given(road.agent)[0].insist);
  CHECK(road.second(id, kSecond, false).error().code() == Code::conflict);
}

TEST_CASE("a system folder takes two persons to restore; declined, nothing goes out and nothing closes") {
  OrderRoad road;
  road.see(road.agent, {infected("/etc/x"), road.held("/etc/x")});
  const auto item = road.items().at(0).id;
  const auto id = road.ask_restore(item).value();
  CHECK(road.order(id).state == OrderState::waiting_second);
  CHECK(road.second(id, kSecond, false, " ").error().code() == Code::invalid);
  REQUIRE(road.second(id, kSecond, false, "không phải của ta"));
  CHECK(road.order(id).state == OrderState::declined);
  CHECK(road.only().state == FindingState::resolved);
  CHECK(road.given(road.agent).empty());
  const auto again = road.ask_restore(item).value();
  REQUIRE(road.second(again, kSecond, true));
  REQUIRE(road.given(road.agent).size() == 1);
  CHECK(road.given(road.agent)[0].two_persons);
  CHECK(road.only().state == FindingState::resolved);
  road.see(road.agent, {road.back("/etc/x", again)});
  CHECK(road.only().state == FindingState::suppressed);
}

TEST_CASE("what was let back is seen again and stays closed, in the name of who let it") {
  OrderRoad road;
  road.see(road.agent, {infected("/srv/x"), road.held("/srv/x")});
  const auto id = road.ask_restore(road.items().at(0).id).value();
  const auto back = road.back("/srv/x", id);
  road.see(road.agent, {back, OrderSeen{id, Refusal::none, back.quarantine}, infected("/srv/x")});
  CHECK(road.only().state == FindingState::suppressed);
  CHECK(road.machine_now(road.agent).open_findings == 0);
  const auto history = road.read([&](store::Connection& c) { return history_of(c, road.scope(), road.only().id); }).value();
  CHECK(history.at(0).who == kAnalyst);
  CHECK(history.at(0).note == "báo nhầm");
  CHECK(road.items().empty());
  REQUIRE(road.items(false).size() == 1);
  CHECK(road.items(false)[0].restored_at.has_value());
  CHECK(road.ask_restore(road.items(false)[0].id).error().code() == Code::conflict);
}

TEST_CASE("a restore that is not carried out leaves every finding as it is") {
  OrderRoad road;
  road.see(road.agent, {infected("/srv/x"), road.held("/srv/x"), other_bytes("/srv/x")});
  const auto states = [&road] {
    std::vector<FindingState> all;
    for (const auto& finding : road.all()) all.push_back(finding.state);
    return all;
  };
  const auto before = states();
  CHECK(before == std::vector{FindingState::new_});
  const auto id = road.ask_restore(road.items().at(0).id).value();
  CHECK(states() == before);
  REQUIRE(road.given(road.agent).size() == 1);
  CHECK(states() == before);
  SUBCASE("refused") {
    road.see(road.agent, {OrderSeen{id, Refusal::occupied, std::string(32, 'a')}});
    CHECK(road.order(id).state == OrderState::refused);
    // What it says afterwards is nothing that was ordered.
    road.see(road.agent, {road.back("/srv/x", id)});
  }
  SUBCASE("done, by its word, and not seen") { road.see(road.agent, {OrderSeen{id, Refusal::none, std::string(32, 'a')}}); }
  SUBCASE("expired") { road.clock().advance(hours(73)); }
  CHECK(states() == before);
  CHECK(road.machine_now(road.agent).open_findings == 1);
}

TEST_CASE("what comes back closes findings of its own bytes only") {
  OrderRoad road;
  road.see(road.agent, {infected("/srv/x"), road.held("/srv/x"), other_bytes("/srv/x", "other")});
  const auto id = road.ask_restore(road.items().at(0).id).value();
  road.see(road.agent, {road.back("/srv/x", id)});
  for (const auto& finding : road.all()) {
    CHECK((finding.state == FindingState::suppressed) == (finding.rule == "yara:eicar"));
  }
}

TEST_CASE("an agent's word that a file is back closes nothing without its own order") {
  OrderRoad road;
  const auto other = road.machine("mx2");
  road.see(other, {infected("/srv/x"), road.held("/srv/x")});
  const auto others = road.ask_restore(road.items().at(0).id).value();
  road.see(road.agent, {infected("/srv/x"), road.held("/srv/x")});
  const auto mine = [&road] {
    for (const auto& finding : road.all()) {
      if (finding.asset == road.agent.machine && finding.subject == "/srv/x") return finding.state;
    }
    return FindingState::suppressed;
  };
  SUBCASE("none") { road.see(road.agent, {road.back("/srv/x", {})}); }
  SUBCASE("another machine's") { road.see(road.agent, {road.back("/srv/x", others)}); }
  SUBCASE("one for another file") {
    road.see(road.agent, {infected("/srv/y"), road.held("/srv/y", 'b')});
    for (const auto& item : road.items()) {
      if (item.path == "/srv/y") REQUIRE(road.ask_restore(item.id));
    }
    road.see(road.agent, {road.back("/srv/x", road.given(road.agent).at(0).id)});
  }
  CHECK(mine() == FindingState::resolved);
  road.see(road.agent, {infected("/srv/x")});
  CHECK(mine() == FindingState::new_);
}

struct LetBack : OrderRoad {
  LetBack() {
    see(agent, {infected("/srv/x"), held("/srv/x")});
    const auto id = ask_restore(items().at(0).id).value();
    see(agent, {back("/srv/x", id), OrderSeen{id, Refusal::none, std::string(32, 'a')}, infected("/srv/x")});
    REQUIRE(only().state == FindingState::suppressed);
  }
};

TEST_CASE("what was let back opens again when other bytes are there") {
  LetBack road;
  road.clock().advance(days(1));
  road.see(road.agent, {other_bytes("/srv/x")});
  CHECK(road.only().state == FindingState::new_);
  CHECK(road.machine_now(road.agent).open_findings == 1);
  // The old ones change nothing: somebody looks at it now.
  road.see(road.agent, {infected("/srv/x")});
  CHECK(road.only().state == FindingState::new_);
}

TEST_CASE("what was let back opens again when the day is over") {
  LetBack road;
  SUBCASE("by itself") {
    road.clock().advance(Duration{days(30).ms - 1});
    REQUIRE(road.flow().tend());
    CHECK(road.only().state == FindingState::suppressed);
    road.clock().advance(Duration{1});
    REQUIRE(road.flow().tend());
    CHECK(road.only().state == FindingState::new_);
    CHECK(road.machine_now(road.agent).open_findings == 1);
  }
  SUBCASE("when it is seen") {
    road.clock().advance(days(30));
    road.see(road.agent, {infected("/srv/x")});
    CHECK(road.only().state == FindingState::new_);
  }
  SUBCASE("not if it was gone before") {
    road.see(road.agent, {FileGone{"/srv/x"}});
    CHECK(road.only().state == FindingState::suppressed);
    road.clock().advance(days(30));
    REQUIRE(road.flow().tend());
    CHECK(road.only().state == FindingState::resolved);
    CHECK(road.machine_now(road.agent).open_findings == 0);
  }
}

TEST_CASE("a person's decision is for good, a note to it changes nothing") {
  LetBack road;
  SUBCASE("a note") { REQUIRE(road.decide(road.only().id, FindingState::suppressed, "đã hỏi đơn vị")); }
  SUBCASE("opened and suppressed") {
    REQUIRE(road.decide(road.only().id, FindingState::in_progress));
    REQUIRE(road.decide(road.only().id, FindingState::suppressed, "tệp của ta"));
    road.clock().advance(days(30));
    REQUIRE(road.flow().tend());
    road.see(road.agent, {other_bytes("/srv/x")});
    CHECK(road.only().state == FindingState::suppressed);
    return;
  }
  road.see(road.agent, {other_bytes("/srv/x")});
  CHECK(road.only().state == FindingState::new_);
}

TEST_CASE("an order's number grows, fits JSON, and is not given out again by a hub restored from a backup") {
  OrderRoad road;
  const auto ask_scan = [&road] {
    return road.write([&](store::Connection& c) { return order_scan(c, road.scope(), kAnalyst, road.agent.machine, road.clock().now()); })
        .value();
  };
  std::set<OrderId> given;
  OrderId last;
  for (int backup = 0; backup < 20; ++backup) {
    const OrderId id = ask_scan();
    CHECK(given.insert(id).second);
    CHECK(id.value > 0);
    CHECK(id.value < std::int64_t{1} << 53);
    CHECK(id > last);
    last = id;
    // The copy is from before the order, and of the same moment as the last one.
    REQUIRE(road.write([](store::Connection& c) -> Result<int> {
      TRY_VOID(c.run("DELETE FROM agent_order"));
      TRY_VOID(c.run("DELETE FROM sqlite_sequence WHERE name = 'agent_order'"));
      return 0;
    }));
    road.clock().advance(Duration{1});
  }
  // In one millisecond, and by a clock that went back.
  for (int i = 0; i < 5; ++i) {
    const auto machine = road.machine("m");
    if (i == 3) road.clock().jump_to(road.clock().now() - days(20));
    const auto id = road.write([&](store::Connection& c) {
      return order_scan(c, road.scope(), kAnalyst, machine.machine, road.clock().now());
    }).value();
    CHECK((i == 0 || id > last));
    last = id;
  }
}

TEST_CASE("a whole unit is scanned in turns, once an hour, and who waits already is not asked twice") {
  OrderRoad road;
  const auto scan = [&](UnitId unit, UserId who = kAnalyst) {
    return road.write([&](store::Connection& c) { return order_unit_scan(c, road.scope(), who, unit, road.clock().now()); });
  };
  std::vector<AgentIdentity> agents{road.agent};
  for (int i = 0; i < 4; ++i) agents.push_back(road.machine("m" + std::to_string(i)));
  REQUIRE(road.write([&](store::Connection& c) { return order_scan(c, road.scope(), kAnalyst, agents[0].machine, road.clock().now()); }));
  REQUIRE(road.write([&](store::Connection& c) -> Result<int> {
    TRY_VOID(estate::revoke_machine(c, road.scope(), agents[4].machine, road.clock().now()));
    return 0;
  }));
  const UnitId root = road.scope().roots().front();
  const auto first = scan(root).value();
  CHECK(first.machines == 3);
  CHECK(first.waiting == 1);
  CHECK(first.last_begins_at == road.clock().now());
  CHECK(scan(root).error().code() == Code::conflict);
  const auto given = [&](const AgentIdentity& agent) {
    return road.write([&](store::Connection& c) { return orders_for(c, agent, road.clock().now()); }).value().size();
  };
  CHECK(given(agents[1]) == 1);
  CHECK(given(agents[4]) == 0);

  // Nobody gets it before its turn, and it lives as long from then on.
  REQUIRE(road.write([&](store::Connection& c) -> Result<int> {
    TRY_VOID(c.run("UPDATE agent_order SET begins_at = ?1 WHERE machine_id = ?2", {road.clock().now() + minutes(1), agents[2].machine}));
    return 0;
  }));
  const auto wait = [&] {
    return road.write([&](store::Connection& c) { return orders_wait(c, agents[2], road.clock().now()); }).value();
  };
  CHECK(given(agents[2]) == 0);
  CHECK_FALSE(wait());
  road.clock().advance(minutes(1));
  CHECK(given(agents[2]) == 1);
  CHECK(wait());

  // One person, so many an hour, whatever the unit.
  std::vector<UnitId> units;
  for (int i = 0; i < 5; ++i) {
    units.push_back(road.write([&](store::Connection& c) {
      return estate::create_unit(c, road.scope(), "xã " + std::to_string(i), estate::UnitKind::commune, root, road.clock().now());
    }).value());
  }
  for (int i = 0; i < 3; ++i) CHECK(scan(units[static_cast<std::size_t>(i)]).value().machines == 0);
  CHECK(scan(units[3]).error().code() == Code::exhausted);
  CHECK(scan(units[3], UserId{2}).has_value());
  road.clock().advance(hours(1));
  CHECK(scan(units[4]).has_value());
  CHECK(scan(UnitId{999}).error().code() == Code::not_found);
}

TEST_CASE("more machines than a minute's pace take turns of their own") {
  OrderRoad road;
  REQUIRE(road.write([&](store::Connection& c) -> Result<int> {
    TRY_VOID(c.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
                   "INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen) "
                   "SELECT m.tenant_id, m.unit_id, 'm' || i, x'', '', 1, 1 FROM machine m, n WHERE m.id = ?2",
                   {2 * kUnitScanPace, road.agent.machine}));
    return 0;
  }));
  const auto scan = road.write([&](store::Connection& c) {
    return order_unit_scan(c, road.scope(), kAnalyst, road.scope().roots().front(), road.clock().now());
  }).value();
  CHECK(scan.machines == 2 * kUnitScanPace + 1);
  CHECK(scan.last_begins_at == road.clock().now() + minutes(2));
  std::int64_t now = 0;
  REQUIRE(road.write([&](store::Connection& c) -> Result<int> {
    TRY_VOID(c.query_one("SELECT count(*) FROM agent_order WHERE begins_at <= ?1", {road.clock().now()}, [&](const store::Row& row) -> Result<void> {
      now = row.integer(0);
      return {};
    }));
    return 0;
  }));
  CHECK(now == kUnitScanPace);
}

TEST_CASE("orders that make no sense are refused") {
  OrderRoad road;
  FileSeen unread = infected("/srv/u");
  unread.sha256.reset();
  road.see(road.agent, {unread});
  CHECK(road.ask_quarantine(road.only().id).error().code() == Code::conflict);
  CHECK(road.ask_quarantine(road.only().id, false, " ").error().code() == Code::invalid);
  CHECK(road.ask_quarantine(FindingId{99}).error().code() == Code::not_found);
  CHECK(road.ask_restore(QuarantineItemId{99}).error().code() == Code::not_found);
  road.see(road.agent, {road.held("/srv/y")});
  CHECK(road.ask_restore(road.items().at(0).id, kNow).error().code() == Code::invalid);
  CHECK(road.ask_restore(road.items().at(0).id, kNow + days(400)).error().code() == Code::invalid);
}

TEST_CASE("applying twice changes nothing, and old words do not undo new ones") {
  OrderRoad road;
  auto back = road.held("/srv/x");
  back.state = QuarantineSeen::State::restored;
  road.see(road.agent, {road.held("/srv/x"), back});
  CHECK(road.items().empty());
  REQUIRE(road.write([](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE flow_position SET observation_id = 0"));
    return {};
  }));
  road.reopen();
  road.apply();
  CHECK(road.items().empty());
  CHECK(road.items(false).size() == 1);
  // An agent that says other bytes under the name of a file is not believed.
  auto lie = road.held("/srv/x");
  lie.sha256 = sha256("other");
  road.see(road.agent, {lie});
  CHECK(road.items().empty());
}

TEST_CASE("that an agent halted is a finding until it goes on") {
  OrderRoad road;
  road.see(road.agent, {QuarantineSeen{.state = QuarantineSeen::State::halted}});
  CHECK(road.only().rule == "khien:quarantine_halted");
  CHECK(road.only().severity == Severity::high);
  CHECK(road.items(false).empty());
  road.see(road.agent, {QuarantineSeen{.state = QuarantineSeen::State::resumed}});
  CHECK(road.only().state == FindingState::resolved);
}

}  // namespace
}  // namespace khien::flow
