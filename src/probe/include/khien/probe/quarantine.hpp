#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/env.hpp"
#include "khien/core/file.hpp"
#include "khien/core/hash.hpp"
#include "khien/core/result.hpp"
#include "khien/model/order.hpp"

namespace khien::probe {

// One file in quarantine: what the journal keeps of it. Paths and names are bytes.
struct QuarantineEntry {
  // taking ──► held ──► restoring ──► restored
  //    └─ the file is where it was ─► (no entry)   └─ not put back ─► held
  enum class State : unsigned char { taking, held, restoring, restored };

  std::string name;        // 32 hex digits, random
  State state = State::taking;
  std::string root;        // the policy's folder, absolute
  std::string folder;      // below the root; empty: the root itself
  std::string file;        // the name in that folder
  Sha256 sha256;
  std::uint64_t size = 0;  // bytes
  std::uint64_t device = 0, inode = 0;
  std::uint32_t uid = 0, gid = 0, mode = 0;  // mode: permission bits as they were, setuid and all
  std::int64_t mtime_ns = 0;                 // Unix nanoseconds
  std::uint32_t folder_uid = 0, folder_mode = 0;
  std::string rule;        // why
  std::int64_t order = 0;  // who: the hub's order; 0: the agent by itself
  std::string reason;      // of the person behind the order
  Timestamp taken_at;
  bool emptied = false;    // an empty file stands where it was
  bool running = false;    // a process was running it
  std::string aside;       // the random name it has for a moment on its way out
  std::int64_t restore_order = 0;
  Timestamp restored_at;

  std::string path() const;
  bool operator==(const QuarantineEntry&) const = default;
};

// The journal's text of an entry, and its strict reader. Code::invalid names the
// field; a name, a folder or a file that could lead elsewhere is invalid too.
std::string to_json(const QuarantineEntry& entry);
Result<QuarantineEntry> quarantine_entry_from_json(std::string_view text);

// Do root, folder and file name a place that cannot lead elsewhere? Code::invalid
// names the one that does not.
Result<void> check_place(const QuarantineEntry& entry);

// The package that owns the path, by dpkg's lists; empty if none does.
Result<std::string> package_of(const std::string& path, const std::string& info_folder = "/var/lib/dpkg/info");
// Is the path a line of such a list? Also by its name from before /bin and /lib
// moved into /usr.
bool list_names(std::string_view list, std::string_view path);

struct QuarantineLimits {
  std::uint64_t file_bytes = 256u << 20;
  std::uint64_t bytes = 2u << 30;  // of all that is held
  std::size_t items = 10'000;      // entries, also of what was restored
};

// Files that were taken out of use: whole, encrypted, in a folder of the
// machine's own, and never run, read or put back by anything but this.
//
// Invariants
//  (1) At every moment, through kill -9 and power cut, a file that was to be taken
//      is where it was, or whole in the store; never neither.
//  (2) No path is followed twice. What is read, judged by its hash, emptied and
//      removed is one inode, held by descriptor; a name is only ever removed from
//      the folder that was opened, and only when it leads to that inode.
//  (3) Nothing is overwritten: what is put back goes by descriptor under a name
//      that must be free, into the recorded folder, below one of the given roots.
//  (4) What is put back has no setuid, setgid or sticky bit, no capability, no
//      extended attribute.
//  (5) The name a file had is data in a sealed record; files of the store have
//      random names.
//
// Not thread-safe.
class Quarantine {
 public:
  struct Options {
    std::string folder;  // made if missing, 0700; its key is "key", 0600
    QuarantineLimits limits;
    // Who owns a path; package_of, or a fake.
    std::function<Result<std::string>(const std::string&)> owner = [](const std::string& path) { return package_of(path); };
    // Called with a name before each step that leaves a trace, for tests: an
    // error stands for a disk that failed there.
    std::function<Result<void>(std::string_view step)> before = {};
  };
  // Opens the store and brings what a crash left to one side or the other.
  static Result<std::unique_ptr<Quarantine>> open(Options options, const Env& env);
  ~Quarantine();

  struct Wanted {
    std::string root;      // a folder of the policy, trusted
    std::string relative;  // below it
    Sha256 sha256;         // of the bytes that were judged
    std::string rule;
    std::int64_t order = 0;
    std::string reason;
    bool insist = false;   // also if a package owns it, it is written or immutable
  };
  struct Answer {
    Refusal refusal = Refusal::none;
    std::string detail;    // for a log
    QuarantineEntry entry; // of what is held or restored; empty if refused
  };
  Answer take(const Wanted& wanted);

  struct Return {
    std::string name;
    Sha256 sha256;
    std::vector<std::string> roots;  // the policy's, today
    bool two_persons = false;
    std::int64_t order = 0;
    // Called when nothing speaks against it any more, before anything is done; an
    // error refuses. What it did is the caller's to undo if the answer is a refusal.
    std::function<Result<void>()> may_return = {};
  };
  Answer restore(const Return& wanted);

  // All entries, oldest first.
  std::vector<QuarantineEntry> entries() const;
  std::uint64_t held_bytes() const;
  // Records that could not be read, and were left as they are.
  std::size_t damaged() const;

  struct Impl;  // the implementation's files share it

 private:
  explicit Quarantine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::probe
