#include "khien/store/fault_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "fault_disk.hpp"
#include "khien/core/assert.hpp"

namespace khien::store {

struct FaultVfs::Impl {
  explicit Impl(std::string n) : name(std::move(n)) {}

  const std::string name;
  mutable std::mutex mutex;
  FaultDisk disk;
  sqlite3_vfs vfs{};
};

// SQLite gives the memory; `base` must come first.
struct OpenFile {
  sqlite3_file base;
  FaultVfs::Impl* owner;
  std::shared_ptr<DiskFile> file;
  int lock_level;
  bool maps_memory;
};

namespace {

using Lock = std::lock_guard<std::mutex>;

OpenFile& opened(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
FaultVfs::Impl& impl_of(sqlite3_vfs* vfs) { return *static_cast<FaultVfs::Impl*>(vfs->pAppData); }

int close_file(sqlite3_file* base) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  --self.owner->disk.open_files;
  self.~OpenFile();
  return SQLITE_OK;
}

int read_file(sqlite3_file* base, void* out, int amount, sqlite3_int64 offset) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  if (self.owner->disk.next(DiskOperation::read) != DiskFault::none) return SQLITE_IOERR_READ;
  const std::string& content = self.file->live;
  const auto begin = std::min(static_cast<std::size_t>(offset), content.size());
  const auto count = std::min(static_cast<std::size_t>(amount), content.size() - begin);
  std::memcpy(out, content.data() + begin, count);
  if (count == static_cast<std::size_t>(amount)) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + count, 0, static_cast<std::size_t>(amount) - count);
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* base, const void* bytes, int amount, sqlite3_int64 offset) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  FaultDisk& disk = self.owner->disk;
  const bool was_up = !disk.crashed;
  const DiskFault fault = disk.next(DiskOperation::write);
  DiskFile::Change change{static_cast<std::size_t>(offset), {static_cast<const char*>(bytes), static_cast<std::size_t>(amount)}};
  // The write during which the power fails is on its way like any other.
  if (was_up && disk.crashed) self.file->unsynced.push_back(change);
  if (fault == DiskFault::disk_full) return SQLITE_FULL;
  if (fault == DiskFault::io_error) return SQLITE_IOERR_WRITE;
  if (fault == DiskFault::short_write) change.bytes.resize(change.bytes.size() / 2);
  self.file->apply(change);
  self.file->unsynced.push_back(std::move(change));
  return fault == DiskFault::short_write ? SQLITE_FULL : SQLITE_OK;
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  if (self.owner->disk.next(DiskOperation::truncate) != DiskFault::none) return SQLITE_IOERR_TRUNCATE;
  DiskFile::Change change{static_cast<std::size_t>(size), {}, true};
  self.file->apply(change);
  self.file->unsynced.push_back(std::move(change));
  return SQLITE_OK;
}

int sync_file(sqlite3_file* base, int) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  const DiskFault fault = self.owner->disk.next(DiskOperation::sync);
  if (fault == DiskFault::sync_error) self.file->lose_unsynced();
  if (fault != DiskFault::none) return SQLITE_IOERR_FSYNC;
  self.file->sync();
  if (std::exchange(self.file->syncs_folder, false)) self.owner->disk.sync_folder();
  return SQLITE_OK;
}

int size_of_file(sqlite3_file* base, sqlite3_int64* size) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  *size = static_cast<sqlite3_int64>(self.file->live.size());
  return SQLITE_OK;
}

bool held_by_other(const OpenFile* holder, const OpenFile& self) { return holder != nullptr && holder != &self; }

int lock_file(sqlite3_file* base, int level) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  DiskFile& file = *self.file;
  if (level <= self.lock_level) return SQLITE_OK;
  if (held_by_other(file.exclusive, self)) return SQLITE_BUSY;
  if (self.lock_level == SQLITE_LOCK_NONE) {
    khien_assert(level == SQLITE_LOCK_SHARED);
    if (held_by_other(file.pending, self)) return SQLITE_BUSY;
    ++file.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (held_by_other(file.reserved, self)) return SQLITE_BUSY;
    file.reserved = &self;
  } else {
    if (held_by_other(file.reserved, self) || held_by_other(file.pending, self)) return SQLITE_BUSY;
    file.pending = &self;
    self.lock_level = SQLITE_LOCK_PENDING;
    if (file.shared > 1) return SQLITE_BUSY;
    file.exclusive = &self;
  }
  self.lock_level = level;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* base, int level) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  DiskFile& file = *self.file;
  if (level >= self.lock_level) return SQLITE_OK;
  for (const OpenFile** holder : {&file.reserved, &file.pending, &file.exclusive}) {
    if (*holder == &self) *holder = nullptr;
  }
  if (level == SQLITE_LOCK_NONE) --file.shared;
  self.lock_level = level;
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* base, int* reserved) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  *reserved = self.file->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int map_memory(sqlite3_file* base, int page, int size, int extend, void volatile** out) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  DiskFile& file = *self.file;
  if (!self.maps_memory) {
    self.maps_memory = true;
    ++file.shared_memory_users;
  }
  *out = nullptr;
  while (file.shared_memory.size() <= static_cast<std::size_t>(page)) {
    if (extend == 0) return SQLITE_OK;
    file.shared_memory.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(size)));
  }
  *out = file.shared_memory[static_cast<std::size_t>(page)].get();
  return SQLITE_OK;
}

