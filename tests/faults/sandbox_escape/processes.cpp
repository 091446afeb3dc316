#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include <cstdint>

#include "action.hpp"

namespace khien::escape {
namespace {

long run_true() {
  const char* arguments[] = {"/bin/true", nullptr};
  return call(SYS_execve, "/bin/true", arguments, nullptr);
}

}  // namespace

std::vector<Action> process_actions() {
  return {
      // Becomes another program, so that it ends as "possible" there.
      {"execve", [](const Scene&) { return run_true(); }},
      {"execveat",
       [](const Scene&) {
         const char* arguments[] = {"true", nullptr};
         return call(SYS_execveat, AT_FDCWD, "/bin/true", arguments, nullptr, 0);
       }},
      {"run a file in memory",
       [](const Scene&) {
         const long fd = call(SYS_memfd_create, "x", 0);
         if (fd < 0) return fd;
         const char* arguments[] = {"x", nullptr};
         return call(SYS_execveat, fd, "", arguments, nullptr, AT_EMPTY_PATH);
       },
       false},
      {"fork and run",
       [](const Scene&) {
         const long pid = call(SYS_fork);
         if (pid == 0) run_true();
         return pid;
       }},
      {"clone", [](const Scene&) {
         const long pid = call(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0);
         if (pid == 0) _exit(0);
         return pid;
       }},
      {"clone3",
       [](const Scene&) {
         clone_args arguments{};
         arguments.exit_signal = SIGCHLD;
         const long pid = call(SYS_clone3, &arguments, sizeof arguments);
         if (pid == 0) _exit(0);
         return pid;
       }},
      {"ptrace the parent", [](const Scene& s) { return call(SYS_ptrace, PTRACE_SEIZE, s.parent, 0, 0); }},
      {"be traced", [](const Scene&) { return call(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0); }},
      {"kill the parent", [](const Scene& s) { return call(SYS_kill, s.parent, 0); }},
      {"kill everybody", [](const Scene&) { return call(SYS_kill, -1, 0); }},
      {"kill the parent's thread", [](const Scene& s) { return call(SYS_tgkill, s.parent, s.parent, 0); }},
      {"kill by tkill", [](const Scene& s) { return call(SYS_tkill, s.parent, 0); }},
      {"queue a signal to the parent",
       [](const Scene& s) {
         siginfo_t info{};
         info.si_code = SI_QUEUE;
         return call(SYS_rt_sigqueueinfo, s.parent, 0, &info);
       }},
      {"read the parent's memory",
       [](const Scene& s) {
         char local[8];
         iovec here{local, sizeof local};
         iovec there{const_cast<Scene*>(&s), sizeof local};
         return call(SYS_process_vm_readv, s.parent, &here, 1, &there, 1, 0);
       }},
      {"write the parent's memory",
       [](const Scene& s) {
         char local[1] = {0};
         iovec here{local, sizeof local};
         static char target;
         iovec there{&target, sizeof local};
         return call(SYS_process_vm_writev, s.parent, &here, 1, &there, 1, 0);
       }},
      {"pidfd_open", [](const Scene& s) { return call(SYS_pidfd_open, s.parent, 0); }},
      {"take a descriptor from the parent",
       [](const Scene& s) {
         const long fd = call(SYS_pidfd_open, s.parent, 0);
         return fd < 0 ? fd : call(SYS_pidfd_getfd, fd, 0, 0);
       }},
      {"process_madvise",
       [](const Scene& s) {
         const long fd = call(SYS_pidfd_open, s.parent, 0);
         if (fd < 0) return fd;
         static char page[8192];
         iovec there{reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(page) + 4095) & ~std::uintptr_t{4095}), 4096};
         return call(SYS_process_madvise, fd, &there, 1, MADV_COLD, 0);
       }},
      {"set the parent's limits",
       [](const Scene& s) {
         rlimit limits{};
         return call(SYS_prlimit64, s.parent, RLIMIT_NOFILE, nullptr, &limits);
       }},
      {"set own limits",
       [](const Scene&) {
         rlimit limits{1, 1};
         return call(SYS_setrlimit, RLIMIT_CORE, &limits);
       }},
      {"move the parent to a processor",
       [](const Scene& s) {
         cpu_set_t set;
         CPU_ZERO(&set);
         CPU_SET(0, &set);
         CPU_SET(1, &set);
         return call(SYS_sched_setaffinity, s.parent, sizeof set, &set);
       }},
      {"set the parent's priority", [](const Scene& s) { return call(SYS_setpriority, PRIO_PROCESS, s.parent, 0); }},
      {"schedule in real time",
       [](const Scene&) {
         const sched_param parameters{.sched_priority = 1};
         return call(SYS_sched_setscheduler, 0, SCHED_FIFO, &parameters);
       },
       false},
      {"a new session", [](const Scene&) { return call(SYS_setsid); }},
      {"another process's group", [](const Scene& s) { return call(SYS_getpgid, s.parent); }},
      {"wait for others", [](const Scene&) { return call(SYS_wait4, -1, nullptr, 1, nullptr); }, false},
      {"become dumpable again", [](const Scene&) { return call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }},
      {"a signal when the parent ends", [](const Scene&) { return call(SYS_prctl, PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0); }},
      {"System V message queue", [](const Scene&) { return call(SYS_msgget, 0, 0600); }, false},
      {"System V shared memory", [](const Scene&) { return call(SYS_shmget, 0, 4096, 0600); }, false},
      {"System V semaphores", [](const Scene&) { return call(SYS_semget, 0, 1, 0600); }, false},
      {"POSIX message queue",
       [](const Scene&) { return call(SYS_mq_open, "khien-escape", O_CREAT | O_RDWR, 0600, nullptr); }, false},
      {"a timer", [](const Scene&) { return call(SYS_timerfd_create, 0, 0); }},
      {"an event descriptor", [](const Scene&) { return call(SYS_eventfd2, 0, 0); }},
      {"a pipe",
       [](const Scene&) {
         int pair[2];
         return call(SYS_pipe2, pair, 0);
       }},
      {"sleep", [](const Scene&) {
         const timespec moment{0, 1};
         return call(SYS_nanosleep, &moment, nullptr);
       }},
  };
}

}  // namespace khien::escape
