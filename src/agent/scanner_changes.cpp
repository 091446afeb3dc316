// What the scanner does with one file.
#include <utility>

#include "khien/core/log.hpp"

#include "file_hash.hpp"
#include "scanner.hpp"

namespace khien::agent {
namespace {

bool same_content(const FileStatus& a, const FileStatus& b) {
  return a.size == b.size && a.mtime_ns == b.mtime_ns && a.ctime_ns == b.ctime_ns;
}

// Nothing to learn from a second look at the same bytes.
bool worth_keeping(const scan::Verdict& verdict) {
  return verdict.verdict == FileVerdict::clean || verdict.verdict == FileVerdict::not_scanned;
}

FileSeen seen(const std::string& path, const FileStatus& status) {
  FileSeen file;
  file.path = path_text(path);
  file.size = status.size;
  file.mtime_ns = status.mtime_ns;
  file.owner_uid = status.owner_uid;
  return file;
}

}  // namespace

// Of a file that did not change no descriptor is made: its status was read in the
// folder that is held, and what happens to it a moment later would be as late for
// an open one.
Result<Scanner::Look> Scanner::look(const probe::FileWalker::Entry& entry, Why why) {
  if (entry.status.kind == FileStatus::Kind::regular && nothing_to_tell(entry.status)) {
    TRY_VOID(take_known(entry.path, entry.status));
    return Look::skipped;
  }
  return look(entry.path, *entry.folder, entry.name, why);
}

bool Scanner::nothing_to_tell(const FileStatus& status) {
  const auto known = parts_.cache.known().find(status);
  return known && (known->content == parts_.judge.content() || known->content == label());
}

// Moved here, or linked: this path was not clean, this file is.
Result<void> Scanner::take_known(const std::string& path, const FileStatus& status) {
  const auto* flagged = parts_.cache.find_flagged(path);
  if (flagged == nullptr || flagged->verdict == FileVerdict::not_scanned) return {};
  return take_clean(path, status, nullptr);
}

Result<Scanner::Look> Scanner::look(const std::string& path, const DirFd& folder, const std::string& name, Why why) {
  auto file = folder.open_file(name);
  if (!file) {
    if (file.error().code() == Code::not_found) return Look::vanished;
    if (why == Why::change || file.error().code() != Code::denied) return Look::skipped;
    scan::Verdict unreadable;
    unreadable.verdict = FileVerdict::not_scanned;
    unreadable.reason = "unreadable";
    TRY_VOID(take_flagged(path, FileStatus{}, unreadable, why, parts_.judge.content()));
    return Look::skipped;
  }
  TRY(const FileStatus status, status_of(*file));
  if (status.kind != FileStatus::Kind::regular) return Look::skipped;
  if (why == Why::change) return look_again(path, *file, status);
  if (!nothing_to_tell(status)) {
    return shares(status, why) ? let_wait(path, std::move(*file), status) : judge(path, *file, status, why);
  }
  TRY_VOID(take_known(path, status));
  return Look::skipped;
}

// Somebody wrote it, or could have: pages that are written through a mapping may
// leave all times as they were.
Result<Scanner::Look> Scanner::look_again(const std::string& path, const Fd& file, const FileStatus& status) {
  const bool known = nothing_to_tell(status);
  const auto before = parts_.cache.known().find(status);
  const auto own = hash_of(file, status, buffer_);
  // Too large to be hashed for each word of it; its times are all there is.
  const bool same = status.size > kMaxHashedBytes || (own && before && before->sha256 == *own);
  if (known && same) {
    TRY_VOID(take_known(path, status));
    return Look::skipped;
  }
  if (own && before && !same) parts_.cache.known().forget(status);
  return judge(path, file, status, Why::change, own);
}

Result<Scanner::Look> Scanner::judge(const std::string& path, const Fd& file, const FileStatus& status, Why why,
                                     std::optional<Sha256> own) {
  const std::uint64_t content = parts_.judge.content();
  if (!own) own = hash_of(file, status, buffer_);
  auto answer = parts_.judge.judge(file, status, own);
  if (!answer) return std::move(answer).error().within("judge");
  ++counts_.judged;
  ++judged_in_scan_;
  const scan::Verdict& verdict = answer->verdict;
  const bool clean = verdict.verdict == FileVerdict::clean;
  const auto after = status_of(file);
  // Both before and after: what changed while it was read, or rules that changed
  // meanwhile, leave a verdict of nothing in particular.
  const bool same_rules = parts_.judge.content() == content;
  const bool same_hash = own ? !verdict.hashed() || verdict.sha256 == *own : !clean;
  const bool same_bytes = after && same_content(status, *after) && same_hash;
  const bool sound = answer->complete && same_rules && same_bytes;
  if (!clean) {
    TRY_VOID(take_flagged(path, status, verdict, why, same_rules ? content : 0));
  } else if (sound) {
    TRY_VOID(take_clean(path, status, &*own));
  }
  if (sound && worth_keeping(verdict)) learn(file, status, {.content = content, .sha256 = own.value_or(Sha256{})});
  if (sound && clean && parts_.shared != nullptr && KnownFiles::settled(status, parts_.clock.now()) && parts_.keeps_times(file)) {
    parts_.shared->judged_clean(content, *own);
  }
  return Look::scanned;
}

void Scanner::learn(const Fd& file, const FileStatus& status, const KnownFiles::Known& known) {
  if (parts_.keeps_times(file)) parts_.cache.known().learn(status, known, parts_.clock.now());
}

// Reported first, forgotten after: a crash between the two tells it twice.
Result<void> Scanner::take_clean(const std::string& path, const FileStatus& status, const Sha256* sha256) {
  if (parts_.cache.find_flagged(path) == nullptr) return {};
  FileSeen file = seen(path, status);
  file.verdict = FileVerdict::clean;
  if (sha256 != nullptr) file.sha256 = *sha256;
  TRY_VOID(report(std::move(file)));
  return parts_.cache.unflag(path);
}

Result<void> Scanner::take_flagged(const std::string& path, const FileStatus& status, const scan::Verdict& verdict,
                                   Why why, std::uint64_t content) {
  const bool not_scanned = verdict.verdict == FileVerdict::not_scanned;
  const VerdictCache::Flagged now{status, content, verdict.verdict};
  if (why == Why::change && parts_.cache.reported(path, now)) return {};
  // Once a path: a log that is too large grows all day.
  const auto* before = parts_.cache.find_flagged(path);
  if (not_scanned && before != nullptr && before->verdict == FileVerdict::not_scanned) return {};
  if (not_scanned && why == Why::full_scan && ++not_scanned_ > kMaxNotScanned) return {};

  FileSeen file = seen(path, status);
  if (verdict.sha256 != Sha256{}) file.sha256 = verdict.sha256;
  file.verdict = verdict.verdict;
  file.reason = verdict.reason;
  file.matches = verdict.matches;
  file.content = now.content;
  if (!not_scanned) log_warning("agent.found", {{"path", file.path}, {"verdict", to_string(file.verdict)}});
  TRY_VOID(report(std::move(file)));
  TRY(const bool kept, parts_.cache.flag(path, now));
  if (!kept) log_warning("agent.too_many_flagged", {{"path", path_text(path)}});
  if (parts_.found && !not_scanned) return parts_.found(path, verdict);
  return {};
}

Result<void> Scanner::look_at_change(const std::string& path) {
  const std::string* root = root_of(path);
  if (root == nullptr || path.size() <= root->size()) return {};
  const auto folder = DirFd::open(*root);
  if (!folder) return {};
  const std::string relative = path.substr(*root == "/" ? 1 : root->size() + 1);
  // A whole folder that was moved in comes as one change. Walked is what was
  // opened: `path` may lead elsewhere by now.
  if (auto moved = folder->open_folder(relative)) return walk(std::move(*moved), path, Why::change);
  TRY(const Look seen, look(path, *folder, relative, Why::change));
  return seen == Look::vanished ? sweep_flagged(path) : Result<void>();
}

// Tells of reported paths that are gone: `below` itself, for it was a file, and
// all below it, for it may have been a folder.
Result<void> Scanner::sweep_flagged(std::string_view below) {
  std::vector<std::string> gone;
  const auto& flagged = parts_.cache.flagged();
  for (auto path = flagged.lower_bound(below); path != flagged.end(); ++path) {
    if (!path->first.starts_with(below)) break;
    if (!is_below(path->first, below)) continue;  // "/a.txt" lies between "/a" and "/a/b"
    const std::string* root = root_of(path->first);
    if (root == nullptr || path->first.size() <= root->size()) continue;
    const auto folder = DirFd::open(*root);
    if (!folder) continue;
    const auto file = folder->open_file(path->first.substr(*root == "/" ? 1 : root->size() + 1));
    if (!file && file.error().code() == Code::not_found) gone.push_back(path->first);
  }
  for (const std::string& path : gone) {
    TRY_VOID(report(FileGone{path_text(path)}));
    TRY_VOID(parts_.cache.unflag(path));
  }
  return {};
}

}  // namespace khien::agent
