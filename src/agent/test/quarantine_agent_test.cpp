// The agent and its quarantine: by itself, by order, and within its own limits.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "agent_house.hpp"
#include "keeper.hpp"

namespace khien::agent {
namespace {

using State = QuarantineSeen::State;

struct QuarantineHouse : AgentHouse {
  std::string bad(const std::string& name, const std::string& more = {}) {
    const std::string path = tree / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << eicar() << more;
    watcher->written(path);
    return path;
  }
  Order to_quarantine(std::int64_t id, const std::string& path, const std::string& more = {}) {
    return {.id = OrderId{id}, .verb = Verb::quarantine, .expires_at = clock.now() + hours(24), .reason = "mã độc",
            .path_sha256 = sha256(path), .sha256 = sha256(eicar() + more)};
  }
  Order to_restore(std::int64_t id, const QuarantineSeen& held) {
    return {.id = OrderId{id}, .verb = Verb::restore, .expires_at = clock.now() + hours(24), .reason = "báo nhầm",
            .sha256 = *held.sha256, .quarantine = held.quarantine, .allow_until = clock.now() + days(30)};
  }
  // Gives the orders, until they are answered.
  std::vector<OrderSeen> give(std::vector<Order> orders) {
    hub.orders = std::move(orders);
    run(seconds(70));
    hub.orders.clear();
    run(seconds(10));
    return stored<OrderSeen>();
  }
  std::vector<QuarantineSeen> seen(State state) {
    auto all = stored<QuarantineSeen>();
    std::erase_if(all, [state](const QuarantineSeen& one) { return one.state != state; });
    return all;
  }
};

TEST_CASE("by itself it takes nothing unless it is told to") {
  QuarantineHouse house;
  house.run(seconds(10));
  const std::string path = house.bad("x");
  house.run(seconds(10));
  CHECK(house.stored<FileSeen>().size() == 1);
  CHECK(std::filesystem::exists(path));
  CHECK(house.stored<QuarantineSeen>().empty());
}

TEST_CASE("told to, it takes what is malware, says so once, and never what is only suspicious") {
  QuarantineHouse house;
  house.options.quarantine_automatically = true;
  house.start();
  house.run(seconds(10));
  const std::string path = house.bad("x");
  house.run(seconds(10));
  CHECK_FALSE(std::filesystem::exists(path));
  const auto held = house.seen(State::held);
  REQUIRE(held.size() == 1);
  CHECK(held[0].path == path);
  CHECK(held[0].sha256 == sha256(eicar()));
  CHECK(held[0].rule == "yara:khien_eicar");
  CHECK(held[0].order == OrderId{});
  CHECK(house.stored<FileGone>().empty());
  // Not again after a restart.
  house.start();
  house.run(seconds(70));
  CHECK(house.seen(State::held).size() == 1);
}

TEST_CASE("an order takes the file it names by its hashes, and is answered") {
  QuarantineHouse house;
  house.run(seconds(10));
  const std::string path = house.bad("x");
  house.run(seconds(10));
  const auto answers = house.give({house.to_quarantine(7, path)});
  CHECK_FALSE(std::filesystem::exists(path));
  REQUIRE_FALSE(answers.empty());
  const auto held = house.seen(State::held);
  REQUIRE(held.size() == 1);
  CHECK(held[0].order == OrderId{7});
  for (const OrderSeen& answer : answers) CHECK(answer == OrderSeen{OrderId{7}, Refusal::none, held[0].quarantine});
}

TEST_CASE("an order is carried out once, however often it is fetched and through a restart") {
  QuarantineHouse house;
  house.run(seconds(10));
  const std::string path = house.bad("x");
  house.run(seconds(10));
  const Order order = house.to_quarantine(7, path);
  house.give({order});
  // Somebody writes the same file again: the order is done, and stays so.
  house.bad("x");
  house.run(seconds(10));
  house.give({order});
  house.start();
  const auto answers = house.give({order});
  CHECK(house.hub.order_fetches >= 3);
  CHECK(std::filesystem::exists(path));
  CHECK(house.seen(State::held).size() == 1);
  CHECK(std::ranges::all_of(answers, [&](const OrderSeen& answer) { return answer == answers[0]; }));
}

TEST_CASE("what the hub names is nothing but files that this agent reported") {
  QuarantineHouse house;
  house.run(seconds(10));
  const std::string good = house.tree / "good";
  std::ofstream(good) << "harmless";
  const std::string bad = house.bad("x");
  house.run(seconds(10));
  Order other_path = house.to_quarantine(1, good);
  other_path.sha256 = sha256("harmless");
  Order other_bytes = house.to_quarantine(2, bad);
  other_bytes.sha256 = sha256("harmless");
  Order late = house.to_quarantine(3, bad);
  late.expires_at = house.clock.now() - seconds(1);
  Order endless = house.to_quarantine(4, bad);
  endless.expires_at = house.clock.now() + days(400);
  Order unknown = house.to_restore(5, {.quarantine = std::string(32, 'a'), .path = {}, .sha256 = sha256("x"), .rule = {}});
  house.give({other_path, other_bytes, late, endless, unknown});
  std::map<std::int64_t, Refusal> refusals;
  for (const OrderSeen& answer : house.stored<OrderSeen>()) refusals[answer.order.value] = answer.refusal;
  CHECK(refusals[1] == Refusal::unknown_file);
  CHECK(refusals[2] == Refusal::changed);
  CHECK(refusals[3] == Refusal::expired);
  CHECK(refusals[4] == Refusal::expired);
  CHECK(refusals[5] == Refusal::unknown_item);
  CHECK(std::filesystem::exists(good));
  CHECK(std::filesystem::exists(bad));
}

TEST_CASE("what comes back is not taken again until its day") {
  QuarantineHouse house;
  house.options.quarantine_automatically = true;
  house.start();
  house.run(seconds(10));
  const std::string path = house.bad("x");
  house.run(seconds(10));
  const auto held = house.seen(State::held);
  REQUIRE(held.size() == 1);
  house.give({house.to_restore(9, held[0])});
  REQUIRE(house.seen(State::restored).size() == 1);
  CHECK(house.seen(State::restored)[0].order == OrderId{9});
  CHECK(std::filesystem::exists(path));
  // Seen again, reported, and left; also as another file with these bytes.
  house.bad("x");
  house.bad("y");
  house.run(seconds(10));
  CHECK(std::filesystem::exists(path));
  CHECK(std::filesystem::exists(house.tree / "y"));
  CHECK(house.stored<FileSeen>().size() >= 2);
  house.clock.advance(days(31));
  house.run(seconds(10));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a restore that is refused lets nothing back: neither now nor by itself later") {
  QuarantineHouse house;
  house.options.quarantine_automatically = true;
  house.start();
  house.run(seconds(10));
  const std::string path = house.bad("x");
  house.run(seconds(10));
  const auto held = house.seen(State::held);
  REQUIRE(held.size() == 1);
  Order unknown = house.to_restore(1, held[0]);
  unknown.quarantine = std::string(32, 'a');
  house.give({unknown});
  std::filesystem::remove(path);
  std::ofstream(path) << "somebody's own";
  const auto answers = house.give({house.to_restore(2, held[0])});
  REQUIRE(answers.size() >= 2);
  CHECK(answers.front().refusal == Refusal::unknown_item);
  CHECK(answers.back().refusal == Refusal::occupied);
  std::filesystem::remove(path);
  house.bad("y");
  house.run(seconds(10));
  CHECK_FALSE(std::filesystem::exists(house.tree / "y"));
  CHECK(house.seen(State::held).size() == 2);
}

TEST_CASE("a refused restore leaves an earlier person's word as it was") {
  QuarantineHouse house;
  house.options.quarantine_automatically = true;
  house.start();
  house.run(seconds(10));
  house.bad("x");
  house.run(seconds(10));
  const auto held = house.seen(State::held);
  REQUIRE(held.size() == 1);
  house.give({house.to_restore(1, held[0])});
  REQUIRE(house.seen(State::restored).size() == 1);
  house.give({house.to_restore(2, held[0])});  // it holds it no more
  house.bad("y");
  house.run(seconds(10));
  CHECK(std::filesystem::exists(house.tree / "y"));
}

TEST_CASE("what is tried counts, whatever comes of it") {
  QuarantineHouse house;
  house.run(seconds(10));
  std::vector<Order> orders;
  const QuarantineSeen nothing{.quarantine = std::string(32, 'a'), .path = {}, .sha256 = sha256("x"), .rule = {}};
  for (std::int64_t id = 1; id <= 25; ++id) orders.push_back(house.to_restore(id, nothing));
  house.give(orders);
  std::map<std::int64_t, Refusal> refusals;
  for (const OrderSeen& answer : house.stored<OrderSeen>()) refusals[answer.order.value] = answer.refusal;
  CHECK(std::ranges::count_if(refusals, [](const auto& one) { return one.second == Refusal::unknown_item; }) == 20);
  CHECK(std::ranges::count_if(refusals, [](const auto& one) { return one.second == Refusal::rate; }) == 5);
}

TEST_CASE("more than twenty within an hour: it halts, says so, only reports, and goes on after a day") {
  QuarantineHouse house;
  house.options.quarantine_automatically = true;
  house.start();
  house.run(seconds(10));
  for (int i = 0; i < 30; ++i) house.bad("x" + std::to_string(i), std::to_string(i));
  house.run(seconds(20));
  CHECK(house.seen(State::held).size() == 20);
  CHECK(house.seen(State::halted).size() == 1);
  CHECK(house.stored<FileSeen>().size() == 30);
  // A restart and a clock that went back make no room; an order is still carried out.
  house.start();
  house.clock.jump_to(house.clock.now() - hours(2));
  const std::string path = house.bad("more", "more");
  house.run(seconds(20));
  CHECK(std::filesystem::exists(path));
  CHECK(house.seen(State::halted).size() == 1);
  house.give({house.to_quarantine(3, path, "more")});
  CHECK_FALSE(std::filesystem::exists(path));
  house.clock.advance(hours(27));
  house.run(seconds(20));
  CHECK(house.seen(State::resumed).size() == 1);
}

TEST_CASE("a hub in wrong hands empties no machine: twenty files an hour and no more") {
  QuarantineHouse house;
  house.run(seconds(10));
  std::vector<Order> orders;
  for (int i = 0; i < 30; ++i) {
    orders.push_back(house.to_quarantine(i + 1, house.bad("x" + std::to_string(i), std::to_string(i)), std::to_string(i)));
  }
  house.run(seconds(20));
  house.give(orders);
  CHECK(house.seen(State::held).size() == 20);
  std::map<std::int64_t, Refusal> refusals;
  for (const OrderSeen& answer : house.stored<OrderSeen>()) refusals[answer.order.value] = answer.refusal;
  CHECK(std::ranges::count_if(refusals, [](const auto& one) { return one.second == Refusal::rate; }) == 10);
}

TEST_CASE("a scan that was ordered begins at once, four an hour") {
  QuarantineHouse house;
  house.run(seconds(10));
  const auto before = house.agent->scan_counts_for_test().complete_scans;
  std::vector<Order> orders;
  for (std::int64_t id = 1; id <= 6; ++id) orders.push_back({.id = OrderId{id}, .verb = Verb::scan, .expires_at = house.clock.now() + hours(1)});
  house.give(orders);
  CHECK(house.agent->scan_counts_for_test().complete_scans > before);
  std::map<std::int64_t, Refusal> refusals;
  for (const OrderSeen& answer : house.stored<OrderSeen>()) refusals[answer.order.value] = answer.refusal;
  CHECK(std::ranges::count_if(refusals, [](const auto& one) { return one.second == Refusal::none; }) == 4);
}

}  // namespace
}  // namespace khien::agent
