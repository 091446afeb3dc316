#include "walls.hpp"

#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "khien/core/file.hpp"

namespace khien::render {
namespace {

constexpr rlim_t kDescriptors = 1024;
constexpr rlim_t kProcesses = 600;             // threads too, of its user
constexpr rlim_t kFileBytes = rlim_t{256} << 20;

struct User {
  uid_t uid;
  gid_t gid;
};

std::optional<User> find_user(const std::string& name) {
  uid_t number = 0;
  const char* end = name.data() + name.size();
  if (const auto [last, error] = std::from_chars(name.data(), end, number); error == std::errc() && last == end) {
    return User{number, static_cast<gid_t>(number)};
  }
  const passwd* found = getpwnam(name.c_str());
  if (found == nullptr) return std::nullopt;
  return User{found->pw_uid, found->pw_gid};
}

struct NamesFree {
  void operator()(struct if_nameindex* names) const { if_freenameindex(names); }
};

bool is_up(int socket, const char* name) {
  ifreq asked{};
  std::strncpy(asked.ifr_name, name, sizeof asked.ifr_name - 1);
  return ioctl(socket, SIOCGIFFLAGS, &asked) != 0 || (asked.ifr_flags & IFF_UP) != 0;
}

// Kernels put tunnels into each new network that lead nowhere until somebody with rights
// over it brings them up.
bool only_loopback() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const std::unique_ptr<struct if_nameindex, NamesFree> names(if_nameindex());
  if (!socket || !names) return false;
  for (const struct if_nameindex* one = names.get(); one->if_index != 0; ++one) {
    if (std::string_view(one->if_name) != "lo" && is_up(socket.get(), one->if_name)) return false;
  }
  return true;
}

}  // namespace

std::string leave_network() {
  if (geteuid() == 0 && unshare(CLONE_NEWNET | CLONE_NEWIPC) != 0) return "network";
  return only_loopback() ? "" : "network";
}

std::string become_user(const std::string& name, uid_t asker) {
  if (geteuid() == 0) {
    const auto user = find_user(name);
    if (!user || user->uid == 0) return "no_user";
    if (setgroups(0, nullptr) != 0 || setresgid(user->gid, user->gid, user->gid) != 0 || setresuid(user->uid, user->uid, user->uid) != 0) {
      return "no_user";
    }
  }
  const bool way_back = setuid(0) == 0 || geteuid() == 0;
  return way_back || geteuid() == asker ? "own_user" : "";
}

std::string has_sandbox() {
  const pid_t child = fork();
  if (child < 0) return "no_sandbox";
  if (child == 0) _exit(unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET) == 0 ? 0 : 1);
  int status = 0;
  if (waitpid(child, &status, 0) != child) return "no_sandbox";
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : "no_sandbox";
}

std::string bound_itself() {
  const auto limited = [](__rlimit_resource_t what, rlim_t most) {
    const rlimit limits{.rlim_cur = most, .rlim_max = most};
    return setrlimit(what, &limits) == 0;
  };
  const bool holds = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 &&
                     limited(RLIMIT_CORE, 0) && limited(RLIMIT_NOFILE, kDescriptors) && limited(RLIMIT_NPROC, kProcesses) &&
                     limited(RLIMIT_FSIZE, kFileBytes);
  return holds ? "" : "no_sandbox";
}

}  // namespace khien::render
