#include "migrate.hpp"

#include <map>
#include <string>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"
#include "sqlite.hpp"

namespace khien::store {
namespace {

using Applied = std::map<std::string, std::string, std::less<>>;  // name → SHA-256 of its text

Result<Applied> applied_migrations(Connection& connection) {
  TRY_VOID(connection.run_script("CREATE TABLE IF NOT EXISTS schema_migration ("
                                 "  name   TEXT NOT NULL PRIMARY KEY,"
                                 "  sha256 TEXT NOT NULL"
                                 ") STRICT, WITHOUT ROWID"));
  Applied applied;
  TRY_VOID(connection.query("SELECT name, sha256 FROM schema_migration", {}, [&](const Row& row) -> Result<void> {
    applied.emplace(row.text(0), row.text(1));
    return {};
  }));
  return applied;
}

Result<void> apply(Connection& connection, const Migration& migration) {
  TRY_VOID(connection.run("BEGIN IMMEDIATE"));
  auto applied = connection.run_script(migration.sql);
  if (applied) {
    auto recorded = connection.run("INSERT INTO schema_migration (name, sha256) VALUES (?, ?)",
                                   {migration.name, sha256(migration.sql).hex()});
    applied = recorded ? Result<void>() : std::move(recorded).error();
  }
  if (applied) {
    auto committed = connection.run("COMMIT");
    if (committed) return {};
    applied = std::move(committed).error();
  }
  if (!outside_transaction(connection)) {
    // The first failure is the one to tell.
    if (auto undone = connection.run("ROLLBACK"); !undone) return std::move(applied).error();
  }
  return std::move(applied).error();
}

Result<void> integrity(Connection& connection, Sql pragma) {
  return connection.query_one(pragma, {}, [](const Row& row) -> Result<void> {
    if (row.text(0) == "ok") return {};
    return Error(Code::corrupt, "integrity: " + std::string(row.text(0)));
  });
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const Migration> migrations) {
  TRY(auto applied, applied_migrations(connection));
  std::string_view before;
  for (const Migration& migration : migrations) {
    khien_assert(before < migration.name);
    before = migration.name;
    const auto known = applied.find(migration.name);
    if (known == applied.end()) {
      if (auto done = apply(connection, migration); !done) {
        return std::move(done).error().within("migration " + std::string(migration.name));
      }
      continue;
    }
    if (known->second != sha256(migration.sql).hex()) {
      return Error(Code::conflict, "migration " + known->first + " has changed since it was applied");
    }
    applied.erase(known);
  }
  if (applied.empty()) return {};
  return Error(Code::conflict, "the database is newer than this program: it holds migration " +
                                   applied.begin()->first);
}

Result<void> check_quickly(Connection& connection) {
  constexpr std::int64_t kMaxBytes = 64 << 20;
  std::int64_t bytes = 0;
  TRY_VOID(connection.query_one("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", {},
                                [&](const Row& row) -> Result<void> {
                                  bytes = row.integer(0);
                                  return {};
                                }));
  if (bytes > kMaxBytes) return {};
  return integrity(connection, "PRAGMA quick_check(1)");
}

Result<void> check_wholly(Connection& connection) { return integrity(connection, "PRAGMA integrity_check(1)"); }

}  // namespace khien::store
