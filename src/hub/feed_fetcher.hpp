#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/result.hpp"
#include "khien/core/secret.hpp"
#include "khien/hub/config.hpp"
#include "khien/net/download.hpp"
#include "khien/patch/library.hpp"
#include "nvd_pages.hpp"

namespace khien::hub {

// Fetches the feeds that [feeds] of khien.toml names, each whole, and imports what is new as
// `khien advisory import` does. What it was told of a file the last time (ETag) stands in
// `fetched.json` beside the library. A fetch that fails leaves what was in force, is noted in
// the library by the address, and is tried again later and later, at the latest at its turn.
// An address of NVD's API is walked page by page (nvd_pages.hpp), each taken when it came, so
// that what was broken off goes on behind the last one that was taken.
// Thread-safe.
class FeedFetcher {
 public:
  struct Options {
    FeedsConfig config;
    std::string folder;                 // the library's
    std::function<void()> on_imported;  // the book changed; from the fetching thread
    Secret nvd_key = {};                // empty: none
    Duration nvd_pause = kNvdPause;     // between two requests
    Duration nvd_pause_with_key = kNvdPauseWithKey;
  };
  FeedFetcher(patch::Library& library, const Clock& clock, Options options);
  ~FeedFetcher();

  // Fetches in a thread of its own what is due; nothing if no address is configured.
  void start();
  // What is being fetched is given up within a second, by whomever it was asked for.
  void break_off();
  void stop();

  struct Fetched {
    std::string url;
    enum class Outcome : unsigned char { unchanged, imported, failed } outcome = Outcome::failed;
    std::uint64_t records = 0;         // of what was imported
    std::size_t vulnerabilities = 0;   // that are new or other
    std::string failure;               // with failed
    bool changed = false;              // the library, even if what came later failed
  };
  // All, now, one after another. One at a time: a second caller waits.
  std::vector<Fetched> fetch_all(const std::function<void(const std::string& url)>& before_each = {});

 private:
  struct Known {
    net::FileMark mark;
    std::int64_t tried_ms = 0;  // Unix
    std::int64_t failures = 0;  // one after another
    NvdWalk walk;               // of NVD's API
  };
  void load();
  void save() const;
  void run();
  Fetched fetch_one(const std::string& url, Known& known);
  Result<Fetched> fetch_into_library(const std::string& url, Known& known);
  Result<Fetched> walk_nvd(const std::string& url, Known& known);
  // One page into `so_far`. False: its span changed meanwhile and begins again.
  Result<bool> take_page(const std::string& url, NvdWalk& walk, Fetched& so_far);
  Result<net::Downloaded> download(const std::string& url, const std::string& name, const net::FileMark& mark, const Fd& file,
                                   bool with_key = false);
  Result<void> pause_for_nvd();
  std::int64_t due_ms(const std::string& url) const;

  patch::Library& library_;
  const Clock& clock_;
  Options options_;
  std::mutex fetching_;
  std::map<std::string, Known> known_;  // under fetching_
  bool changed_ = false;                // under fetching_; by the fetch under way
  Duration nvd_asked_{};                // under fetching_; on the monotonic clock, 0: never
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable bell_;
  std::thread thread_;
};

// As it is shown: without the scheme, at most 200 bytes.
std::string name_of_feed_url(const std::string& url);

}  // namespace khien::hub
