#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/core/result.hpp"
#include "khien/model/observation.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/media.hpp"

#include "change_queue.hpp"
#include "file_judge.hpp"
#include "governor.hpp"
#include "shared_verdicts.hpp"
#include "verdict_cache.hpp"

namespace khien::agent {

struct ScanPolicy {
  std::vector<std::string> roots;    // absolute folders
  std::vector<std::string> exclude;  // absolute paths, each with all below it
  int scan_at_minute = 12 * 60;      // of the day at UTC+7
  std::uint32_t files_per_second = 1'000;  // judged, not skipped; 0: no limit
  std::optional<ScanTimes> times = {};     // instead of scan_at_minute
  bool watch = true;                       // look at files that change
  bool media = true;                       // and at removable media, when they are mounted

  bool operator==(const ScanPolicy&) const = default;
};

// Everything that Scanner borrows.
struct ScannerParts {
  const Clock& clock;
  Random& random;
  probe::FileWalker& walker;
  probe::FileWatcher* watcher = nullptr;  // may be null: schedule only
  FileJudge& judge;
  VerdictCache& cache;
  SharedVerdicts* shared = nullptr;  // may be null: this machine judges alone
  probe::MediaWatcher* media = nullptr;  // may be null: media are not looked for
  // Do times tell, where this file lies, that a file changed?
  std::function<bool(const Fd&)> keeps_times = probe::keeps_times;
  // Durable when it returns: the spool.
  std::function<Result<void>(const Observation&)> report;
  // A file that is not clean was just reported; may be empty.
  std::function<Result<void>(const std::string& path, const scan::Verdict&)> found = {};
  // Other work of this thread, looked after also while a scan runs; may be empty.
  std::function<Result<void>()> aside = {};
  // How long until such work may go on, as Governor::wait(); empty: at once.
  std::function<Duration(Governor::Work)> pace = {};
  // A medium was mounted and is about to be looked at; may be empty.
  std::function<void(const probe::Mount&)> mounted = {};
  // Waits; returns early when the agent ends.
  std::function<void(Duration)> pause;
  const std::atomic<bool>& stopping;
};

// Looks at the files below the policy's folders: all of them at start and daily,
// and each again when it changes, also while a full scan runs.
//
// A removable medium is looked at when it is mounted, up to kMaxMediumFiles and
// kMaxMediumTime, every file anew: what is known of a file by its times and numbers
// says nothing of a medium that was elsewhere. It is a ScanSeen of its own.
//
// Reported are files that are not clean, and paths that were reported and are
// clean or gone now. A file that could not be scanned is told of once, and at
// most kMaxNotScanned of them a scan.
//
// A full scan asks the fleet, by hash, about a file that is not known here; only
// what the fleet does not know either goes to the engines. What others are looking
// at just now is left for a further pass, a few times: until then the scan is not
// complete. Changes are judged here, at once.
//
// Before each file the governor is asked; what changed comes before the full scan.
//
// Opens files by descriptor beneath a folder and hands them on. Of their bytes it
// makes the SHA-256 and nothing else. Not thread-safe.
//
// Invariants
//  (1) What is kept of a file, asked and voted under is a hash that the agent made
//      itself. The worker's word for one is compared and never used.
//  (2) Kept and voted is only a verdict of which the file's status was the same
//      before and after, and the content's name too. A vote wants a settled file as
//      well (KnownFiles): else a page that is mapped may be changed between two
//      engines without a trace in any time.
//  (3) Where times do not tell of changes (memory, other machines' disks) nothing is
//      kept and nothing voted, and the fleet is asked by a hash just made.
//  (4) A change that is told of is looked at by its bytes, whatever the times say.
//  (5) A path that was reported as bad is called clean only by (2) and by every
//      engine of this machine.
class Scanner {
 public:
  Scanner(ScanPolicy policy, ScannerParts parts);

  // One full scan, or what waits among the changes; waits up to `patience` for
  // something to do.
  Result<void> step(Duration patience);

  Result<void> scan_all();
  Result<void> take_changes(Duration patience);

  // From now on; also while a scan runs. What is looked at that was not before is
  // looked at soon, and so are media that were mounted while they were left alone.
  void adopt(ScanPolicy policy);
  // The watcher of other roots; what the one before knew is looked at by a scan.
  void use_watcher(probe::FileWatcher* watcher);
  const ScanPolicy& policy() const { return policy_; }

  // A full scan as soon as there is time for one.
  void scan_soon() { next_try_ = parts_.clock.monotonic(); }
  // Looks at this path as if it had changed. From any thread; of too many at once
  // some are left to the next scan.
  void look_at(const std::string& path);

  struct Counts {
    std::int64_t complete_scans = 0;
    std::int64_t judged = 0;
    std::int64_t changes = 0;
    std::int64_t media = 0;
  };
  const Counts& counts() const { return counts_; }
  // True once changes are not told of any more. From any thread.
  bool watch_failed() const { return watch_failed_; }

