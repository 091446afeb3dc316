#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "khien/core/file.hpp"
#include "linux/watcher.hpp"

namespace khien::probe {
namespace {

constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE |
                                  IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr std::size_t kBufferBytes = 64u << 10;
constexpr int kMaxReads = 64;
constexpr int kMaxDepth = 200;

// One watch a folder: the kernel knows no trees.
class InotifyWatcher final : public FileWatcher {
 public:
  explicit InotifyWatcher(Fd queue) : queue_(std::move(queue)) {}

  void add_root(const std::string& root) {
    auto folder = DirFd::open(root);
    if (!folder) return;
    watch_tree(*folder, root, 0);
    roots_.emplace_back(root, std::move(*folder));
  }

  Result<std::vector<Change>> wait(Duration timeout, std::size_t limit) override {
    if (changes_.empty()) {
      pollfd wanted{.fd = queue_.get(), .events = POLLIN, .revents = 0};
      if (poll(&wanted, 1, static_cast<int>(timeout.ms)) < 0 && errno != EINTR) return system_error("poll", errno);
    }
    TRY_VOID(read_all());
    return changes_.take(limit);
  }

  bool lost_events() override { return changes_.take_lost(); }

  std::string describe() const override {
    std::string text = "inotify on " + std::to_string(paths_.size()) + " folders below " + std::to_string(roots_.size());
    if (unwatched_ > 0) text += ", " + std::to_string(unwatched_) + " beyond the kernel's limit";
    return text + "; a folder's first moments may be missed and are scanned again";
  }

 private:
  void watch_tree(const DirFd& folder, const std::string& path, int depth) {
    if (depth > kMaxDepth) return;
    // The watch first, the names afterwards: what comes in between is seen twice
    // rather than never.
    if (!watch(folder, path)) return;
    (void)folder.each_name([&](std::string_view name, FileStatus::Kind kind) -> Result<void> {
      if (kind != FileStatus::Kind::directory) return {};
      const auto below = folder.open_folder(std::string(name));
      if (below) watch_tree(*below, join(path, name), depth + 1);
      return {};
    });
  }

  // Watches the folder that is open, whatever its path leads to by now.
  bool watch(const DirFd& folder, const std::string& path) {
    const std::string open = "/proc/self/fd/" + std::to_string(folder.fd().get());
    const int number = inotify_add_watch(queue_.get(), open.c_str(), kEvents);
    if (number < 0) {
      if (errno != ENOSPC) return false;  // gone again, or not ours to read
      ++unwatched_;
      changes_.lose();
      return false;
    }
    paths_[number] = path;
    return true;
  }

  // A folder went away with all below: its watches would speak of wrong paths.
  void forget_tree(const std::string& path) {
    for (auto at = paths_.begin(); at != paths_.end();) {
      if (is_below(at->second, path)) {
        inotify_rm_watch(queue_.get(), at->first);
        at = paths_.erase(at);
      } else {
        ++at;
      }
    }
  }

  static std::string join(const std::string& folder, std::string_view name) {
    std::string path = folder == "/" ? folder : folder + "/";
    return path.append(name);
  }

  Result<void> read_all() {
    alignas(inotify_event) std::array<char, kBufferBytes> buffer;
    // Bounded: whoever writes faster than we read must not keep us here.
    for (int reads = 0; reads < kMaxReads; ++reads) {
      const ssize_t got = ::read(queue_.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return {};
      if (got < 0) return system_error("inotify: read", errno);
      for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
        inotify_event event;
        std::memcpy(&event, buffer.data() + at, sizeof event);
        handle(event, event.len == 0 ? "" : buffer.data() + at + sizeof event);
        at += sizeof event + event.len;
      }
    }
    return {};
  }

  void handle(const inotify_event& event, const char* name) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return changes_.lose();
    if ((event.mask & IN_IGNORED) != 0) {
      paths_.erase(event.wd);
      return;
    }
    const auto folder = paths_.find(event.wd);
    if (folder == paths_.end() || *name == '\0') return;
    const std::string path = join(folder->second, name);
    if ((event.mask & IN_ISDIR) != 0) {
      handle_folder(event.mask, path);
    } else {
      handle_file(event.mask, path);
    }
  }

  void handle_folder(std::uint32_t mask, const std::string& path) {
    if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0) {
      forget_tree(path);
      changes_.add(Change::Kind::gone, path);
    }
    if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
      auto folder = open_below_root(path);
      if (!folder) return;
      watch_tree(*folder, path, 0);
      changes_.add_tree(std::move(*folder), path);  // files may have come before the watch
    }
  }

  // No root lies below another, so that only one fits.
  Result<DirFd> open_below_root(const std::string& path) const {
    for (const auto& [root, folder] : roots_) {
      if (path.size() <= root.size() || !is_below(path, root)) continue;
      return folder.open_folder(path.substr(root == "/" ? 1 : root.size() + 1));
    }
    return Error(Code::not_found, "below no root");
  }

  void handle_file(std::uint32_t mask, const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
      if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) changes_.add(Change::Kind::gone, path);
      return;
    }
    if (!S_ISREG(status.st_mode)) return;
    const bool written = (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0;
    const bool linked = (mask & IN_CREATE) != 0 && (status.st_nlink > 1 || status.st_size > 0);
    if (written || linked) changes_.add(Change::Kind::written, path);
  }

  Fd queue_;
  std::vector<std::pair<std::string, DirFd>> roots_;
  std::map<int, std::string> paths_;  // by watch
  std::uint64_t unwatched_ = 0;
  ChangeQueue changes_;
};

}  // namespace

Result<std::unique_ptr<FileWatcher>> make_inotify_watcher(const std::vector<std::string>& roots) {
  TRY(const auto usable, usable_roots(roots));
  Fd queue(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!queue) return system_error("inotify", errno);
  auto watcher = std::make_unique<InotifyWatcher>(std::move(queue));
  for (const std::string& root : usable) watcher->add_root(root);
  return std::unique_ptr<FileWatcher>(std::move(watcher));
}

}  // namespace khien::probe
