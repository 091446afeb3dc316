#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "khien/store/connection.hpp"
#include "sqlite.hpp"
#include "test/ledger_campaign.hpp"

namespace khien::store::campaign {

// Ways to break the promise that a green campaign must not overlook.
enum class Bug {
  none,
  ack_before_commit,
  synchronous_off,
  dedupe_off_by_one,
  retry_after_failed_sync,
  checkpoint_failure_ignored,
  trust_the_page_cache,
  watermark_first,
  batch_in_two_commits,
  cut_at_nul,
  last_event_forgotten,
  old_numbers_overwritten,
  whole_group_acked_if_one_is,
};

inline constexpr std::array<std::pair<Bug, std::string_view>, 12> kBugs{{
    {Bug::ack_before_commit, "the acknowledgement is sent before the commit"},
    {Bug::synchronous_off, "synchronous=OFF"},
    {Bug::dedupe_off_by_one, "an event at the watermark is stored again"},
    {Bug::retry_after_failed_sync, "a failed commit is tried again and believed"},
    {Bug::checkpoint_failure_ignored, "a failed checkpoint is ignored"},
    {Bug::trust_the_page_cache, "after a restart, what reads back is taken for durable"},
    {Bug::watermark_first, "the watermark is committed before the events"},
    {Bug::batch_in_two_commits, "a batch is committed in two halves"},
    {Bug::cut_at_nul, "an event is cut at its first NUL byte"},
    {Bug::last_event_forgotten, "the last event of a batch is not stored"},
    {Bug::old_numbers_overwritten, "events are inserted in reverse order"},
    {Bug::whole_group_acked_if_one_is, "a batch that failed is acknowledged with its group"},
}};

// The smallest ledger that keeps the promise, with a switch for each way not to.
class BuggyLedger final : public Subject {
 public:
  static OpenSubject opener(Bug bug) {
    return [bug](const std::string& vfs) -> Result<std::unique_ptr<Subject>> {
      TRY(auto connection, Connection::open({.path = "fake.db", .vfs = vfs}));
      TRY_VOID(connection.run_script("CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                                     " stream INTEGER NOT NULL, seq INTEGER NOT NULL, text BLOB NOT NULL) STRICT;"
                                     "CREATE TABLE IF NOT EXISTS stream (stream INTEGER PRIMARY KEY,"
                                     " seq INTEGER NOT NULL) STRICT;"
                                     "PRAGMA wal_autocheckpoint = 0;"));
      if (bug == Bug::synchronous_off) TRY_VOID(connection.run_script("PRAGMA synchronous = OFF"));
      auto ledger = std::make_unique<BuggyLedger>(std::move(connection), bug);
      if (bug != Bug::trust_the_page_cache) TRY_VOID(ledger->checkpoint());
      return std::unique_ptr<Subject>(std::move(ledger));
    };
  }

  BuggyLedger(Connection connection, Bug bug) : connection_(std::move(connection)), bug_(bug) {}

  std::vector<Result<Number>> append(const std::vector<Batch>& together) override {
    std::vector<Result<Number>> answers;
    bool any = false;
    for (const Batch& batch : together) {
      answers.push_back(append_one(batch));
      any = any || answers.back().has_value();
    }
    if (bug_ == Bug::whole_group_acked_if_one_is && any) {
      for (std::size_t i = 0; i < answers.size(); ++i) answers[i] = last_of(together[i]);
    }
    return answers;
  }

  Result<std::vector<Seen>> all() override {
    std::vector<Seen> seen;
    TRY_VOID(connection_.query("SELECT stream, seq, id, text FROM event ORDER BY id", {}, [&](const Row& row) -> Result<void> {
      const Key key{static_cast<Stream>(row.integer(0)), static_cast<Number>(row.integer(1))};
      seen.push_back({key, row.integer(2), std::string(as_text(row.bytes(3)))});
      return {};
    }));
    return seen;
  }

