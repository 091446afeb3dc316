#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"
#include "khien/model/observation.hpp"
#include "khien/store/store.hpp"

namespace khien::agent {

// What is known of files from earlier looks, across restarts: which need no
// second look, and which paths the hub was told are not clean.
//
// Not thread-safe: the scanner's thread owns it.
class VerdictCache {
 public:
  // On a store with agent_migrations(), which must outlive the cache.
  static Result<std::unique_ptr<VerdictCache>> open(store::Store& store);

  // Is this very file, unchanged, judged under this content, and nothing to tell?
  Result<bool> knows(const FileStatus& status, std::uint64_t content) const;
  // Kept from the next flush() on; flushes by itself now and then. A file that
  // changed so shortly before `now` that a further change might not show in its
  // times is not kept.
  Result<void> learn(const FileStatus& status, std::uint64_t content, Timestamp now);
  Result<void> flush();

  struct Flagged {
    FileStatus status;
    std::uint64_t content = 0;
    FileVerdict verdict = FileVerdict::malicious;
  };
  // Paths whose last reported verdict was not clean; at most kMaxFlagged.
  const std::map<std::string, Flagged, std::less<>>& flagged() const { return flagged_; }
  const Flagged* find_flagged(std::string_view path) const;
  // True if this path was reported with this verdict and nothing changed since.
  bool reported(std::string_view path, const Flagged& now) const;
  // False, and nothing kept, if there are too many.
  Result<bool> flag(const std::string& path, const Flagged& flagged);
  Result<void> unflag(const std::string& path);

  // The next number of that name: greater than any before, also if the cache
  // was lost, as long as the clock did not go back.
  Result<std::int64_t> next_number(std::string_view name, Timestamp now);

  static constexpr std::size_t kMaxFlagged = 100'000;
  static constexpr std::int64_t kMaxKnown = 4'000'000;

 private:
  struct Known {
    FileStatus status;
    std::uint64_t content = 0;
  };
  explicit VerdictCache(store::Store& store) : store_(store) {}
  Result<void> load();
  Result<void> write_known(store::Connection& connection) const;

  store::Store& store_;
  std::vector<Known> pending_;
  std::int64_t known_rows_ = 0;  // never fewer than there are
  std::map<std::string, Flagged, std::less<>> flagged_;
};

}  // namespace khien::agent
