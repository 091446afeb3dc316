// What the scanner does with a removable medium.
#include <algorithm>
#include <utility>

#include "khien/core/log.hpp"
#include "khien/core/text.hpp"

#include "scanner.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxNameBytes = 200;
constexpr Duration kMediaAgainAfter = minutes(1);

Error enough() { return Error(Code::exhausted, "more than is looked at"); }

Medium medium_of(const probe::Mount& mount) {
  return {.mount_point = path_text(mount.mount_point),
          .file_system = std::string(truncate(printable(mount.file_system), kMaxNameBytes)),
          .source = std::string(truncate(printable(mount.source), kMaxNameBytes))};
}

}  // namespace

// Also in the middle of a full scan, which may take hours: that goes on afterwards.
Result<void> Scanner::look_at_media() {
  if (in_medium_) return {};
  hear_of_media();
  while (!media_.empty()) {
    const probe::Mount medium = std::move(media_.front());
    media_.pop_front();
    Run interrupted = std::exchange(run_, {});
    in_medium_ = true;
    auto scanned = scan_medium(medium);
    in_medium_ = false;
    run_ = std::move(interrupted);
    begin_rate();  // another policy may have come meanwhile
    if (scanned) continue;
    // Without a worker, say: it is still to be looked at.
    media_.push_front(medium);
    return scanned;
  }
  return {};
}

// Not asked while they are left alone: then the watcher tells of them when they are not.
void Scanner::hear_of_media() {
  if (parts_.media == nullptr || !policy_.media) return;
  const Duration now = parts_.clock.monotonic();
  if (now < next_media_) return;
  auto fresh = parts_.media->fresh();
  if (!fresh) {
    // Users add to the table of mounts: none of them is to end this for good.
    log_error("agent.media_not_watched", {{"error", fresh.error().what()}});
    next_media_ = {now.ms + kMediaAgainAfter.ms};
    return;
  }
  for (probe::Mount& mount : *fresh) {
    if (excluded(mount.mount_point)) continue;
    // One medium may have several mounts.
    const bool waits = std::ranges::any_of(media_, [&](const probe::Mount& other) {
      return other.major == mount.major && other.minor == mount.minor;
    });
    if (waits || media_.size() >= kMaxMedia) continue;
    if (parts_.mounted) parts_.mounted(mount);
    media_.push_back(std::move(mount));
  }
}

Result<void> Scanner::visit_medium(const probe::FileWalker::Entry& entry) {
  if (parts_.stopping) return Error(Code::unavailable, "the agent is ending");
  if (excluded(entry.path)) return {};
  if (run_.seen.files_seen >= kMaxMediumFiles) return enough();
  if (parts_.clock.monotonic().ms - run_.began.ms >= kMaxMediumTime.ms) return enough();
  TRY_VOID(between_files());
  TRY(const Look seen, look(entry, Why::medium));
  count(seen);
  return {};
}

// A medium that is taken out meanwhile ends the walk, and nothing else.
Result<void> Scanner::scan_medium(const probe::Mount& mount) {
  auto folder = DirFd::open(mount.mount_point);
  if (!folder) return {};
  TRY(run_.seen.scan, parts_.cache.next_number("scan", parts_.clock.now()));
  run_.seen.started_at = parts_.clock.now();
  run_.seen.medium = medium_of(mount);
  run_.began = parts_.clock.monotonic();
  begin_rate();
  // Somebody waits for it.
  run_.work = Governor::Work::change;
  log_info("agent.medium_mounted", {{"mount_point", run_.seen.medium->mount_point}, {"file_system", run_.seen.medium->file_system}});
  TRY_VOID(report_progress(ScanSeen::State::running));

  auto walked = walk_medium(std::move(*folder), mount.mount_point);
  if (!walked && walked.error().code() != Code::exhausted) return std::move(walked).error().within("scan a medium");
  run_.seen.medium->cut_short = !walked;
  run_.seen.files_total = run_.seen.files_seen;
  run_.seen.finished_at = parts_.clock.now();
  ++counts_.media;
  return report_progress(ScanSeen::State::complete);
}

// Code::exhausted if it holds more than is looked at.
Result<void> Scanner::walk_medium(DirFd folder, const std::string& mount_point) {
  Result<void> visited;
  const auto visit_one = [&](const probe::FileWalker::Entry& entry) -> Result<void> {
    visited = visit_medium(entry);
    if (!visited) return Error(Code::unavailable, "ended early");
    return {};
  };
  (void)parts_.walker.walk(std::move(folder), mount_point, visit_one);
  return visited;
}

}  // namespace khien::agent
