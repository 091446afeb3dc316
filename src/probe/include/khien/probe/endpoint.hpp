#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/budget.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"
#include "khien/model/observation.hpp"

namespace khien::probe {

// What is particular to an operating system stays behind these three; Linux
// implements them in probe/linux/, Windows follows.

// Who and what this machine is.
class MachineProbe {
 public:
  virtual ~MachineProbe() = default;
  // agent_version is left empty.
  virtual Result<MachineSeen> machine() = 0;
  virtual Result<std::vector<Package>> packages() = 0;
};

// Files under a folder of the policy.
class FileWalker {
 public:
  struct Entry {
    std::string path;    // absolute, bytes
    FileStatus status;
    const DirFd* folder; // where to open `name`; lives until the visit returns
    std::string name;
  };
  using Visit = std::function<Result<void>(const Entry&)>;
  virtual ~FileWalker() = default;
  // Visits regular files below an open folder, depth first, without following
  // links. A mount below is entered if it is of a disk or of memory, and each folder
  // that is mounted several times once; other machines' disks, other programs' file
  // systems and pseudo ones (proc, sys …) are never entered. What was left out is
  // told of in the log. `path` is what the folder is called (absolute): entries
  // are named by it, and it is never opened, so that who swaps it for a link
  // moves nothing. A folder that cannot be read is counted, not fatal. Ends early
  // when a visit fails. Returns how many folders could not be read.
  virtual Result<std::uint64_t> walk(DirFd folder, const std::string& path, const Visit& visit) = 0;
  // The same from a folder of the policy, whose path is trusted: links in it are
  // followed.
  virtual Result<std::uint64_t> walk(const std::string& root, const Visit& visit);
};

// Tells of files written, moved or removed below the policy's folders.
class FileWatcher {
 public:
  struct Change {
    enum class Kind : unsigned char { written, gone };
    Kind kind = Kind::written;
    std::string path;  // links resolved; of `gone` also a folder: all below it is gone
  };
  virtual ~FileWatcher() = default;
  // Waits up to `timeout` for changes, at most `limit` of them, each path once.
  virtual Result<std::vector<Change>> wait(Duration timeout, std::size_t limit) = 0;
  // True once events were lost (queue full, too many folders): the caller scans
  // again. Asking clears it.
  virtual bool lost_events() = 0;
  // For ProtectionSeen: "fanotify" or "inotify", and what it cannot see.
  virtual std::string describe() const = 0;
};

// Do times tell, on the file system where this file lies, that a file changed? Not in
// memory, where writing through a mapping moves none, nor where another machine or
// another program says what the times are, nor where they are not kept (FAT).
bool keeps_times(const Fd& file);

std::unique_ptr<MachineProbe> make_machine_probe();
std::unique_ptr<FileWalker> make_file_walker();
// fanotify on the roots' file systems where allowed, else inotify. Roots that do
// not exist are left out; Code::not_found if none does. The caller passes over
// what lies in its own folders.
Result<std::unique_ptr<FileWatcher>> make_file_watcher(const std::vector<std::string>& roots);

// Parsers of what the machine says, pure and fuzzed; the Linux probe uses them.
Result<std::vector<Package>> parse_dpkg_status(std::string_view text, std::string_view distro, Budget& budget);
struct OsRelease {
  std::string id, pretty_name, version_id;
};
OsRelease parse_os_release(std::string_view text);

}  // namespace khien::probe
