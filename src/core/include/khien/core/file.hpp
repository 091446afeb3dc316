#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "khien/core/bytes.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien {

// A descriptor that is closed when it goes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

// What fstat(2) says, as far as Khiên asks.
struct FileStatus {
  enum class Kind : unsigned char { regular, directory, symlink, other };
  Kind kind = Kind::other;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  std::uint64_t size = 0;      // bytes
  std::int64_t mtime_ns = 0;   // Unix nanoseconds
  std::int64_t ctime_ns = 0;   // Unix nanoseconds
  std::uint32_t owner_uid = 0;
  std::uint32_t mode = 0;      // permission bits

  bool operator==(const FileStatus&) const = default;
};
Result<FileStatus> status_of(const Fd& fd);

// The time that the kernel writes into a file that is changed now, in Unix nanoseconds: its
// clock in ticks of some milliseconds. Two changes within one tick have the same times.
std::int64_t file_tick_ns();

// An open folder. Everything below is reached relative to it, never by a path
// that is walked twice; symbolic and magic links on the way are refused
// (openat2 with RESOLVE_BENEATH | NO_SYMLINKS | NO_MAGICLINKS). Mounts below
// are entered: a policy's roots may hold some.
class DirFd {
 public:
  // Code::not_found, denied or invalid (not a folder).
  static Result<DirFd> open(const std::string& path);
  // One that is open already, also with O_PATH only: then it serves to open what
  // is below, not to be read. Code::invalid if it is no folder.
  static Result<DirFd> of(Fd folder);

  // Read-only and never blocking on a FIFO or device. `relative` must not be
  // absolute or contain "..". Code::denied if the way leads outside or over a
  // link.
  Result<Fd> open_file(const std::string& relative) const;
  Result<DirFd> open_folder(const std::string& relative) const;

  // Names in the folder, without "." and "..", in no order, until one visit
  // fails. Names are bytes, not text.
  Result<void> each_name(const std::function<Result<void>(std::string_view, FileStatus::Kind)>& visit) const;

  const Fd& fd() const { return fd_; }

 private:
  explicit DirFd(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

// The small files of an installation (keys, certificates, identity, policy):
// whole files, never streams. An interface, so that tests can fail each call.
// Databases go through store, scanned files through DirFd.
//
// Thread-safe.
class Files {
 public:
  virtual ~Files() = default;

  // Code::not_found; Code::exhausted if larger than `max_bytes`.
  virtual Result<std::string> read(const std::string& path, std::size_t max_bytes) = 0;
  // The file has either its old or its new content after any crash: written
  // beside it, synced, renamed, folder synced. `mode` as in open(2).
  virtual Result<void> write(const std::string& path, std::string_view content, mode_t mode) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  // Makes the folder and those above it where missing, with `mode`.
  virtual Result<void> make_folder(const std::string& path, mode_t mode) = 0;
  virtual bool exists(const std::string& path) = 0;
};

Files& system_files();

}  // namespace khien
