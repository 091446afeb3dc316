#include "copy.hpp"

#include "khien/core/assert.hpp"
#include "migrate.hpp"
#include "sqlite.hpp"

namespace khien::store {
namespace {

// Small steps: the source's other users are never held up for long.
constexpr int kPagesAStep = 256;

sqlite3_vfs* vfs_named(const std::string& name) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(name.empty() ? nullptr : name.c_str());
  khien_assert(vfs != nullptr);
  return vfs;
}

Result<bool> exists(sqlite3_vfs* vfs, const std::string& path) {
  int found = 0;
  const int answer = vfs->xAccess(vfs, path.c_str(), SQLITE_ACCESS_EXISTS, &found);
  if (answer != SQLITE_OK) return sqlite_error(answer, path);
  return found != 0;
}

Result<void> copy_pages(Connection& from, Connection& to) {
  sqlite3* const target = to.impl().database;
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", from.impl().database, "main");
  if (backup == nullptr) return sqlite_error(target, "copy");
  int answer = SQLITE_OK;
  while (answer == SQLITE_OK) answer = sqlite3_backup_step(backup, kPagesAStep);
  const int finished = sqlite3_backup_finish(backup);
  if (answer != SQLITE_DONE) return sqlite_error(answer, "copy");
  if (finished != SQLITE_OK) return sqlite_error(finished, "copy");
  return {};
}

Result<void> copy_and_check(const Connection::Options& from, const std::string& path) {
  TRY(auto source, Connection::open(from));
  // One snapshot for the whole copy: otherwise each commit of the writer would
  // make SQLite begin anew, and a busy hub's backup would never end.
  TRY_VOID(source.run("BEGIN"));
  TRY_VOID(source.query("SELECT count(*) FROM sqlite_schema", {}, [](const Row&) -> Result<void> { return {}; }));

  TRY(auto target, Connection::open_lock({.path = path, .vfs = from.vfs}));
  // EXTRA syncs the folder too: the name must be as durable as the bytes.
  TRY_VOID(target.run_script("PRAGMA synchronous = EXTRA"));
  TRY_VOID(copy_pages(source, target));
  TRY_VOID(target.run_script("PRAGMA journal_mode = DELETE"));
  return check_wholly(target);
}

}  // namespace

Result<void> copy_database(const Connection::Options& from, const std::string& path) {
  sqlite3_vfs* const vfs = vfs_named(from.vfs);
  TRY(const bool taken, exists(vfs, path));
  if (taken) return Error(Code::conflict, path + ": exists already");
  auto copied = copy_and_check(from, path);
  if (copied) return {};
  for (const char* suffix : {"", "-journal", "-wal"}) {
    const std::string rest = path + suffix;
    if (auto left = exists(vfs, rest); left && *left) vfs->xDelete(vfs, rest.c_str(), 1);
  }
  return std::move(copied).error().within("copy to " + path);
}

}  // namespace khien::store
