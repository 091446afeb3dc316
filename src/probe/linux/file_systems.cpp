#include "linux/file_systems.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include "khien/probe/endpoint.hpp"

namespace khien::probe {
namespace {

// Not in linux/magic.h.
constexpr unsigned long kZfs = 0x2fc1'2fc1;
constexpr unsigned long kBcachefs = 0xca45'1a4e;
constexpr unsigned long kJfs = 0x3153'464a;

// None if nobody can say.
unsigned long magic_of(const Fd& fd) {
  struct statfs status {};
  if (fstatfs(fd.get(), &status) != 0) return 0;
  return static_cast<unsigned long>(status.f_type) & 0xffff'ffffUL;
}

}  // namespace

bool is_pseudo_file_system(const Fd& fd) {
  constexpr std::array<unsigned long, 14> kPseudo = {
      PROC_SUPER_MAGIC,    SYSFS_MAGIC,     DEVPTS_SUPER_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
      DEBUGFS_MAGIC,       TRACEFS_MAGIC,   SECURITYFS_MAGIC,   BPF_FS_MAGIC,       PSTOREFS_MAGIC,
      BINFMTFS_MAGIC,      NSFS_MAGIC,      SELINUX_MAGIC,      EFIVARFS_MAGIC,
  };
  return std::ranges::find(kPseudo, magic_of(fd)) != kPseudo.end();
}

// A list of those that do: one that is not known costs a second reading and no more.
bool keeps_times(const Fd& file) {
  constexpr std::array<unsigned long, 13> kKeep = {
      EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,  BTRFS_SUPER_MAGIC,    F2FS_SUPER_MAGIC, REISERFS_SUPER_MAGIC,
      NILFS_SUPER_MAGIC, SQUASHFS_MAGIC,  EROFS_SUPER_MAGIC_V1, ISOFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC,
      kZfs,             kBcachefs,        kJfs,
  };
  return std::ranges::find(kKeep, magic_of(file)) != kKeep.end();
}

bool is_local_file_system(std::string_view name) {
  constexpr std::array<std::string_view, 25> kLocal = {
      "ext2",  "ext3", "ext4",  "xfs",  "btrfs",   "f2fs",    "zfs",      "bcachefs", "jfs",
      "nilfs2", "reiserfs", "vfat", "msdos", "exfat", "ntfs", "ntfs3",    "fuseblk",  "hfs",
      "hfsplus", "udf", "iso9660", "squashfs", "erofs", "tmpfs", "ramfs",
  };
  return std::ranges::find(kLocal, name) != kLocal.end();
}

// "36 35 98:0 /root /mnt rw,noatime master:1 - ext4 /dev/sda1 rw"
MountNames mount_names(std::string_view mountinfo) {
  MountNames names;
  while (!mountinfo.empty()) {
    const std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
    std::uint64_t mount = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), mount);
    constexpr std::string_view kBefore = " - ";
    const std::size_t before = line.find(kBefore);
    if (error != std::errc{} || before == line.npos) continue;
    const std::string_view rest = line.substr(before + kBefore.size());
    names[mount] = rest.substr(0, rest.find(' '));
  }
  return names;
}

MountNames mount_names() {
  std::ifstream file("/proc/self/mountinfo", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return mount_names(text);
}

}  // namespace khien::probe
