#include "linux/seccomp.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "khien/core/file.hpp"

namespace khien::probe {
namespace {

constexpr int kSocket = 3;  // the worker's only line to the outside

struct FilterFree {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// Memory, time, waiting for a lock, ending; reading an open file at a place.
constexpr std::array kAllowed = {
    SCMP_SYS(pread64),       SCMP_SYS(close),         SCMP_SYS(brk),          SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(madvise),       SCMP_SYS(futex),        SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),     SCMP_SYS(getpid),        SCMP_SYS(gettid),       SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigaction),  SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
};

// Nothing that reads bytes calls these by mistake: whoever does is an intruder,
// and is better dead than told EPERM.
constexpr std::array kDeadly = {
    SCMP_SYS(execve),           SCMP_SYS(execveat),          SCMP_SYS(fork),
    SCMP_SYS(vfork),            SCMP_SYS(clone),             SCMP_SYS(clone3),
    SCMP_SYS(ptrace),           SCMP_SYS(process_vm_readv),  SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),  SCMP_SYS(pidfd_open),        SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal), SCMP_SYS(unshare),          SCMP_SYS(setns),
    SCMP_SYS(io_uring_setup),   SCMP_SYS(io_uring_enter),    SCMP_SYS(io_uring_register),
    SCMP_SYS(bpf),              SCMP_SYS(keyctl),            SCMP_SYS(add_key),
    SCMP_SYS(request_key),      SCMP_SYS(userfaultfd),       SCMP_SYS(perf_event_open),
    SCMP_SYS(init_module),      SCMP_SYS(finit_module),      SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),       SCMP_SYS(kexec_file_load),   SCMP_SYS(reboot),
    SCMP_SYS(mount),            SCMP_SYS(umount2),           SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),           SCMP_SYS(move_mount),        SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),           SCMP_SYS(fsmount),           SCMP_SYS(fsconfig),
    SCMP_SYS(fspick),           SCMP_SYS(mount_setattr),     SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(swapon),           SCMP_SYS(swapoff),
    SCMP_SYS(socket),           SCMP_SYS(connect),           SCMP_SYS(bind),
    SCMP_SYS(listen),           SCMP_SYS(accept),            SCMP_SYS(accept4),
    SCMP_SYS(memfd_create),     SCMP_SYS(setuid),            SCMP_SYS(setgid),
    SCMP_SYS(setresuid),        SCMP_SYS(setresgid),         SCMP_SYS(setreuid),
    SCMP_SYS(setregid),         SCMP_SYS(setgroups),         SCMP_SYS(capset),
    SCMP_SYS(iopl),             SCMP_SYS(ioperm),            SCMP_SYS(personality),
};

int add_allowed(scmp_filter_ctx filter) {
  for (const int call : kAllowed) {
    if (const int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0); rc != 0) return rc;
  }
  return 0;
}

int add_deadly(scmp_filter_ctx filter) {
  for (const int call : kDeadly) {
    // A number below zero: this machine has no such call (fork on arm64).
    if (call < 0) continue;
    if (const int rc = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0); rc != 0) return rc;
  }
  return 0;
}

int add_printing(scmp_filter_ctx filter) {
  for (const scmp_datum_t descriptor : {1u, 2u}) {
    const scmp_arg_cmp there{.arg = 0, .op = SCMP_CMP_EQ, .datum_a = descriptor, .datum_b = 0};
    if (const int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, there); rc != 0) return rc;
  }
  return 0;
}

// Calls that are allowed with some arguments only.
int add_conditional(scmp_filter_ctx filter) {
  // Spelled out: the library's SCMP_A… macros are C99 alone.
  const scmp_arg_cmp not_executable{.arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0};
  const scmp_arg_cmp on_socket{.arg = 0, .op = SCMP_CMP_EQ, .datum_a = kSocket, .datum_b = 0};
  const scmp_arg_cmp to_itself{
      .arg = 0, .op = SCMP_CMP_EQ, .datum_a = static_cast<scmp_datum_t>(getpid()), .datum_b = 0};
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    if (const int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, not_executable); rc != 0) return rc;
  }
  for (const int call : {SCMP_SYS(recvmsg), SCMP_SYS(sendmsg)}) {
    if (const int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, on_socket); rc != 0) return rc;
  }
  // How abort() ends.
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, to_itself);
}

}  // namespace

Result<void> shut_by_seccomp(bool prints) {
  const std::unique_ptr<void, FilterFree> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return Error(Code::internal, "seccomp: no memory");
  // 32-bit and x32 calls have other numbers, so a filter by number must not see them.
  int rc = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A binary tree instead of a line of comparisons: pread64 is called all the time.
  if (rc == 0) rc = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (rc == 0) rc = add_allowed(filter.get());
  if (rc == 0) rc = add_conditional(filter.get());
  if (rc == 0 && prints) rc = add_printing(filter.get());
  if (rc == 0) rc = add_deadly(filter.get());
  if (rc == 0) rc = seccomp_load(filter.get());
  if (rc != 0) return system_error("seccomp", -rc);
  return {};
}

}  // namespace khien::probe
