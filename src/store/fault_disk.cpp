#include "fault_disk.hpp"

#include <algorithm>

#include "khien/core/assert.hpp"

namespace khien::store {
namespace {

constexpr std::size_t kSectorBytes = 512;

bool is_crash(DiskFault fault) {
  return fault == DiskFault::crash_keep || fault == DiskFault::crash_drop || fault == DiskFault::crash_torn ||
         fault == DiskFault::crash_reorder;
}

bool strikes(DiskFault fault, DiskOperation operation) {
  switch (fault) {
    case DiskFault::disk_full:
    case DiskFault::short_write: return operation == DiskOperation::write;
    case DiskFault::sync_error: return operation == DiskOperation::sync;
    case DiskFault::none: return false;
    default: return true;
  }
}

// The parts of a write between sector boundaries of the file: the disk writes
// each of them whole or not at all.
std::vector<DiskFile::Change> sectors_of(const DiskFile::Change& change) {
  if (change.truncation) return {change};
  std::vector<DiskFile::Change> sectors;
  for (std::size_t at = 0; at < change.bytes.size();) {
    const std::size_t to_boundary = kSectorBytes - (change.offset + at) % kSectorBytes;
    const std::size_t count = std::min(to_boundary, change.bytes.size() - at);
    sectors.push_back({change.offset + at, change.bytes.substr(at, count), false});
    at += count;
  }
  return sectors;
}

}  // namespace

void DiskFile::apply(std::string& content, const Change& change) {
  if (change.truncation) {
    content.resize(change.offset);
    return;
  }
  if (content.size() < change.offset + change.bytes.size()) content.resize(change.offset + change.bytes.size());
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

void DiskFile::sync() {
  for (const Change& change : unsynced) apply(durable, change);
  unsynced.clear();
}

std::shared_ptr<DiskFile> DiskFile::successor() const {
  auto next = std::make_shared<DiskFile>();
  if (!name_durable) return next;
  // Until the folder is synced, a power cut brings the old file back.
  next->durable = durable;
  next->name_durable = true;
  next->unsynced.push_back({0, {}, true});
  return next;
}

DiskFault FaultDisk::next(DiskOperation operation) {
  if (crashed) return DiskFault::io_error;
  const std::int64_t index = operations++;
  const bool due = index >= plan_.at && (!struck || plan_.lasting);
  if (!due || !strikes(plan_.fault, operation)) return DiskFault::none;
  struck = true;
  if (is_crash(plan_.fault)) {
    crashed = true;
    return DiskFault::io_error;
  }
  return plan_.fault;
}

void FaultDisk::plan(const FaultVfs::Plan& plan) {
  khien_assert(!crashed);
  plan_ = plan;
  operations = 0;
  struck = false;
}

void FaultDisk::restart(FaultVfs::Restart how) {
  khien_assert(open_files == 0);
  if (how == FaultVfs::Restart::power_cut) plan_.fault = DiskFault::crash_drop;
  const bool power_cut = how == FaultVfs::Restart::power_cut || (crashed && plan_.fault != DiskFault::crash_keep);
  if (power_cut) lose_power();
  crashed = false;
  plan({});
}

void FaultDisk::sync_folder() {
  std::erase_if(files, [](const auto& entry) { return entry.second->deleted; });
  for (auto& [name, file] : files) file->name_durable = true;
}

void FaultDisk::lose_power() {
  SeededRandom random(plan_.seed);
  const bool drop = plan_.fault == DiskFault::crash_drop;
  for (auto& [name, file] : files) {
    // A name that was made or removed without a sync may or may not have changed.
    if (!file->name_durable) {
      file->deleted = file->deleted || drop || random.below(2) == 0;
    } else if (file->deleted) {
      file->deleted = !drop && random.below(2) == 0;
    }
    file->live = survivor(*file, random);
    file->durable = file->live;
    file->unsynced.clear();
  }
  sync_folder();
}

std::string FaultDisk::survivor(const DiskFile& file, Random& random) const {
  std::string content = file.durable;
  if (file.unsynced.empty() || plan_.fault == DiskFault::crash_drop) return content;
  if (plan_.fault == DiskFault::crash_torn) {
    const auto whole = static_cast<std::size_t>(random.below(file.unsynced.size()));
    for (std::size_t i = 0; i < whole; ++i) DiskFile::apply(content, file.unsynced[i]);
    const auto sectors = sectors_of(file.unsynced[whole]);
    const auto kept = static_cast<std::size_t>(random.below(sectors.size() + 1));
    for (std::size_t i = 0; i < kept; ++i) DiskFile::apply(content, sectors[i]);
    return content;
  }
  for (const auto& change : file.unsynced) {
    for (const auto& sector : sectors_of(change)) {
      if (random.below(2) == 0) DiskFile::apply(content, sector);
    }
  }
  return content;
}

}  // namespace khien::store
