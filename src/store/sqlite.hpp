#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "khien/store/connection.hpp"

namespace khien::store {

// What SQLite's answer means to us; see connection.hpp.
Code code_of(int sqlite_code);
// The connection's latest error, with what was being done.
Error sqlite_error(sqlite3* database, std::string_view doing);
Error sqlite_error(int sqlite_code, std::string_view doing);

struct Connection::Impl {
  explicit Impl(sqlite3* opened) : database(opened) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  struct Statement {
    sqlite3_stmt* handle = nullptr;
    bool busy = false;
  };

  sqlite3* database;
  // Keys view literals of the source (see Sql), which live as long as the program.
  std::unordered_map<std::string_view, Statement> statements;
};

// Primary code of the connection's latest failure.
int failure_of(Connection& connection);
// True when SQLite itself gave up the whole transaction.
bool outside_transaction(Connection& connection);
// From now on, closing leaves the database file and the WAL as they are.
void leave_untouched_on_close(Connection& connection);

}  // namespace khien::store