int lock_memory(sqlite3_file* base, int offset, int count, int flags) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  auto& locks = self.file->shared_memory_locks;
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const auto first = locks.begin() + offset;
  const auto last = first + count;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    for (auto each = first; each != last; ++each) {
      if (exclusive) {
        each->exclusive = nullptr;
      } else {
        --each->shared;
      }
    }
    return SQLITE_OK;
  }
  const bool taken = std::any_of(first, last, [&](const DiskFile::SharedLock& each) {
    return held_by_other(each.exclusive, self) || (exclusive && each.shared > 0);
  });
  if (taken) return SQLITE_BUSY;
  for (auto each = first; each != last; ++each) {
    if (exclusive) {
      each->exclusive = &self;
    } else {
      ++each->shared;
    }
  }
  return SQLITE_OK;
}

void memory_barrier(sqlite3_file* base) { const Lock lock(opened(base).owner->mutex); }

int unmap_memory(sqlite3_file* base, int) {
  OpenFile& self = opened(base);
  const Lock lock(self.owner->mutex);
  if (!self.maps_memory) return SQLITE_OK;
  self.maps_memory = false;
  // The first to come builds it anew from the WAL, as after a reboot.
  if (--self.file->shared_memory_users == 0) self.file->shared_memory.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods kFileMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return 4096; },
    // As SQLite's own VFS says of Linux.
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
    .xShmMap = map_memory,
    .xShmLock = lock_memory,
    .xShmBarrier = memory_barrier,
    .xShmUnmap = unmap_memory,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags, int* flags_out) {
  FaultVfs::Impl& impl = impl_of(vfs);
  const Lock lock(impl.mutex);
  base->pMethods = nullptr;
  if (impl.disk.next(DiskOperation::open) != DiskFault::none) return SQLITE_IOERR;
  std::shared_ptr<DiskFile> file;
  if (path == nullptr) {
    file = std::make_shared<DiskFile>();
  } else {
    auto& kept = impl.disk.files[path];
    if (kept == nullptr || kept->deleted) {
      if ((flags & SQLITE_OPEN_CREATE) == 0) {
        if (kept == nullptr) impl.disk.files.erase(path);
        return SQLITE_CANTOPEN;
      }
      kept = kept == nullptr ? std::make_shared<DiskFile>() : kept->successor();
      // As SQLite's own VFS: a journal's first sync is its folder's too.
      kept->syncs_folder = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
    }
    file = kept;
  }
  new (base) OpenFile{{&kFileMethods}, &impl, std::move(file), SQLITE_LOCK_NONE, false};
  ++impl.disk.open_files;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  FaultVfs::Impl& impl = impl_of(vfs);
  const Lock lock(impl.mutex);
  if (impl.disk.next(DiskOperation::remove) != DiskFault::none) return SQLITE_IOERR_DELETE;
  const auto found = impl.disk.files.find(path);
  if (found == impl.disk.files.end() || found->second->deleted) return SQLITE_IOERR_DELETE_NOENT;
  found->second->deleted = true;
  if (sync_folder != 0) impl.disk.files.erase(found);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* path, int, int* found) {
  FaultVfs::Impl& impl = impl_of(vfs);
  const Lock lock(impl.mutex);
  const auto file = impl.disk.files.find(path);
  *found = file != impl.disk.files.end() && !file->second->deleted ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

}  // namespace

FaultVfs::FaultVfs(std::string name) : impl_(std::make_unique<Impl>(std::move(name))) {
  sqlite3_vfs& vfs = impl_->vfs;
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = 512;
  vfs.zName = impl_->name.c_str();
  vfs.pAppData = impl_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  // The same bytes each time: a failing run can be run again.
  vfs.xRandomness = [](sqlite3_vfs*, int size, char* out) {
    std::memset(out, 0x5a, static_cast<std::size_t>(size));
    return size;
  };
  vfs.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
  vfs.xCurrentTime = [](sqlite3_vfs*, double* now) {
    *now = 2'461'000.5;
    return SQLITE_OK;
  };
  vfs.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  khien_assert(sqlite3_vfs_find(vfs.zName) == nullptr);
  const int registered = sqlite3_vfs_register(&vfs, 0);
  khien_assert(registered == SQLITE_OK);
}

FaultVfs::~FaultVfs() {
  khien_assert(impl_->disk.open_files == 0);
  sqlite3_vfs_unregister(&impl_->vfs);
}

const std::string& FaultVfs::name() const { return impl_->name; }

void FaultVfs::plan(const Plan& plan) {
  const Lock lock(impl_->mutex);
  impl_->disk.plan(plan);
}

std::int64_t FaultVfs::operations() const {
  const Lock lock(impl_->mutex);
  return impl_->disk.operations;
}

bool FaultVfs::struck() const {
  const Lock lock(impl_->mutex);
  return impl_->disk.struck;
}

void FaultVfs::restart(Restart how) {
  const Lock lock(impl_->mutex);
  impl_->disk.restart(how);
}

std::optional<std::string> FaultVfs::file(std::string_view path) const {
  const Lock lock(impl_->mutex);
  const auto found = impl_->disk.files.find(path);
  if (found == impl_->disk.files.end() || found->second->deleted) return std::nullopt;
  return found->second->live;
}

void FaultVfs::put_file(std::string_view path, std::string content) {
  const Lock lock(impl_->mutex);
  auto file = std::make_shared<DiskFile>();
  file->live = content;
  file->durable = std::move(content);
  file->name_durable = true;
  impl_->disk.files.insert_or_assign(std::string(path), std::move(file));
}

void FaultVfs::remove_all_files() {
  const Lock lock(impl_->mutex);
  khien_assert(impl_->disk.open_files == 0);
  impl_->disk.files.clear();
}

}  // namespace khien::store
