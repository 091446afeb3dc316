#include <fcntl.h>
#include <poll.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "khien/core/file.hpp"
#include "linux/folder_entries.hpp"
#include "linux/watcher.hpp"

namespace khien::probe {
namespace {

constexpr std::uint64_t kEvents =
    FAN_CLOSE_WRITE | FAN_CREATE | FAN_MOVED_TO | FAN_MOVED_FROM | FAN_DELETE | FAN_ONDIR;
constexpr std::size_t kBufferBytes = 64u << 10;
constexpr int kMaxReads = 64;

using FsId = std::pair<int, int>;

FsId fs_id(const fsid_t& id) {
  FsId pair;
  static_assert(sizeof id == 2 * sizeof(int));
  std::memcpy(&pair.first, &id, sizeof(int));
  std::memcpy(&pair.second, reinterpret_cast<const char*>(&id) + sizeof(int), sizeof(int));
  return pair;
}

struct Root {
  std::string path;
  Fd fd;  // handles of its mount are opened through it
};

// What an event says: something happened to `name` in the folder of `handle`.
struct Place {
  FsId fs;
  const char* handle = nullptr;  // struct file_handle
  std::string_view name;
};

// The folder's handle and the name behind an event's fixed part, or none. `bytes`: all of the event.
Place place_of(const fanotify_event_metadata& event, std::string_view bytes) {
  Place place;
  if (event.metadata_len > bytes.size()) return place;
  const char* at = bytes.data() + event.metadata_len;
  const char* end = bytes.data() + bytes.size();
  while (static_cast<std::size_t>(end - at) >= sizeof(fanotify_event_info_fid)) {
    fanotify_event_info_fid info;
    std::memcpy(&info, at, sizeof info);
    if (info.hdr.len < sizeof info || at + info.hdr.len > end) break;
    if (info.hdr.info_type == FAN_EVENT_INFO_TYPE_DFID_NAME) {
      place.fs = {info.fsid.val[0], info.fsid.val[1]};
      place.handle = at + sizeof info;
      unsigned int handle_bytes = 0;
      std::memcpy(&handle_bytes, place.handle, sizeof handle_bytes);
      const char* name = place.handle + sizeof(struct file_handle) + handle_bytes;
      if (name < at + info.hdr.len) place.name = std::string_view(name, strnlen(name, static_cast<std::size_t>(at + info.hdr.len - name)));
      break;
    }
    at += info.hdr.len;
  }
  return place;
}

// The path of an open folder as this process sees it; empty if it has none. The
// kernel marks removed ones with " (deleted)", but so may anybody name a folder.
std::string path_of(const Fd& folder) {
  struct stat status {};
  if (fstat(folder.get(), &status) != 0 || status.st_nlink == 0) return {};
  std::array<char, 4096> buffer;
  const std::string link = "/proc/self/fd/" + std::to_string(folder.get());
  const ssize_t got = readlink(link.c_str(), buffer.data(), buffer.size());
  if (got <= 0 || static_cast<std::size_t>(got) == buffer.size() || buffer[0] != '/') return {};
  return std::string(buffer.data(), static_cast<std::size_t>(got));
}

// Events name folders by handle. Without the right to open handles every event
// would be lost without a word.
Result<void> check_handles(const Fd& folder, const std::string& root) {
  alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> memory{};
  auto* handle = reinterpret_cast<file_handle*>(memory.data());
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  if (name_to_handle_at(folder.get(), "", handle, &mount, AT_EMPTY_PATH) != 0) {
    return system_error("fanotify: handle of " + root, errno);
  }
  const Fd again(open_by_handle_at(folder.get(), handle, O_PATH | O_CLOEXEC));
  if (!again) return system_error("fanotify: open handle of " + root, errno);
  return {};
}

class FanotifyWatcher final : public FileWatcher {
 public:
  explicit FanotifyWatcher(Fd queue) : queue_(std::move(queue)) {}

  Result<void> add(const std::string& root) {
    Fd fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return system_error("open " + root, errno);
    TRY_VOID(check_handles(fd, root));
    struct statfs status {};
    if (fstatfs(fd.get(), &status) != 0) return system_error("statfs " + root, errno);
    if (fanotify_mark(queue_.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, kEvents, fd.get(), nullptr) != 0) {
      return system_error("fanotify: mark " + root, errno);
    }
    roots_[fs_id(status.f_fsid)].push_back({root, std::move(fd)});
    return {};
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
    return "fanotify on " + std::to_string(roots_.size()) +
           " file systems; does not see changes made by other machines on network file systems";
  }

