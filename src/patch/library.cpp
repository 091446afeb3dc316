#include "khien/patch/library.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/feed/record_lines.hpp"
#include "khien/probe/content.hpp"

namespace khien::patch {
namespace {

constexpr std::size_t kMostStateBytes = 4u << 20;
constexpr std::uint64_t kMostRecordBytes = 8ull << 30;
constexpr std::uint64_t kMostBookBytes = 4ull << 30;
constexpr std::size_t kPieceBytes = 1u << 20;
// Imports that failed and are of no feed that is known, by their files' names.
constexpr std::ptrdiff_t kMostNameless = 20;
constexpr std::string_view kLetters = "letter";
// There while records are newer than the book may be.
constexpr const char* kImporting = "importing";

// How old a feed of the kind may be. Published daily, but for letters.
constexpr Duration kStaleAfter = days(7);

std::string records_file(std::string_view feed) { return sha256(feed).hex().substr(0, 32) + ".records"; }
std::string book_file(const std::string& digest) { return digest + ".book"; }

// What a record is about, by the names that findings have.
std::vector<std::string> names_of(const advisory::Advisory& record) {
  return record.cves.empty() ? std::vector<std::string>{record.id} : record.cves;
}

void write_time_or_null(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& time) {
  json.key(name);
  time ? json.integer(time->ms) : json.null();
}

Result<std::optional<Timestamp>> time_at(const Json& object, std::string_view name) {
  const auto value = object.integer_at(name);
  return value ? std::optional(Timestamp{*value}) : std::nullopt;
}

Result<FeedState> state_from(const Json& one) {
  FeedState state;
  TRY(const auto feed, one.string_at("feed"));
  TRY(const auto kind, one.string_at("kind"));
  TRY(const auto file, one.string_at("file"));
  TRY(const auto failure, one.string_at("failure"));
  TRY(state.records, one.integer_at("records"));
  TRY(state.newest, time_at(one, "newest"));
  TRY(state.imported_at, time_at(one, "imported_at"));
  TRY(state.failed_at, time_at(one, "failed_at"));
  state.feed = feed;
  state.kind = kind;
  state.file = file;
  state.failure = failure;
  return state;
}

// Of one feed, in the order of ids.
struct FeedRecords {
  std::map<std::string, advisory::Advisory> advisories;
  std::map<std::string, advisory::Exploited> exploited;
  std::map<std::string, advisory::Likelihood> likelihoods;

