// Whose an order is, and which one a number means.
#include "order_book.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "keeper.hpp"
#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

const Sha256 kHub = sha256("one CA");
const Sha256 kOtherHub = sha256("another CA");

struct BookHouse {
  SpoolHouse spool;
  ManualClock clock{kNoon};
  OrderBook book{*spool.store, clock, kHub};

  Order order(std::int64_t id, Verb verb = Verb::scan) const {
    return {.id = OrderId{id}, .verb = verb, .expires_at = kNoon + hours(24), .reason = "x", .path_sha256 = sha256("/p"),
            .sha256 = sha256("b"), .quarantine = verb == Verb::restore ? std::string(32, 'a') : std::string(),
            .allow_until = verb == Verb::restore ? kNoon + days(1) : Timestamp{}};
  }
  void settle(std::int64_t id, Refusal refusal = Refusal::none) {
    REQUIRE(book.settle({.order = OrderId{id}, .refusal = refusal, .quarantine = {}}));
  }
};

TEST_CASE("an order waits once, and what is done is answered again") {
  BookHouse house;
  CHECK(house.book.accept({house.order(1), house.order(2)}).value().empty());
  CHECK(house.book.accept({house.order(1)}).value().empty());
  CHECK(house.book.waiting().value().size() == 2);
  house.settle(1, Refusal::rate);
  const auto answers = house.book.accept({house.order(1), house.order(2)}).value();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0] == OrderSeen{OrderId{1}, Refusal::rate, ""});
}

TEST_CASE("another order under a number that is done is refused and told, and not called done") {
  BookHouse house;
  REQUIRE(house.book.accept({house.order(1)}));
  house.settle(1);
  const auto answers = house.book.accept({house.order(1, Verb::quarantine)}).value();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].refusal == Refusal::failed);
  CHECK(house.book.waiting().value().empty());
  // The first one is still what it was.
  CHECK(house.book.accept({house.order(1)}).value().at(0).refusal == Refusal::none);
}

TEST_CASE("of two orders under one number that wait neither is carried out") {
  BookHouse house;
  REQUIRE(house.book.accept({house.order(1)}));
  CHECK(house.book.accept({house.order(1, Verb::restore)}).value().at(0).refusal == Refusal::failed);
  CHECK(house.book.waiting().value().empty());
}

TEST_CASE("a number is its hub's: what one gave is neither done nor carried out for another") {
  BookHouse house;
  REQUIRE(house.book.accept({house.order(1), house.order(2)}));
  house.settle(1);
  OrderBook other(*house.spool.store, house.clock, kOtherHub);
  CHECK(other.waiting().value().empty());
  CHECK(other.accept({house.order(1, Verb::quarantine)}).value().empty());
  const auto waiting = other.waiting().value();
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].verb == Verb::quarantine);
  REQUIRE(other.settle({.order = OrderId{1}, .refusal = Refusal::none, .quarantine = {}}));
  // The limits an hour are the machine's, whoever asks.
  CHECK(other.tried_since(Verb::scan, kNoon - hours(1)).value() == 1);
  CHECK(other.tried_since(Verb::quarantine, kNoon - hours(1)).value() == 1);
}

TEST_CASE("orders that were kept before a hub was written beside them are this hub's") {
  BookHouse house;
  REQUIRE(house.book.accept({house.order(1), house.order(2)}));
  house.settle(1);
  REQUIRE(house.spool.store->write([](store::Connection& connection) -> Result<void> {
    TRY_VOID(connection.run("UPDATE agent_order SET hub = x''", {}));
    return {};
  }));
  OrderBook book(*house.spool.store, house.clock, kHub);
  CHECK(book.waiting().value().size() == 1);
  CHECK(book.accept({house.order(1)}).value().size() == 1);
  REQUIRE(book.settle({.order = OrderId{2}, .refusal = Refusal::none, .quarantine = {}}));
  CHECK(book.accept({house.order(2)}).value().size() == 1);
}

// The journal of the quarantine knows numbers and no hubs.
TEST_CASE("a number in the quarantine's journal is no answer to another hub's order") {
  BookHouse house;
  SeededRandom random{1};
  TemporaryFolder tree;
  TemporaryFolder store;
  auto cache = VerdictCache::open(*house.spool.store, house.spool.folder / "known-files").value();
  auto quarantine = probe::Quarantine::open({.folder = store / "q", .limits = {}, .owner = [](const std::string&) { return std::string(); }},
                                            {house.clock, random, system_files()})
                        .value();
  const auto work = [&](OrderBook& book) {
    std::vector<OrderSeen> answers;
    Keeper keeper({.roots = {tree.path()}, .exclude = {}},
                  {.clock = house.clock,
                   .store = *house.spool.store,
                   .cache = *cache,
                   .quarantine = *quarantine,
                   .orders = book,
                   .report = [&](const Observation& seen) -> Result<void> {
                     if (const auto* answer = std::get_if<OrderSeen>(&seen.body)) answers.push_back(*answer);
                     return {};
                   },
                   .scan_now = [] {}});
    REQUIRE(keeper.work());
    return answers;
  };
  const auto to_quarantine = [&](const std::string& name) {
    const std::string path = tree / name;
    std::ofstream(path) << eicar() << name;
    REQUIRE(cache->flag(path, {{}, 1, FileVerdict::malicious}));
    Order order = house.order(7, Verb::quarantine);
    order.path_sha256 = sha256(path);
    order.sha256 = sha256(eicar() + name);
    return order;
  };
  REQUIRE(house.book.accept({to_quarantine("x")}));
  CHECK(work(house.book).at(0).refusal == Refusal::none);
  CHECK_FALSE(std::filesystem::exists(tree / "x"));
  OrderBook other(*house.spool.store, house.clock, kOtherHub);
  REQUIRE(other.accept({to_quarantine("y")}));
  const auto answers = work(other);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].refusal == Refusal::none);
  CHECK_FALSE(std::filesystem::exists(tree / "y"));
  CHECK(quarantine->entries().size() == 2);
}

}  // namespace
}  // namespace khien::agent