 private:
  Result<void> read_all() {
    std::array<char, kBufferBytes> buffer;
    // Bounded: whoever writes faster than we read must not keep us here.
    for (int reads = 0; reads < kMaxReads; ++reads) {
      const ssize_t got = ::read(queue_.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return {};
      if (got < 0) return system_error("fanotify: read", errno);
      take_events({buffer.data(), static_cast<std::size_t>(got)});
    }
    return {};
  }

  // Copied, for the kernel puts an event behind a name at any multiple of four.
  void take_events(std::string_view bytes) {
    fanotify_event_metadata event;
    while (bytes.size() >= sizeof event) {
      std::memcpy(&event, bytes.data(), sizeof event);
      if (event.event_len < sizeof event || event.event_len > bytes.size()) return changes_.lose();
      handle(event, bytes.substr(0, event.event_len));
      bytes.remove_prefix(event.event_len);
    }
  }

  void handle(const fanotify_event_metadata& event, std::string_view bytes) {
    if (event.vers != FANOTIFY_METADATA_VERSION || (event.mask & FAN_Q_OVERFLOW) != 0) return changes_.lose();
    const Place place = place_of(event, bytes);
    if (place.handle == nullptr || place.name.empty() || place.name == ".") return;
    const auto roots = roots_.find(place.fs);
    if (roots == roots_.end()) return;
    for (const Root& root : roots->second) {
      if (look_from(root, place, event.mask)) return;
    }
  }

  // True if the event lies below `root`. The same folder may be reachable
  // through another root's mount only.
  bool look_from(const Root& root, const Place& place, std::uint64_t mask) {
    alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> handle;
    unsigned int handle_bytes = 0;
    std::memcpy(&handle_bytes, place.handle, sizeof handle_bytes);
    if (handle_bytes > MAX_HANDLE_SZ) return false;
    std::memcpy(handle.data(), place.handle, sizeof(file_handle) + handle_bytes);
    const auto folder = DirFd::of(Fd(open_by_handle_at(
        root.fd.get(), reinterpret_cast<file_handle*>(handle.data()), O_PATH | O_CLOEXEC)));
    if (!folder) return false;  // gone itself by now: its own event tells
    const std::string path = path_of(folder->fd());
    if (path.empty() || !is_below(path, root.path)) return false;
    note(*folder, path, std::string(place.name), mask);
    return true;
  }

  // One event may carry several things that happened, in no order: what there is
  // now is the truth.
  void note(const DirFd& folder, const std::string& path, const std::string& name, std::uint64_t mask) {
    std::string full = path == "/" ? "/" + name : path + "/" + name;
    struct stat status {};
    if (fstatat(folder.fd().get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if ((mask & (FAN_DELETE | FAN_MOVED_FROM)) != 0) changes_.add(Change::Kind::gone, std::move(full));
      return;
    }
    if (S_ISDIR(status.st_mode)) {
      // A folder made here is empty, and what is put into it has its own events.
      if ((mask & FAN_ONDIR) == 0 || (mask & FAN_MOVED_TO) == 0) return;
      if (auto moved = folder.open_folder(name)) changes_.add_tree(std::move(*moved), full);
      return;
    }
    if (!S_ISREG(status.st_mode)) return;
    // A file that is being made is told of when it is closed; a new name for an
    // old file (link, or O_TMPFILE and linkat) is told of by this event alone.
    const bool written = (mask & (FAN_CLOSE_WRITE | FAN_MOVED_TO)) != 0;
    const bool linked = (mask & FAN_CREATE) != 0 && (status.st_nlink > 1 || status.st_size > 0);
    if (written || linked) changes_.add(Change::Kind::written, std::move(full));
  }

  Fd queue_;
  std::map<FsId, std::vector<Root>> roots_;
  ChangeQueue changes_;
};

}  // namespace

Result<std::unique_ptr<FileWatcher>> make_fanotify_watcher(const std::vector<std::string>& roots) {
  TRY(const auto usable, usable_roots(roots));
  Fd queue(fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_DFID_NAME | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY));
  if (!queue) return system_error("fanotify", errno);
  auto watcher = std::make_unique<FanotifyWatcher>(std::move(queue));
  for (const std::string& root : usable) TRY_VOID(watcher->add(root));
  return std::unique_ptr<FileWatcher>(std::move(watcher));
}

}  // namespace khien::probe
