#include "rehearsal.hpp"

#include <algorithm>
#include <vector>

#include "khien/core/assert.hpp"

namespace khien::store {
namespace {

// "CREATE TABLE device (…" of the database as one of this connection alone. A name
// without its schema means the temporary table wherever there is one.
std::string as_temporary(std::string statement) {
  for (const std::string_view kind : {"CREATE TABLE ", "CREATE UNIQUE INDEX ", "CREATE INDEX "}) {
    if (!statement.starts_with(kind)) continue;
    statement.insert(kind.size(), "temp.");
    return statement;
  }
  khien_assert(false);
  return statement;
}

// A table before its indexes.
Result<std::vector<std::string>> statements_of(Connection& connection, std::string_view table) {
  std::vector<std::string> statements;
  TRY_VOID(connection.query("SELECT sql FROM main.sqlite_schema WHERE tbl_name = ?1 AND type IN ('table', 'index') "
                            "AND sql IS NOT NULL ORDER BY type = 'index', name",
                            {table}, [&](const Row& row) -> Result<void> {
                              statements.push_back(as_temporary(std::string(row.text(0))));
                              return {};
                            }));
  khien_assert(!statements.empty());
  return statements;
}

Result<void> copy_table(Connection& connection, TenantId tenant, std::string_view table) {
  TRY(const auto statements, statements_of(connection, table));
  TRY_VOID(connection.run_script(statements.front()));
  const std::string name(table);
  TRY_VOID(connection.run_script("INSERT INTO temp." + name + " SELECT * FROM main." + name +
                                 " WHERE tenant_id = " + std::to_string(tenant.value)));
  // Indexes behind the rows: they are sorted once.
  for (std::size_t i = 1; i < statements.size(); ++i) TRY_VOID(connection.run_script(statements[i]));
  return {};
}

// New rows get the numbers that they would get.
Result<void> count_on(Connection& connection) {
  bool counts = false;
  TRY_VOID(connection.query("SELECT 1 FROM temp.sqlite_schema WHERE name = 'sqlite_sequence'", {},
                            [&](const Row&) -> Result<void> {
                              counts = true;
                              return {};
                            }));
  if (!counts) return {};
  return connection.run_script("DELETE FROM temp.sqlite_sequence; "
                               "INSERT INTO temp.sqlite_sequence SELECT name, seq FROM main.sqlite_sequence");
}

}  // namespace

Result<void> rehearse(const Connection::Options& database, TenantId tenant, std::span<const std::string_view> tables,
                      const std::function<Result<void>(Connection&)>& work) {
  khien_assert(database.read_only && !tables.empty());
  TRY(auto connection, Connection::open(database));
  // The file stays read-only; these let the connection write to its own tables.
  TRY_VOID(connection.run_script("PRAGMA query_only = OFF; PRAGMA foreign_keys = OFF; BEGIN"));
  for (const std::string_view table : tables) TRY_VOID(copy_table(connection, tenant, table));
  TRY_VOID(count_on(connection));
  auto outcome = work(connection);
  // How it ends cannot fail what was rehearsed: all of it goes with the connection.
  if (auto ended = connection.run_script("ROLLBACK"); !ended) return outcome;
  return outcome;
}

}  // namespace khien::store