  void put(const feed::Collected& records) {
    for (const auto& one : records.advisories) advisories.insert_or_assign(one.id, one);
    for (const auto& one : records.exploited) exploited.insert_or_assign(one.cve, one);
    for (const auto& one : records.likelihoods) likelihoods.insert_or_assign(one.cve, one);
  }
  std::int64_t size() const { return static_cast<std::int64_t>(advisories.size() + exploited.size() + likelihoods.size()); }
  bool operator==(const FeedRecords&) const = default;
};

Result<FeedRecords> read_records(const std::string& path) {
  FeedRecords records;
  auto mapped = probe::MappedFile::open(path, kMostRecordBytes);
  if (!mapped && mapped.error().code() == Code::not_found) return records;
  if (!mapped) return std::move(mapped).error();
  feed::Collected collected;
  feed::RecordLines lines(collected);
  for (auto text = as_text((*mapped)->bytes()); !text.empty();) {
    const auto piece = text.substr(0, kPieceBytes);
    TRY_VOID(lines.take(piece));
    text.remove_prefix(piece.size());
  }
  TRY(const auto summary, lines.finish());
  (void)summary;
  records.put(collected);
  return records;
}

Result<void> write_records(const std::string& path, const FeedRecords& records, const feed::FeedSummary& summary) {
  TRY(auto file, ReplacingFile::begin(path, 0600));
  std::string piece;
  const auto append = [&](std::string line) -> Result<void> {
    piece += line;
    if (!piece.ends_with('\n')) piece += '\n';
    if (piece.size() < kPieceBytes) return {};
    TRY_VOID(file.append(as_bytes(piece)));
    piece.clear();
    return {};
  };
  for (const auto& [id, one] : records.advisories) TRY_VOID(append(feed::to_line(one)));
  for (const auto& [id, one] : records.exploited) TRY_VOID(append(feed::to_line(one)));
  for (const auto& [id, one] : records.likelihoods) TRY_VOID(append(feed::to_line(one)));
  TRY_VOID(append(feed::to_line(summary)));
  TRY_VOID(file.append(as_bytes(piece)));
  return file.commit();
}

// Before a book was made of newer ones. A mark that stays has the next start compile anew.
void put_back(const std::string& path, const std::string& mark, const FeedRecords& records, const std::string& feed) {
  feed::FeedSummary summary{.name = feed};
  auto done = records.size() == 0 ? system_files().remove(path) : write_records(path, records, summary);
  if (done) done = system_files().remove(mark);
  if (!done) log_error("advisories.records_not_put_back", {{"feed", feed}, {"error", done.error().what()}});
}

// What failed and never was a feed is known by its file's name alone.
bool is_nameless(const FeedState& feed) { return !feed.imported_at; }

template <class Map>
void add_differences(const Map& before, const Map& after, const auto& names, std::set<std::string>& changed) {
  for (const auto& [id, one] : before) {
    const auto now = after.find(id);
    if (now == after.end() || !(now->second == one)) names(one, changed);
  }
  for (const auto& [id, one] : after) {
    const auto was = before.find(id);
    if (was == before.end() || !(was->second == one)) names(one, changed);
  }
}

std::vector<std::string> differences(const FeedRecords& before, const FeedRecords& after) {
  std::set<std::string> changed;
  add_differences(before.advisories, after.advisories, [](const auto& one, auto& into) {
    for (auto& name : names_of(one)) into.insert(std::move(name));
  }, changed);
  add_differences(before.exploited, after.exploited, [](const auto& one, auto& into) { into.insert(one.cve); }, changed);
  add_differences(before.likelihoods, after.likelihoods, [](const auto& one, auto& into) { into.insert(one.cve); }, changed);
  return {changed.begin(), changed.end()};
}

bool publishes_all(feed::FeedKind kind) {
  return kind == feed::FeedKind::kev || kind == feed::FeedKind::epss || kind == feed::FeedKind::debian;
}

}  // namespace

// All feeds by name.
struct Library::Shelf {
  std::map<std::string, FeedRecords> feeds;
  bool whole = true;  // nothing of it was damaged
};

bool is_stale(const FeedState& feed, Timestamp now) {
  return feed.kind != kLetters && (!feed.imported_at || now - *feed.imported_at > kStaleAfter);
}

Result<std::unique_ptr<Library>> Library::open(std::string folder, const flow::Following& shipped) {
  TRY_VOID(system_files().make_folder(folder, 0700));
  std::unique_ptr<Library> library(new Library(std::move(folder), shipped));
  TRY_VOID(library->load());
  return library;
}

Result<void> Library::load() {
  auto text = system_files().read(path_of("feeds.json"), kMostStateBytes);
  if (!text && text.error().code() == Code::not_found) return {};
  if (!text) return std::move(text).error();
  JsonDocument memory;
  Budget budget({.bytes_in = kMostStateBytes});
  TRY(const auto root, memory.parse(*text, budget));
  TRY(const auto feeds, root.field("feeds"));
  TRY_VOID(feeds.each([&](Json one) -> Result<void> {
    TRY(auto state, state_from(one));
    feeds_.push_back(std::move(state));
    return {};
  }));
  TRY(exploited_, root.integer_at("exploited"));
  TRY(in_force_since_, time_at(root, "in_force_since"));
  TRY(const auto digest, root.string_at("book"));
  if (digest.empty() && std::ranges::all_of(feeds_, is_nameless)) return {};
  const bool broken_off = system_files().exists(path_of(kImporting));
  auto book = open_book(std::string(digest));
  if (book) book_ = *book;
  if (book && !broken_off) return {};
  log_error("advisories.book_made_anew", {{"error", book ? "an import was broken off" : book.error().what()}});
  auto anew = compile_anew();
  if (!anew) {
    // The hub has other work: by the last good book, or by none. The mark stays, so the next
    // start and the next import try again.
    log_error("advisories.no_new_book", {{"error", anew.error().what()}});
    return {};
  }
  book_ = *std::move(anew);
  TRY_VOID(save());
  return broken_off ? system_files().remove(path_of(kImporting)) : Result<void>();
}

Result<std::shared_ptr<const flow::BookInForce>> Library::compile_anew() const {
  TRY(const auto shelf, read_shelf({}));
  return compile(shelf);
}

Result<void> Library::save() const {
  JsonWriter json;
  json.begin_object().key("feeds").begin_array();
  for (const FeedState& feed : feeds_) {
    json.begin_object().field("feed", feed.feed).field("kind", feed.kind).field("records", feed.records);
    json.field("file", feed.file).field("failure", feed.failure);
    write_time_or_null(json, "newest", feed.newest);
    write_time_or_null(json, "imported_at", feed.imported_at);
    write_time_or_null(json, "failed_at", feed.failed_at);
    json.end_object();
  }
  json.end_array().field("book", book_ ? book_->digest.hex() : "").field("exploited", exploited_);
  write_time_or_null(json, "in_force_since", in_force_since_);
  json.end_object();
  return system_files().write(path_of("feeds.json"), json.take(), 0600);
}

Result<Library::Shelf> Library::read_shelf(std::string_view replaced) const {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    for (const FeedState& feed : feeds_) names.push_back(feed.feed);
  }
  Shelf shelf;
  for (const std::string& name : names) {
    auto records = read_records(path_of(records_file(name)));
    if (!records && name == replaced) {
      log_error("advisories.records_damaged", {{"feed", name}, {"error", records.error().what()}});
      shelf.whole = false;
      continue;
    }
    if (!records) return std::move(records).error().within("records of '" + name + "'");
    shelf.feeds.emplace(name, std::move(records).value());
  }
  return shelf;
}

