#include "feed_fetcher.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <span>
#include <utility>

#include "feed_import.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/replacing_file.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostKnownBytes = 256u << 10;
constexpr std::chrono::seconds kLookEvery{30};
constexpr Duration kFirstPause = minutes(15);
constexpr int kMostDoublings = 8;
constexpr int kMostPages = 1'000;
constexpr int kMostChanges = 3;
constexpr std::size_t kHeadBytes = 1u << 10;
constexpr const char* kRefusedKey = " (NVD may not know the key of feeds.nvd_key_file)";

// In the library's folder, without a name: nothing is left after a crash.
Result<Fd> nameless_file(const std::string& folder) {
  Fd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return system_error(folder, errno);
  return file;
}

// The same file for the worker, which takes what may be read alone.
Result<Fd> opened_to_read(const Fd& file) {
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  Fd reading(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reading) return system_error("a fetched feed", errno);
  return reading;
}

void write_walk(JsonWriter& json, const NvdWalk& walk) {
  json.field("from_ms", walk.from_ms).field("to_ms", walk.to_ms).field("next", walk.next).field("total", walk.total);
  json.field("goes_on", walk.goes_on);
}

Result<void> read_walk(const Json& json, NvdWalk& walk) {
  TRY(walk.from_ms, json.integer_at("from_ms"));
  TRY(walk.to_ms, json.integer_at("to_ms"));
  TRY(walk.next, json.integer_at("next"));
  TRY(walk.total, json.integer_at("total"));
  TRY(walk.goes_on, json.boolean_at("goes_on"));
  return {};
}

}  // namespace

std::string name_of_feed_url(const std::string& url) {
  const auto scheme = url.find("://");
  return std::string(truncate(printable(scheme == url.npos ? url : url.substr(scheme + 3)), kMostNameBytes));
}

FeedFetcher::FeedFetcher(patch::Library& library, const Clock& clock, Options options)
    : library_(library), clock_(clock), options_(std::move(options)) {
  load();
}

FeedFetcher::~FeedFetcher() { stop(); }

void FeedFetcher::start() {
  khien_assert(!thread_.joinable());
  if (!options_.config.urls.empty()) thread_ = std::thread([this] { run(); });
}

void FeedFetcher::break_off() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_all();
}

void FeedFetcher::stop() {
  break_off();
  if (thread_.joinable()) thread_.join();
}

void FeedFetcher::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    bool imported = false;
    for (const std::string& url : options_.config.urls) {
      const std::lock_guard one_at_a_time(fetching_);
      if (stopping_ || due_ms(url) > clock_.now().ms) continue;
      imported = fetch_one(url, known_[url]).changed || imported;
      if (!stopping_) save();
    }
    if (imported && options_.on_imported) options_.on_imported();
    lock.lock();
    bell_.wait_for(lock, kLookEvery, [this] { return stopping_.load(); });
  }
}

std::vector<FeedFetcher::Fetched> FeedFetcher::fetch_all(const std::function<void(const std::string& url)>& before_each) {
  const std::lock_guard one_at_a_time(fetching_);
  std::vector<Fetched> all;
  for (const std::string& url : options_.config.urls) {
    if (stopping_) break;
    if (before_each) before_each(url);
    all.push_back(fetch_one(url, known_[url]));
  }
  save();
  return all;
}

// Under fetching_. A clock that was set back makes it due.
std::int64_t FeedFetcher::due_ms(const std::string& url) const {
  const auto known = known_.find(url);
  if (known == known_.end() || known->second.tried_ms > clock_.now().ms) return 0;
  const Duration every = hours(options_.config.every_hours);
  if (known->second.failures == 0) return known->second.tried_ms + every.ms;
  const auto doublings = std::min<std::int64_t>(known->second.failures - 1, kMostDoublings);
  return known->second.tried_ms + std::min(every.ms, kFirstPause.ms << doublings);
}

FeedFetcher::Fetched FeedFetcher::fetch_one(const std::string& url, Known& known) {
  known.tried_ms = clock_.now().ms;
  changed_ = false;
  auto fetched = fetch_into_library(url, known);
  if (fetched) {
    known.failures = 0;
    fetched->changed = changed_;
    return std::move(fetched).value();
  }
  if (!stopping_) {
    ++known.failures;
    log_warning("feed.not_fetched", {{"url", url}, {"error", fetched.error().what()}});
  }
  // Pages before the one that failed are in the library, and are to be judged by.
  return {.url = url, .failure = fetched.error().what(), .changed = changed_};
}

// What failed is told in the library, unless somebody wanted it to end.
Result<net::Downloaded> FeedFetcher::download(const std::string& url, const std::string& name, const net::FileMark& mark, const Fd& file,
                                              bool with_key) {
  net::DownloadOptions options{.ca_file = options_.config.ca_file, .proxy = options_.config.proxy,
                               .max_bytes = feed::kMostFileBytes, .stop = &stopping_};
  if (with_key) options.key_header = kNvdKeyHeader, options.key = &options_.nvd_key;
  auto came = net::download(url, mark, options, file);
  // What NVD says to a key that it does not know.
  if (with_key && !came && came.error().code() == Code::invalid) came = Error(Code::invalid, came.error().what() + kRefusedKey);
  if (!came && !stopping_) TRY_VOID(library_.note_failure(name, "unknown", name, std::string(truncate(came.error().what(), 400)), clock_.now()));
  return came;
}

