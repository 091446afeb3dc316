#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "khien/probe/endpoint.hpp"

namespace khien::probe {

// Both see everything below the roots that exist. Code::denied or unavailable
// where the kernel does not let us.
Result<std::unique_ptr<FileWatcher>> make_fanotify_watcher(const std::vector<std::string>& roots);
Result<std::unique_ptr<FileWatcher>> make_inotify_watcher(const std::vector<std::string>& roots);

// The roots that are folders, with every link in them resolved, none below
// another. Code::not_found if there is none.
Result<std::vector<std::string>> usable_roots(const std::vector<std::string>& roots);

// Is `path` the folder or below it?
bool is_below(std::string_view path, std::string_view folder);

// Changes that wait to be asked for: each path once, with what happened last.
class ChangeQueue {
 public:
  void add(FileWatcher::Change::Kind kind, std::string path);
  // Every regular file below a folder that came with all it holds, called `path`.
  void add_tree(DirFd folder, const std::string& path);
  std::vector<FileWatcher::Change> take(std::size_t limit);
  bool empty() const { return changes_.empty(); }

  void lose() { lost_ = true; }
  bool take_lost() { return std::exchange(lost_, false); }

 private:
  // More than anybody catches up with file by file: a new scan is cheaper.
  static constexpr std::size_t kMaxChanges = 100'000;

  std::map<std::string, FileWatcher::Change::Kind> changes_;
  bool lost_ = false;
};

}  // namespace khien::probe
