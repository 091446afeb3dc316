#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace khien::store {

// What goes wrong, at one chosen operation.
//
// Errors are answers of a disk that lives on; crashes end everything until
// restart(). Only xSync makes bytes durable: what was written since is `unsynced`.
enum class DiskFault : unsigned char {
  none,
  io_error,       // EIO: the operation has no effect
  disk_full,      // ENOSPC on a write; other operations work
  short_write,    // half of the bytes are written, then ENOSPC
  sync_error,     // EIO at fsync, and what was unsynced is lost though it still reads back (as on Linux)
  crash_keep,     // the process dies, the system lives: nothing is lost
  crash_drop,     // power cut: everything unsynced is lost
  crash_torn,     // power cut: a random beginning of what is unsynced survives, the last write torn at 512 bytes
  crash_reorder,  // power cut: each unsynced 512 byte sector survives or not by itself
};

// A disk in memory that fails on demand, as a SQLite VFS. For tests; other
// rooms may run their databases on it too.
//
// The VFS is registered with SQLite for the object's life; all databases on it
// must be closed before the object goes. Thread-safe.
class FaultVfs {
 public:
  // `name` is what Options::vfs takes; one object a name at a time.
  explicit FaultVfs(std::string name);
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;
  ~FaultVfs();

  const std::string& name() const;

  struct Plan {
    std::int64_t at = 0;        // 0 is the next operation
    DiskFault fault = DiskFault::none;
    bool lasting = false;       // an error that stays, until the next plan
    std::uint64_t seed = 1;     // of what a crash keeps
  };
  // Replaces the plan before it and counts operations from 0 again.
  void plan(const Plan& plan);
  // Operations since the plan: opens, reads, writes, truncations, syncs, deletions.
  std::int64_t operations() const;
  // Did the planned fault happen? disk_full waits for the next write, and so on.
  bool struck() const;

  // Up again with what the crash left. All files must be closed. Without a crash,
  // or after crash_keep: only the program starts again and reads what is cached,
  // durable or not; or a power cut loses all that is unsynced.
  enum class Restart : unsigned char { program, power_cut };
  void restart(Restart how = Restart::program);

  // A file's bytes, to be kept or damaged; nothing if it does not exist.
  std::optional<std::string> file(std::string_view path) const;
  // Puts a file there, durably.
  void put_file(std::string_view path, std::string content);
  void remove_all_files();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::store
