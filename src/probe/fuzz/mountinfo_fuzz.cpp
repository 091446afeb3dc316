// Input: /proc/self/mountinfo, in which whoever mounts something writes names.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "khien/probe/media.hpp"

using namespace khien;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto mounts = probe::parse_mountinfo(std::string_view(reinterpret_cast<const char*>(data), size));
  // Beyond "no crash": no more than there are lines, each a place that can be opened.
  if (mounts.size() > probe::kMaxMounts || mounts.size() > size) std::abort();
  for (const probe::Mount& mount : mounts) {
    if (!mount.mount_point.starts_with('/') || mount.mount_point.find('\0') != std::string::npos) std::abort();
    if (mount.file_system.empty() || mount.mount_point.size() > size) std::abort();
  }
  return 0;
}
