#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// A program of ours, started with exactly what is named here: no environment
// but `environment`, no descriptor but 0 to 2 and `socket` as 3, a session of
// its own (a key on the agent's terminal does not reach it).
struct ChildOptions {
  std::string executable;
  std::vector<std::string> arguments;    // from argv[1] on
  std::vector<std::string> environment;  // "TZ=UTC"
  int socket = -1;                       // becomes descriptor 3
  // >0: become this uid and gid before the program starts.
  uid_t uid = 0;
  gid_t gid = 0;
  // nice 19 and disk access when idle.
  bool background = false;
  // It gets SIGTERM when the thread that started it ends, so that an agent that
  // was killed leaves nobody behind.
  bool ends_with_us = false;
};

// A running child. Ended, at the latest, when this goes.
class ChildProcess {
 public:
  static Result<ChildProcess> start(const ChildOptions& options);
  ChildProcess() = default;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Has it ended? Tells how: "exit 1", "signal 11".
  bool ended(std::string& how);
  // SIGTERM, then SIGKILL after `grace`. One that hangs in the kernel is left
  // behind: waiting for it would hang us as well.
  void stop(Duration grace);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  bool reap_within(Duration time);

  pid_t pid_ = -1;  // -1: none, or reaped
  std::string how_;
};

// Did this process start that one, and has it not reaped it yet? From any thread;
// opens nothing.
bool is_our_child(pid_t pid);

}  // namespace khien::probe
