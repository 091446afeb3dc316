#include "fault_disk.hpp"

#include <doctest/doctest.h>

#include <set>

namespace khien::store {
namespace {

constexpr std::size_t kSector = 512;

// 'a' is on the disk, 'b' was written over it in two writes and not synced.
struct Disk {
  FaultDisk disk;
  std::shared_ptr<DiskFile> file = std::make_shared<DiskFile>();

  Disk() {
    disk.files["f"] = file;
    write(0, std::string(8 * kSector, 'a'));
    file->sync();
    disk.sync_folder();
    write(0, std::string(4 * kSector, 'b'));
    write(4 * kSector, std::string(4 * kSector, 'b'));
  }
  void write(std::size_t offset, std::string bytes) {
    DiskFile::Change change{offset, std::move(bytes), false};
    file->apply(change);
    file->unsynced.push_back(std::move(change));
  }
  // One letter a sector, "?" for a sector that is neither old nor new.
  std::string after(DiskFault fault, std::uint64_t seed) {
    disk.plan({.at = 0, .fault = fault, .seed = seed});
    CHECK(disk.next(DiskOperation::sync) == DiskFault::io_error);
    CHECK(disk.next(DiskOperation::read) == DiskFault::io_error);
    disk.restart(FaultVfs::Restart::program);
    std::string sectors;
    for (std::size_t at = 0; at < file->live.size(); at += kSector) {
      const std::string sector = file->live.substr(at, kSector);
      const bool whole = sector == std::string(kSector, sector[0]);
      sectors += whole ? sector[0] : '?';
    }
    return sectors;
  }
};

TEST_CASE("a dead program loses nothing, a power cut all that was not synced") {
  CHECK(Disk().after(DiskFault::crash_keep, 1) == "bbbbbbbb");
  CHECK(Disk().after(DiskFault::crash_drop, 1) == "aaaaaaaa");
}

TEST_CASE("a torn write ends at a sector, and nothing after it happened") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    const std::string sectors = Disk().after(DiskFault::crash_torn, seed);
    CHECK(sectors.find("ab") == std::string::npos);
    CHECK(sectors.find('?') == std::string::npos);
    seen.insert(sectors);
  }
  CHECK(seen.size() == 9);  // each of the places where it can end
}

TEST_CASE("reordered writes leave any mixture of old and new sectors") {
  bool later_without_earlier = false;
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    const std::string sectors = Disk().after(DiskFault::crash_reorder, seed);
    CHECK(sectors.find('?') == std::string::npos);
    later_without_earlier = later_without_earlier || sectors.find("ab") != std::string::npos;
  }
  CHECK(later_without_earlier);
}

TEST_CASE("what a failed sync lost still reads back, and is gone after a power cut though a later sync said yes") {
  Disk disk;
  disk.file->lose_unsynced();
  disk.file->sync();
  CHECK(disk.file->live[0] == 'b');
  disk.disk.restart(FaultVfs::Restart::power_cut);
  CHECK(disk.file->live[0] == 'a');
}

TEST_CASE("a name that was never synced goes with the power, and a removal comes undone") {
  FaultDisk disk;
  disk.files["new"] = std::make_shared<DiskFile>();
  disk.files["removed"] = std::make_shared<DiskFile>();
  disk.files["removed"]->name_durable = true;
  disk.files["removed"]->deleted = true;
  disk.restart(FaultVfs::Restart::power_cut);
  CHECK_FALSE(disk.files.contains("new"));
  CHECK(disk.files.contains("removed"));
}

}  // namespace
}  // namespace khien::store
