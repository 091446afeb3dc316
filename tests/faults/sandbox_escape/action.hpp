#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <vector>

// What an intruder in the worker would try. Each action runs in a process of
// its own, prepared by `Scene` before the doors are shut.
namespace khien::escape {

struct Scene {
  std::string folder;        // of the test's own
  std::string victim;        // a file in it that everybody may write
  std::string unix_socket;   // somebody listens there
  std::string abstract_name; // and there
  int tcp_port = 0;          // and there, on 127.0.0.1
  int folder_fd = -1;        // open before the doors were shut, as an intruder could hope for
  int read_only_fd = -1;     // of `victim`
  int pipe_read = -1, pipe_write = -1;
  pid_t parent = 0;
};

struct Action {
  const char* name;
  // Below zero, with errno, if refused.
  long (*attempt)(const Scene&);
  // May be shown to be possible outside: it leaves nothing behind.
  bool harmless = true;
};

std::vector<Action> file_actions();
std::vector<Action> path_actions();
std::vector<Action> network_actions();
std::vector<Action> process_actions();
std::vector<Action> privilege_actions();
std::vector<Action> kernel_actions();

// Raw, so that no library decides anything on the way.
template <class... Arguments>
long call(long number, Arguments... arguments) {
  return syscall(number, arguments...);
}

}  // namespace khien::escape
