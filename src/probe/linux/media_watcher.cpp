#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/log.hpp"
#include "khien/probe/media.hpp"

namespace khien::probe {
namespace {

// Users add to it: fusermount(1) gives each 1,000 mounts, with paths that become four
// times as long as they are.
constexpr std::size_t kMaxTableBytes = 64u << 20;

Result<std::string> read_whole(const Fd& fd) {
  std::string text;
  std::array<char, 16'384> buffer;
  for (;;) {
    const ssize_t got = pread(fd.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read the table of mounts", errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > kMaxTableBytes) return Error(Code::exhausted, "the table of mounts is too long");
  }
}

// Same mount: ids are used again, so what is mounted belongs to it.
using Key = std::pair<std::uint64_t, std::string>;
Key key_of(const Mount& mount) {
  return {mount.id, std::to_string(mount.major) + ":" + std::to_string(mount.minor) + " " + mount.mount_point};
}

class LinuxMediaWatcher final : public MediaWatcher {
 public:
  LinuxMediaWatcher(MediaPlaces places, Fd table) : places_(std::move(places)), table_(std::move(table)) {}

  Result<std::vector<Mount>> fresh() override {
    unread_ = changed() || unread_;
    if (!unread_) return std::vector<Mount>();
    TRY(const std::string text, read_whole(table_));
    unread_ = false;
    std::set<Key> now;
    std::vector<Mount> media;
    for (Mount& mount : parse_mountinfo(text)) {
      Key key = key_of(mount);
      const bool known = known_.contains(key);
      now.insert(std::move(key));
      if (known) continue;
      const bool removable = is_removable(mount);
      // The system's own (/boot/efi is vfat) are there at the start.
      if (removable || (!first_ && is_carried_file_system(mount.file_system))) media.push_back(std::move(mount));
    }
    known_ = std::move(now);
    first_ = false;
    return media;
  }

 private:
  // The kernel marks the open table with an exceptional condition, once a change.
  bool changed() const {
    pollfd wanted{.fd = table_.get(), .events = POLLPRI, .revents = 0};
    return poll(&wanted, 1, 0) > 0 && (wanted.revents & (POLLPRI | POLLERR)) != 0;
  }

  bool is_removable(const Mount& mount) const {
    if (mount.major == 0) return false;  // no block device behind it
    const std::string device =
        places_.block_devices + "/" + std::to_string(mount.major) + ":" + std::to_string(mount.minor);
    // A partition has no such file; the disk above it has.
    for (const char* place : {"/removable", "/../removable"}) {
      const auto word = system_files().read(device + place, 16);
      if (word && word->starts_with('1')) return true;
    }
    // Disks on USB say of themselves that they stay.
    std::array<char, 4'096> leads_to;
    const ssize_t got = readlink(device.c_str(), leads_to.data(), leads_to.size());
    return got > 0 && std::string_view(leads_to.data(), static_cast<std::size_t>(got)).find("/usb") != std::string_view::npos;
  }

  MediaPlaces places_;
  Fd table_;
  std::set<Key> known_;
  bool first_ = true;
  bool unread_ = true;  // what the kernel says once
};

}  // namespace

Result<std::unique_ptr<MediaWatcher>> make_media_watcher(const MediaPlaces& places) {
  Fd table(::open(places.mountinfo.c_str(), O_RDONLY | O_CLOEXEC));
  if (!table) return system_error(places.mountinfo, errno);
  return std::unique_ptr<MediaWatcher>(std::make_unique<LinuxMediaWatcher>(places, std::move(table)));
}

}  // namespace khien::probe
