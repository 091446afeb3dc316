#include "linux/access_queue.hpp"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace khien::probe {
namespace {

constexpr int kMostReadsAtEnd = 10'000;
constexpr std::size_t kBufferBytes = 64 * sizeof(fanotify_event_metadata);

// By statfs(2): NFS, SMB, SMB2, CIFS, FUSE, 9P, Ceph, AFS, Coda.
bool answers_from_elsewhere(const struct statfs& status) {
  constexpr std::array<std::uint32_t, 9> kElsewhere{0x6969,     0x517b,     0xfe534d42, 0xff534d42, 0x65735546,
                                                    0x01021997, 0x00c36400, 0x5346414f, 0x73757245};
  return std::ranges::find(kElsewhere, static_cast<std::uint32_t>(status.f_type)) != kElsewhere.end();
}

}  // namespace

Result<AccessQueue> AccessQueue::open(bool opens) {
  Fd queue(fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY | O_LARGEFILE | O_CLOEXEC));
  if (!queue) return system_error("fanotify with permissions", errno);
  return AccessQueue(std::move(queue), opens);
}

Result<void> AccessQueue::mark(const std::string& folder) {
  struct statfs status {};
  if (statfs(folder.c_str(), &status) != 0) return system_error("statfs " + folder, errno);
  if (answers_from_elsewhere(status)) return Error(Code::unavailable, folder + " is not on a disk of this machine");
  const std::uint64_t mask = FAN_OPEN_EXEC_PERM | (opens_ ? FAN_OPEN_PERM : 0);
  if (fanotify_mark(queue_.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, folder.c_str()) != 0) {
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