Result<std::shared_ptr<const flow::BookInForce>> Library::compile(const Shelf& shelf) const {
  std::vector<advisory::Advisory> advisories;
  std::vector<advisory::Exploited> exploited;
  std::vector<advisory::Likelihood> likelihoods;
  for (const auto& [name, records] : shelf.feeds) {
    for (const auto& [id, one] : records.advisories) advisories.push_back(one);
    for (const auto& [id, one] : records.exploited) exploited.push_back(one);
    for (const auto& [id, one] : records.likelihoods) likelihoods.push_back(one);
  }
  auto limits = feed::feed_limits();
  limits.bytes_out = kMostBookBytes;
  Budget budget(limits);
  TRY(const auto bytes, advisory::Book::compile(advisories, exploited, likelihoods, budget));
  const auto digest = sha256(bytes).hex();
  TRY(auto file, ReplacingFile::begin(path_of(book_file(digest)), 0600));
  TRY_VOID(file.append(as_bytes(bytes)));
  TRY_VOID(file.commit());
  return open_book(digest);
}

Result<std::shared_ptr<const flow::BookInForce>> Library::open_book(const std::string& digest) const {
  TRY(const auto mapped, probe::MappedFile::open(path_of(book_file(digest)), kMostBookBytes));
  const auto text = as_text(mapped->bytes());
  if (sha256(text).hex() != digest) return Error(Code::corrupt, "the book's bytes are not those of its name");
  TRY(auto book, advisory::Book::open(text));
  return std::make_shared<const flow::BookInForce>(flow::BookInForce{
      .book = book, .digest = sha256(text), .bytes = mapped, .shipped = shipped_});
}

Result<Library::Imported> Library::replace(FeedState state, const feed::Collected& records, bool whole, const Progress& progress) {
  const std::unique_lock importing(importing_, std::try_to_lock);
  if (!importing) return Error(Code::conflict, "another import is going on");
  constexpr std::int64_t kSteps = 4;
  const auto step = [&](std::int64_t done) {
    if (progress) progress(done, kSteps);
  };
  TRY(auto shelf, read_shelf(whole ? std::string_view(state.feed) : std::string_view()));
  // What a broken-off import brought is in no list of differences.
  const bool broken_off = system_files().exists(path_of(kImporting));
  step(1);
  const FeedRecords before = shelf.feeds[state.feed];
  FeedRecords after = whole ? FeedRecords() : before;
  after.put(records);
  state.records = after.size();
  Imported imported{.changed = after != before, .names = differences(before, after)};
  std::shared_ptr<const flow::BookInForce> next;
  if (imported.changed || !book() || broken_off || !shelf.whole) {
    TRY_VOID(system_files().write(path_of(kImporting), "", 0600));
    feed::FeedSummary summary{.name = state.feed};
    TRY_VOID(write_records(path_of(records_file(state.feed)), after, summary));
    step(2);
    shelf.feeds[state.feed] = std::move(after);
    auto compiled = compile(shelf);
    if (!compiled) {
      if (!broken_off && shelf.whole) put_back(path_of(records_file(state.feed)), path_of(kImporting), before, state.feed);
      return std::move(compiled).error();
    }
    step(3);
    auto differing = **compiled;
    if (const auto last = book(); last && !broken_off && shelf.whole) {
      differing.before = last->digest;
      differing.changed = imported.names;
    }
    next = std::make_shared<const flow::BookInForce>(std::move(differing));
    imported.changed = true;
  }
  std::string old;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(feeds_, [&](const FeedState& one) {
      return one.feed == state.feed || (is_nameless(one) && !state.file.empty() && one.file == state.file);
    });
    const Timestamp now = *state.imported_at;
    feeds_.push_back(std::move(state));
    std::ranges::sort(feeds_, {}, &FeedState::feed);
    exploited_ = 0;
    for (const auto& [name, one] : shelf.feeds) exploited_ += static_cast<std::int64_t>(one.exploited.size());
    if (next) {
      if (book_) old = book_->digest.hex();
      if (old != next->digest.hex()) in_force_since_ = now;
      book_ = next;
    }
    TRY_VOID(save());
  }
  if (system_files().exists(path_of(kImporting))) TRY_VOID(system_files().remove(path_of(kImporting)));
  // Whoever still reads it keeps its pages; the name goes.
  if (!old.empty() && old != book()->digest.hex()) (void)system_files().remove(path_of(book_file(old)));
  step(kSteps);
  return imported;
}

