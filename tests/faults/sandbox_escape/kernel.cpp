#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include <cstdint>
#include <cstring>
#include <ctime>

#include "action.hpp"

namespace khien::escape {
namespace {

struct CapabilityHeader {
  std::uint32_t version = 0x20080522;
  int pid = 0;
};

}  // namespace

// Becoming somebody else, or being elsewhere.
std::vector<Action> privilege_actions() {
  return {
      {"setuid 0", [](const Scene&) { return call(SYS_setuid, 0); }},
      {"setgid 0", [](const Scene&) { return call(SYS_setgid, 0); }},
      {"setresuid 0", [](const Scene&) { return call(SYS_setresuid, 0, 0, 0); }},
      {"setgroups", [](const Scene&) { return call(SYS_setgroups, 0, nullptr); }},
      {"setfsuid", [](const Scene&) { return call(SYS_setfsuid, 0); }},
      {"capset",
       [](const Scene&) {
         CapabilityHeader header;
         std::uint32_t data[6]{};
         return call(SYS_capset, &header, data);
       }},
      {"a user namespace", [](const Scene&) { return call(SYS_unshare, CLONE_NEWUSER); }},
      {"a network namespace", [](const Scene&) { return call(SYS_unshare, CLONE_NEWNET); }},
      {"a mount namespace", [](const Scene&) { return call(SYS_unshare, CLONE_NEWNS); }},
      {"setns", [](const Scene& s) { return call(SYS_setns, s.folder_fd, 0); }, false},
      {"mount", [](const Scene& s) { return call(SYS_mount, "x", s.folder.c_str(), "tmpfs", 0, nullptr); }, false},
      {"umount", [](const Scene& s) { return call(SYS_umount2, s.folder.c_str(), MNT_DETACH); }, false},
      {"fsopen", [](const Scene&) { return call(SYS_fsopen, "tmpfs", 0); }},
      {"open_tree", [](const Scene&) { return call(SYS_open_tree, AT_FDCWD, "/", 0); }},
      {"pivot_root", [](const Scene&) { return call(SYS_pivot_root, ".", "."); }, false},
      {"chroot", [](const Scene&) { return call(SYS_chroot, "/"); }},
      {"personality", [](const Scene&) { return call(SYS_personality, ADDR_NO_RANDOMIZE); }},
      {"another seccomp filter", [](const Scene&) { return call(SYS_seccomp, 2, 0, "\0"); }, false},
      {"another Landlock ruleset", [](const Scene&) { return call(SYS_landlock_create_ruleset, nullptr, 0, 1); }},
  };
}

// What the kernel does for root, and its newest and largest doors.
std::vector<Action> kernel_actions() {
  return {
      {"io_uring",
       [](const Scene&) {
         io_uring_params parameters{};
         return call(SYS_io_uring_setup, 1, &parameters);
       }},
      {"bpf",
       [](const Scene&) {
         bpf_attr attributes{};
         attributes.map_type = BPF_MAP_TYPE_ARRAY;
         attributes.key_size = 4;
         attributes.value_size = 4;
         attributes.max_entries = 1;
         return call(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
       }},
      {"keyctl", [](const Scene&) { return call(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0); }},
      {"add_key",
       [](const Scene&) { return call(SYS_add_key, "user", "khien-escape", "x", 1, KEY_SPEC_PROCESS_KEYRING); }},
      {"request_key",
       [](const Scene&) { return call(SYS_request_key, "user", "khien-escape", nullptr, KEY_SPEC_PROCESS_KEYRING); },
       false},
      {"userfaultfd", [](const Scene&) { return call(SYS_userfaultfd, 1); }},
      {"perf_event_open",
       [](const Scene&) {
         perf_event_attr attributes{};
         attributes.type = PERF_TYPE_SOFTWARE;
         attributes.size = sizeof attributes;
         attributes.config = PERF_COUNT_SW_DUMMY;
         return call(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
       }},
      {"load a module", [](const Scene&) { return call(SYS_init_module, "x", 1, ""); }, false},
      {"load a module by descriptor", [](const Scene& s) { return call(SYS_finit_module, s.read_only_fd, "", 0); },
       false},
      {"unload a module", [](const Scene&) { return call(SYS_delete_module, "khien_escape", O_NONBLOCK); }, false},
      {"kexec", [](const Scene&) { return call(SYS_kexec_load, 0, 0, nullptr, 0); }, false},
      {"reboot", [](const Scene&) {
         return call(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, nullptr);
       }, false},
      {"swapon", [](const Scene& s) { return call(SYS_swapon, s.victim.c_str(), 0); }, false},
      {"swapoff", [](const Scene& s) { return call(SYS_swapoff, s.victim.c_str()); }, false},
      {"acct", [](const Scene&) { return call(SYS_acct, nullptr); }, false},
      {"quotactl", [](const Scene&) { return call(SYS_quotactl, 0x80000100, nullptr, 0, nullptr); }, false},
      {"iopl", [](const Scene&) { return call(SYS_iopl, 3); }, false},
      {"ioperm", [](const Scene&) { return call(SYS_ioperm, 0x80, 1, 1); }, false},
      {"set the time of day", [](const Scene&) { return call(SYS_settimeofday, nullptr, nullptr); }, false},
      {"set the clock",
       [](const Scene&) {
         const timespec never{-1, 0};
         return call(SYS_clock_settime, CLOCK_REALTIME, &never);
       },
       false},
      {"adjust the clock",
       [](const Scene&) {
         timex nothing{};
         return call(SYS_adjtimex, &nothing);
       }},
      {"set the host's name",
       [](const Scene&) {
         utsname names{};
         if (call(SYS_uname, &names) < 0) return -1L;
         return call(SYS_sethostname, names.nodename, std::strlen(names.nodename));
       }},
      {"read the kernel's log", [](const Scene&) { return call(SYS_syslog, 10, nullptr, 0); }},
      {"ask for the system's state",
       [](const Scene&) {
         char buffer[256];
         return call(SYS_sysinfo, buffer);
       }},
      {"lock memory", [](const Scene&) { return call(SYS_mlockall, 1); }},
      {"a call that nobody listed", [](const Scene&) { return call(SYS_getcpu, nullptr, nullptr, nullptr); }},
#ifdef __x86_64__
      {"the 32-bit door",
       [](const Scene&) {
         long result = 20;  // getpid there
         asm volatile("int $0x80" : "+a"(result) : : "memory");
         return result;
       }},
      {"the x32 door", [](const Scene&) { return call(0x40000000 | SYS_getpid); }, false},
#endif
  };
}

}  // namespace khien::escape
