#include "khien/core/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace khien {

Result<FileLock> FileLock::take(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return system_error("open " + path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(fd));
  if (errno == EWOULDBLOCK) return Error(Code::conflict, path + " is held by another process");
  return system_error("lock " + path, errno);
}

}  // namespace khien