  static constexpr int kMaxNotScanned = 1'000;
  static constexpr std::size_t kMaxWaiting = 256;  // each may hold a descriptor
  static constexpr int kMaxPasses = 6;
  static constexpr std::uint64_t kMaxMediumFiles = 200'000;
  static constexpr Duration kMaxMediumTime = hours(1);
  static constexpr std::size_t kMaxMedia = 16;     // that wait
  static constexpr std::size_t kMaxLookAt = 1'024;

 private:
  enum class Why : unsigned char { full_scan, change, medium };
  // waiting: for the fleet's word; counted when that is there.
  enum class Look : unsigned char { scanned, skipped, vanished, waiting };
  // A file of which the hash is known and the verdict is not.
  struct Waiting {
    std::string path;
    Fd file;
    FileStatus status;
    Sha256 sha256;
    bool read = false;  // just now; else it is the hash of an earlier look
  };
  // Under what a verdict of this machine and one of the fleet are known.
  struct Names {
    std::uint64_t content = 0;
    std::uint64_t label = 0;
    bool operator==(const Names&) const = default;
  };

  // Of scanner_media.cpp.
  Result<void> look_at_media();
  void hear_of_media();
  Result<void> scan_medium(const probe::Mount& mount);
  Result<void> walk_medium(DirFd folder, const std::string& mount_point);
  Result<void> visit_medium(const probe::FileWalker::Entry& entry);

  bool scan_due();
  void plan_next_scan();
  Result<void> walk(DirFd folder, const std::string& root, Why why);
  Result<void> visit(const probe::FileWalker::Entry& entry, Why why);
  Result<void> between_files();
  Result<void> report_progress(ScanSeen::State state);
  Result<void> sweep_flagged(std::string_view below);
  void throttle();
  void begin_rate();

  Result<Look> look(const probe::FileWalker::Entry& entry, Why why);
  bool nothing_to_tell(const FileStatus& status);
  Result<void> take_known(const std::string& path, const FileStatus& status);
  Result<Look> look(const std::string& path, const DirFd& folder, const std::string& name, Why why);
  // Of scanner_shared.cpp.
  bool shares(const FileStatus& status, Why why);
  Result<Look> let_wait(const std::string& path, Fd file, const FileStatus& status);
  Result<void> settle_waiting();
  Result<void> settle(Waiting& one, SharedVerdicts::Word word, std::uint64_t label);
  std::uint64_t label();
  void count(Look seen);

  Result<Look> look_again(const std::string& path, const Fd& file, const FileStatus& status);
  // `own`: the hash of these bytes, if it was made already.
  Result<Look> judge(const std::string& path, const Fd& file, const FileStatus& status, Why why,
                     std::optional<Sha256> own = std::nullopt);
  void learn(const Fd& file, const FileStatus& status, const KnownFiles::Known& known);
  Result<void> take_clean(const std::string& path, const FileStatus& status, const Sha256* sha256);
  // `content`: by which it was judged; 0 if that changed meanwhile.
  Result<void> take_flagged(const std::string& path, const FileStatus& status, const scan::Verdict& verdict, Why why,
                            std::uint64_t content);
  Result<void> hear_changes(Duration patience);
  Result<void> look_at_changes();
  Duration wait_for(Governor::Work work) const { return parts_.pace ? parts_.pace(work) : Duration{0}; }
  Result<bool> queue_changes(const std::vector<probe::FileWatcher::Change>& changes);
  Result<void> look_at_change(const std::string& path);
  Result<void> report(ObservationBody body);

  bool excluded(std::string_view path) const;
  const std::string* root_of(std::string_view path) const;

  ScanPolicy policy_;
  ScannerParts parts_;
  ChangeQueue queue_;
  Counts counts_;
  std::atomic<bool> watch_failed_{false};

  // The scan that runs or ran last.
  struct Run {
    ScanSeen seen;
    Duration began{0};  // monotonic, as all below
    std::uint64_t judged = 0;
    std::uint64_t judged_before = 0;  // at another rate, or before a medium came between
    Duration rate_began{0};
    int not_scanned = 0;
    Governor::Work work = Governor::Work::full_scan;
  };
  Run run_;
  Duration next_progress_{0};
  Duration next_look_around_{0};
  bool scanning_ = false;
  std::uint64_t files_total_ = 0;
  std::vector<Waiting> waiting_;
  std::uint64_t postponed_ = 0;  // in this pass
  int passes_ = 0;               // that left some, one after another
  std::vector<std::byte> buffer_;

  std::deque<probe::Mount> media_;
  bool in_medium_ = false;
  Duration next_media_{0};  // after a table of mounts that could not be read

  std::mutex look_at_mutex_;  // guards look_at_
  std::vector<std::string> look_at_;

  std::optional<Duration> ready_by_;  // the first scan does not wait longer for engines
  std::optional<Duration> next_try_;  // after a scan that failed or lost events
  std::optional<Timestamp> next_daily_;
  std::uint64_t scanned_content_ = 0;
  std::optional<Duration> content_scan_at_;
};

// FileSeen's path: valid UTF-8 of bounded length.
std::string path_text(std::string_view path);

// Is `path` the folder itself or below it?
bool is_below(std::string_view path, std::string_view folder);

}  // namespace khien::agent
