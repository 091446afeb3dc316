#include "feed_fetcher.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "feed_import.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"

namespace khien::hub {
namespace {

constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostKnownBytes = 256u << 10;
constexpr std::chrono::seconds kLookEvery{30};
constexpr Duration kFirstPause = minutes(15);
constexpr int kMostDoublings = 8;

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
      imported = fetch_one(url, known_[url]).outcome == Fetched::Outcome::imported || imported;
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
  auto fetched = fetch_into_library(url, known);
  if (fetched) {
    known.failures = 0;
    return std::move(fetched).value();
  }
  if (!stopping_) {
    ++known.failures;
    log_warning("feed.not_fetched", {{"url", url}, {"error", fetched.error().what()}});
  }
  return {.url = url, .failure = fetched.error().what()};
}

Result<FeedFetcher::Fetched> FeedFetcher::fetch_into_library(const std::string& url, Known& known) {
  const std::string name = name_of_feed_url(url);
  TRY(const auto file, nameless_file(options_.folder));
  const net::DownloadOptions options{.ca_file = options_.config.ca_file, .proxy = options_.config.proxy,
                                     .max_bytes = feed::kMostFileBytes, .stop = &stopping_};
  auto came = net::download(url, known.mark, options, file);
  if (!came) {
    if (!stopping_) TRY_VOID(library_.note_failure(name, "unknown", name, std::string(truncate(came.error().what(), 400)), clock_.now()));
    return std::move(came).error();
  }
  if (!came->changed) {
    TRY_VOID(library_.forget_failure(name));
    return Fetched{.url = url, .outcome = Fetched::Outcome::unchanged, .failure = {}};
  }
  TRY(const auto reading, opened_to_read(file));
  TRY(const auto imported, import_feed(library_, reading, name, clock_.now()));
  // Only now: what could not be taken is asked for again.
  known.mark = std::move(came->mark);
  const auto outcome = imported.changed ? Fetched::Outcome::imported : Fetched::Outcome::unchanged;
  return Fetched{.url = url, .outcome = outcome, .records = imported.summary.taken, .vulnerabilities = imported.vulnerabilities, .failure = {}};
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
    json.field("tried_ms", known.tried_ms).field("failures", known.failures).end_object();
  }
  json.end_object();
  if (const auto saved = system_files().write(options_.folder + "/fetched.json", json.take(), 0600); !saved) {
    log_warning("feed.marks_not_saved", {{"error", saved.error().what()}});
  }
}

}  // namespace khien::hub
