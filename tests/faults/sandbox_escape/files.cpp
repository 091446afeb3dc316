#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "action.hpp"

namespace khien::escape {
namespace {

const char* path(const Scene& scene) { return scene.victim.c_str(); }

}  // namespace

// Opening, and what can be done to a file that is open.
std::vector<Action> file_actions() {
  return {
      {"open /etc/shadow", [](const Scene&) { return call(SYS_open, "/etc/shadow", O_RDONLY); }},
      {"open a file that all may read", [](const Scene& s) { return call(SYS_openat, AT_FDCWD, path(s), O_RDONLY); }},
      {"open a file beside an open folder",
       [](const Scene& s) { return call(SYS_openat, s.folder_fd, "victim", O_RDONLY); }},
      {"open a file for writing", [](const Scene& s) { return call(SYS_open, path(s), O_WRONLY); }},
      {"openat2",
       [](const Scene& s) {
         open_how how{};
         how.flags = O_RDONLY;
         return call(SYS_openat2, AT_FDCWD, path(s), &how, sizeof how);
       }},
      {"open own program for writing", [](const Scene&) { return call(SYS_open, "/proc/self/exe", O_RDWR); }, false},
      {"open own memory", [](const Scene&) { return call(SYS_open, "/proc/self/mem", O_RDWR); }},
      {"open a folder", [](const Scene&) { return call(SYS_open, "/", O_RDONLY | O_DIRECTORY); }},
      {"open a path only", [](const Scene& s) { return call(SYS_open, path(s), O_PATH); }},
      {"open a descriptor anew",
       [](const Scene& s) {
         const std::string self = "/proc/self/fd/" + std::to_string(s.read_only_fd);
         return call(SYS_open, self.c_str(), O_RDWR);
       }},
      {"creat", [](const Scene& s) { return call(SYS_creat, (s.folder + "/new").c_str(), 0600); }},
      {"a nameless file", [](const Scene& s) { return call(SYS_open, s.folder.c_str(), O_TMPFILE | O_RDWR, 0600); }},
      {"read a folder",
       [](const Scene& s) {
         char buffer[4096];
         return call(SYS_getdents64, s.folder_fd, buffer, sizeof buffer);
       }},
      {"write to a pipe that is open", [](const Scene& s) { return call(SYS_write, s.pipe_write, "x", 1); }},
      {"writev",
       [](const Scene& s) {
         iovec part{const_cast<char*>("x"), 1};
         return call(SYS_writev, s.pipe_write, &part, 1);
       }},
      {"vmsplice",
       [](const Scene& s) {
         iovec part{const_cast<char*>("x"), 1};
         return call(SYS_vmsplice, s.pipe_write, &part, 1, 0);
       }},
      {"splice a file into a pipe",
       [](const Scene& s) {
         loff_t offset = 0;
         return call(SYS_splice, s.read_only_fd, &offset, s.pipe_write, nullptr, 1, 0);
       }},
      {"sendfile",
       [](const Scene& s) {
         off_t offset = 0;
         return call(SYS_sendfile, s.pipe_write, s.read_only_fd, &offset, 1);
       }},
      {"ioctl",
       [](const Scene& s) {
         int count = 0;
         return call(SYS_ioctl, s.read_only_fd, 0x541B /* FIONREAD */, &count);
       }},
      {"ioctl TIOCSTI", [](const Scene&) { return call(SYS_ioctl, 0, 0x5412, "x"); }, false},
      {"flock", [](const Scene& s) { return call(SYS_flock, s.read_only_fd, 1); }},
      {"fcntl", [](const Scene& s) { return call(SYS_fcntl, s.read_only_fd, F_GETFL); }},
      {"duplicate a descriptor", [](const Scene& s) { return call(SYS_dup, s.read_only_fd); }},
      {"change the folder it is in", [](const Scene&) { return call(SYS_chdir, "/"); }},
      {"change the folder by descriptor", [](const Scene& s) { return call(SYS_fchdir, s.folder_fd); }},
      {"a file in memory", [](const Scene&) { return call(SYS_memfd_create, "x", 0); }},
      {"memory that can be run",
       [](const Scene&) {
         return call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       }},
      {"memory made to be run",
       [](const Scene&) {
         const long at = call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return call(SYS_mprotect, at, 4096, PROT_READ | PROT_EXEC);
       }},
      {"memory made to be run, with a key",
       [](const Scene&) {
         const long at = call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return call(SYS_pkey_mprotect, at, 4096, PROT_READ | PROT_EXEC, -1);
       }},
  };
}

// What needs no open file, only a path.
std::vector<Action> path_actions() {
  return {
      {"stat a path",
       [](const Scene& s) {
         struct stat status {};
         return call(SYS_newfstatat, AT_FDCWD, path(s), &status, 0);
       }},
      {"statx a path",
       [](const Scene& s) {
         struct statx status {};
         return call(SYS_statx, AT_FDCWD, path(s), 0, STATX_ALL, &status);
       }},
      {"ask whether a path exists", [](const Scene& s) { return call(SYS_access, path(s), F_OK); }},
      {"read a link",
       [](const Scene&) {
         char buffer[256];
         return call(SYS_readlink, "/proc/self/exe", buffer, sizeof buffer);
       }},
      {"truncate by path", [](const Scene& s) { return call(SYS_truncate, path(s), 0); }},
      {"truncate by descriptor", [](const Scene& s) { return call(SYS_ftruncate, s.read_only_fd, 0); }, false},
      {"rename", [](const Scene& s) { return call(SYS_rename, path(s), (s.folder + "/renamed").c_str()); }},
      {"unlink", [](const Scene& s) { return call(SYS_unlink, path(s)); }},
      {"rmdir", [](const Scene& s) { return call(SYS_rmdir, (s.folder + "/empty").c_str()); }},
      {"mkdir", [](const Scene& s) { return call(SYS_mkdir, (s.folder + "/new").c_str(), 0700); }},
      {"symlink", [](const Scene& s) { return call(SYS_symlink, "/etc", (s.folder + "/new").c_str()); }},
      {"link", [](const Scene& s) { return call(SYS_link, path(s), (s.folder + "/new").c_str()); }},
      {"mknod", [](const Scene& s) { return call(SYS_mknod, (s.folder + "/new").c_str(), S_IFIFO | 0600, 0); }},
      {"chmod", [](const Scene& s) { return call(SYS_chmod, path(s), 0777); }},
      {"chmod by descriptor", [](const Scene& s) { return call(SYS_fchmod, s.read_only_fd, 0777); }},
      {"chown", [](const Scene& s) { return call(SYS_chown, path(s), 0, 0); }},
      {"set times", [](const Scene& s) { return call(SYS_utimensat, AT_FDCWD, path(s), nullptr, 0); }},
      {"set an attribute",
       [](const Scene& s) { return call(SYS_setxattr, path(s), "user.x", "y", 1, 0); }, false},
      {"umask", [](const Scene&) { return call(SYS_umask, 0); }},
      {"name_to_handle_at",
       [](const Scene& s) {
         alignas(file_handle) char memory[sizeof(file_handle) + MAX_HANDLE_SZ]{};
         reinterpret_cast<file_handle*>(memory)->handle_bytes = MAX_HANDLE_SZ;
         int mount = 0;
         return call(SYS_name_to_handle_at, AT_FDCWD, path(s), memory, &mount, 0);
       }},
      {"open_by_handle_at",
       [](const Scene& s) {
         alignas(file_handle) char memory[sizeof(file_handle) + MAX_HANDLE_SZ]{};
         return call(SYS_open_by_handle_at, s.folder_fd, memory, O_RDONLY);
       },
       false},
      {"watch by inotify", [](const Scene&) { return call(SYS_inotify_init1, 0); }},
      {"watch by fanotify", [](const Scene&) { return call(SYS_fanotify_init, 0x200, O_RDONLY); }},
  };
}

}  // namespace khien::escape
