#include "khien/store/store.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/store/fault_vfs.hpp"
#include "temporary_folder.hpp"

namespace khien::store {
namespace {

constexpr Migration kNotes[] = {{"0001_note", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT"}};

std::unique_ptr<Store> open_notes(const std::string& path) {
  return Store::open({.path = path, .migrations = kNotes}).value();
}

Result<void> add(Connection& connection, std::string_view text) {
  TRY_VOID(connection.run("INSERT INTO note (text) VALUES (?)", {text}));
  return {};
}

std::int64_t count(const Store& store) {
  std::int64_t found = -1;
  REQUIRE(store.read([&](Connection& connection) {
    return connection.query_one("SELECT count(*) FROM note", {}, [&](const Row& row) -> Result<void> {
      found = row.integer(0);
      return {};
    });
  }));
  return found;
}

TEST_CASE("a write that fails rolls back alone, whatever it wrote before") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  CHECK(store->write([](Connection& connection) { return add(connection, "a"); }));
  const auto failed = store->write([](Connection& connection) -> Result<void> {
    TRY_VOID(add(connection, "b"));
    return add(connection, "a");
  });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code() == Code::conflict);
  CHECK(count(*store) == 1);
}

TEST_CASE("a rehearsal sees what it writes, of its tenant alone, and nobody else ever does") {
  constexpr Migration kThings[] = {
      {"0001_thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY AUTOINCREMENT, tenant_id INTEGER NOT NULL, text TEXT NOT NULL) STRICT; "
                     "CREATE UNIQUE INDEX thing_text ON thing (tenant_id, text)"}};
  const TemporaryFolder folder;
  auto store = Store::open({.path = folder / "things.db", .migrations = kThings}).value();
  const auto put = [](Connection& connection, int tenant, std::string_view text) -> Result<void> {
    TRY_VOID(connection.run("INSERT INTO thing (tenant_id, text) VALUES (?1, ?2)", {tenant, text}));
    return {};
  };
  const auto all = [](Connection& connection) {
    std::int64_t found = 0;
    REQUIRE(connection.query("SELECT 1 FROM thing", {}, [&](const Row&) -> Result<void> {
      ++found;
      return {};
    }));
    return found;
  };
  REQUIRE(store->write([&](Connection& c) -> Result<void> {
    TRY_VOID(put(c, 2, "b"));
    return put(c, 1, "a");
  }));
  constexpr std::string_view kTables[] = {"thing"};
  for (int again = 0; again < 2; ++again) {
    REQUIRE(store->rehearse(TenantId{1}, kTables, [&](Connection& connection) -> Result<void> {
      CHECK(all(connection) == 1);
      CHECK(put(connection, 1, "a").error().code() == Code::conflict);
      TRY_VOID(put(connection, 1, "c"));
      CHECK(connection.last_insert_id() == 3 + again);
      CHECK(all(connection) == 2);
      // The writer is free, and what it writes comes too late to be seen.
      CHECK(store->write([&](Connection& c) { return put(c, 3, std::to_string(again)); }));
      CHECK(all(connection) == 2);
      return {};
    }));
  }
  CHECK(store->rehearse(TenantId{1}, kTables, [](Connection&) -> Result<void> { return Error(Code::invalid, "no"); }).error().what() == "no");
  REQUIRE(store->read([&](Connection& connection) -> Result<void> {
    CHECK(all(connection) == 4);
    return {};
  }));
}

TEST_CASE("writes of many threads all arrive, in groups") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string text = std::to_string(t) + "/" + std::to_string(i);
        CHECK(store->write([&](Connection& connection) { return add(connection, text); }));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(count(*store) == 200);
  const auto counts = store->counts();
  CHECK(counts.writes == 200);
  CHECK(counts.commits <= counts.writes);
}

TEST_CASE("drained: what was taken is answered, and nothing more is taken") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  std::promise<void> release;
  std::atomic<int> answered = 0;
  const auto count_answer = [&](const Result<void>& outcome) { answered += outcome ? 1 : 0; };
  store->write_later(
      [&](Connection&) -> Result<void> {
        release.get_future().wait();
        return {};
      },
      count_answer);
  for (int i = 0; i < 10; ++i) {
    store->write_later([i](Connection& connection) { return add(connection, std::to_string(i)); }, count_answer);
  }
  auto drained = std::async(std::launch::async, [&] {
    store->drain();
    return answered.load();
  });
  CHECK(drained.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
  CHECK(answered == 0);
  const auto late = store->write([](Connection& connection) { return add(connection, "late"); });
  CHECK(late.error().code() == Code::unavailable);
  release.set_value();
  CHECK(drained.get() == 11);
  CHECK(count(*store) == 10);
}

TEST_CASE("what waits when the store closes is written before it is gone") {
  const TemporaryFolder folder;
  std::atomic<int> answered = 0;
  {
    auto store = open_notes(folder / "notes.db");
    for (int i = 0; i < 100; ++i) {
      store->write_later([i](Connection& connection) { return add(connection, std::to_string(i)); },
                         [&](const Result<void>& outcome) { answered += outcome ? 1 : 0; });
    }
  }
  CHECK(answered == 100);
  CHECK(count(*open_notes(folder / "notes.db")) == 100);
}

TEST_CASE("(3) writes take effect in the order in which they were handed over") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  for (int i = 0; i < 500; ++i) {
    store->write_later([i](Connection& connection) { return add(connection, std::to_string(i)); }, {});
  }
  CHECK(store->write([](Connection&) -> Result<void> { return {}; }));
  CHECK(store->read([](Connection& connection) {
    return connection.query("SELECT id, text FROM note ORDER BY id", {}, [](const Row& row) -> Result<void> {
      CHECK(std::to_string(row.integer(0) - 1) == row.text(1));
      return {};
    });
  }));
}

