// What stands before a file is opened, and how much of the machine all may take.
#include <sys/sysmacros.h>

#include <algorithm>
#include <utility>

#include "khien/core/log.hpp"
#include "khien/core/text.hpp"

#include "agent.hpp"

namespace khien::agent {
namespace {

constexpr Duration kSampleEvery = milliseconds(100);
constexpr Duration kLoadEvery = seconds(5);
constexpr Duration kKeepLevelEvery = minutes(1);
constexpr std::string_view kLevel = "governor_level_ms";
constexpr std::string_view kLevelAt = "governor_level_at";
constexpr std::size_t kMaxWhyBytes = 500;

OnAccess::Mode mode_of(AccessMode wanted) {
  switch (wanted) {
    case AccessMode::off: return OnAccess::Mode::scheduled;
    case AccessMode::notify: return OnAccess::Mode::notify;
    case AccessMode::permission: return OnAccess::Mode::permission;
  }
  return OnAccess::Mode::scheduled;
}

}  // namespace

// A guard that cannot be had costs the guard, and is told; files are looked at after
// they were written then.
void Agent::make_guard(const AgentOptions& options, const ScanPolicy& policy) {
  wanted_access_ = options.on_access;
  if (wanted_access_ != AccessMode::permission) return;
  if (!parts_.start_guard || !parts_.start_guard_worker) {
    guard_absent_ = "not to be had here";
    return;
  }
  access_ = std::make_unique<AccessWatch>(
      AccessPolicy{.roots = policy.roots, .exclude = policy.exclude},
      AccessWatchParts{.clock = env_.clock,
                       .content = [this] { return engines_->content(); },
                       .start_worker = [this] { return parts_.start_guard_worker(engines_->content_path()); },
                       .clamav = engines_->clamd(),
                       .clamav_up = [this] { return engines_->clamd_up(); },
                       .report = [this](const Observation& seen) { return spool_->put(seen); },
                       .look_at = [this](const std::string& path) { scanner_->look_at(path); }},
      options.folder + "/known-files");
  access_->memory().use(engines_->content(), engines_->content());
  if (auto started = start_guard(options, policy); !started) {
    guard_absent_ = truncate(printable(started.error().what()), kMaxWhyBytes);
    log_warning("agent.no_guard", {{"error", started.error().what()}});
    access_.reset();
  }
}

Result<void> Agent::start_guard(const AgentOptions& options, const ScanPolicy& policy) {
  TRY_VOID(access_->prepare());
  TRY(guard_, parts_.start_guard({.roots = policy.roots, .exclude = policy.exclude, .opens = options.on_access_opens},
                                 access_->guard_parts()));
  return {};
}

// From the sensors' thread.
OnAccess Agent::on_access() const {
  OnAccess now{.mode = OnAccess::Mode::scheduled, .wanted = mode_of(wanted_access_), .why = {}};
  if (parts_.watcher && !scanner_->watch_failed()) {
    const bool by_folder = parts_.watcher->describe().starts_with("inotify");
    now.mode = by_folder ? OnAccess::Mode::inotify : OnAccess::Mode::notify;
    if (by_folder) now.why = "fanotify is not to be had: no rights, or not in this kernel";
  } else if (wanted_access_ != AccessMode::off) {
    now.why = parts_.watcher ? "watching for changes failed" : parts_.watcher_absent;
  }
  if (wanted_access_ != AccessMode::permission) return now;
  if (!guard_) {
    now.why = guard_absent_;
    return now;
  }
  const auto counts = guard_->counts();
  now.denied = counts.denied;
  now.late = counts.late;
  if (!guard_->alive()) {
    now.why = "the guard failed";
  } else if (const auto until = access_->halted_until()) {
    now.why = "too many files denied within an hour; only reports until " + to_rfc3339(*until);
  } else {
    now.mode = OnAccess::Mode::permission;
    now.why.clear();
  }
  return now;
}

void Agent::medium_mounted(const probe::Mount& mount) {
  if (!guard_) return;
  access_->memory().distrust(makedev(mount.major, mount.minor));
  if (const auto marked = guard_->also(mount.mount_point); !marked) {
    log_warning("agent.medium_not_guarded", {{"error", marked.error().what()}});
  }
}

Result<void> Agent::make_governor(const AgentOptions& options) {
  if (!parts_.processor_time) return {};
  TRY(const auto level, cache_->number(kLevel));
  TRY(const auto at, cache_->number(kLevelAt));
  std::optional<Governor::Saved> saved;
  if (level && at) saved = Governor::Saved{{*level}, {std::max<std::int64_t>(0, env_.clock.now().ms - *at)}};
  governor_.emplace(Governor::Share{.per_mille = options.cpu_percent * 10, .idle_per_mille = options.cpu_percent_idle * 10},
                    env_.clock.monotonic(), saved);
  return {};
}

Duration Agent::pace(Governor::Work work) {
  if (!governor_) return {0};
  const Duration now = env_.clock.monotonic();
  if (now >= next_load_ && parts_.load) {
    next_load_ = {now.ms + kLoadEvery.ms};
    load_ = parts_.load();
  }
  if (now >= next_sample_) {
    next_sample_ = {now.ms + kSampleEvery.ms};
    governor_->tell(now, parts_.processor_time(), load_);
  }
  return governor_->wait(work);
}

// Kept on the disk, so that an agent that is started again and again gets no more than
// one that runs.
Result<void> Agent::keep_level(bool at_end) {
  if (!governor_ || !cache_) return {};
  const Duration now = env_.clock.monotonic();
  if (!at_end && now < next_level_) return {};
  next_level_ = {now.ms + kKeepLevelEvery.ms};
  governor_->tell(now, parts_.processor_time(), load_);
  TRY_VOID(cache_->set_number(kLevel, governor_->level().ms));
  return cache_->set_number(kLevelAt, env_.clock.now().ms);
}

}  // namespace khien::agent
