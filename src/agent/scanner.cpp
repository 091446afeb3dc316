#include "scanner.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/date.hpp"
#include "khien/core/log.hpp"
#include "khien/core/text.hpp"

namespace khien::agent {
namespace {

constexpr Duration kProgressEvery = seconds(5);
constexpr Duration kLookAroundEvery = milliseconds(100);
constexpr Duration kWaitForEngines = seconds(30);
constexpr Duration kTryAgain = minutes(1);
constexpr Duration kAfterLostEvents = minutes(10);
// Others are looking at what is left; theirs takes about as long.
constexpr Duration kNextPass = minutes(10);
// Agents of one province must not all begin at the same minute.
constexpr Duration kDailySpread = minutes(30);
constexpr Duration kContentSpread = minutes(30);
constexpr std::size_t kMaxPathBytes = 16'000;

Duration sum(Duration a, Duration b) { return {a.ms + b.ms}; }

Duration below(Duration limit, Random& random) {
  return milliseconds(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(limit.ms))));
}

// As large scans end, so that a caller can tell it from a failure.
Error stopped() { return Error(Code::unavailable, "the agent is ending"); }

// The next moment at which a scan is to begin. Looks eight days ahead: a schedule
// has a day a week at least.
Timestamp next_time(const ScanPolicy& policy, Timestamp now) {
  const std::vector<int> daily{policy.scan_at_minute};
  const std::vector<int>& minutes_of_day = policy.times ? policy.times->minutes : daily;
  for (Date day = vietnam_day(now); day <= vietnam_day(now) + 8; day = day + 1) {
    if (policy.times && !policy.times->on(day.weekday())) continue;
    for (const int minute : minutes_of_day) {
      if (vietnam_moment(day, minute) > now) return vietnam_moment(day, minute);
    }
  }
  return now + days(1);
}

}  // namespace

