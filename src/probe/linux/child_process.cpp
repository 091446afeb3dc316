#include "linux/child_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <set>
#include <utility>

#include "khien/core/processor_time.hpp"
#include "khien/probe/endpoint.hpp"

namespace khien::probe {
namespace {

constexpr int kSocket = 3;
// linux/ioprio.h is not in every kernel's headers.
constexpr int kIoprioWhoProcess = 1;
constexpr int kIoprioIdle = 3 << 13;

// Who was started and not reaped yet. Held over fork, so that nobody meets a child
// that is not among them.
struct Children {
  std::mutex mutex;
  std::set<pid_t> pids;
};
Children& children() {
  static Children all;
  return all;
}

void forget(pid_t pid) {
  const std::lock_guard lock(children().mutex);
  children().pids.erase(pid);
}

std::int64_t milliseconds_of(const timeval& time) { return time.tv_sec * std::int64_t{1'000} + time.tv_usec / 1'000; }

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// From here to execve only what signal-safety(7) allows: another thread of the
// parent may have held any lock when we were copied.
[[noreturn]] void become_program(const ChildOptions& options, char* const* arguments, char* const* environment,
                                 int nothing) {
  // All signals are blocked here: the parent's handlers must not run in the copy.
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setsid();
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  if (options.socket == kSocket) {
    fcntl(kSocket, F_SETFD, 0);
  } else if (options.socket >= 0) {
    dup2(options.socket, kSocket);
  }
  syscall(SYS_close_range, options.socket >= 0 ? kSocket + 1 : kSocket, ~0u, 0u);
  if (options.uid > 0) {
    // Not glibc's: it would tell the threads that we no longer have.
    if (syscall(SYS_setgroups, 0, nullptr) != 0) _exit(126);
    if (syscall(SYS_setresgid, options.gid, options.gid, options.gid) != 0) _exit(126);
    if (syscall(SYS_setresuid, options.uid, options.uid, options.uid) != 0) _exit(126);
  }
  if (options.background) {
    setpriority(PRIO_PROCESS, 0, 19);
    syscall(SYS_ioprio_set, kIoprioWhoProcess, 0, kIoprioIdle);
  }
  // After the change of uid, which clears it.
  if (options.ends_with_us) prctl(PR_SET_PDEATHSIG, SIGTERM);
  execve(arguments[0], arguments, environment);
  _exit(127);
}

std::string describe(int status) {
  if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  return "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildOptions& options) {
  std::vector<std::string> argument_texts{options.executable};
  argument_texts.insert(argument_texts.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment_texts = options.environment;
  const std::vector<char*> arguments = pointers(argument_texts);
  const std::vector<char*> environment = pointers(environment_texts);
  const Fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing) return system_error("open /dev/null", errno);
  if (access(options.executable.c_str(), X_OK) != 0) return system_error(options.executable, errno);

  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = -1;
  int error = 0;
  {
    const std::lock_guard lock(children().mutex);
    pid = fork();
    if (pid == 0) become_program(options, arguments.data(), environment.data(), nothing.get());
    error = errno;
    if (pid > 0) children().pids.insert(pid);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return system_error("fork", error);
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), how_(std::move(other.how_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  stop({});
  pid_ = std::exchange(other.pid_, -1);
  how_ = std::move(other.how_);
  return *this;
}

ChildProcess::~ChildProcess() { stop({}); }

bool ChildProcess::ended(std::string& how) {
  if (pid_ > 0) {
    int status = 0;
    {
      const std::lock_guard lock(children().mutex);
      const pid_t reaped = waitpid(pid_, &status, WNOHANG);
      if (reaped == 0) return false;
      children().pids.erase(pid_);
      how_ = reaped == pid_ ? describe(status) : "reaped by somebody else";
    }
    pid_ = -1;
  }
  how = how_;
  return true;
}

bool ChildProcess::reap_within(Duration time) {
  std::string how;
  for (std::int64_t waited_ms = 0; !ended(how); waited_ms += 5) {
    if (waited_ms >= time.ms) return false;
    poll(nullptr, 0, 5);
  }
  return true;
}

void ChildProcess::stop(Duration grace) {
  std::string how;
  if (pid_ <= 0 || ended(how)) return;
  if (grace.ms > 0) {
    kill(pid_, SIGTERM);
    if (reap_within(grace)) return;
  }
  kill(pid_, SIGKILL);
  if (!reap_within(seconds(2))) forget(pid_);
  pid_ = -1;
}

bool is_our_child(pid_t pid) {
  const std::lock_guard lock(children().mutex);
  return children().pids.contains(pid);
}

Duration processor_time() {
  // Whoever is reaped moves from the living into the sum of the dead; under the lock
  // nobody does.
  const std::lock_guard lock(children().mutex);
  Duration all;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage spent{};
    if (getrusage(who, &spent) == 0) all.ms += milliseconds_of(spent.ru_utime) + milliseconds_of(spent.ru_stime);
  }
  for (const pid_t pid : children().pids) {
    if (const auto time = processor_time_of(pid)) all.ms += time->ms;
  }
  return all;
}

}  // namespace khien::probe
