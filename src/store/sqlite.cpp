#include "sqlite.hpp"

#include <fmt/format.h>

#include "khien/core/assert.hpp"

namespace khien::store {

Code code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CONSTRAINT: return Code::conflict;
    case SQLITE_FULL:
    case SQLITE_TOOBIG: return Code::exhausted;
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
    case SQLITE_PERM: return Code::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::corrupt;
    default: return Code::internal;
  }
}

Error sqlite_error(int sqlite_code, std::string_view doing) {
  khien_assert(sqlite_code != SQLITE_OK);
  return Error(code_of(sqlite_code), fmt::format("{}: {} ({})", doing, sqlite3_errstr(sqlite_code), sqlite_code));
}

Error sqlite_error(sqlite3* database, std::string_view doing) {
  const int code = sqlite3_extended_errcode(database);
  return Error(code_of(code), fmt::format("{}: {} ({})", doing, sqlite3_errmsg(database), code));
}

int failure_of(Connection& connection) { return sqlite3_extended_errcode(connection.impl().database) & 0xff; }

bool outside_transaction(Connection& connection) {
  return sqlite3_get_autocommit(connection.impl().database) != 0;
}

void leave_untouched_on_close(Connection& connection) {
  const int answer =
      sqlite3_db_config(connection.impl().database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  khien_assert(answer == SQLITE_OK);
}

}  // namespace khien::store
