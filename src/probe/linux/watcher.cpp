#include "linux/watcher.hpp"

#include <algorithm>
#include <cstdlib>

#include "khien/core/log.hpp"

namespace khien::probe {
namespace {

struct CFree {
  void operator()(char* text) const { std::free(text); }
};

}  // namespace

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Result<std::vector<std::string>> usable_roots(const std::vector<std::string>& roots) {
  std::vector<std::string> real;
  for (const std::string& root : roots) {
    const std::unique_ptr<char, CFree> resolved(realpath(root.c_str(), nullptr));
    if (resolved && DirFd::open(resolved.get())) real.emplace_back(resolved.get());
  }
  std::ranges::sort(real);
  std::vector<std::string> top;  // sorted: a folder comes before what is below it
  for (std::string& root : real) {
    const bool covered = std::ranges::any_of(top, [&](const std::string& above) { return is_below(root, above); });
    if (!covered) top.push_back(std::move(root));
  }
  if (top.empty()) return Error(Code::not_found, "watch: none of the folders exists");
  return top;
}

void ChangeQueue::add(FileWatcher::Change::Kind kind, std::string path) {
  if (changes_.size() >= kMaxChanges && !changes_.contains(path)) return lose();
  changes_.insert_or_assign(std::move(path), kind);
}

void ChangeQueue::add_tree(DirFd folder, const std::string& path) {
  const auto visit = [&](const FileWalker::Entry& entry) -> Result<void> {
    if (changes_.size() >= kMaxChanges) return Error(Code::exhausted, "watch: too many files at once");
    add(FileWatcher::Change::Kind::written, entry.path);
    return {};
  };
  const auto walked = make_file_walker()->walk(std::move(folder), path, visit);
  // Gone again already is no loss.
  if (!walked && walked.error().code() == Code::exhausted) lose();
}

std::vector<FileWatcher::Change> ChangeQueue::take(std::size_t limit) {
  std::vector<FileWatcher::Change> taken;
  while (!changes_.empty() && taken.size() < limit) {
    auto first = changes_.extract(changes_.begin());
    taken.push_back({first.mapped(), std::move(first.key())});
  }
  return taken;
}

Result<std::unique_ptr<FileWatcher>> make_file_watcher(const std::vector<std::string>& roots) {
  auto watcher = make_fanotify_watcher(roots);
  if (watcher || watcher.error().code() == Code::not_found) return watcher;
  log_info("watch.fanotify_absent", {{"error", watcher.error().what()}});
  return make_inotify_watcher(roots);
}

}  // namespace khien::probe