TEST_CASE("more than max_waiting writes are refused at once") {
  const TemporaryFolder folder;
  auto store = Store::open({.path = folder / "notes.db", .migrations = kNotes, .max_waiting = 2}).value();
  std::promise<void> go_on;
  auto released = go_on.get_future().share();
  std::atomic<int> refused = 0;
  const auto heard = [&](const Result<void>& outcome) {
    refused += !outcome && outcome.error().code() == Code::exhausted ? 1 : 0;
  };
  for (int i = 0; i < 5; ++i) {
    store->write_later([released](Connection&) -> Result<void> {
      released.wait();
      return {};
    }, heard);
  }
  CHECK(refused == 3);
  go_on.set_value();
  store.reset();  // before what it tells
}

TEST_CASE("(2) after a failed sync every write is refused, and the owner is told once") {
  FaultVfs disk("fatal");
  std::atomic<int> told = 0;
  auto store = Store::open({.path = "notes.db", .migrations = kNotes, .vfs = disk.name(), .on_fatal = [&](const Error&) { ++told; }}).value();
  CHECK(store->write([](Connection& connection) { return add(connection, "before"); }));
  disk.plan({.fault = DiskFault::sync_error});
  for (int i = 0; i < 3; ++i) {
    const auto refused = store->write([&](Connection& connection) { return add(connection, std::to_string(i)); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == Code::unavailable);
  }
  CHECK(told == 1);
  CHECK(count(*store) == 1);
  store.reset();
}

TEST_CASE("a write that throws costs itself alone") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  const auto thrown = store->write([](Connection& connection) -> Result<void> {
    TRY_VOID(add(connection, "x"));
    throw std::runtime_error("a bug");
  });
  REQUIRE_FALSE(thrown);
  CHECK(thrown.error().code() == Code::internal);
  CHECK(store->write([](Connection& connection) { return add(connection, "x"); }));
}

TEST_CASE("a read sees one moment, whatever is written meanwhile") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  REQUIRE(store->write([](Connection& connection) { return add(connection, "a"); }));
  CHECK(store->read([&](Connection& connection) -> Result<void> {
    const auto rows = [&] {
      std::int64_t found = -1;
      REQUIRE(connection.query_one("SELECT count(*) FROM note", {}, [&](const Row& row) -> Result<void> {
        found = row.integer(0);
        return {};
      }));
      return found;
    };
    CHECK(rows() == 1);
    REQUIRE(store->write([](Connection& writer) { return add(writer, "b"); }));
    CHECK(rows() == 1);
    return {};
  }));
  CHECK(count(*store) == 2);
}

TEST_CASE("a copy is complete, stands alone, and never overwrites") {
  const TemporaryFolder folder;
  auto store = open_notes(folder / "notes.db");
  REQUIRE(store->write([](Connection& connection) { return add(connection, "a"); }));
  REQUIRE(store->copy_to(folder / "copy.db"));
  CHECK(store->copy_to(folder / "copy.db").error().code() == Code::conflict);
  CHECK_FALSE(system_files().exists(folder / "copy.db-wal"));
  CHECK(count(*open_notes(folder / "copy.db")) == 1);
}

TEST_CASE("a second program is kept out, and let in when the first is gone") {
  const TemporaryFolder folder;
  auto first = open_notes(folder / "notes.db");
  const auto second = Store::open({.path = folder / "notes.db", .migrations = kNotes});
  REQUIRE_FALSE(second);
  CHECK(second.error().code() == Code::unavailable);
  first.reset();
  CHECK(Store::open({.path = folder / "notes.db", .migrations = kNotes}));
}

}  // namespace
}  // namespace khien::store