std::string path_text(std::string_view path) {
  const std::string valid = to_valid_utf8(path);
  return std::string(truncate(valid, kMaxPathBytes));
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Scanner::Scanner(ScanPolicy policy, ScannerParts parts) : policy_(std::move(policy)), parts_(std::move(parts)) {}

Result<void> Scanner::step(Duration patience) {
  TRY_VOID(look_at_media());
  if (scan_due()) {
    auto scanned = scan_all();
    if (!scanned && !parts_.stopping) next_try_ = sum(parts_.clock.monotonic(), kTryAgain);
    return scanned;
  }
  if (parts_.shared != nullptr && parts_.judge.ready()) parts_.shared->keep_up(parts_.judge.content());
  return take_changes(patience);
}

bool Scanner::scan_due() {
  const Duration now = parts_.clock.monotonic();
  if (!next_daily_) {
    if (!ready_by_) ready_by_ = sum(now, kWaitForEngines);
    const bool waited = next_try_ ? now >= *next_try_ : true;
    return waited && (parts_.judge.ready() || now >= *ready_by_);
  }
  if (next_try_ && now >= *next_try_) return true;
  if (parts_.clock.now() >= *next_daily_) return true;
  if (!content_scan_at_ && label() != scanned_content_) {
    content_scan_at_ = sum(now, below(kContentSpread, parts_.random));
  }
  return content_scan_at_ && now >= *content_scan_at_;
}

void Scanner::plan_next_scan() {
  next_daily_ = next_time(policy_, parts_.clock.now()) + below(kDailySpread, parts_.random);
}

void Scanner::adopt(ScanPolicy policy) {
  const auto covered = [](const std::string& path, const std::vector<std::string>& by) {
    return std::ranges::any_of(by, [&](const std::string& folder) { return is_below(path, folder); });
  };
  // Folders that were left out and are not any more, and those that are new.
  const bool more = std::ranges::any_of(policy.roots, [&](const auto& root) { return !covered(root, policy_.roots); }) ||
                    std::ranges::any_of(policy_.exclude, [&](const auto& path) { return !covered(path, policy.exclude); }) ||
                    (policy.watch && !policy_.watch);
  const bool other_times = policy.times != policy_.times || policy.scan_at_minute != policy_.scan_at_minute;
  policy_ = std::move(policy);
  begin_rate();
  if (other_times && next_daily_) plan_next_scan();
  if (more && next_daily_) scan_soon();
}

void Scanner::use_watcher(probe::FileWatcher* watcher) {
  parts_.watcher = watcher;
  watch_failed_ = false;
  if (next_daily_) scan_soon();
}

Result<void> Scanner::scan_all() {
  khien_assert(!scanning_);
  // Here and not at the end: events may be lost while it runs.
  next_try_.reset();
  content_scan_at_.reset();
  run_ = {};
  TRY(run_.seen.scan, parts_.cache.next_number("scan", parts_.clock.now()));
  run_.seen.started_at = parts_.clock.now();
  run_.seen.files_total = files_total_;
  run_.began = parts_.clock.monotonic();
  begin_rate();
  if (parts_.shared != nullptr && parts_.judge.ready()) parts_.shared->keep_up(parts_.judge.content());
  scanned_content_ = label();
  postponed_ = 0;
  TRY_VOID(report_progress(ScanSeen::State::running));

  scanning_ = true;
  parts_.cache.known().begin_scan();
  Result<void> walked;
  // A copy: another policy may be adopted while it runs.
  const std::vector<std::string> roots = policy_.roots;
  for (const std::string& root : roots) {
    auto folder = DirFd::open(root);
    if (!folder) {
      log_warning("agent.root_not_scanned", {{"root", root}, {"error", folder.error().what()}});
      continue;
    }
    walked = walk(std::move(*folder), root, Why::full_scan);
    if (!walked) break;
  }
  if (walked) walked = settle_waiting();
  waiting_.clear();
  scanning_ = false;
  parts_.cache.known().end_scan(walked.has_value());
  if (!walked) return std::move(walked).error().within("scan");
  TRY_VOID(sweep_flagged("/"));

  if (postponed_ > 0) {
    ++passes_;
    next_try_ = sum(parts_.clock.monotonic(), kNextPass);
    log_info("agent.scan_goes_on", {{"files", static_cast<std::int64_t>(postponed_)}, {"pass", passes_}});
    return report_progress(ScanSeen::State::running);
  }
  passes_ = 0;
  files_total_ = run_.seen.files_seen;
  run_.seen.files_total = run_.seen.files_seen;
  run_.seen.finished_at = parts_.clock.now();
  plan_next_scan();
  ++counts_.complete_scans;
  log_info("agent.scan_complete", {{"files", static_cast<std::int64_t>(run_.seen.files_seen)},
                                   {"scanned", static_cast<std::int64_t>(run_.seen.files_scanned)},
                                   {"ms", parts_.clock.monotonic().ms - run_.began.ms}});
  return report_progress(ScanSeen::State::complete);
}

// Fails only if going on makes no sense: no worker, no spool, or the end. A
// folder that cannot be walked is told of and passed over.
Result<void> Scanner::walk(DirFd folder, const std::string& root, Why why) {
  Result<void> visited;
  const auto visit_one = [&](const probe::FileWalker::Entry& entry) -> Result<void> {
    visited = visit(entry, why);
    if (!visited) return Error(Code::unavailable, "ended early");
    return {};
  };
  const auto walked = parts_.walker.walk(std::move(folder), root, visit_one);
  if (!visited) return visited;
  if (!walked) {
    log_warning("agent.root_not_scanned", {{"root", root}, {"error", walked.error().what()}});
  } else if (*walked > 0) {
    log_warning("agent.folders_not_read", {{"root", root}, {"folders", static_cast<std::int64_t>(*walked)}});
  }
  return {};
}

Result<void> Scanner::visit(const probe::FileWalker::Entry& entry, Why why) {
  if (parts_.stopping) return stopped();
  if (excluded(entry.path)) return {};
  if (why == Why::full_scan) TRY_VOID(between_files());
  TRY(const Look seen, look(entry, why));
  if (why == Why::change || seen == Look::vanished) return {};
  count(seen);
  return waiting_.size() < kMaxWaiting ? Result<void>() : settle_waiting();
}

// A change must not wait for the end of a full scan.
Result<void> Scanner::between_files() {
  for (;;) {
    const Duration now = parts_.clock.monotonic();
    if (now >= next_look_around_) {
      next_look_around_ = sum(now, kLookAroundEvery);
      TRY_VOID(take_changes(Duration{0}));
      TRY_VOID(look_at_media());
      if (parts_.aside) TRY_VOID(parts_.aside());
    }
    if (now >= next_progress_) TRY_VOID(report_progress(ScanSeen::State::running));
    throttle();
    const Duration wait = wait_for(run_.work);
    if (wait.ms <= 0) return {};
    parts_.pause(wait);
    if (parts_.stopping) return stopped();
  }
}

Result<void> Scanner::report_progress(ScanSeen::State state) {
  next_progress_ = sum(parts_.clock.monotonic(), kProgressEvery);
  run_.seen.state = state;
  return report(run_.seen);
}

// What was judged before, at another rate, is no debt.
void Scanner::begin_rate() {
  run_.rate_began = parts_.clock.monotonic();
  run_.judged_before = run_.judged;
}

// Waits when more files were judged than the rate allows since the rate began.
void Scanner::throttle() {
  if (policy_.files_per_second == 0) return;
  const auto allowed_ms = static_cast<std::int64_t>((run_.judged - run_.judged_before) * 1'000 / policy_.files_per_second);
  const std::int64_t ahead = allowed_ms - (parts_.clock.monotonic().ms - run_.rate_began.ms);
  // Small debts are collected: a short wait costs more than it saves.
  if (ahead > 20) parts_.pause(milliseconds(std::min<std::int64_t>(ahead, 500)));
}

Result<void> Scanner::report(ObservationBody body) {
  return parts_.report(Observation{parts_.clock.now(), std::move(body)});
}

bool Scanner::excluded(std::string_view path) const {
  return std::ranges::any_of(policy_.exclude, [path](const std::string& folder) { return is_below(path, folder); });
}

const std::string* Scanner::root_of(std::string_view path) const {
  const std::string* longest = nullptr;
  for (const std::string& root : policy_.roots) {
    if (is_below(path, root) && (longest == nullptr || root.size() > longest->size())) longest = &root;
  }
  return longest;
}

void Scanner::look_at(const std::string& path) {
  const std::lock_guard lock(look_at_mutex_);
  if (look_at_.size() < kMaxLookAt) look_at_.push_back(path);
}

Result<void> Scanner::take_changes(Duration patience) {
  const Duration now = parts_.clock.monotonic();
  if (const auto due = queue_.next_due()) {
    // What is due and may not be looked at yet must not keep us busy.
    const std::int64_t until_due = due->ms - now.ms;
    const std::int64_t least = until_due > 0 ? 0 : wait_for(Governor::Work::change).ms;
    patience = {std::clamp<std::int64_t>(until_due, std::min(least, patience.ms), patience.ms)};
  }
  TRY_VOID(hear_changes(patience));
  std::vector<std::string> wanted;
  {
    const std::lock_guard lock(look_at_mutex_);
    wanted.swap(look_at_);
  }
  for (const std::string& path : wanted) {
    if (!excluded(path)) queue_.add(path, parts_.clock.monotonic());
  }
  return look_at_changes();
}

Result<void> Scanner::hear_changes(Duration patience) {
  if (parts_.watcher == nullptr) {
    if (patience.ms > 0) parts_.pause(patience);
    return {};
  }
  constexpr std::size_t kAtOnce = 256;
  auto changes = parts_.watcher->wait(patience, kAtOnce);
  if (!changes) {
    log_error("agent.watch_failed", {{"error", changes.error().what()}});
    parts_.watcher = nullptr;
    watch_failed_ = true;
    return {};
  }
  TRY(const bool room, queue_changes(*changes));
  // Anything may have changed; but a machine that always loses some must not
  // scan without end.
  if ((parts_.watcher->lost_events() || !room) && !next_try_) {
    next_try_ = sum(parts_.clock.monotonic(), counts_.complete_scans == 0 ? Duration{0} : kAfterLostEvents);
  }
  return {};
}

Result<void> Scanner::look_at_changes() {
  while (wait_for(Governor::Work::change).ms <= 0) {
    const auto path = queue_.take(parts_.clock.monotonic());
    if (!path) return {};
    if (parts_.stopping) return stopped();
    auto looked = look_at_change(*path);
    if (looked) continue;
    // Without a worker, say: it is still to be looked at.
    queue_.add(*path, parts_.clock.monotonic());
    return looked;
  }
  return {};
}

// False if some found no room.
Result<bool> Scanner::queue_changes(const std::vector<probe::FileWatcher::Change>& changes) {
  bool room = true;
  for (const auto& change : changes) {
    if (!policy_.watch || excluded(change.path)) continue;
    ++counts_.changes;
    if (change.kind == probe::FileWatcher::Change::Kind::gone) {
      queue_.forget(change.path);
      TRY_VOID(sweep_flagged(change.path));
    } else {
      room = queue_.add(change.path, parts_.clock.monotonic()) && room;
    }
  }
  return room;
}

}  // namespace khien::agent
