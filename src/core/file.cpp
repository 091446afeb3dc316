#include "khien/core/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <memory>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/random.hpp"

namespace khien {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// Opening a FIFO must not wait for its writer, nor a terminal become ours.
constexpr int kFileFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

FileStatus::Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileStatus::Kind::regular;
  if (S_ISDIR(mode)) return FileStatus::Kind::directory;
  if (S_ISLNK(mode)) return FileStatus::Kind::symlink;
  return FileStatus::Kind::other;
}

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// What the kernel would cut at the zero is not the name that was asked for.
bool has_zero(std::string_view path) { return path.find('\0') != path.npos; }

bool has_parent_step(std::string_view path) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (path.substr(0, slash) == "..") return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

Result<void> check_relative(std::string_view relative) {
  if (relative.empty() || has_zero(relative)) return Error(Code::invalid, "not a path");
  if (relative.starts_with('/')) return Error(Code::denied, "path is absolute");
  if (has_parent_step(relative)) return Error(Code::denied, "path contains '..'");
  return {};
}

int open_beneath(int folder, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: somebody renamed on the way, and the kernel could not prove that
  // the result lies beneath.
  for (int attempt = 0;; ++attempt) {
    const long fd = syscall(SYS_openat2, folder, relative.c_str(), &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    if (errno != EINTR && (errno != EAGAIN || attempt == 8)) return -1;
  }
}

Result<Fd> open_checked(const Fd& folder, const std::string& relative, int flags) {
  TRY_VOID(check_relative(relative));
  Fd fd(open_beneath(folder.get(), relative, flags));
  if (fd) return fd;
  const int error = errno;
  if (error == EXDEV) return Error(Code::denied, "open: path leads outside");
  if (error == ENOTDIR && (flags & O_DIRECTORY) != 0) return Error(Code::invalid, "open: not a folder");
  return system_error("open", error);
}

struct DirClose {
  void operator()(DIR* dir) const { closedir(dir); }
};

FileStatus::Kind kind_of_entry(int folder, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG: return FileStatus::Kind::regular;
    case DT_DIR: return FileStatus::Kind::directory;
    case DT_LNK: return FileStatus::Kind::symlink;
    case DT_UNKNOWN: break;  // some file systems do not say
    default: return FileStatus::Kind::other;
  }
  struct stat status {};
  if (fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return FileStatus::Kind::other;
  return kind_of(status.st_mode);
}

// The folder part of a path and the name in it.
struct Place {
  std::string folder;
  std::string name;
};

Result<Place> place_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  Place place{".", path};
  if (slash != path.npos) place = {path.substr(0, slash == 0 ? 1 : slash), path.substr(slash + 1)};
  if (has_zero(path) || place.name.empty() || place.name == "." || place.name == "..") {
    return Error(Code::invalid, "not a file's path");
  }
  return place;
}

Result<Fd> open_parent(const std::string& folder) {
  Fd fd(::open(folder.c_str(), kFolderFlags));
  if (!fd) return system_error("open folder", errno);
  return fd;
}

Result<void> write_all(const Fd& fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// A new file beside the one it will replace; gone again unless renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const Fd& folder)
      : folder_(folder), name_(".khien-" + to_hex(system_random().bytes(8)) + ".tmp") {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (exists_) unlinkat(folder_.get(), name_.c_str(), 0);
  }

  Result<void> fill(std::string_view content, mode_t mode) {
    Fd fd(openat(folder_.get(), name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd) return system_error("create", errno);
    exists_ = true;
    TRY_VOID(write_all(fd, content));
    if (fsync(fd.get()) != 0) return system_error("sync", errno);
    // Network file systems report some write errors only here.
    if (::close(fd.release()) != 0) return system_error("close", errno);
    return {};
  }

  Result<void> rename_to(const std::string& name) {
    if (renameat(folder_.get(), name_.c_str(), folder_.get(), name.c_str()) != 0) {
      return system_error("rename", errno);
    }
    exists_ = false;
    return {};
  }

 private:
  const Fd& folder_;
  std::string name_;
  bool exists_ = false;
};

Result<void> replace(const std::string& path, std::string_view content, mode_t mode) {
  TRY(const Place place, place_of(path));
  TRY(const Fd folder, open_parent(place.folder));
  TemporaryFile temporary(folder);
  TRY_VOID(temporary.fill(content, mode));
  TRY_VOID(temporary.rename_to(place.name));
  // Without this a crash may undo the rename.
  if (fsync(folder.get()) != 0) return system_error("sync folder", errno);
  return {};
}

Result<std::string> read_whole(const std::string& path, std::size_t max_bytes) {
  if (has_zero(path)) return Error(Code::invalid, "not a path");
  const Fd fd(::open(path.c_str(), kFileFlags));
  if (!fd) return system_error("open", errno);
  TRY(const FileStatus status, status_of(fd));
  if (status.kind != FileStatus::Kind::regular) return Error(Code::invalid, "not a regular file");

  // Read to the end rather than for status.size: files in /proc say 0, and a
  // file may grow meanwhile.
  std::string content;
  std::array<char, 16'384> buffer;
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", errno);
    if (got == 0) return content;
    const auto count = static_cast<std::size_t>(got);
    if (count > max_bytes - content.size()) {
      return Error(Code::exhausted, "file over " + std::to_string(max_bytes) + " bytes");
    }
    content.append(buffer.data(), count);
  }
}