Result<FeedFetcher::Fetched> FeedFetcher::fetch_into_library(const std::string& url, Known& known) {
  if (is_nvd_api(url)) return walk_nvd(url, known);
  const std::string name = name_of_feed_url(url);
  TRY(const auto file, nameless_file(options_.folder));
  TRY(auto came, download(url, name, known.mark, file));
  if (!came.changed) {
    TRY_VOID(library_.forget_failure(name));
    return Fetched{.url = url, .outcome = Fetched::Outcome::unchanged, .failure = {}};
  }
  TRY(const auto reading, opened_to_read(file));
  TRY(const auto imported, import_feed(library_, reading, name, clock_.now()));
  // Only now: what could not be taken is asked for again.
  known.mark = std::move(came.mark);
  changed_ = changed_ || imported.changed;
  const auto outcome = imported.changed ? Fetched::Outcome::imported : Fetched::Outcome::unchanged;
  return Fetched{.url = url, .outcome = outcome, .records = imported.summary.taken, .vulnerabilities = imported.vulnerabilities, .failure = {}};
}

Result<void> FeedFetcher::pause_for_nvd() {
  const Duration pause = options_.nvd_key.empty() ? options_.nvd_pause : options_.nvd_pause_with_key;
  const auto left = [&] { return nvd_asked_.ms == 0 ? 0 : nvd_asked_.ms + pause.ms - clock_.monotonic().ms; };
  std::unique_lock lock(mutex_);
  while (!stopping_ && left() > 0) bell_.wait_for(lock, std::chrono::milliseconds(left()));
  if (stopping_) return Error(Code::unavailable, "given up");
  return {};
}

Result<FeedFetcher::Fetched> FeedFetcher::walk_nvd(const std::string& url, Known& known) {
  Fetched fetched{.url = url, .outcome = Fetched::Outcome::unchanged, .failure = {}};
  int changed = 0;
  for (int pages = 0; pages < kMostPages; ++pages) {
    if (!known.walk.goes_on && !known.walk.begin(clock_.now())) {
      TRY_VOID(library_.forget_failure(name_of_feed_url(url)));
      return fetched;
    }
    TRY_VOID(pause_for_nvd());
    TRY(const bool taken, take_page(url, known.walk, fetched));
    if (!taken && ++changed > kMostChanges) return Error(Code::unavailable, "what NVD has changed again and again while it was read");
    save();
  }
  return Error(Code::exhausted, "more pages of NVD's API than there should be");
}

Result<bool> FeedFetcher::take_page(const std::string& url, NvdWalk& walk, Fetched& so_far) {
  const std::string name = name_of_feed_url(url);
  TRY(const auto file, nameless_file(options_.folder));
  const auto came = download(page_url(url, walk), name, {}, file, !options_.nvd_key.empty());
  nvd_asked_ = clock_.monotonic();
  if (!came) return came.error();
  std::string head(kHeadBytes, ' ');
  TRY(const auto got, read_at(file, 0, std::as_writable_bytes(std::span(head))));
  const auto page = nvd_page_of(std::string_view(head).substr(0, got));
  const bool right = page && page->first == walk.next && page->records <= kRecordsAPage && (page->records > 0 || page->first >= page->total);
  if (!right) {
    const std::string why = page ? "NVD's API gave another page than was asked for" : page.error().what();
    TRY_VOID(library_.note_failure(name, "unknown", name, why, clock_.now()));
    return Error(Code::invalid, why);
  }
  if (walk.next > 0 && page->total != walk.total) {
    walk.begin_again(clock_.now());
    return false;
  }
  if (page->records > 0) {
    TRY(const auto reading, opened_to_read(file));
    TRY(const auto imported, import_feed(library_, reading, name, clock_.now()));
    changed_ = changed_ || imported.changed;
    if (imported.changed) so_far.outcome = Fetched::Outcome::imported;
    so_far.records += imported.summary.taken;
    so_far.vulnerabilities += imported.vulnerabilities;
  }
  walk.total = page->total;
  walk.next += page->records;
  walk.goes_on = walk.next < walk.total;
  return true;
}

// What cannot be read is asked for again; nothing else depends on it.
void FeedFetcher::load() {
  const auto text = system_files().read(options_.folder + "/fetched.json", kMostKnownBytes);
  if (!text) return;
  JsonDocument document;
  Budget budget({.bytes_in = kMostKnownBytes});
  const auto root = document.parse(*text, budget);
  if (!root) return;
  const auto read = root->each_field([this](std::string_view url, Json one) -> Result<void> {
    Known known;
    TRY(const auto etag, one.string_at("etag"));
    TRY(const auto last_modified, one.string_at("last_modified"));
    known.mark = {std::string(etag), std::string(last_modified)};
    TRY(known.tried_ms, one.integer_at("tried_ms"));
    TRY(known.failures, one.integer_at("failures"));
    if (is_nvd_api(url)) TRY_VOID(read_walk(one, known.walk));
    if (std::ranges::find(options_.config.urls, url) != options_.config.urls.end()) known_[std::string(url)] = std::move(known);
    return {};
  });
  if (!read) known_.clear();
}

void FeedFetcher::save() const {
  JsonWriter json;
  json.begin_object();
  for (const auto& [url, known] : known_) {
    json.key(url).begin_object().field("etag", known.mark.etag).field("last_modified", known.mark.last_modified);
    json.field("tried_ms", known.tried_ms).field("failures", known.failures);
    if (is_nvd_api(url)) write_walk(json, known.walk);
    json.end_object();
  }
  json.end_object();
  if (const auto saved = system_files().write(options_.folder + "/fetched.json", json.take(), 0600); !saved) {
    log_warning("feed.marks_not_saved", {{"error", saved.error().what()}});
  }
}

}  // namespace khien::hub
