#include "privileges.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "khien/core/file.hpp"

namespace khien::hub {
namespace {

// Files that a command run as root left behind would be unreadable afterwards.
Result<void> hand_over(const std::string& path, uid_t uid, gid_t gid) {
  TRY_VOID(system_files().make_folder(path, 0700));
  TRY(const auto folder, DirFd::open(path));
  if (::fchown(folder.fd().get(), uid, gid) != 0) return system_error("chown " + path, errno);
  return folder.each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    const std::string entry(name);
    if (::fchownat(folder.fd().get(), entry.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
      return system_error("chown " + path + "/" + entry, errno);
    }
    return {};
  });
}

}  // namespace

Result<void> become_user(const std::string& user, const std::string& data_folder) {
  if (::geteuid() != 0) return {};
  errno = 0;
  const passwd* entry = ::getpwnam(user.c_str());
  // A directory that cannot be asked is no "there is none": that would leave us root.
  if (entry == nullptr && errno != 0 && errno != ENOENT && errno != ESRCH) return system_error("look up " + user, errno);
  if (entry == nullptr) return Error(Code::not_found, "there is no system account '" + user + "'");
  TRY_VOID(hand_over(data_folder, entry->pw_uid, entry->pw_gid));
  if (::setgroups(0, nullptr) != 0 || ::setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
      ::setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0) {
    return system_error("become " + user, errno);
  }
  return {};
}

}  // namespace khien::hub
