#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "khien/advisory/record.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/feed/feed.hpp"
#include "khien/flow/book.hpp"

namespace khien::patch {

// One feed as it was imported last.
struct FeedState {
  std::string feed;  // "kev", "debian", "csaf:Cisco PSIRT"
  std::string kind;  // feed::FeedKind, or "letter"
  std::int64_t records = 0;
  std::optional<Timestamp> newest;       // by its own word
  std::optional<Timestamp> imported_at;
  std::string file;                      // its name when it was imported; text from outside
  std::string failure;                   // of the last import, if that failed
  std::optional<Timestamp> failed_at;

  bool operator==(const FeedState&) const = default;
};
// Older than a feed of its kind should be.
bool is_stale(const FeedState& feed, Timestamp now);

// The feeds that were imported, and the book in force that is compiled out of all of them,
// in a folder of files:
//   feeds.json           what is known of each feed, and which book is in force
//   HASH.records         a feed's records, by the hash of its name
//   HASH.book            compiled, by its own hash; read in place
//
// Invariants
//  (1) What is in force changes by one rename, last: a crash or a failure leaves the last good,
//      book and records; open() does not fail for a book that cannot be made.
//  (2) The same records again change nothing.
//  (3) A file is not believed: a book that is damaged is compiled anew out of its records.
//
// Thread-safe; one import at a time (Code::conflict).
class Library {
 public:
  static Result<std::unique_ptr<Library>> open(std::string folder, const flow::Following& shipped);

  struct Imported {
    bool changed = false;
    std::vector<std::string> names;  // vulnerabilities that differ
  };
  // Step and all steps, as far as they are known.
  using Progress = std::function<void(std::int64_t done, std::int64_t total)>;
  // Feeds that publish the whole of what they know at once (KEV, EPSS, the Debian tracker)
  // take the place of what was there; of others a record takes the place of the one with
  // the same id. `records` in their last form (feed::Collected).
  Result<Imported> take(const feed::FeedSummary& summary, const feed::Collected& records, const std::string& file, Timestamp now,
                        const Progress& progress = {});
  // Letters are the hub's own feed: all that were confirmed.
  Result<Imported> take_letters(const std::vector<advisory::Advisory>& letters, Timestamp now);
  // An import failed: what was there stays. Of files that were of no known feed the last 20
  // are kept, each until a file of its name is imported.
  Result<void> note_failure(const std::string& feed, const std::string& kind, const std::string& file, const std::string& why, Timestamp now);

  // What `file` was to bring is known to be what is in force: it failed no more.
  Result<void> forget_failure(const std::string& file);

  // None: nothing was imported yet.
  std::shared_ptr<const flow::BookInForce> book() const;
  std::vector<FeedState> feeds() const;
  std::int64_t exploited() const;
  std::optional<Timestamp> in_force_since() const;

  // How far known inventories are judged by a new book; set by who judges them.
  struct Judging {
    std::int64_t done = 0, total = 0;
  };
  void set_progress(const std::optional<Judging>& judging);
  std::optional<Judging> progress() const;

 private:
  struct Shelf;  // all records of all feeds
  Library(std::string folder, const flow::Following& shipped) : folder_(std::move(folder)), shipped_(shipped) {}

  Result<void> load();
  Result<void> save() const;
  // Damaged records of the feed that is replaced as a whole are no loss.
  Result<Shelf> read_shelf(std::string_view replaced) const;
  Result<std::shared_ptr<const flow::BookInForce>> compile_anew() const;
  Result<Imported> replace(FeedState state, const feed::Collected& records, bool whole, const Progress& progress);
  Result<std::shared_ptr<const flow::BookInForce>> compile(const Shelf& shelf) const;
  Result<std::shared_ptr<const flow::BookInForce>> open_book(const std::string& digest) const;
  std::string path_of(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
  flow::Following shipped_;
  std::mutex importing_;
  mutable std::mutex mutex_;  // below it
  std::vector<FeedState> feeds_;
  std::shared_ptr<const flow::BookInForce> book_;
  std::int64_t exploited_ = 0;
  std::optional<Timestamp> in_force_since_;
  std::optional<Judging> judging_;
};

}  // namespace khien::patch
