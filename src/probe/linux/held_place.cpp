#include "linux/held_place.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "khien/core/assert.hpp"

namespace khien::probe {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

int open_within(int folder, const char* relative, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  // EAGAIN: somebody renamed on the way and the kernel could not prove that the
  // result lies beneath.
  for (int attempt = 0;; ++attempt) {
    const long fd = syscall(SYS_openat2, folder, relative, &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    if (errno != EINTR && (errno != EAGAIN || attempt == 8)) return -1;
  }
}

HeldPlace::Opened refused(int error) { return {refusal_of(error), strerror(error)}; }

bool is_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos && name.find('\0') == name.npos;
}

}  // namespace

Inode inode_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

Refusal refusal_of(int error_number) {
  switch (error_number) {
    case ENOENT: return Refusal::gone;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
    case ENXIO: return Refusal::not_regular;
    case EXDEV: return Refusal::other_mount;
    case EBUSY: return Refusal::other_mount;
    case EPERM: return Refusal::immutable;
    case EROFS: return Refusal::read_only;
    case EACCES: return Refusal::unreadable;
    case EAGAIN: return Refusal::changed;
    default: return Refusal::failed;
  }
}

HeldPlace::Opened HeldPlace::open(const std::string& root, const std::string& relative) {
  const Fd top(::open(root.c_str(), kFolder));
  if (!top) return refused(errno);
  Fd folder(open_within(top.get(), relative.empty() ? "." : relative.c_str(), kFolder));
  if (!folder) return refused(errno);
  if (::fstat(folder.get(), &status_) != 0) return refused(errno);
  folder_ = std::move(folder);
  return {};
}

bool HeldPlace::users_may_write() const { return status_.st_uid != 0 || (status_.st_mode & 022) != 0; }

Fd HeldPlace::open_name(const std::string& name, int flags) const {
  khien_assert(is_name(name));
  return Fd(open_within(folder_.get(), name.c_str(), flags | O_NOFOLLOW));
}

bool HeldPlace::status_of(const std::string& name, struct stat& status) const {
  const Fd named = open_name(name, O_PATH);
  return named && ::fstat(named.get(), &status) == 0;
}

HeldPlace::Move HeldPlace::move_aside(const std::string& name, const std::string& aside, const Inode& wanted) const {
  khien_assert(is_name(name) && is_name(aside));
  struct stat status {};
  if (!status_of(name, status)) return errno == ENOENT ? Move::gone : Move::failed;
  if (inode_of(status) != wanted) return Move::other;
  const int folder = folder_.get();
  if (::renameat2(folder, name.c_str(), folder, aside.c_str(), RENAME_NOREPLACE) != 0) {
    return errno == ENOENT ? Move::gone : Move::failed;
  }
  if (status_of(aside, status) && inode_of(status) == wanted) return Move::moved;
  // Somebody put another thing under the name in between. It is his.
  if (::renameat2(folder, aside.c_str(), folder, name.c_str(), RENAME_NOREPLACE) != 0) return Move::other;
  return Move::other;
}

HeldPlace::Move HeldPlace::remove(const std::string& name, const Inode& wanted) const {
  struct stat status {};
  if (!status_of(name, status)) return errno == ENOENT ? Move::gone : Move::failed;
  if (inode_of(status) != wanted) return Move::other;
  if (::unlinkat(folder_.get(), name.c_str(), 0) != 0) return errno == ENOENT ? Move::gone : Move::failed;
  return Move::moved;
}

bool HeldPlace::sync() const { return ::fsync(folder_.get()) == 0; }

}  // namespace khien::probe
