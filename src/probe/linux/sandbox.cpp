#include "khien/probe/sandbox.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>

#include "khien/core/file.hpp"
#include "linux/landlock.hpp"
#include "linux/seccomp.hpp"

namespace khien::probe {
namespace {

// The sanitizers reserve terabytes of address space that they never touch.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif
#else
constexpr bool kLimitMemory = true;
#endif

// More than a worker ever uses: it is replaced every hour. A stop for one that
// spins where the agent cannot see it.
constexpr rlim_t kCpuSeconds = 7200;
// 0 to 3, the file, and room for what the system library opens at start.
constexpr rlim_t kDescriptors = 16;

struct User {
  uid_t uid;
  gid_t gid;
};

struct FileClose {
  void operator()(FILE* file) const { std::fclose(file); }
};

// In the system's own list, which needs none of the libraries that other lists have.
std::optional<User> listed_user(const std::string& name) {
  const std::unique_ptr<FILE, FileClose> list(std::fopen("/etc/passwd", "re"));
  if (!list) return std::nullopt;
  while (const passwd* found = fgetpwent(list.get())) {
    if (name == found->pw_name && found->pw_uid != 0) return User{found->pw_uid, found->pw_gid};
  }
  return std::nullopt;
}

Result<User> find_user(const std::string& name) {
  for (const std::string& wanted : {name, std::string("nobody")}) {
    if (const auto listed = listed_user(wanted)) return *listed;
    if (const passwd* found = getpwnam(wanted.c_str()); found != nullptr && found->pw_uid != 0) {
      return User{found->pw_uid, found->pw_gid};
    }
  }
  return Error(Code::not_found, "no user '" + name + "' and no 'nobody' to become");
}

Result<void> become(const User& user) {
  if (setgroups(0, nullptr) != 0) return system_error("setgroups", errno);
  if (setresgid(user.gid, user.gid, user.gid) != 0) return system_error("setresgid", errno);
  if (setresuid(user.uid, user.uid, user.uid) != 0) return system_error("setresuid", errno);
  // Believed only when the way back is shut.
  if (setuid(0) == 0 || setgid(0) == 0) return Error(Code::internal, "root could not be given up");
  return {};
}

Result<void> leave_root(const SandboxOptions& options) {
  if (geteuid() != 0) return {};
  TRY(const User user, find_user(options.user));
  return become(user);
}

Result<void> limit(int resource, rlim_t value, const char* what) {
  const rlimit limits{.rlim_cur = value, .rlim_max = value};
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &limits) == 0) return {};
  return system_error(what, errno);
}

Result<void> set_limits(const SandboxOptions& options) {
  if (kLimitMemory) {
    TRY_VOID(limit(RLIMIT_AS, options.memory_bytes, "limit memory"));
  }
  TRY_VOID(limit(RLIMIT_CPU, kCpuSeconds, "limit processor time"));
  TRY_VOID(limit(RLIMIT_NOFILE, kDescriptors, "limit descriptors"));
  TRY_VOID(limit(RLIMIT_NPROC, 0, "limit processes"));
  if (!options.prints) TRY_VOID(limit(RLIMIT_FSIZE, 0, "limit file size"));
  TRY_VOID(limit(RLIMIT_MEMLOCK, 0, "limit locked memory"));
  TRY_VOID(limit(RLIMIT_MSGQUEUE, 0, "limit message queues"));
  return limit(RLIMIT_CORE, 0, "limit core dumps");
}

}  // namespace

Result<std::string> enter_sandbox(const SandboxOptions& options) {
  TRY_VOID(leave_root(options));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_error("no_new_privs", errno);
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return system_error("dumpable", errno);
  TRY_VOID(set_limits(options));
  const uid_t uid = geteuid();  // nobody may ask any more once seccomp is in force
  TRY(const int abi, shut_by_landlock(options.landlock_abi_for_test));
  TRY_VOID(shut_by_seccomp(options.prints));
  std::string in_force = "seccomp, ";
  in_force += abi > 0 ? "landlock abi " + std::to_string(abi) : std::string("no landlock");
  return in_force + ", uid " + std::to_string(uid);
}

}  // namespace khien::probe
