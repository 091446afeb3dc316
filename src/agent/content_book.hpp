#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/model/content.hpp"

namespace khien::agent {

// Which content this machine loads. Parses none of it: a release is a file with a
// hash. What it decides is on the disk before it is done.
//
//   begin ──► on trial ──passed──► probation ──settle, 10 min──► good
//               │ refused              │ note_failure; recall
//               ▼                      ▼
//             banned                 banned, and back to what was good
//   good ──note_failure, 3 in 10 min; recall──► banned, and back to what was good before it
//   3 failures more after that ──► safe: nothing is loaded until a release has proved itself
//
// Invariants
//  (1) A release is named as being tried, synced, before a process of this machine
//      opens it, and until it is good or banned.
//  (2) Whoever finds a release being tried at the start was ended by it: banned.
//  (3) What is banned is never loaded again, whoever offers it.
//  (4) There is always something to go back to: the factory's content at last.
//
// Thread-safe.
class ContentBook {
 public:
  static constexpr Duration kProbation = minutes(10);
  static constexpr Duration kFailureWindow = minutes(10);
  static constexpr int kFailuresMost = 3;
  static constexpr Duration kRememberFallingBack = hours(1);

  struct Options {
    std::string folder;   // its own: state, releases
    std::string factory;  // content that came with the package; no release
  };
  struct Content {
    std::string path;               // of a release's file, or the factory's folder
    std::optional<Sha256> sha256;   // none: the factory's

    bool operator==(const Content&) const = default;
  };

  static Result<std::unique_ptr<ContentBook>> open(Options options, Files& files, const Clock& clock);

  Content active() const;
  // What is gone back to; none if the factory's is active.
  std::optional<Content> fallback() const;
  // Another number whenever active() or safe() is another.
  std::uint64_t generation() const { return generation_; }
  bool safe() const;
  bool banned(const Sha256& sha256) const;

  // Code::denied if it is banned, conflict if one is being tried. After this the
  // file path_of() may be opened by a process without rights.
  Result<void> begin(const Sha256& sha256);
  Result<void> passed();
  Result<void> refused(BanReason reason, std::string_view detail);
  // Ends a probation that lasted; call now and then.
  Result<void> settle();
  // A worker died or hung, or could not begin, because of the active content.
  Result<void> note_failure(std::string_view detail);
  Result<void> recall(const Sha256& sha256);
  // The program ends in good order: what is on probation is neither good nor banned.
  Result<void> end();

  // Without cpu_per_mille, alerts and root_version, which are others' to say.
  ContentReport report() const;

  std::string path_of(const Sha256& sha256) const;
  // Removes the files of releases that nothing names any more.
  Result<void> clear();

 private:
  struct State {
    std::optional<Sha256> good;
    std::optional<Sha256> before;   // what was good before it
    std::optional<Sha256> trying;
    bool on_trial = false;          // of trying: not passed yet
    bool safe = false;
    bool fell_back = false;         // a while ago: 3 failures more are the end
    std::vector<BannedContent> banned;  // newest first
  };
  ContentBook(Options options, Files& files, const Clock& clock)
      : options_(std::move(options)), files_(files), clock_(clock) {}
  Result<void> load();
  Result<void> drop_damaged();
  // Below, with mutex_ held.
  Content active_now() const;
  Content content_of(const std::optional<Sha256>& sha256) const;
  void ban(const Sha256& sha256, BanReason reason, std::string_view detail);
  void go_back(BanReason reason, std::string_view detail);
  Result<void> keep();

  Options options_;
  Files& files_;
  const Clock& clock_;
  std::atomic<std::uint64_t> generation_{1};

  mutable std::mutex mutex_;  // guards all below
  State state_;
  Duration trying_since_{0};         // monotonic
  Duration fell_back_at_{0};         // monotonic; after a restart, that
  std::vector<Duration> failures_;   // within the window, monotonic
  std::int64_t failures_of_active_ = 0;
};

// SHA-256 of a file of any size, read in pieces.
Result<Sha256> hash_of_file(const std::string& path);

}  // namespace khien::agent
