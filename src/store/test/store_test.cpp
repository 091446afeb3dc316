#include "khien/store/store.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "khien/core/assert.hpp"
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
