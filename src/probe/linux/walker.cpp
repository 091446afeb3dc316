#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/core/log.hpp"
#include "khien/probe/endpoint.hpp"
#include "linux/file_systems.hpp"
#include "linux/folder_entries.hpp"

namespace khien::probe {
namespace {

// Each level holds a descriptor. Deeper is not a person's folder but somebody's
// attempt to use them up; it is counted as unreadable.
constexpr int kMaxDepth = 200;

constexpr std::size_t kMaxMounts = 256;  // below one root

// Where a folder lies.
struct Standing {
  // By its number in the kernel; 0 if it is no folder. Not st_dev: overlayfs and btrfs
  // have several within one mount.
  std::uint64_t mount = 0;
  std::pair<std::uint64_t, std::uint64_t> folder;  // device, inode
};

// Asks no server and mounts nothing.
Standing standing_of(const Fd& parent, const char* name) {
  struct statx status {};
  const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC | (*name == '\0' ? AT_EMPTY_PATH : 0);
  if (statx(parent.get(), name, flags, STATX_TYPE | STATX_INO | STATX_MNT_ID, &status) != 0) return {};
  if (!S_ISDIR(status.stx_mode)) return {};
  const std::uint64_t device = (std::uint64_t{status.stx_dev_major} << 32) | status.stx_dev_minor;
  return {.mount = status.stx_mnt_id, .folder = {device, status.stx_ino}};
}

using Visit = FileWalker::Visit;

class Walk {
 public:
  Walk(const Standing& top, const Visit& visit) : mount_(top.mount), visit_(visit), tops_{top.folder} {}

  Result<void> folder(const DirFd& folder, const std::string& path, int depth) {
    std::vector<std::string> below;
    bool visit_failed = false;
    auto read = FolderEntries::each(folder, memory_, [&](const FolderEntries::Entry& entry) -> Result<void> {
      auto seen = look_at(folder, path, entry, below);
      visit_failed = !seen;
      return seen;
    });
    if (visit_failed) return read;
    if (!read) ++unreadable_;
    for (const std::string& name : below) TRY_VOID(enter(folder, path, name, depth + 1));
    return {};
  }

  std::uint64_t unreadable() const { return unreadable_; }

 private:
  Result<void> look_at(const DirFd& folder, const std::string& path, const FolderEntries::Entry& entry,
                       std::vector<std::string>& below) {
    if (entry.type == DT_DIR) {
      below.emplace_back(entry.name);
      return {};
    }
    if (entry.type != DT_REG && entry.type != DT_UNKNOWN) return {};
    entry_.name = entry.name;
    const auto status = status_in(folder, entry_.name.c_str());
    if (!status) return {};  // gone since the folder was read
    if (status->kind == FileStatus::Kind::directory) below.push_back(entry_.name);
    if (status->kind != FileStatus::Kind::regular) return {};
    entry_.path.assign(path);
    if (entry_.path.back() != '/') entry_.path += '/';
    entry_.path += entry_.name;
    entry_.status = *status;
    entry_.folder = &folder;
    return visit_(entry_);
  }

  Result<void> enter(const DirFd& folder, const std::string& path, const std::string& name, int depth) {
    const Standing below = standing_of(folder.fd(), name.c_str());
    if (below.mount == 0) return {};  // gone, or replaced by a link
    const std::string full = path.back() == '/' ? path + name : path + "/" + name;
    if (below.mount != mount_ && !may_enter(below, full)) return {};
    auto opened = folder.open_folder(name);
    if (!opened || depth > kMaxDepth) {
      ++unreadable_;
      return {};
    }
    const std::uint64_t above = std::exchange(mount_, below.mount);
    auto walked = this->folder(*opened, full, depth);
    mount_ = above;
    return walked;
  }

  // A mount of its own: systemd makes some of folders of one disk, an administrator
  // of other disks, and a program may lie on all of them.
  bool may_enter(const Standing& below, const std::string& path) {
    if (!mounts_) mounts_ = mount_names();
    const auto name = mounts_->find(below.mount);
    const bool local = name != mounts_->end() && is_local_file_system(name->second);
    if (local && tops_.size() <= kMaxMounts) return tops_.insert(below.folder).second;
    log_info("walk.mount_left_out", {{"path", path}, {"file_system", name == mounts_->end() ? "unknown" : name->second}});
    return false;
  }

  std::uint64_t mount_;  // that is being walked
  const Visit& visit_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> tops_;  // of the mounts that were entered
  std::optional<MountNames> mounts_;                        // read when the first one is met
  std::uint64_t unreadable_ = 0;
  std::vector<std::byte> memory_;
  FileWalker::Entry entry_{};  // used again: most of a walk's time would be spent on its strings
};

class LinuxFileWalker final : public FileWalker {
 public:
  using FileWalker::walk;
  Result<std::uint64_t> walk(DirFd folder, const std::string& path, const Visit& visit) override {
    if (!path.starts_with('/')) return Error(Code::invalid, "walk: '" + path + "' is not absolute");
    if (is_pseudo_file_system(folder.fd())) {
      return Error(Code::denied, "walk: '" + path + "' has no files of its own");
    }
    Walk walk(standing_of(folder.fd(), ""), visit);
    TRY_VOID(walk.folder(folder, path, 0));
    return walk.unreadable();
  }
};

}  // namespace

Result<std::uint64_t> FileWalker::walk(const std::string& root, const Visit& visit) {
  auto folder = DirFd::open(root);
  if (!folder) return std::move(folder).error().within("walk " + root);
  return walk(std::move(*folder), root, visit);
}

std::unique_ptr<FileWalker> make_file_walker() { return std::make_unique<LinuxFileWalker>(); }

}  // namespace khien::probe
