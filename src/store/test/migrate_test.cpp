#include "migrate.hpp"

#include <doctest/doctest.h>

#include "khien/core/file.hpp"
#include "khien/store/store.hpp"
#include "temporary_folder.hpp"

namespace khien::store {
namespace {

constexpr Migration kFirst{"0001_a", "CREATE TABLE a (x INTEGER) STRICT"};
constexpr Migration kFirstChanged{"0001_a", "CREATE TABLE a (x INTEGER, y INTEGER) STRICT"};
constexpr Migration kSecond{"0002_b", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b VALUES (1)"};
constexpr Migration kBroken{"0002_b", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"};

Result<void> open_with(const std::string& path, std::vector<Migration> migrations) {
  auto store = Store::open({.path = path, .migrations = migrations});
  if (!store) return std::move(store).error();
  return {};
}

TEST_CASE("migrations are applied in order, once, and go on where they stopped") {
  const TemporaryFolder folder;
  CHECK(open_with(folder / "x.db", {kFirst}));
  CHECK(open_with(folder / "x.db", {kFirst, kSecond}));
  CHECK(open_with(folder / "x.db", {kFirst, kSecond}));
  auto connection = Connection::open({.path = folder / "x.db", .read_only = true}).value();
  CHECK(connection.query_one("SELECT count(*) FROM b", {}, [](const Row& row) -> Result<void> {
    CHECK(row.integer(0) == 1);
    return {};
  }));
}

TEST_CASE("a migration that fails leaves nothing behind and is tried again") {
  const TemporaryFolder folder;
  const auto failed = open_with(folder / "x.db", {kFirst, kBroken});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().what().find("migration 0002_b") != std::string::npos);
  CHECK(open_with(folder / "x.db", {kFirst, kSecond}));
}

TEST_CASE("a migration whose text changed after it was applied is a conflict") {
  const TemporaryFolder folder;
  REQUIRE(open_with(folder / "x.db", {kFirst}));
  const auto changed = open_with(folder / "x.db", {kFirstChanged});
  REQUIRE_FALSE(changed);
  CHECK(changed.error().code() == Code::conflict);
}

TEST_CASE("a database newer than the program is a conflict, and is not touched") {
  const TemporaryFolder folder;
  REQUIRE(open_with(folder / "x.db", {kFirst, kSecond}));
  const auto older = open_with(folder / "x.db", {kFirst});
  REQUIRE_FALSE(older);
  CHECK(older.error().code() == Code::conflict);
  CHECK(older.error().what().find("0002_b") != std::string::npos);
  CHECK(open_with(folder / "x.db", {kFirst, kSecond}));
}

TEST_CASE("every shipped migration applies to an empty database, with foreign keys whole") {
  const TemporaryFolder folder;
  int number = 0;
  for (const auto migrations : {ledger_migrations(), hub_migrations(), agent_migrations()}) {
    const std::string path = folder / std::to_string(++number);
    const auto store = Store::open({.path = path, .migrations = migrations});
    if (!store) FAIL(store.error().what());
    CHECK((*store)->read([](Connection& connection) {
      return connection.query("PRAGMA foreign_key_check", {}, [](const Row&) -> Result<void> {
        return Error(Code::corrupt, "a foreign key points nowhere");
      });
    }));
    // A rule that is checked only at commit would fail a whole group of writes.
    for (const Migration& migration : migrations) {
      CHECK(migration.sql.find("DEFERRABLE") == std::string_view::npos);
      CHECK(migration.sql.find("-- owner: ") != std::string_view::npos);
    }
  }
}

TEST_CASE("a damaged file is said to be damaged") {
  const TemporaryFolder folder;
  REQUIRE(open_with(folder / "x.db", {kFirst}));
  REQUIRE(system_files().write(folder / "x.db", std::string(8192, 'x'), 0600));
  const auto damaged = open_with(folder / "x.db", {kFirst});
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code() == Code::corrupt);
}

}  // namespace
}  // namespace khien::store
