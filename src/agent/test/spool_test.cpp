#include "spool.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "fixture.hpp"

namespace khien::agent {
namespace {

Batch parsed(const std::string& text, JsonDocument& memory) {
  Budget budget({});
  auto batch = batch_from_ndjson(text, memory, budget);
  REQUIRE_MESSAGE(batch, batch.error().what());
  return std::move(batch).value();
}

TEST_CASE("what was put comes out in order, also after a restart") {
  SpoolHouse house;
  REQUIRE(house.spool->put(std::vector{heartbeat(1), heartbeat(2)}));
  house.open();
  REQUIRE(house.spool->put(detection("/a")));
  const auto next = house.next();
  CHECK(next.epoch == 1);
  CHECK(next.first_seq == 1);
  CHECK(next.last_seq == 3);
  JsonDocument memory;
  const Batch batch = parsed(next.text, memory);
  REQUIRE(batch.events.size() == 3);
  CHECK(batch.events[0] == to_json(heartbeat(1)));
  CHECK(batch.events[2] == to_json(detection("/a")));
}

TEST_CASE("(4) a number is never used twice, not even for a spool that was emptied") {
  SpoolHouse house;
  REQUIRE(house.spool->put(std::vector{heartbeat(1), heartbeat(2)}));
  REQUIRE(house.spool->acknowledge(1, 2));
  CHECK(house.spool->state().idle());
  house.open();
  CHECK(house.spool->state().idle());
  REQUIRE(house.spool->put(heartbeat(3)));
  CHECK(house.next().first_seq == 3);
}

TEST_CASE("a batch ends at the limit of events and at that of bytes, never empty") {
  SpoolHouse house;
  for (int i = 0; i < 10; ++i) REQUIRE(house.spool->put(heartbeat(i)));
  CHECK(house.spool->next_batch(4, kMaxBatchBytes)->last_seq == 4);
  const std::size_t one = to_json(heartbeat(0)).size() + 1;
  CHECK(house.spool->next_batch(10, (64u << 10) + 3 * one)->last_seq == 3);
  CHECK(house.spool->next_batch(10, (64u << 10) + 1)->last_seq == 1);
}

TEST_CASE("only the stream's own epoch acknowledges, and only what exists") {
  SpoolHouse house;
  REQUIRE(house.spool->put(heartbeat(1)));
  CHECK(house.spool->acknowledge(2, 1).error().code() == Code::conflict);
  CHECK(house.spool->acknowledge(1, 2).error().code() == Code::conflict);
  CHECK(house.spool->state().events == 1);
  CHECK(house.spool->acknowledge(1, 1));
  CHECK(house.spool->acknowledge(1, 0));  // an old answer changes nothing
  CHECK(house.spool->state().acknowledged_seq == 1);
}

TEST_CASE("(3) a full spool drops the oldest of the least important, and says so (2)") {
  SpoolHouse house;
  house.limits.events = 4;
  house.open();
  REQUIRE(house.spool->put(detection("/first")));
  for (int i = 2; i <= 5; ++i) REQUIRE(house.spool->put(heartbeat(i)));
  REQUIRE(house.spool->put(detection("/second")));
  // 1 P0, 2 and 3 dropped, 4 5 heartbeats, 6 P0.
  const auto next = house.next();
  JsonDocument memory;
  Batch batch = parsed(next.text, memory);
  CHECK(batch.events.size() == 4);
  CHECK(batch.events[0] == to_json(detection("/first")));
  CHECK(batch.events[1] == to_json(heartbeat(4)));
  const Priority of_heartbeats = priority_of(heartbeat(0).body);
  REQUIRE(batch.drops.size() == 1);
  CHECK(batch.drops[0] == DropRecord{2, 3, of_heartbeats, "spool_full"});
  CHECK(next.last_seq == 6);

  // All that is left in the end are detections, the newest.
  for (int i = 0; i < 5; ++i) REQUIRE(house.spool->put(detection("/more" + std::to_string(i))));
  JsonDocument more_memory;
  const std::string text = house.next().text;
  batch = parsed(text, more_memory);
  CHECK(batch.last_seq() == 11);
  CHECK(batch.events.size() == 4);
  CHECK(batch.events.back() == to_json(detection("/more4")));
  CHECK(batch.events.front() == to_json(detection("/more1")));
}

TEST_CASE("bytes are a limit as well") {
  SpoolHouse house;
  house.limits.bytes = 10'000;
  house.open();
  for (int i = 0; i < 500; ++i) REQUIRE(house.spool->put(heartbeat(i)));
  const auto state = house.spool->state();
  CHECK(state.bytes <= 10'000);
  CHECK(state.bytes > 9'000);
  CHECK(state.events + state.dropped == 500);
  house.open();
  CHECK(house.spool->state().bytes == state.bytes);
  CHECK(house.spool->state().events == state.events);
}

TEST_CASE("drop records that were half acknowledged keep their rest") {
  SpoolHouse house;
  house.limits.events = 2;
  house.open();
  for (int i = 1; i <= 10; ++i) REQUIRE(house.spool->put(heartbeat(i)));  // 1-8 dropped
  REQUIRE(house.spool->acknowledge(1, 5));
  const auto next = house.next();
  CHECK(next.first_seq == 6);
  JsonDocument memory;
  const Batch batch = parsed(next.text, memory);
  REQUIRE(batch.drops.size() == 1);
  CHECK(batch.drops[0].seq_lo == 6);
  CHECK(batch.drops[0].seq_hi == 8);
}

TEST_CASE("events dropped in turn leave few records") {
  SpoolHouse house;
  house.limits.events = 10;
  house.open();
  for (int i = 0; i < 3'000; ++i) {
    REQUIRE(house.spool->put(std::vector{heartbeat(i), detection("/x" + std::to_string(i)), protection(i)}));
  }
  std::int64_t records = 0;
  REQUIRE(house.store->read([&](store::Connection& connection) {
    return connection.query_one("SELECT count(*) FROM dropped", {}, [&](const store::Row& row) -> Result<void> {
      records = row.integer(0);
      return {};
    });
  }));
  CHECK(records <= 1'001);
  // Batch by batch, every number is there.
  std::uint64_t expected = 1;
  while (!house.spool->state().idle()) {
    const auto next = house.next();
    REQUIRE(next.first_seq == expected);
    REQUIRE(next.last_seq >= next.first_seq);
    JsonDocument memory;
    CHECK(parsed(next.text, memory).last_seq() == next.last_seq);
    REQUIRE(house.spool->acknowledge(next.epoch, next.last_seq));
    expected = next.last_seq + 1;
  }
  CHECK(expected == 9'001);
}

TEST_CASE("(5) a lost spool begins the next epoch, and the memory is written first") {
  SpoolHouse house;
  CHECK(house.remembered == 1);
  REQUIRE(house.spool->put(heartbeat(1)));
  house.close();
  for (const char* suffix : {"spool.db", "spool.db-wal", "spool.db-shm"}) {
    if (system_files().exists(house.folder / suffix)) REQUIRE(system_files().remove(house.folder / suffix));
  }
  house.open();
  CHECK(house.remembered == 2);
  CHECK(house.spool->state().epoch == 2);
  CHECK(house.spool->state().newest_seq == 0);
}

TEST_CASE("an epoch that cannot be remembered is not begun") {
  SpoolHouse house;
  auto spool = Spool::open(*house.store, {.limits = {}, .known_epoch = 7, .remember_epoch = [](std::uint32_t) -> Result<void> {
                             return Error(Code::exhausted, "disk full");
                           }});
  CHECK_FALSE(spool);
  CHECK(house.spool->state().epoch == 1);
}

TEST_CASE("a spool from before the memory is numbered anew, with all that waits") {
  SpoolHouse house;
  REQUIRE(house.spool->put(std::vector{heartbeat(1), heartbeat(2), heartbeat(3)}));
  REQUIRE(house.spool->acknowledge(1, 2));
  house.remembered = 5;  // a restored copy of the disk
  house.open();
  const auto next = house.next();
  CHECK(next.epoch == 6);
  CHECK(next.first_seq == 1);
  CHECK(next.last_seq == 1);
  REQUIRE(house.spool->acknowledge(6, 1));
  CHECK(house.spool->state().idle());
}

TEST_CASE("what a hub forgot becomes a drop record of the highest importance") {
  SpoolHouse house;
  for (int i = 1; i <= 5; ++i) REQUIRE(house.spool->put(heartbeat(i)));
  REQUIRE(house.spool->acknowledge(1, 4));
  CHECK_FALSE(house.spool->forget_acknowledged(5, "hub_forgot"));
  CHECK_FALSE(house.spool->forget_acknowledged(0, "hub_forgot"));
  REQUIRE(house.spool->forget_acknowledged(3, "hub_forgot"));
  const auto next = house.next();
  CHECK(next.first_seq == 3);
  CHECK(next.last_seq == 5);
  JsonDocument memory;
  const Batch batch = parsed(next.text, memory);
  REQUIRE(batch.drops.size() == 1);
  CHECK(batch.drops[0] == DropRecord{3, 4, Priority::p0, "hub_forgot"});
  house.open();
  CHECK(house.next().text == next.text);
}

// Changes the database behind the spool's back, and opens it again.
void damage(SpoolHouse& house, const store::Store::Work& work) {
  REQUIRE(house.store->write(work));
  house.open();
}

TEST_CASE("(2) numbers that got lost are named in a drop record, and what follows them goes out") {
  SpoolHouse house;
  for (int i = 1; i <= 10; ++i) REQUIRE(house.spool->put(heartbeat(i)));
  REQUIRE(house.spool->acknowledge(1, 2));
  damage(house, [](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("DELETE FROM event WHERE position IN (3, 6, 7)"));
    return {};
  });
  CHECK(house.spool->state().dropped == 3);
  const auto next = house.next();
  CHECK(next.first_seq == 3);
  CHECK(next.last_seq == 10);
  JsonDocument memory;
  const Batch batch = parsed(next.text, memory);
  CHECK(batch.events.size() == 5);
  REQUIRE(batch.drops.size() == 2);
  CHECK(batch.drops[0] == DropRecord{3, 3, Priority::p0, "spool_gap"});
  CHECK(batch.drops[1] == DropRecord{6, 7, Priority::p0, "spool_gap"});
  house.open();
  CHECK(house.next().text == next.text);
  CHECK(house.spool->state().dropped == 0);
}

TEST_CASE("drop records that got lost, overlap each other or an event are made to fit") {
  SpoolHouse house;
  house.limits.events = 5;
  house.open();
  for (int i = 1; i <= 20; ++i) REQUIRE(house.spool->put(heartbeat(i)));  // 1-15 dropped
  const Priority of_heartbeats = priority_of(heartbeat(0).body);
  damage(house, [](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE dropped SET position_lo = 4, position_hi = 9"));
    TRY_VOID(c.run("INSERT INTO dropped (position_lo, position_hi, priority, reason) VALUES (8, 17, 1, 'x')"));
    return {};
  });
  const auto next = house.next();
  CHECK(next.last_seq == 20);
  JsonDocument memory;
  const Batch batch = parsed(next.text, memory);
  CHECK(batch.events.size() == 5);
  REQUIRE(batch.drops.size() == 3);
  CHECK(batch.drops[0] == DropRecord{1, 3, Priority::p0, "spool_gap"});
  CHECK(batch.drops[1] == DropRecord{4, 9, of_heartbeats, "spool_full"});
  CHECK(batch.drops[2] == DropRecord{10, 15, Priority::p1, "x"});
  REQUIRE(house.spool->acknowledge(1, 20));
  CHECK(house.spool->state().idle());
}

TEST_CASE("a row that was acknowledged and came back does not go out again") {
  SpoolHouse house;
  for (int i = 1; i <= 4; ++i) REQUIRE(house.spool->put(heartbeat(i)));
  REQUIRE(house.spool->acknowledge(1, 3));
  damage(house, [](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("INSERT INTO event (position, priority, cost, kind, text) VALUES (2, 3, 70, 'heartbeat', '{}')"));
    return {};
  });
  CHECK(house.spool->state().events == 1);
  CHECK(house.next().first_seq == 4);
  CHECK(house.next().last_seq == 4);
}

TEST_CASE("an event that is too large is refused and takes no number") {
  SpoolHouse house;
  CHECK(house.spool->put(detection(std::string(kMaxEventBytes, 'x'))).error().code() == Code::exhausted);
  CHECK(house.spool->state().newest_seq == 0);
}

TEST_CASE("a put wakes with the most important of what it put") {
  SpoolHouse house;
  std::vector<Priority> woken;
  house.spool->on_put([&](Priority priority) { woken.push_back(priority); });
  REQUIRE(house.spool->put(std::vector{heartbeat(1), detection("/x")}));
  REQUIRE(house.spool->put(heartbeat(2)));
  CHECK(woken == std::vector{Priority::p0, priority_of(heartbeat(0).body)});
  CHECK(house.spool->state().urgent);
}

TEST_CASE("the hot reads use an index") {
  SpoolHouse house;
  REQUIRE(house.store->read([](store::Connection& connection) -> Result<void> {
    TRY(const auto evict,
        connection.plan_for_test("SELECT position, cost FROM event WHERE priority = ? ORDER BY position LIMIT ?"));
    CHECK(evict.find("event_by_priority") != evict.npos);
    CHECK(evict.find("TEMP B-TREE") == evict.npos);
    TRY(const auto sums, connection.plan_for_test("SELECT priority, count(*), sum(cost) FROM event GROUP BY priority"));
    CHECK(sums.find("COVERING INDEX event_by_priority") != sums.npos);
    return {};
  }));
}

}  // namespace
}  // namespace khien::agent
