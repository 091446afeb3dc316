#include "linux/folder_entries.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace khien::probe {
namespace {

constexpr std::size_t kPieceBytes = 32u << 10;

// As getdents64(2) lays it out; glibc has no name for it.
struct KernelEntry {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  std::uint8_t type;
};
constexpr std::size_t kNameAt = 19;  // right behind `type`

FolderEntries::Entry entry_at(const std::byte* at, std::size_t& length) {
  KernelEntry raw;
  std::memcpy(&raw, at, kNameAt);
  length = raw.length;
  return {.name = reinterpret_cast<const char*>(at + kNameAt), .inode = raw.inode, .type = raw.type};
}

FileStatus::Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileStatus::Kind::regular;
  if (S_ISDIR(mode)) return FileStatus::Kind::directory;
  if (S_ISLNK(mode)) return FileStatus::Kind::symlink;
  return FileStatus::Kind::other;
}

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Result<void> FolderEntries::each(const DirFd& folder, std::vector<std::byte>& memory,
                                 const std::function<Result<void>(const Entry&)>& visit) {
  memory.resize(kPieceBytes);
  std::vector<Entry> piece;
  for (;;) {
    const long got = syscall(SYS_getdents64, folder.fd().get(), memory.data(), memory.size());
    if (got < 0) return system_error("read folder", errno);
    if (got == 0) return {};
    piece.clear();
    for (std::size_t at = 0, length = 0; at < static_cast<std::size_t>(got); at += length) {
      const Entry entry = entry_at(memory.data() + at, length);
      if (entry.name != "." && entry.name != "..") piece.push_back(entry);
    }
    std::ranges::sort(piece, {}, &Entry::inode);
    for (const Entry& entry : piece) TRY_VOID(visit(entry));
  }
}

Result<FileStatus> status_in(const DirFd& folder, const char* name) {
  struct stat raw {};
  if (fstatat(folder.fd().get(), name, &raw, AT_SYMLINK_NOFOLLOW) != 0) return system_error("stat", errno);
  FileStatus status;
  status.kind = kind_of(raw.st_mode);
  status.device = raw.st_dev;
  status.inode = raw.st_ino;
  status.links = raw.st_nlink;
  status.size = static_cast<std::uint64_t>(raw.st_size);
  status.mtime_ns = nanoseconds(raw.st_mtim);
  status.ctime_ns = nanoseconds(raw.st_ctim);
  status.owner_uid = raw.st_uid;
  status.mode = raw.st_mode & 07777;
  return status;
}

}  // namespace khien::probe
