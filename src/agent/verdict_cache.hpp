#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/store.hpp"

#include "known_files.hpp"

namespace khien::agent {

// What is known of files from earlier looks, across restarts: which need no
// second look, and which paths the hub was told are not clean.
//
// Not thread-safe: the scanner's thread owns it.
class VerdictCache {
 public:
  // On a store with agent_migrations(), which must outlive the cache; the table of
  // known files is at `known_path`.
  static Result<std::unique_ptr<VerdictCache>> open(store::Store& store, std::string known_path,
                                                    std::size_t max_flagged = kMaxFlagged);

  // Files with nothing to tell.
  KnownFiles& known() { return known_; }

  struct Flagged {
    FileStatus status;
    std::uint64_t content = 0;
    FileVerdict verdict = FileVerdict::malicious;
  };
  // Paths whose last reported verdict was not clean; at most so many as was said.
  const std::map<std::string, Flagged, std::less<>>& flagged() const { return flagged_; }
  const Flagged* find_flagged(std::string_view path) const;
  // True if this path was reported with this verdict and nothing changed since.
  bool reported(std::string_view path, const Flagged& now) const;
  // Of too many, one that could not be scanned makes room for one that is bad: who
  // may write files must not make us forget malware. False, and nothing kept, if
  // there is no room.
  Result<bool> flag(const std::string& path, const Flagged& flagged);
  Result<void> unflag(const std::string& path);

  // The next number of that name: greater than any before, also if the cache
  // was lost, as long as the clock did not go back.
  Result<std::int64_t> next_number(std::string_view name, Timestamp now);

  // A number that is kept under a name; none if there is none.
  Result<std::optional<std::int64_t>> number(std::string_view name) const;
  Result<void> set_number(std::string_view name, std::int64_t value);

  static constexpr std::size_t kMaxFlagged = 100'000;

 private:
  VerdictCache(store::Store& store, std::string known_path, std::size_t max_flagged)
      : store_(store), max_flagged_(max_flagged), known_(KnownFiles::open(std::move(known_path))) {}
  Result<void> load();
  Result<bool> make_room();

  store::Store& store_;
  std::size_t max_flagged_;
  KnownFiles known_;
  std::map<std::string, Flagged, std::less<>> flagged_;
  std::string evicted_;  // the last one; the next is looked for from there
};

}  // namespace khien::agent
