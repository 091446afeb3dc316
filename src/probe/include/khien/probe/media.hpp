#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/result.hpp"

namespace khien::probe {

// One line of /proc/self/mountinfo (proc(5)). Texts are bytes, octal escapes resolved.
struct Mount {
  std::uint64_t id = 0;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string root;         // of the mount in its file system
  std::string mount_point;
  std::string file_system;  // "vfat"
  std::string source;       // "/dev/sdb1"; text of who mounted it

  bool operator==(const Mount&) const = default;
};

// Pure and fuzzed. Lines that are none are passed over; at most kMaxMounts are read.
inline constexpr std::size_t kMaxMounts = 100'000;
std::vector<Mount> parse_mountinfo(std::string_view text);

// Is this a file system that media which are carried about come with?
bool is_carried_file_system(std::string_view file_system);

// Tells of removable media that were mounted: file systems such media come with, and
// block devices that the system calls removable or that hang on USB. Those with a
// removable device are told of also if they were mounted before the start.
//
// Not thread-safe.
class MediaWatcher {
 public:
  virtual ~MediaWatcher() = default;
  // What was mounted since the last call that succeeded. Does not wait; reads the table of
  // mounts only after the kernel said that it changed, or could not be read before.
  virtual Result<std::vector<Mount>> fresh() = 0;
};

// Where things are; tests have their own.
struct MediaPlaces {
  std::string mountinfo = "/proc/self/mountinfo";
  std::string block_devices = "/sys/dev/block";  // "8:17" in it leads to the device
};
Result<std::unique_ptr<MediaWatcher>> make_media_watcher(const MediaPlaces& places = {});

}  // namespace khien::probe
