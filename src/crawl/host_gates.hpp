#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "khien/core/time.hpp"

namespace khien::crawl {

// Who may go on to which host, and when: so many at once, so long between two
// starts. Those who wait are numbers. Pure; time is handed in.
//
// Invariants
//  (1) No host has more than `at_once` inside, nor two that went in within `pause`.
//  (2) A host is listed exactly if somebody waits for it and there is room, under
//      the moment its pause ends.
class HostGates {
 public:
  HostGates(std::size_t at_once, Duration pause) : at_once_(at_once), pause_(pause) {}

  enum class Who : bool { newcomer, going_on };
  // One that is going on comes before all newcomers.
  void wait(const std::string& host, std::uint64_t number, Who who, Duration now);
  // The next who may go in, at its host until leave(). Newcomers only if wanted.
  std::optional<std::uint64_t> next(Duration now, bool newcomers);
  void leave(const std::string& host);
  // Gives up its place among those who wait.
  void forget(const std::string& host, std::uint64_t number);
  // When next() may have somebody; none: not before somebody leaves.
  std::optional<Duration> next_at(bool newcomers) const;

 private:
  struct Gate {
    std::deque<std::uint64_t> going_on;
    std::deque<std::uint64_t> newcomers;
    std::size_t inside = 0;
    Duration open_at;

    bool idle() const { return inside == 0 && going_on.empty() && newcomers.empty(); }
  };
  using Listed = std::set<std::pair<std::int64_t, std::string>>;
  void list(const std::string& host, const Gate& gate);
  void unlist(const std::string& host, const Gate& gate);
  void forget_idle(Duration now);

  std::size_t at_once_;
  Duration pause_;
  std::unordered_map<std::string, Gate> gates_;
  Listed any_;
  Listed going_on_;
  std::size_t forget_above_ = 1024;
};

}  // namespace khien::crawl
