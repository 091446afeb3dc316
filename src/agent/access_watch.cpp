#include "access_watch.hpp"

#include <algorithm>
#include <utility>

#include "khien/core/log.hpp"

#include "file_hash.hpp"
#include "scanner.hpp"

namespace khien::agent {
namespace {

constexpr std::size_t kMaxFound = 1'024;
constexpr Duration kWorkerAgainAfter = seconds(10);

// User namespaces number from here (subuid(5)): there everybody may be thousands, who
// count as one.
constexpr std::uint32_t kFirstOfMany = 100'000;

FileKey key_of(const FileStatus& status) { return {status.device, status.inode}; }

bool below_any(std::string_view path, const std::vector<std::string>& folders) {
  return std::ranges::any_of(folders, [path](const std::string& folder) { return is_below(path, folder); });
}

}  // namespace

AccessWatch::AccessWatch(AccessPolicy policy, AccessWatchParts parts, std::string known_path)
    : policy_(std::move(policy)), parts_(std::move(parts)), memory_(std::move(known_path)) {
  memory_.look_at_table();
}

probe::AccessGuard::Parts AccessWatch::guard_parts() {
  return {.clock = parts_.clock,
          .known = [this](const FileStatus& status) { return memory_.find(status); },
          .judge = [this](const Fd& file, const Access& access) { return judge(file, access); },
          .may_deny = [this](const Access& access) { return may_deny(access); },
          .tell = [this](const Event& event) { tell(event); },
          .aside = [this] { aside(); }};
}

std::optional<Timestamp> AccessWatch::halted_until() const {
  const std::lock_guard lock(mutex_);
  if (halted_until_ && parts_.clock.now() >= *halted_until_) return std::nullopt;
  return halted_until_;
}

std::optional<Timestamp> AccessWatch::spared_until() const {
  const std::lock_guard lock(mutex_);
  std::optional<Timestamp> latest;
  for (const auto& [uid, owner] : owners_) {
    if (owner.halted_until && parts_.clock.now() < *owner.halted_until) latest = std::max(latest, owner.halted_until);
  }
  return latest;
}

void AccessWatch::adopt(std::vector<std::string> roots) {
  const std::lock_guard lock(mutex_);
  policy_.roots.swap(roots);
}

bool AccessWatch::in_roots(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  return below_any(path, policy_.roots);
}

bool AccessWatch::may_deny(const Access& access) {
  // A file of root's that lies elsewhere is the system's.
  if (access.status.owner_uid == 0 && !below_any(access.path, policy_.own_roots)) return false;
  const Timestamp now = parts_.clock.now();
  const std::lock_guard lock(mutex_);
  if (halted_until_ && now < *halted_until_) return false;
  halted_until_.reset();
  forget_old(now);
  Owner* owner = owner_of(access, now);
  if (owner == nullptr || owner->halted_until) return false;
  const FileKey key = key_of(access.status);
  if (owner->denied.size() >= policy_.files_per_hour && !owner->denied.contains(key)) {
    owner->halted_until = now + kHaltFor;
    return false;
  }
  owner->denied[key] = now;
  return true;
}

void AccessWatch::forget_old(Timestamp now) {
  for (auto& [uid, owner] : owners_) {
    std::erase_if(owner.denied, [now](const auto& file) { return file.second + hours(1) < now; });
    if (owner.halted_until && now >= *owner.halted_until) owner.halted_until.reset();
  }
  std::erase_if(owners_, [](const auto& one) { return one.second.denied.empty() && !one.second.halted_until; });
}

// Null if there are too many: then nothing is denied.
AccessWatch::Owner* AccessWatch::owner_of(const Access& access, Timestamp now) {
  const std::uint32_t uid = std::min(access.status.owner_uid, kFirstOfMany);
  if (const auto known = owners_.find(uid); known != owners_.end()) return &known->second;
  if (owners_.size() >= policy_.owners_per_hour) {
    halted_until_ = now + kHaltFor;
    return nullptr;
  }
  return &owners_[uid];
}

AccessWatch::Word AccessWatch::judge(const Fd& file, const Access& access) {
  if (const Word known = memory_.look_up(access.status); known != Word::unknown) return known;
  const std::uint64_t content = parts_.content();
  const auto answer = ask(file, access.status);
  if (!answer) {
    log_warning("guard.not_judged", {{"error", answer.error().what()}});
    return Word::unknown;
  }
  // The worker died of it, or could not read it: nobody knows.
  if (answer->verdict.verdict == FileVerdict::not_scanned && !answer->complete) return Word::unknown;
  const bool malicious = answer->verdict.verdict == FileVerdict::malicious;
  const Word word = malicious ? Word::deny : Word::allow;
  if (malicious) take_malicious(file, access, answer->verdict);
  // What was not looked at whole is asked again.
  const auto after = status_of(file);
  const bool same = after && after->size == access.status.size && after->mtime_ns == access.status.mtime_ns &&
                    after->ctime_ns == access.status.ctime_ns;
  const bool whole = malicious || answer->complete;
  if (same && whole && parts_.keeps_times(file)) memory_.learn(access.status, content, word, parts_.clock.now());
  return word;
}

Result<void> AccessWatch::ensure_worker() {
  const std::uint64_t content = parts_.content();
  const Duration now = parts_.clock.monotonic();
  if (worker_ && worker_content_ == content) return {};
  if (now < next_worker_) return Error(Code::unavailable, "no worker");
  auto started = parts_.start_worker();
  if (!started) {
    // Each file would wait for another try.
    next_worker_ = {now.ms + kWorkerAgainAfter.ms};
    worker_.reset();
    blind_ = true;
    return std::move(started).error();
  }
  worker_ = std::move(started).value();
  worker_content_ = content;
  blind_ = false;
  return {};
}

Result<FileJudge::Answer> AccessWatch::ask(const Fd& file, const FileStatus& status) {
  TRY_VOID(ensure_worker());
  const WorkerScan scan = [this](const Fd& fd, std::uint64_t size) { return worker_->scan(fd, size); };
  const bool ask_clamav = parts_.clamav != nullptr && (!parts_.clamav_up || parts_.clamav_up());
  auto answer = judge_by_both(scan, ask_clamav ? parts_.clamav : nullptr, file, status);
  if (!answer) worker_.reset();
  if (answer && parts_.clamav != nullptr && !ask_clamav) answer->complete = false;
  return answer;
}

void AccessWatch::take_malicious(const Fd& file, const Access& access, const scan::Verdict& verdict) {
  Found found{access.status, std::nullopt, verdict.matches};
  // The worker's word for a hash is never used.
  found.sha256 = hash_of(file, access.status, buffer_);
  {
    const std::lock_guard lock(mutex_);
    if (found_.size() >= kMaxFound) found_.clear();
    found_.insert_or_assign(key_of(access.status), found);
  }
  if (access.here && in_roots(access.path)) return parts_.look_at(access.path);
  // The scanner does not come there, or finds another file by that name.
  FileSeen seen{.path = path_text(access.path), .size = access.status.size, .mtime_ns = access.status.mtime_ns,
                .owner_uid = access.status.owner_uid, .sha256 = found.sha256, .verdict = FileVerdict::malicious,
                .reason = {}, .matches = verdict.matches, .content = parts_.content()};
  if (const auto told = parts_.report({parts_.clock.now(), std::move(seen)}); !told) {
    log_error("guard.not_told", {{"error", told.error().what()}});
  }
}

void AccessWatch::tell(const Event& event) {
  const bool denied = event.kind == Event::Kind::denied;
  if (!denied && event.access.here && in_roots(event.access.path)) parts_.look_at(event.access.path);
  const auto count = times(event);
  if (!count) return;
  AccessSeen seen{.answer = denied ? AccessSeen::Answer::denied : AccessSeen::Answer::late,
                  .exec = event.access.exec,
                  .path = path_text(event.access.path),
                  .sha256 = {},
                  .matches = {},
                  .program = path_text(event.access.program),
                  .pid = event.access.pid,
                  .uid = event.access.uid,
                  .times = *count};
  if (denied) {
    const std::lock_guard lock(mutex_);
    const auto found = found_.find(key_of(event.access.status));
    if (found != found_.end()) {
      seen.sha256 = found->second.sha256;
      seen.matches = found->second.matches;
    }
  }
  log_warning(denied ? "guard.denied" : "guard.late", {{"path", seen.path}, {"program", seen.program}});
  if (const auto told = parts_.report({parts_.clock.now(), std::move(seen)}); !told) {
    log_error("guard.not_told", {{"error", told.error().what()}});
  }
}

// How often, with those that were not told; none if this one is not told either.
std::optional<std::uint64_t> AccessWatch::times(const Event& event) {
  if (event.kind != Event::Kind::denied) {
    ++late_untold_;
    if (!may_tell_late()) return std::nullopt;
    return std::exchange(late_untold_, 0);
  }
  const Duration now = parts_.clock.monotonic();
  if (told_.size() >= kMaxTold && !told_.contains(event.access.path)) told_.clear();
  const auto [place, is_new] = told_.try_emplace(event.access.path, Told{now});
  if (!is_new && now.ms - place->second.at.ms < kTellAgainAfter.ms) {
    ++place->second.untold;
    return std::nullopt;
  }
  place->second.at = now;
  return std::exchange(place->second.untold, 0) + 1;
}

bool AccessWatch::may_tell_late() {
  const Duration now = parts_.clock.monotonic();
  if (now.ms - late_hour_.ms >= hours(1).ms) {
    late_hour_ = now;
    late_told_ = 0;
  }
  if (late_told_ >= policy_.late_told_per_hour) return false;
  ++late_told_;
  return true;
}

void AccessWatch::aside() {
  memory_.look_at_table();
  const bool halted = halted_until() || spared_until();
  if (halted && !halt_told_) log_error("guard.halted", {{"files", static_cast<std::int64_t>(policy_.files_per_hour)}});
  halt_told_ = halted;
}

}  // namespace khien::agent
