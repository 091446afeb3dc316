#include "khien/store/connection.hpp"

#include <utility>

#include "khien/core/assert.hpp"
#include "sqlite.hpp"

namespace khien::store {
namespace {

sqlite3_stmt* handle_of(void* statement) {
  khien_assert(statement != nullptr);
  return static_cast<sqlite3_stmt*>(statement);
}

// Before SQLite is first used: its statistics cost a global lock on every
// allocation. Without effect if another library was first.
void configure_sqlite_once() {
  static const bool done = [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return sqlite3_initialize() == SQLITE_OK;
  }();
  khien_assert(done);
}

constexpr const char* kEveryConnection =
    "PRAGMA busy_timeout = 5000;"
    "PRAGMA foreign_keys = ON;"
    // Without it REPLACE takes a row away past the triggers that keep it.
    "PRAGMA recursive_triggers = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY;";
constexpr const char* kReader = "PRAGMA query_only = ON; PRAGMA cache_size = -4096;";
constexpr const char* kWriter =
    // 8 KiB hold fifteen typical events: measured 5 to 10 % faster than 4 KiB.
    "PRAGMA page_size = 8192;"
    // EXTRA for the one transaction that has a rollback journal: were the journal
    // back after a power cut, it would undo the step to WAL.
    "PRAGMA synchronous = EXTRA;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA cache_size = -16384;";

Result<void> execute(sqlite3* database, const char* script, std::string_view doing) {
  if (sqlite3_exec(database, script, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return sqlite_error(database, doing);
  }
  return {};
}

void harden(sqlite3* database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  // "text" in double quotes is a name, never silently a string.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 128 << 20);
  sqlite3_limit(database, SQLITE_LIMIT_VARIABLE_NUMBER, 100);
}

int bind(sqlite3_stmt* statement, int at, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int at;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, at); }
    int operator()(std::int64_t v) const { return sqlite3_bind_int64(statement, at, v); }
    int operator()(double v) const { return sqlite3_bind_double(statement, at, v); }
    // An empty view may point nowhere, which SQLite would read as NULL.
    int operator()(std::string_view v) const {
      return sqlite3_bind_text64(statement, at, v.empty() ? "" : v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(ByteView v) const {
      const void* bytes = v.empty() ? static_cast<const void*>("") : v.data();
      return sqlite3_bind_blob64(statement, at, bytes, v.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, at}, value.get());
}

// A prepared statement for one use. A statement that is still running (its own
// visit asks the same again) is prepared a second time for the inner use.
class Prepared {
 public:
  static Result<Prepared> take(Connection::Impl& impl, Sql sql, Connection::Values values) {
    auto& kept = impl.statements[sql.text()];
    const bool reuse = !kept.busy;
    sqlite3_stmt* handle = reuse ? kept.handle : nullptr;
    if (handle == nullptr) {
      const auto text = sql.text();
      const unsigned flags = reuse ? SQLITE_PREPARE_PERSISTENT : 0;
      if (sqlite3_prepare_v3(impl.database, text.data(), static_cast<int>(text.size()), flags, &handle,
                             nullptr) != SQLITE_OK) {
        return sqlite_error(impl.database, text);
      }
      if (handle == nullptr) return Error(Code::internal, "an empty statement");
      if (reuse) kept.handle = handle;
    }
    if (reuse) kept.busy = true;
    Prepared prepared(reuse ? &kept : nullptr, handle);
    TRY_VOID(prepared.bind_all(impl.database, sql, values));
    return prepared;
  }
  Prepared(Prepared&& other) noexcept
      : kept_(std::exchange(other.kept_, nullptr)), handle_(std::exchange(other.handle_, nullptr)) {}
  Prepared& operator=(Prepared&&) = delete;
  ~Prepared() {
    if (handle_ == nullptr) return;
    if (kept_ == nullptr) {
      sqlite3_finalize(handle_);
      return;
    }
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);  // they were borrowed
    kept_->busy = false;
  }

  sqlite3_stmt* handle() const { return handle_; }

 private:
  Prepared(Connection::Impl::Statement* kept, sqlite3_stmt* handle) : kept_(kept), handle_(handle) {}

  Result<void> bind_all(sqlite3* database, Sql sql, Connection::Values values) {
    if (sqlite3_bind_parameter_count(handle_) != static_cast<int>(values.size())) {
      return Error(Code::internal, std::string(sql.text()) + ": wrong number of values");
    }
    int at = 0;
    for (const Value& value : values) {
      if (bind(handle_, ++at, value) != SQLITE_OK) return sqlite_error(database, sql.text());
    }
    return {};
  }

  Connection::Impl::Statement* kept_;  // std::unordered_map keeps its elements in place
  sqlite3_stmt* handle_;
};

}  // namespace

std::int64_t Row::integer(int column) const { return sqlite3_column_int64(handle_of(statement_), column); }
double Row::number(int column) const { return sqlite3_column_double(handle_of(statement_), column); }
bool Row::is_null(int column) const {
  return sqlite3_column_type(handle_of(statement_), column) == SQLITE_NULL;
}

std::string_view Row::text(int column) const {
  const auto* text = sqlite3_column_text(handle_of(statement_), column);
  if (text == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_of(statement_), column));
  return {reinterpret_cast<const char*>(text), size};
}

