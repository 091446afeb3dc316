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
constexpr std::size_t kMaxMedia = 64;
constexpr Duration kGuardAgainAfter = minutes(10);

AccessState::Mode mode_of(OnAccess wanted) {
  switch (wanted) {
    case OnAccess::off: return AccessState::Mode::scheduled;
    case OnAccess::notify: return AccessState::Mode::notify;
    case OnAccess::permission: return AccessState::Mode::permission;
  }
  return AccessState::Mode::scheduled;
}

}  // namespace

void Agent::make_access_watch() {
  if (!parts_.start_guard || !parts_.start_guard_worker) return;
  access_ = std::make_unique<AccessWatch>(
      AccessPolicy{.roots = options_.roots, .own_roots = options_.roots},
      AccessWatchParts{.clock = env_.clock,
                       .content = [this] { return engines_->content(); },
                       .start_worker = [this] { return parts_.start_guard_worker(engines_->content_path()); },
                       .clamav = engines_->clamd() != nullptr ? &engines_->clamd()->hurried() : nullptr,
                       .clamav_up = [this] { return engines_->clamd_up(); },
                       .report = [this](const Observation& seen) { return spool_->put(seen); },
                       .look_at = [this](const std::string& path) { scanner_->look_at(path); }},
      options_.folder + "/known-files");
  access_->memory().use(engines_->content(), engines_->content());
}

// On the scanner's thread.
void Agent::want_guard(const Followed& followed, const ScanPolicy& policy) {
  const std::lock_guard lock(mutex_);
  wanted_access_ = followed.wanted_on_access;
  // Not followed.on_access: a guard that failed is tried again.
  wanted_guard_ = {.on = followed.wanted_on_access == OnAccess::permission, .roots = policy.roots, .exclude = policy.exclude};
}

// On the sensors' thread. A guard that cannot be had costs the guard, and is told; files
// are looked at after they were written then.
void Agent::tend_guard() {
  if (!access_) return;
  if (guard_ && !guard_->alive()) give_guard_up("the guard failed");
  WantedGuard wanted;
  {
    const std::lock_guard lock(mutex_);
    wanted = wanted_guard_;
  }
  if (tended_guard_ == wanted) return;
  if (wanted.on && guard_failed_ && env_.clock.monotonic() < next_guard_) return;
  if (!wanted.on) {
    put_guard(nullptr);
    access_->rest();
  } else if (guard_) {
    access_->adopt(wanted.roots);
    if (const auto adopted = guard_->adopt(wanted.roots, wanted.exclude); !adopted) {
      log_warning("agent.root_not_guarded", {{"error", adopted.error().what()}});
    }
  } else if (auto started = start_guard(wanted); started) {
    put_guard(std::move(started).value());
    guard_failed_ = false;
  } else {
    return give_guard_up(started.error().what());
  }
  tended_guard_ = std::move(wanted);
}

Result<std::unique_ptr<probe::AccessGuard>> Agent::start_guard(const WantedGuard& wanted) {
  access_->adopt(wanted.roots);
  TRY_VOID(access_->prepare());
  return parts_.start_guard({.roots = wanted.roots, .exclude = wanted.exclude, .opens = options_.on_access_opens},
                            access_->guard_parts());
}

// Not under mutex_: its judging thread may still have something to tell.
void Agent::put_guard(std::unique_ptr<probe::AccessGuard> guard) {
  const std::lock_guard use(guard_use_);
  guard_.swap(guard);
  if (guard) {
    const auto counts = guard->counts();
    counts_before_.denied += counts.denied;
    counts_before_.late += counts.late;
    guard.reset();
  }
  if (!guard_) return;
  for (const probe::Mount& mount : mounted_media_) also_guard(mount);
}

void Agent::give_guard_up(const std::string& why) {
  log_warning("agent.no_guard", {{"error", why}});
  put_guard(nullptr);
  access_->rest();
  tended_guard_.reset();
  guard_absent_ = truncate(printable(why), kMaxWhyBytes);
  guard_failed_ = true;
  next_guard_ = {env_.clock.monotonic().ms + kGuardAgainAfter.ms};
}

