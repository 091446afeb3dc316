#include "khien/store/connection.hpp"

#include <doctest/doctest.h>

#include "khien/store/store.hpp"
#include "temporary_folder.hpp"

namespace khien::store {
namespace {

struct Database {
  TemporaryFolder folder;
  Connection connection = Connection::open({.path = folder / "x.db"}).value();

  std::int64_t number(Sql sql, Connection::Values values = {}) {
    std::int64_t found = -1;
    REQUIRE(connection.query_one(sql, values, [&](const Row& row) -> Result<void> {
      found = row.integer(0);
      return {};
    }));
    return found;
  }
};

TEST_CASE("a connection is as hardened as the contract says") {
  Database database;
  CHECK(database.number("PRAGMA synchronous") == 2);
  CHECK(database.number("PRAGMA foreign_keys") == 1);
  CHECK(database.number("PRAGMA trusted_schema") == 0);
  CHECK(database.number("PRAGMA mmap_size") == 0);
  CHECK(database.number("PRAGMA cell_size_check") == 1);
  CHECK(database.connection.query_one("PRAGMA journal_mode", {}, [](const Row& row) -> Result<void> {
    CHECK(row.text(0) == "wal");
    return {};
  }));
  // DEFENSIVE: the schema is not to be written as if it were data.
  CHECK_FALSE(database.connection.run_script("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema"));
  CHECK_FALSE(database.connection.run_script("SELECT load_extension('x')"));
  CHECK_FALSE(database.connection.run_script("SELECT \"no such column\""));
}

TEST_CASE("a reader cannot write") {
  Database database;
  REQUIRE(database.connection.run_script("CREATE TABLE t (x) "));
  auto reader = Connection::open({.path = database.folder / "x.db", .read_only = true}).value();
  CHECK_FALSE(reader.run("INSERT INTO t VALUES (1)"));
}

TEST_CASE("values come back as they went in, with NUL bytes and emptiness kept apart from NULL") {
  Database database;
  REQUIRE(database.connection.run_script("CREATE TABLE t (a, b, c, d, e)"));
  const std::string text("a\0b", 3);
  const Bytes bytes{std::byte{0}, std::byte{255}};
  CHECK(database.connection.run("INSERT INTO t VALUES (?, ?, ?, ?, ?)",
                                {text, ByteView(bytes), std::string_view(), ByteView(), nullptr}).value() == 1);
  CHECK(database.connection.query_one("SELECT a, b, c, d, e FROM t", {}, [&](const Row& row) -> Result<void> {
    CHECK(row.text(0) == text);
    CHECK(row.bytes(1).size() == 2);
    CHECK_FALSE(row.is_null(2));
    CHECK_FALSE(row.is_null(3));
    CHECK(row.is_null(4));
    return {};
  }));
}

TEST_CASE("a statement may be asked again from inside its own visit") {
  Database database;
  REQUIRE(database.connection.run_script("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3)"));
  int pairs = 0;
  const auto count = [&](const Row&) -> Result<void> {
    ++pairs;
    return {};
  };
  CHECK(database.connection.query("SELECT x FROM t", {}, [&](const Row&) { return database.connection.query("SELECT x FROM t", {}, count); }));
  CHECK(pairs == 9);
}

TEST_CASE("wrong SQL, a wrong number of values and rows where none belong are bugs, said so") {
  Database database;
  CHECK(database.connection.run("SELEKT 1").error().code() == Code::internal);
  CHECK(database.connection.run("SELECT ?", {}).error().code() == Code::internal);
  CHECK(database.connection.run("SELECT 1").error().code() == Code::internal);
  CHECK(database.connection.query_one("SELECT 1 WHERE 0", {}, [](const Row&) -> Result<void> { return {}; })
            .error().code() == Code::not_found);
}

TEST_CASE("run says how many rows it changed, not how many the statement before it did") {
  Database database;
  REQUIRE(database.connection.run_script("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3)"));
  CHECK(database.connection.run("UPDATE t SET x = x + 1").value() == 3);
  CHECK(database.connection.run("BEGIN").value() == 0);
  CHECK(database.connection.run("DELETE FROM t WHERE x > 100").value() == 0);
  CHECK(database.connection.run("COMMIT").value() == 0);
}

TEST_CASE("the hot reads of the ledger use their keys") {
  const TemporaryFolder folder;
  { const auto store = Store::open({.path = folder / "ledger.db", .migrations = ledger_migrations()}); REQUIRE(store); }
  auto connection = Connection::open({.path = folder / "ledger.db", .read_only = true}).value();
  const auto uses = [&](Sql sql, std::string_view words) {
    const std::string plan = connection.plan_for_test(sql).value();
    CAPTURE(plan);
    CHECK(plan.find(words) != std::string::npos);
    CHECK(plan.find("SCAN") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
  };
  uses("SELECT * FROM event e JOIN stream s ON s.number = e.stream_number WHERE e.id > ? ORDER BY e.id",
       "SEARCH e USING INTEGER PRIMARY KEY");
  uses("SELECT sha256 FROM event WHERE tenant_id = ? AND stream_number = ? AND epoch = ? AND seq = ?",
       "tenant_id=? AND stream_number=? AND epoch=? AND seq=?");
  uses("SELECT epoch, seq FROM stream WHERE tenant_id = ? AND stream = ?", "tenant_id=? AND stream=?");
}

}  // namespace
}  // namespace khien::store
