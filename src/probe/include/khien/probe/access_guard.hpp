#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/core/result.hpp"

namespace khien::probe {

// Stands before every start of a program (and, where asked, every opening of a file)
// on the roots' file systems: the kernel lets the opener wait until the guard has
// answered (fanotify's permission events).
//
//   known to be clean ──────────────────────────────► allowed, within microseconds
//   known to be bad ────────────────────────────────► denied
//   not known ──► judge() on another thread ──► answered
//                 └─ the deadline passed, or too many wait ──► allowed, and told
//
// Never waits on more than the deadline, and never on itself: this process and what it
// started are allowed at once. If this process ends, however it does, the kernel
// closes the queue and allows what waits.
//
// Two threads of its own: one that answers and does nothing else, one that judges and
// tells. Not only the policy's folders are guarded: which path a file was opened by is
// the opener's choice (mounts of its own), which file system it lies on is not.
class AccessGuard {
 public:
  enum class Word : unsigned char { unknown, allow, deny };

  // Who opens what.
  struct Access {
    pid_t pid = 0;
    bool exec = false;
    FileStatus status;
    std::string path;     // of the file, as its opener sees it; empty if it has none any more
    bool here = true;     // path leads to it from this process as well
    std::string program;  // of the opener; empty if it is gone
    std::uint32_t uid = 65'534;  // of the opener; the kernel's nobody if it is gone
  };
  struct Event {
    // late: not judged by the deadline, or by nobody at all. crowded: too many wait
    // already.
    enum class Kind : unsigned char { denied, late, crowded };
    Kind kind = Kind::denied;
    Access access;
  };

  struct Parts {
    const Clock& clock;
    // What is known at once, on the answering thread: memory only. Whoever opens a
    // file, reads one from the disk, writes a log or waits for a lock under which
    // somebody does, stops the machine.
    std::function<Word(const FileStatus&)> known;
    // Looks at the file, which is open for reading alone. On the judging thread; may
    // take as long as it does. What it found, known() knows. unknown: it could not look;
    // the file is let through, and told as late.
    std::function<Word(const Fd& file, const Access&)> judge;
    // May this one be denied? On the answering thread, as known().
    std::function<bool(const Access&)> may_deny;
    // On the judging thread. Of a flood of them some are only counted.
    std::function<void(const Event&)> tell;
    // Its time: now and then, on the judging thread.
    std::function<void()> aside = {};
  };
  struct Options {
    std::vector<std::string> roots;    // folders that exist name the file systems
    std::vector<std::string> exclude;  // with all below: allowed without a look
    bool opens = false;                // also files that are opened to be read
    Duration deadline = milliseconds(500);
    std::size_t most_waiting = 256;  // and files that are held open, waited for or not
  };

  // Code::denied or unavailable where kernel or rights do not let us; not_found if no
  // root exists.
  static Result<std::unique_ptr<AccessGuard>> start(Options options, Parts parts);
  virtual ~AccessGuard() = default;

  // The file system of this folder as well: a medium that was mounted.
  virtual Result<void> also(const std::string& folder) = 0;
  // Other folders from now on, without a moment in which nothing is guarded. A file
  // system that held a root stays guarded. An error names a root that could not be
  // marked; all else holds all the same.
  virtual Result<void> adopt(const std::vector<std::string>& roots, const std::vector<std::string>& exclude) = 0;

  // Roots that are not guarded, and why; empty if all are. From any thread.
  virtual std::string left_out() const { return {}; }

  struct Counts {
    std::uint64_t asked = 0;    // by the kernel
    std::uint64_t known = 0;    // answered at once
    std::uint64_t judged = 0;
    std::uint64_t denied = 0;
    std::uint64_t late = 0;     // with crowded: allowed without a verdict
  };
  virtual Counts counts() const = 0;
  // False once the queue could not be read any more: then nothing is guarded.
  virtual bool alive() const = 0;
};

}  // namespace khien::probe