// Of a guard that is there.
std::string Agent::what_is_amiss() const {
  std::string amiss;
  const auto add = [&amiss](const std::string& more) { amiss += (amiss.empty() ? "" : "; ") + more; };
  if (const std::string left_out = guard_->left_out(); !left_out.empty()) add("not guarded: " + left_out);
  if (const auto spared = access_->spared_until()) {
    add("too many files of one owner denied within an hour; his are only reported until " + to_rfc3339(*spared));
  }
  const std::string limits = parts_.limits ? parts_.limits() : std::string();
  if (!limits.empty()) add("the service's " + limits + " can hold up every start of a program");
  return std::string(truncate(printable(amiss), kMaxWhyBytes));
}

// From the sensors' thread.
AccessState Agent::access_state() const {
  const std::lock_guard lock(mutex_);
  AccessState now{.mode = AccessState::Mode::scheduled, .wanted = mode_of(wanted_access_), .why = {}};
  if (parts_.watcher && !watch_off_ && !scanner_->watch_failed()) {
    const bool by_folder = parts_.watcher->describe().starts_with("inotify");
    now.mode = by_folder ? AccessState::Mode::inotify : AccessState::Mode::notify;
    if (by_folder) now.why = "fanotify is not to be had: no rights, or not in this kernel";
  } else if (wanted_access_ != OnAccess::off) {
    now.why = parts_.watcher ? "watching for changes failed" : parts_.watcher_absent;
  }
  now.denied = counts_before_.denied;
  now.late = counts_before_.late;
  if (wanted_access_ != OnAccess::permission) return now;
  if (!guard_) {
    now.why = guard_absent_;
    return now;
  }
  const auto counts = guard_->counts();
  now.denied += counts.denied;
  now.late += counts.late;
  if (!guard_->alive()) {
    now.why = "the guard failed";
  } else if (const auto until = access_->halted_until()) {
    now.why = "files of too many owners denied within an hour; only reports until " + to_rfc3339(*until);
  } else if (access_->blind()) {
    now.why = "no worker is to be had that judges";
  } else {
    now.mode = AccessState::Mode::permission;
    now.why = what_is_amiss();
  }
  return now;
}

// Whether there is a guard or not: one may come.
void Agent::medium_mounted(const probe::Mount& mount) {
  if (!access_) return;
  access_->memory().distrust(makedev(mount.major, mount.minor));
  const std::lock_guard use(guard_use_);
  std::erase_if(mounted_media_, [&](const probe::Mount& one) { return one.mount_point == mount.mount_point; });
  if (mounted_media_.size() >= kMaxMedia) mounted_media_.erase(mounted_media_.begin());
  mounted_media_.push_back(mount);
  if (guard_) also_guard(mount);
}

void Agent::also_guard(const probe::Mount& mount) {
  if (const auto marked = guard_->also(mount.mount_point); !marked) {
    log_warning("agent.medium_not_guarded", {{"error", marked.error().what()}});
  }
}

// On the scanner's thread. The first share is known before there is a bucket: filled by
// another one, it would hold more than the agent left when it ended.
Result<void> Agent::take_share(std::uint32_t cpu_percent) {
  if (!parts_.processor_time) return {};
  const Governor::Share share{.per_mille = cpu_percent * 10, .idle_per_mille = options_.cpu_percent_idle * 10};
  if (governor_) {
    governor_->adopt(share, env_.clock.monotonic());
    return {};
  }
  TRY(const auto level, cache_->number(kLevel));
  TRY(const auto at, cache_->number(kLevelAt));
  std::optional<Governor::Saved> saved;
  if (level && at) saved = Governor::Saved{{*level}, {std::max<std::int64_t>(0, env_.clock.now().ms - *at)}};
  governor_.emplace(share, env_.clock.monotonic(), saved);
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
    if (governor_->starved() != starved_) {
      starved_ = governor_->starved();
      log_warning(starved_ ? "agent.share_used_up" : "agent.share_enough");
    }
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