Result<Library::Imported> Library::take(const feed::FeedSummary& summary, const feed::Collected& records, const std::string& file,
                                        Timestamp now, const Progress& progress) {
  FeedState state{.feed = summary.name, .kind = std::string(to_string(summary.kind)), .records = 0, .newest = summary.released,
                  .imported_at = now, .file = file, .failure = {}, .failed_at = {}};
  return replace(std::move(state), records, publishes_all(summary.kind), progress);
}

Result<Library::Imported> Library::take_letters(const std::vector<advisory::Advisory>& letters, Timestamp now) {
  feed::Collected records;
  for (const auto& letter : letters) TRY_VOID(records.take(letter));
  FeedState state{.feed = std::string(kLetters), .kind = std::string(kLetters), .records = 0, .newest = now, .imported_at = now,
                  .file = {}, .failure = {}, .failed_at = {}};
  return replace(std::move(state), records, true, {});
}

Result<void> Library::note_failure(const std::string& feed, const std::string& kind, const std::string& file, const std::string& why,
                                   Timestamp now) {
  const std::lock_guard lock(mutex_);
  auto known = std::ranges::find(feeds_, feed, &FeedState::feed);
  if (known == feeds_.end()) known = feeds_.insert(feeds_.end(), FeedState{.feed = feed, .kind = kind, .newest = {}, .imported_at = {}, .file = file, .failure = {}, .failed_at = {}});
  known->failure = why;
  known->failed_at = now;
  while (std::ranges::count_if(feeds_, is_nameless) > kMostNameless) {
    const auto older = [](const FeedState& a, const FeedState& b) {
      return is_nameless(a) != is_nameless(b) ? is_nameless(a) : a.failed_at < b.failed_at;
    };
    feeds_.erase(std::ranges::min_element(feeds_, older));
  }
  return save();
}

Result<void> Library::forget_failure(const std::string& file) {
  const std::lock_guard lock(mutex_);
  bool changed = std::erase_if(feeds_, [&](const FeedState& one) { return is_nameless(one) && one.file == file; }) > 0;
  for (FeedState& one : feeds_) {
    if (one.file != file || one.failure.empty()) continue;
    one.failure.clear();
    one.failed_at.reset();
    changed = true;
  }
  return changed ? save() : Result<void>();
}

std::shared_ptr<const flow::BookInForce> Library::book() const {
  const std::lock_guard lock(mutex_);
  return book_;
}

std::vector<FeedState> Library::feeds() const {
  const std::lock_guard lock(mutex_);
  return feeds_;
}

std::int64_t Library::exploited() const {
  const std::lock_guard lock(mutex_);
  return exploited_;
}

std::optional<Timestamp> Library::in_force_since() const {
  const std::lock_guard lock(mutex_);
  return in_force_since_;
}

void Library::set_progress(const std::optional<Judging>& judging) {
  const std::lock_guard lock(mutex_);
  judging_ = judging;
}

std::optional<Library::Judging> Library::progress() const {
  const std::lock_guard lock(mutex_);
  return judging_;
}

}  // namespace khien::patch