ByteView Row::bytes(int column) const {
  const void* bytes = sqlite3_column_blob(handle_of(statement_), column);
  if (bytes == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_of(statement_), column));
  return {static_cast<const std::byte*>(bytes), size};
}

Connection::Impl::~Impl() {
  for (auto& [sql, statement] : statements) {
    khien_assert(!statement.busy);
    sqlite3_finalize(statement.handle);
  }
  const int answer = sqlite3_close(database);
  khien_assert(answer == SQLITE_OK);
}

namespace {

Result<sqlite3*> open_hardened(const Connection::Options& options) {
  configure_sqlite_once();
  const int mode = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(options.path.c_str(), &database,
                                     mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (opened != SQLITE_OK) {
    sqlite3_close(database);
    return sqlite_error(opened, options.path);
  }
  harden(database);
  return database;
}

}  // namespace

Result<Connection> Connection::open(const Options& options) {
  TRY(sqlite3* const database, open_hardened(options));
  Connection connection(std::make_unique<Impl>(database));
  TRY_VOID(execute(database, kEveryConnection, options.path));
  TRY_VOID(execute(database, options.read_only ? kReader : kWriter, options.path));
  if (options.read_only) leave_untouched_on_close(connection);
  return connection;
}

Result<Connection> Connection::open_lock(const Options& options) {
  TRY(sqlite3* const database, open_hardened(options));
  return Connection(std::make_unique<Impl>(database));
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<std::int64_t> Connection::run(Sql sql, Values values) {
  sqlite3* const database = impl_->database;
  TRY(const auto prepared, Prepared::take(*impl_, sql, values));
  const auto before = sqlite3_total_changes64(database);
  switch (sqlite3_step(prepared.handle())) {
    case SQLITE_DONE: break;
    case SQLITE_ROW: return Error(Code::internal, std::string(sql.text()) + ": gives rows; query it");
    default: return sqlite_error(database, sql.text());
  }
  // sqlite3_changes() speaks of the last INSERT, UPDATE or DELETE, which need not be this one.
  return sqlite3_total_changes64(database) == before ? 0 : sqlite3_changes64(database);
}

Result<void> Connection::query(Sql sql, Values values, const Visit& visit) {
  TRY(const auto prepared, Prepared::take(*impl_, sql, values));
  for (;;) {
    const int answer = sqlite3_step(prepared.handle());
    if (answer == SQLITE_DONE) return {};
    if (answer != SQLITE_ROW) return sqlite_error(impl_->database, sql.text());
    TRY_VOID(visit(Row(prepared.handle())));
  }
}

Result<void> Connection::query_one(Sql sql, Values values, const Visit& visit) {
  TRY(const auto prepared, Prepared::take(*impl_, sql, values));
  const int answer = sqlite3_step(prepared.handle());
  if (answer == SQLITE_DONE) return Error(Code::not_found, "no such row");
  if (answer != SQLITE_ROW) return sqlite_error(impl_->database, sql.text());
  TRY_VOID(visit(Row(prepared.handle())));
  // A statement that changes and returns is complete only when it was stepped to its end.
  if (sqlite3_stmt_readonly(prepared.handle()) == 0 && sqlite3_step(prepared.handle()) != SQLITE_DONE) {
    return sqlite_error(impl_->database, sql.text());
  }
  return {};
}

std::int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(impl_->database); }

Result<void> Connection::run_script(std::string_view script) {
  return execute(impl_->database, std::string(script).c_str(), "script");
}

Result<std::string> Connection::plan_for_test(Sql sql) {
  sqlite3_stmt* statement = nullptr;
  const std::string text = "EXPLAIN QUERY PLAN " + std::string(sql.text());
  if (sqlite3_prepare_v2(impl_->database, text.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    return sqlite_error(impl_->database, sql.text());
  }
  std::string plan;
  while (sqlite3_step(statement) == SQLITE_ROW) plan += std::string(Row(statement).text(3)) + "\n";
  sqlite3_finalize(statement);
  return plan;
}

}  // namespace khien::store
