#include "change_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace khien::agent {
namespace {

constexpr Duration kShortest = seconds(1);
constexpr Duration kLongest = minutes(5);

}  // namespace

bool ChangeQueue::add(std::string_view path, Duration now) {
  auto found = paths_.find(path);
  if (found == paths_.end()) {
    if (paths_.size() >= kMaxPaths) purge(now);
    if (paths_.size() >= kMaxPaths) return false;
    found = paths_.emplace(path, Path{}).first;
  }
  Path& entry = found->second;
  if (entry.due) return true;
  const std::int64_t quiet = now.ms - entry.looked_at.ms;
  if (entry.interval.ms == 0 || quiet >= 2 * entry.interval.ms) {
    entry.interval = kShortest;
    entry.due = now;
  } else {
    entry.due = Duration{std::max(now.ms, entry.looked_at.ms + entry.interval.ms)};
    entry.interval = {std::min(2 * entry.interval.ms, kLongest.ms)};
  }
  due_.emplace(entry.due->ms, found->first);
  return true;
}

void ChangeQueue::forget(std::string_view path) {
  const auto found = paths_.find(path);
  if (found == paths_.end()) return;
  if (found->second.due) due_.erase({found->second.due->ms, found->first});
  paths_.erase(found);
}

std::optional<std::string> ChangeQueue::take(Duration now) {
  if (due_.empty() || due_.begin()->first > now.ms) return std::nullopt;
  std::string path = std::move(due_.extract(due_.begin()).value().second);
  Path& entry = paths_.find(path)->second;
  entry.due.reset();
  entry.looked_at = now;
  return path;
}

std::optional<Duration> ChangeQueue::next_due() const {
  if (due_.empty()) return std::nullopt;
  return Duration{due_.begin()->first};
}

// Forgets paths that were quiet long enough to be as good as new.
void ChangeQueue::purge(Duration now) {
  for (auto path = paths_.begin(); path != paths_.end();) {
    const Path& entry = path->second;
    const bool quiet = !entry.due && now.ms - entry.looked_at.ms >= 2 * entry.interval.ms;
    path = quiet ? paths_.erase(path) : std::next(path);
  }
}

}  // namespace khien::agent
