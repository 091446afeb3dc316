#include "writer.hpp"

#include <exception>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "migrate.hpp"
#include "sqlite.hpp"

namespace khien::store {
namespace {

// A group ends when either is reached: about 20 ms of work here, so that nobody
// waits longer for the sync because others write a lot.
constexpr std::size_t kMaxGroupWrites = 2'000;
constexpr std::int64_t kMaxGroupRows = 8'000;

// Under load the WAL may grow this much further than in idle moments: pages that
// were written several times are then moved once.
constexpr int kBusyFactor = 8;

std::int64_t rows_changed(Connection& connection) {
  return sqlite3_total_changes64(connection.impl().database);
}

// A sync that failed in an earlier life of the program may have left pages that
// read back from the cache but are not on the disk. Before anything that reads
// back is acknowledged again, all of it goes into the database file and is
// synced; and a commit of our own begins the WAL anew, for the old one, of which
// the disk may hold only a part, would undo that after a power cut.
Result<void> make_durable_what_reads_back(Connection& connection) {
  const int answer = sqlite3_wal_checkpoint_v2(connection.impl().database, nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                               nullptr, nullptr);
  if (answer != SQLITE_OK) return sqlite_error(answer, "checkpoint at start");
  return connection.run_script("BEGIN IMMEDIATE;"
                               "CREATE TABLE IF NOT EXISTS store_start ("
                               "  one    INTEGER PRIMARY KEY CHECK (one = 1),"
                               "  count  INTEGER NOT NULL"
                               ") STRICT;"
                               "INSERT INTO store_start (one, count) VALUES (1, 1)"
                               " ON CONFLICT (one) DO UPDATE SET count = count + 1;"
                               "COMMIT");
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::open(const Store::Options& options) {
  TRY(auto connection, Connection::open({.path = options.path, .vfs = options.vfs}));
  TRY_VOID(check_quickly(connection));
  TRY_VOID(make_durable_what_reads_back(connection));
  TRY_VOID(migrate(connection, options.migrations));

  auto writer = std::unique_ptr<Writer>(new Writer(std::move(connection), options.checkpoint_pages));
  // In the place of SQLite's own checkpointing, which keeps its failures to itself.
  sqlite3_wal_hook(
      writer->connection_.impl().database,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Writer*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      writer.get());
  return writer;
}

Writer::~Writer() = default;

void Writer::commit_group(std::deque<Write>& waiting) {
  khien_assert(!waiting.empty());
  std::vector<Answer> answers;
  Result<void> whole;
  if (fatal_) {
    whole = *fatal_;
  } else {
    whole = run_group(waiting, answers);
    if (whole) whole = commit();
    if (!whole && !outside_transaction(connection_) && !connection_.run("ROLLBACK") && !fatal_) {
      give_up(Error(Code::unavailable, "a failed transaction could not be undone"));
    }
  }
  if (fatal_) {
    whole = *fatal_;
    for (Write& write : waiting) answers.push_back({std::move(write.done), {}});
    waiting.clear();
  }
  last_group_ = answers.size();
  if (whole) {
    ++commits_;
    writes_ += static_cast<std::int64_t>(answers.size());
  }
  for (Answer& answer : answers) {
    if (answer.done) answer.done(whole ? std::move(answer.outcome) : whole);
  }
}

// Fails only as a whole; the failures of single writes are in `answers`.
Result<void> Writer::run_group(std::deque<Write>& waiting, std::vector<Answer>& answers) {
  if (auto begun = connection_.run("BEGIN IMMEDIATE"); !begun) {
    // Somebody else holds the file, or it cannot be read: those who wait hear
    // it, or they would wait for ever.
    const bool broken = failure_of(connection_) == SQLITE_IOERR;
    for (Write& write : waiting) answers.push_back({std::move(write.done), {}});
    waiting.clear();
    if (broken) give_up(begun.error());
    return std::move(begun).error();
  }
  const auto rows_before = rows_changed(connection_);
  while (!waiting.empty() && answers.size() < kMaxGroupWrites &&
         rows_changed(connection_) - rows_before < kMaxGroupRows) {
    Write write = std::move(waiting.front());
    waiting.pop_front();
    auto outcome = run_alone(write.work);
    const bool lost = outside_transaction(connection_);
    khien_assert(!lost || !outcome);
    answers.push_back({std::move(write.done), outcome});
    if (fatal_) return *fatal_;
    // SQLite gave up the transaction, and with it the writes before this one.
    if (lost) return std::move(outcome).error();
  }
  return {};
}

// In a savepoint, so that a write that fails leaves nothing behind.
Result<void> Writer::run_alone(const Store::Work& work) {
  if (auto begun = connection_.run("SAVEPOINT one_write"); !begun) {
    if (failure_of(connection_) == SQLITE_IOERR) give_up(begun.error());
    return std::move(begun).error();
  }
  Result<void> outcome;
  try {
    outcome = work(connection_);
  } catch (const std::exception& exception) {
    outcome = Error(Code::internal, std::string("a write threw: ") + exception.what());
  }
  if (outside_transaction(connection_)) {
    if (outcome) outcome = Error(Code::unavailable, "the transaction was given up");
    if (failure_of(connection_) == SQLITE_IOERR) give_up(outcome.error());
    return outcome;
  }
  if (!outcome) {
    if (failure_of(connection_) == SQLITE_IOERR) {
      give_up(outcome.error());
      return outcome;
    }
    if (auto undone = connection_.run("ROLLBACK TO one_write"); !undone) give_up(undone.error());
  }
  if (auto released = connection_.run("RELEASE one_write"); !released) give_up(released.error());
  return outcome;
}

Result<void> Writer::commit() {
  khien_assert(!fatal_);
  auto committed = connection_.run("COMMIT");
  if (committed) return {};
  // No room: nothing was synced and nothing claims to be; the same write may
  // succeed when there is room again. A rule checked at commit: the same. All
  // else may have lost what the disk had promised: final.
  const int failure = failure_of(connection_);
  if (failure != SQLITE_FULL && failure != SQLITE_CONSTRAINT) give_up(committed.error());
  return std::move(committed).error();
}

void Writer::give_up(const Error& error) {
  if (fatal_) return;
  fatal_ = Error(Code::unavailable, "the database is closed for writing: " + error.what());
  leave_untouched_on_close(connection_);
  log_error("store.fatal", {{"error", error.what()}});
}

void Writer::checkpoint(bool idle) {
  if (fatal_ || wal_pages_ < checkpoint_pages_ * (idle ? 1 : kBusyFactor)) return;
  int in_wal = 0;
  int moved = 0;
  const int answer = sqlite3_wal_checkpoint_v2(connection_.impl().database, nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               &in_wal, &moved);
  // Readers in the way, or no room: the WAL keeps everything until next time.
  if (answer == SQLITE_OK || (answer & 0xff) == SQLITE_BUSY || (answer & 0xff) == SQLITE_FULL) {
    if (in_wal == moved) wal_pages_ = 0;
    return;
  }
  give_up(sqlite_error(answer, "checkpoint"));
}

}  // namespace khien::store