  Result<Number> watermark(Stream stream) override {
    Number found = 0;
    TRY_VOID(connection_.query("SELECT seq FROM stream WHERE stream = ?", {stream}, [&](const Row& row) -> Result<void> {
      found = static_cast<Number>(row.integer(0));
      return {};
    }));
    return found;
  }

 private:
  static Number last_of(const Batch& batch) { return batch.first + batch.events.size() - 1; }

  Result<Number> append_one(const Batch& batch) {
    if (broken_) return Error(Code::unavailable, "closed for writing");
    auto outcome = store(batch);
    if (bug_ == Bug::ack_before_commit) return last_of(batch);
    if (!outcome) {
      if (!outside_transaction(connection_)) static_cast<void>(connection_.run("ROLLBACK").has_value());
      if (outcome.error().code() != Code::exhausted) give_up();
      return outcome;
    }
    auto moved = checkpoint();
    if (!moved && moved.error().code() != Code::exhausted && bug_ != Bug::checkpoint_failure_ignored) give_up();
    return outcome;
  }

  Result<Number> store(const Batch& batch) {
    TRY(const Number covered, watermark(batch.stream));
    const Number last = last_of(batch);
    if (batch.first > covered + 1) return Error(Code::conflict, "a gap");
    if (bug_ == Bug::watermark_first) {
      TRY_VOID(connection_.run("BEGIN IMMEDIATE"));
      TRY_VOID(move_watermark(batch.stream, std::max(last, covered)));
      TRY_VOID(commit());
    }
    TRY_VOID(connection_.run("BEGIN IMMEDIATE"));
    const Number known = bug_ == Bug::dedupe_off_by_one && covered > 0 ? covered - 1 : covered;
    const Number half = batch.first + batch.events.size() / 2;
    for (Number i = 0; i < batch.events.size(); ++i) {
      const Number number = bug_ == Bug::old_numbers_overwritten ? last - i : batch.first + i;
      if (number <= known) continue;
      if (bug_ == Bug::last_event_forgotten && number == last) continue;
      TRY_VOID(insert(batch.stream, number, batch.events[number - batch.first]));
      if (bug_ == Bug::batch_in_two_commits && number == half) {
        TRY_VOID(move_watermark(batch.stream, number));
        TRY_VOID(commit());
        TRY_VOID(connection_.run("BEGIN IMMEDIATE"));
      }
    }
    TRY_VOID(move_watermark(batch.stream, std::max(last, covered)));
    TRY_VOID(commit());
    return std::max(last, covered);
  }

  Result<void> insert(Stream stream, Number number, std::string_view text) {
    if (bug_ == Bug::cut_at_nul) text = text.substr(0, text.find('\0'));
    TRY_VOID(connection_.run("INSERT INTO event (stream, seq, text) VALUES (?, ?, ?)", {stream, number, as_bytes(text)}));
    return {};
  }

  Result<void> move_watermark(Stream stream, Number number) {
    TRY_VOID(connection_.run("INSERT INTO stream (stream, seq) VALUES (?1, ?2)"
                             " ON CONFLICT (stream) DO UPDATE SET seq = ?2",
                             {stream, number}));
    return {};
  }

  Result<void> commit() {
    auto committed = connection_.run("COMMIT");
    if (!committed && bug_ == Bug::retry_after_failed_sync) {
      // "It is in the page cache already, and the second fsync says yes."
      broken_ = false;
      static_cast<void>(connection_.run("COMMIT").has_value());
      return {};
    }
    if (!committed) return std::move(committed).error();
    return {};
  }

  void give_up() {
    broken_ = true;
    leave_untouched_on_close(connection_);
  }

  Result<void> checkpoint() {
    if (bug_ == Bug::checkpoint_failure_ignored) {
      sqlite3_wal_checkpoint_v2(connection_.impl().database, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
      return {};
    }
    const int answer = sqlite3_wal_checkpoint_v2(connection_.impl().database, nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                                 nullptr, nullptr);
    if (answer != SQLITE_OK) return sqlite_error(answer, "checkpoint");
    return {};
  }

  Connection connection_;
  Bug bug_;
  bool broken_ = false;
};

}  // namespace khien::store::campaign
