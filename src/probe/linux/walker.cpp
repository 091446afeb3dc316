#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "khien/core/file.hpp"
#include "khien/probe/endpoint.hpp"
#include "linux/folder_entries.hpp"

namespace khien::probe {
namespace {

// Each level holds a descriptor. Deeper is not a person's folder but somebody's
// attempt to use them up; it is counted as unreadable.
constexpr int kMaxDepth = 200;

// The mount that a folder lies on, by its number in the kernel; 0 if it is no
// folder. Not st_dev: overlayfs and btrfs have several within one mount.
std::uint64_t mount_of_folder(const Fd& parent, const char* name) {
  struct statx status {};
  const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name == '\0' ? AT_EMPTY_PATH : 0);
  if (statx(parent.get(), name, flags, STATX_TYPE | STATX_MNT_ID, &status) != 0) return 0;
  return S_ISDIR(status.stx_mode) ? status.stx_mnt_id : 0;
}

using Visit = FileWalker::Visit;

class Walk {
 public:
  Walk(std::uint64_t mount, const Visit& visit) : mount_(mount), visit_(visit) {}

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
    // Gone, replaced by a link, or a mount of its own: none of them is below us.
    if (mount_of_folder(folder.fd(), name.c_str()) != mount_) return {};
    auto opened = folder.open_folder(name);
    if (!opened || depth > kMaxDepth) {
      ++unreadable_;
      return {};
    }
    return this->folder(*opened, path.back() == '/' ? path + name : path + "/" + name, depth);
  }

  std::uint64_t mount_;
  const Visit& visit_;
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
    Walk walk(mount_of_folder(folder.fd(), ""), visit);
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
