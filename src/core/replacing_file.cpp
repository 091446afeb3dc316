#include "khien/core/replacing_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "khien/core/assert.hpp"

namespace khien {

Result<std::size_t> read_at(const Fd& fd, std::uint64_t offset, std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got =
        pread(fd.get(), into.data() + filled, into.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

Result<ReplacingFile> ReplacingFile::begin(const std::string& path, mode_t mode) {
  const std::size_t slash = path.rfind('/');
  std::string name = slash == path.npos ? path : path.substr(slash + 1);
  if (name.empty() || path.find('\0') != path.npos) return Error(Code::invalid, "not a file's path");
  const std::string above = slash == path.npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
  Fd folder(::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return system_error("open folder", errno);
  const std::string growing = name + ".new";
  if (unlinkat(folder.get(), growing.c_str(), 0) != 0 && errno != ENOENT) return system_error("remove", errno);
  Fd file(openat(folder.get(), growing.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return system_error("create", errno);
  return ReplacingFile(std::move(folder), std::move(file), std::move(name));
}

ReplacingFile::~ReplacingFile() {
  if (file_) unlinkat(folder_.get(), (name_ + ".new").c_str(), 0);
}

Result<void> ReplacingFile::append(ByteView bytes) {
  khien_assert(file_);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> ReplacingFile::commit() {
  khien_assert(file_);
  const std::string growing = name_ + ".new";
  if (fsync(file_.get()) != 0) return system_error("sync", errno);
  if (renameat(folder_.get(), growing.c_str(), folder_.get(), name_.c_str()) != 0) return system_error("rename", errno);
  // Network file systems report some write errors only here.
  if (::close(file_.release()) != 0) return system_error("close", errno);
  // Without this a crash may undo the rename.
  if (fsync(folder_.get()) != 0) return system_error("sync folder", errno);
  return {};
}

}  // namespace khien