Result<void> make_one_folder(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0) return {};
  const int error = errno;
  if (error != EEXIST) return system_error("make folder", error);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return system_error("make folder", errno);
  if (!S_ISDIR(status.st_mode)) return Error(Code::conflict, "'" + path + "' is not a folder");
  return {};
}

Error about(const std::string& path, Error error) {
  return std::move(error).within("'" + path + "'");
}

class SystemFiles final : public Files {
 public:
  Result<std::string> read(const std::string& path, std::size_t max_bytes) override {
    auto content = read_whole(path, max_bytes);
    if (!content) return about(path, std::move(content).error());
    return content;
  }

  Result<void> write(const std::string& path, std::string_view content, mode_t mode) override {
    auto written = replace(path, content, mode);
    if (!written) return about(path, std::move(written).error());
    return written;
  }

  Result<void> remove(const std::string& path) override {
    if (has_zero(path)) return Error(Code::invalid, "not a path");
    if (unlink(path.c_str()) != 0) return about(path, system_error("remove", errno));
    return {};
  }

  Result<void> make_folder(const std::string& path, mode_t mode) override {
    if (path.empty() || has_zero(path)) return Error(Code::invalid, "not a path");
    for (std::size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1)) {
      TRY_VOID(make_one_folder(path.substr(0, slash), mode));
    }
    return make_one_folder(path, mode);
  }

  bool exists(const std::string& path) override { return !has_zero(path) && access(path.c_str(), F_OK) == 0; }
};

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) Fd(std::exchange(fd_, other.release()));
  return *this;
}

Fd::~Fd() {
  // Not tried again after EINTR: Linux has closed it by then.
  if (fd_ >= 0) ::close(fd_);
}

int Fd::release() { return std::exchange(fd_, -1); }

std::int64_t file_tick_ns() {
  timespec tick{};
  khien_assert(clock_gettime(CLOCK_REALTIME_COARSE, &tick) == 0);
  return nanoseconds(tick);
}

Result<FileStatus> status_of(const Fd& fd) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return system_error("status", errno);
  return FileStatus{
      .kind = kind_of(status.st_mode),
      .device = status.st_dev,
      .inode = status.st_ino,
      .links = status.st_nlink,
      .size = static_cast<std::uint64_t>(status.st_size),
      .mtime_ns = nanoseconds(status.st_mtim),
      .ctime_ns = nanoseconds(status.st_ctim),
      .owner_uid = status.st_uid,
      .mode = status.st_mode & 07777u,
  };
}

Result<DirFd> DirFd::open(const std::string& path) {
  if (path.empty() || has_zero(path)) return Error(Code::invalid, "not a path");
  Fd fd(::open(path.c_str(), kFolderFlags));
  if (fd) return DirFd(std::move(fd));
  const int error = errno;
  if (error == ENOTDIR) return Error(Code::invalid, "'" + path + "' is not a folder");
  return about(path, system_error("open", error));
}

Result<DirFd> DirFd::of(Fd folder) {
  if (!folder) return Error(Code::invalid, "not a descriptor");
  TRY(const FileStatus status, status_of(folder));
  if (status.kind != FileStatus::Kind::directory) return Error(Code::invalid, "not a folder");
  return DirFd(std::move(folder));
}

Result<Fd> DirFd::open_file(const std::string& relative) const { return open_checked(fd_, relative, kFileFlags); }

Result<DirFd> DirFd::open_folder(const std::string& relative) const {
  TRY(Fd fd, open_checked(fd_, relative, kFolderFlags));
  return DirFd(std::move(fd));
}

Result<void> DirFd::each_name(
    const std::function<Result<void>(std::string_view, FileStatus::Kind)>& visit) const {
  // Opened anew, because a duplicate would share its reading position.
  Fd again(openat(fd_.get(), ".", kFolderFlags));
  if (!again) return system_error("open folder", errno);
  const std::unique_ptr<DIR, DirClose> dir(fdopendir(again.get()));
  if (dir == nullptr) return system_error("open folder", errno);
  again.release();

  for (;;) {
    errno = 0;
    const dirent* entry = readdir(dir.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    TRY_VOID(visit(name, kind_of_entry(fd_.get(), *entry)));
  }
  if (errno != 0) return system_error("read folder", errno);
  return {};
}

Files& system_files() {
  static SystemFiles files;
  return files;
}

}  // namespace khien
