#include "linux/access_queue.hpp"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "linux/file_systems.hpp"

namespace khien::probe {
namespace {

constexpr int kMostReadsAtEnd = 10'000;
constexpr std::size_t kBufferBytes = 64 * sizeof(fanotify_event_metadata);

// By their names in the table of mounts; of fuse there are as many as programs.
bool answers_from_elsewhere(std::string_view file_system) {
  constexpr std::array<std::string_view, 11> kElsewhere{"nfs",  "nfs4", "cifs",  "smb3",     "smbfs",    "9p",
                                                        "ceph", "afs",  "coda",  "virtiofs", "glusterfs"};
  return file_system.starts_with("fuse") || std::ranges::find(kElsewhere, file_system) != kElsewhere.end();
}

// Not statfs(2): that asks the server, and waits for it. Empty if the kernel's table
// does not say.
std::string file_system_of(const Fd& place) {
  struct statx status {};
  const int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  if (statx(place.get(), "", flags, STATX_MNT_ID, &status) != 0 || (status.stx_mask & STATX_MNT_ID) == 0) return {};
  const MountNames names = mount_names();
  const auto found = names.find(status.stx_mnt_id);
  return found == names.end() ? std::string() : found->second;
}

}  // namespace

Result<AccessQueue> AccessQueue::open(bool opens) {
  // The kernel opens each file for us as we read. Without O_NONBLOCK it would wait there
  // for whoever holds a lease on it (fcntl(2)), which the owner of a file may take:
  // 45 seconds, for all others as well. So the kernel refuses that one file.
  Fd queue(fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK,
                         O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NONBLOCK));
  if (!queue) return system_error("fanotify with permissions", errno);
  return AccessQueue(std::move(queue), opens);
}

Result<void> AccessQueue::mark(const std::string& folder) {
  const Fd place(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!place) return system_error("fanotify with permissions: " + folder, errno);
  const std::string file_system = file_system_of(place);
  if (file_system.empty()) return Error(Code::unavailable, folder + " is on no mount of ours");
  if (answers_from_elsewhere(file_system)) return Error(Code::unavailable, folder + " is not on a disk of this machine");
  // What was looked at, and not what has its name by now.
  const std::string same = "/proc/self/fd/" + std::to_string(place.get());
  const std::uint64_t mask = FAN_OPEN_EXEC_PERM | (opens_ ? FAN_OPEN_PERM : 0);
  if (fanotify_mark(queue_.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, same.c_str()) != 0) {
    return system_error("fanotify with permissions: mark " + folder, errno);
  }
  return {};
}

Result<std::vector<AccessQueue::Asked>> AccessQueue::read(bool& overflowed) {
  alignas(fanotify_event_metadata) std::array<char, kBufferBytes> buffer;
  std::vector<Asked> all;
  const ssize_t got = ::read(queue_.get(), buffer.data(), buffer.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return all;
  if (got < 0) return system_error("fanotify with permissions: read", errno);
  auto left = static_cast<int>(got);
  const auto* event = reinterpret_cast<const fanotify_event_metadata*>(buffer.data());
  for (; FAN_EVENT_OK(event, left); event = FAN_EVENT_NEXT(event, left)) {
    if (event->vers != FANOTIFY_METADATA_VERSION) return Error(Code::unavailable, "fanotify speaks another version");
    if ((event->mask & FAN_Q_OVERFLOW) != 0) overflowed = true;
    if (event->fd < 0) continue;
    all.push_back({Fd(event->fd), event->pid, (event->mask & FAN_OPEN_EXEC_PERM) != 0});
  }
  return all;
}

void AccessQueue::end() {
  fanotify_mark(queue_.get(), FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, AT_FDCWD, "/");
  for (int reads = 0; reads < kMostReadsAtEnd; ++reads) {
    bool overflowed = false;
    const auto left = read(overflowed);
    if (!left || left->empty()) break;
    for (const Asked& one : *left) answer(one.file.get(), true);
  }
  queue_ = Fd();
}

void AccessQueue::answer(int file, bool allow) const {
  const fanotify_response response{.fd = file, .response = static_cast<std::uint32_t>(allow ? FAN_ALLOW : FAN_DENY)};
  // It fails for a question that is answered already, and for nothing else that
  // could be mended here.
  while (::write(queue_.get(), &response, sizeof response) < 0 && errno == EINTR) {
  }
}

}  // namespace khien::probe
