#include "confinement.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "khien/core/file.hpp"

namespace khien::token {
namespace {

// Below this, locking what is mapped later would fail where a driver needs memory: then
// only the PIN's page is locked.
constexpr rlim_t kRoomToLock = 256u << 20;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLockAll = false;  // terabytes of address space
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kLockAll = false;
#else
constexpr bool kLockAll = true;
#endif
#else
constexpr bool kLockAll = true;
#endif

Result<void> become(const passwd& user) {
  // The groups of the user stay: a card reader's service may let in by group.
  if (initgroups(user.pw_name, user.pw_gid) != 0) return system_error("initgroups", errno);
  if (setresgid(user.pw_gid, user.pw_gid, user.pw_gid) != 0) return system_error("setresgid", errno);
  if (setresuid(user.pw_uid, user.pw_uid, user.pw_uid) != 0) return system_error("setresuid", errno);
  // Believed only when the way back is shut.
  if (setuid(0) == 0 || setgid(0) == 0) return Error(Code::internal, "root could not be given up");
  return {};
}

Result<void> leave_root(const std::string& name) {
  if (geteuid() != 0) return {};
  const rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
  for (const char* wanted : {name.c_str(), "nobody"}) {
    const passwd* found = getpwnam(wanted);
    if (found != nullptr && found->pw_uid != 0) return become(*found);
  }
  return Error(Code::not_found, "no user '" + name + "' and no 'nobody' to become");
}

bool lock_memory() {
  rlimit limit{};
  if (!kLockAll || getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur < kRoomToLock) return false;
  return mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

}  // namespace

Result<std::string> confine(const std::string& user) {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return system_error("limit core dumps", errno);
  TRY_VOID(leave_root(user));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_error("no_new_privs", errno);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return system_error("dumpable", errno);
  const std::string memory = lock_memory() ? "memory locked" : "only the PIN's page locked";
  return "uid " + std::to_string(geteuid()) + ", not dumpable, " + memory;
}

}  // namespace khien::token
