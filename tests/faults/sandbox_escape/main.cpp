// sandbox_escape: enters the worker's sandbox and tries everything that an
// intruder in it would try, one process an action. Passes only if all are
// refused, both with this kernel's Landlock and with that of ABI 2; and shows
// that what is harmless is possible outside, so that "refused" means something.
//
// Refused is: killed by SIGSYS, or EPERM, or EACCES. Nothing else, least of all
// ENOSYS or EINVAL, which would say that the attempt was a bad one.
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "action.hpp"
#include "khien/probe/sandbox.hpp"

namespace khien::escape {
namespace {

enum Exit : int { possible = 0, refused = 10, odd = 11, no_sandbox = 12 };

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(2);
}

int listen_on(int family, const sockaddr* address, socklen_t size) {
  const int fd = socket(family, SOCK_STREAM, 0);
  if (fd < 0 || bind(fd, address, size) != 0 || listen(fd, 64) != 0) give_up("listen");
  return fd;
}

int listen_unix(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  const auto size = offsetof(sockaddr_un, sun_path) + name.size();
  return listen_on(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size));
}

int listen_tcp() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = listen_on(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) give_up("getsockname");
  return ntohs(address.sin_port);
}

// Anew for each action, for the possible ones change it.
void prepare(Scene& scene) {
  scene.victim = scene.folder + "/victim";
  std::ofstream(scene.victim) << "victim";
  std::filesystem::create_directories(scene.folder + "/empty");
  if (chmod(scene.folder.c_str(), 0777) != 0 || chmod(scene.victim.c_str(), 0666) != 0) give_up("chmod");
  scene.folder_fd = open(scene.folder.c_str(), O_RDONLY | O_DIRECTORY);
  scene.read_only_fd = open(scene.victim.c_str(), O_RDONLY);
  int pair[2];
  if (pipe(pair) != 0) give_up("pipe");
  scene.pipe_read = pair[0];
  scene.pipe_write = pair[1];
}

void clean_up(const Scene& scene) {
  for (const int fd : {scene.folder_fd, scene.read_only_fd, scene.pipe_read, scene.pipe_write}) close(fd);
  for (const char* name : {"/victim", "/new", "/renamed", "/empty"}) {
    std::error_code ignored;
    std::filesystem::remove(scene.folder + name, ignored);
  }
}

[[noreturn]] void run(const Action& action, const Scene& scene, const probe::SandboxOptions* sandbox) {
  if (sandbox != nullptr && !probe::enter_sandbox(*sandbox)) _exit(no_sandbox);
  const long outcome = action.attempt(scene);
  if (outcome >= 0) _exit(possible);
  _exit(errno == EPERM || errno == EACCES ? refused : odd);
}

// How the action ended: an Exit, or less than zero the signal that killed it.
int try_one(const Action& action, const Scene& scene, const probe::SandboxOptions* sandbox) {
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid < 0) give_up("fork");
  if (pid == 0) run(action, scene, sandbox);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) give_up("waitpid");
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct Count {
  int tried = 0;
  int refused = 0;
  int shown = 0;
};

void try_inside(const std::vector<Action>& actions, Scene scene, int landlock_abi, Count& count) {
  probe::SandboxOptions sandbox;
  sandbox.landlock_abi_for_test = landlock_abi;
  for (const Action& action : actions) {
    prepare(scene);
    const int outcome = try_one(action, scene, &sandbox);
    ++count.tried;
    if (outcome == refused || outcome == -SIGSYS) {
      ++count.refused;
    } else {
      std::printf("NOT REFUSED  %s  (%d)\n", action.name, outcome);
    }
    clean_up(scene);
  }
}

void try_outside(const std::vector<Action>& actions, Scene scene, Count& count) {
  for (const Action& action : actions) {
    if (!action.harmless) continue;
    prepare(scene);
    const int outcome = try_one(action, scene, nullptr);
    if (outcome == possible) {
      ++count.shown;
    } else {
      std::printf("not possible outside either: %s  (%d)\n", action.name, outcome);
    }
    clean_up(scene);
  }
}

std::vector<Action> all_actions() {
  std::vector<Action> all;
  for (const auto& family : {file_actions(), path_actions(), network_actions(), process_actions(),
                             privilege_actions(), kernel_actions()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  return all;
}

int run_all() {
  std::string folder = std::filesystem::temp_directory_path() / "khien-escape-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) give_up("mkdtemp");
  // The line to the agent is descriptor 3, in the worker as here.
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) give_up("socketpair");
  if (pair[0] != 3 && dup2(pair[0], 3) != 3) give_up("dup2");

  Scene scene;
  scene.folder = folder;
  scene.parent = getpid();
  scene.unix_socket = folder + "/socket";
  scene.abstract_name = "khien-escape-" + std::to_string(getpid());
  listen_unix(scene.unix_socket);
  if (chmod(scene.unix_socket.c_str(), 0777) != 0) give_up("chmod");
  listen_unix(std::string(1, '\0') + scene.abstract_name);
  scene.tcp_port = listen_tcp();

  const auto actions = all_actions();
  Count as_here, as_abi_2;
  try_outside(actions, scene, as_here);
  try_inside(actions, scene, 0, as_here);
  try_inside(actions, scene, 2, as_abi_2);
  std::filesystem::remove_all(folder);

  std::printf("%d of %d refused with Landlock as it is here, %d of %d with that of ABI 2; %d shown to be possible "
              "outside\n",
              as_here.refused, as_here.tried, as_abi_2.refused, as_abi_2.tried, as_here.shown);
  const bool all_refused = as_here.refused == as_here.tried && as_abi_2.refused == as_abi_2.tried;
  // A root that may do nothing (a container) can show less.
  const int least_shown = geteuid() == 0 ? 60 : 40;
  return all_refused && as_here.tried >= 60 && as_here.shown >= least_shown ? 0 : 1;
}

}  // namespace
}  // namespace khien::escape

int main() { return khien::escape::run_all(); }
