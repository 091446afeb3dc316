#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "khien/core/time.hpp"

namespace khien::agent {

// Paths that were written, each with the moment to look at it. The first write
// is due at once; a path that keeps changing (a log, a database) is looked at
// ever more rarely, from once a second to once in five minutes, and at once
// again after it was quiet.
//
// Not thread-safe. Times are monotonic.
class ChangeQueue {
 public:
  static constexpr std::size_t kMaxPaths = 16'384;

  // False if there is no room: the caller scans everything instead.
  bool add(std::string_view path, Duration now);
  void forget(std::string_view path);
  // A path that is due, taken out; it is remembered for its next write.
  std::optional<std::string> take(Duration now);
  // When the next path is due; none if nothing waits.
  std::optional<Duration> next_due() const;
  std::size_t size() const { return paths_.size(); }

 private:
  struct Path {
    std::optional<Duration> due;   // waits
    Duration looked_at{0};
    Duration interval{0};          // 0: never looked at
  };
  void purge(Duration now);

  std::map<std::string, Path, std::less<>> paths_;
  std::set<std::pair<std::int64_t, std::string>> due_;  // milliseconds, path
};

}  // namespace khien::agent
