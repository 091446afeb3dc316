#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "khien/core/random.hpp"
#include "khien/store/fault_vfs.hpp"

namespace khien::store {

struct OpenFile;

// A file of the disk in memory: what reads see, and what a power cut would leave.
struct DiskFile {
  struct Change {  // a write, or a truncation to `offset`
    std::size_t offset = 0;
    std::string bytes;
    bool truncation = false;
  };

  std::string live;
  std::string durable;
  bool name_durable = false;       // the folder knows it for good
  bool syncs_folder = false;       // its next sync is the folder's too
  bool deleted = false;            // the name is gone, but not yet for good
  std::vector<Change> unsynced;    // from `durable` to `live`, less what a failed sync lost

  // Locks of the database file, as sqlite3_io_methods has them.
  int shared = 0;
  const OpenFile* reserved = nullptr;
  const OpenFile* pending = nullptr;
  const OpenFile* exclusive = nullptr;

  // The WAL's shared memory and its locks.
  struct SharedLock {
    int shared = 0;
    const OpenFile* exclusive = nullptr;
  };
  std::vector<std::unique_ptr<std::byte[]>> shared_memory;
  int shared_memory_users = 0;
  std::array<SharedLock, 8> shared_memory_locks;

  void apply(const Change& change) { apply(live, change); }
  static void apply(std::string& content, const Change& change);
  void sync();
  void lose_unsynced() { unsynced.clear(); }
  // A new file under the name of one whose removal is not yet durable.
  std::shared_ptr<DiskFile> successor() const;
};

// What an operation does to the disk, for faults that strike only some.
enum class DiskOperation : unsigned char { open, read, write, truncate, sync, remove };

// The disk and its fate. Not thread-safe: the VFS locks around it.
class FaultDisk {
 public:
  // Counts the operation and says what befalls it. After a crash: io_error.
  DiskFault next(DiskOperation operation);
  void plan(const FaultVfs::Plan& plan);
  void restart(FaultVfs::Restart how);
  // All names made and removed so far are so for good.
  void sync_folder();

  std::map<std::string, std::shared_ptr<DiskFile>, std::less<>> files;
  std::int64_t operations = 0;
  int open_files = 0;
  bool struck = false;
  bool crashed = false;

 private:
  void lose_power();
  std::string survivor(const DiskFile& file, Random& random) const;

  FaultVfs::Plan plan_;
};

}  // namespace khien::store
