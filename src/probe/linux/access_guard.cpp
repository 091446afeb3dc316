#include "khien/probe/access_guard.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "khien/core/log.hpp"
#include "linux/access_queue.hpp"
#include "linux/child_process.hpp"
#include "linux/watcher.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kMaxEvents = 256;  // that wait to be told; more are counted only
constexpr std::size_t kMaxDenied = 512;  // and so many if one of them is a denial: a crowd must not hide it
constexpr std::size_t kFarBehind = 32;   // files; then those whose opener has gone on are left to the scan
constexpr std::chrono::seconds kAsideEvery{5};
constexpr int kMaxReads = 16;
constexpr int kMostFailures = 100;  // one after another
constexpr int kEndPatienceMs = 20;

// readlink(2) opens nothing.
std::string target_of(const std::string& link) {
  std::array<char, 4'096> buffer;
  const ssize_t got = readlink(link.c_str(), buffer.data(), buffer.size());
  if (got <= 0 || static_cast<std::size_t>(got) == buffer.size()) return {};
  return std::string(buffer.data(), static_cast<std::size_t>(got));
}

// Does the path lead to this file from here? By what the kernel has in memory, and as the
// file system last said: on the way there may be one that hangs, or one that is mounted
// only when somebody comes by (autofs), by a program that would wait for our answer.
bool leads_to(const std::string& path, const FileStatus& file) {
  open_how how{};
  how.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_CACHED | RESOLVE_NO_SYMLINKS;
  const Fd found(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
  if (!found) return false;
  struct statx here {};
  if (statx(found.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &here) != 0) return false;
  return makedev(here.stx_dev_major, here.stx_dev_minor) == file.device && here.stx_ino == file.inode;
}

bool below_any(std::string_view path, const std::vector<std::string>& folders) {
  return std::ranges::any_of(folders, [path](const std::string& folder) { return is_below(path, folder); });
}

class LinuxAccessGuard final : public AccessGuard {
 public:
  LinuxAccessGuard(Options options, Parts parts, AccessQueue queue, Fd wake)
      : deadline_(options.deadline),
        most_waiting_(options.most_waiting),
        folders_(std::make_shared<const Folders>(std::move(options.roots), std::move(options.exclude))),
        parts_(std::move(parts)),
        queue_(std::move(queue)),
        wake_(std::move(wake)) {}

  void begin() {
    answering_ = std::thread([this] { answer_all(); });
    judging_ = std::thread([this] { judge_all(); });
  }

  // In this order: whoever waits is let go first, our own judging thread among them.
  ~LinuxAccessGuard() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
    changed_.notify_all();
    if (answering_.joinable()) answering_.join();
    if (judging_.joinable()) judging_.join();
  }

  // Under a lock of its own: a folder that hangs must not hold up the answers.
  Result<void> also(const std::string& folder) override {
    const std::lock_guard lock(closing_);
    if (!alive_) return Error(Code::unavailable, "the guard has ended");
    return queue_.mark(folder);
  }

  Result<void> adopt(const std::vector<std::string>& roots, const std::vector<std::string>& exclude) override {
    auto usable = usable_roots(roots);
    Result<void> marked;
    if (!usable) marked = usable.error();
    auto folders = std::make_shared<const Folders>(usable ? std::move(usable).value() : roots, exclude);
    if (auto all = mark_all(folders->roots); !all) marked = std::move(all).error();
    const std::lock_guard lock(mutex_);
    folders_.swap(folders);
    return marked;
  }

  // The last error, if any root could not be marked; left_out() has them all.
  Result<void> mark_all(const std::vector<std::string>& roots) {
    Result<void> marked;
    std::string left_out;
    bool any = false;
    for (const std::string& root : roots) {
      auto one = also(root);
      any = any || one;
      if (one) continue;
      marked = std::move(one).error().within(root);
      left_out += (left_out.empty() ? "" : "; ") + marked.error().what();
      log_warning("guard.not_marked", {{"root", root}, {"error", marked.error().what()}});
    }
    const std::lock_guard lock(mutex_);
    marks_ = marks_ || any;
    left_out_.swap(left_out);
    return marked;
  }
  bool marks() {
    const std::lock_guard lock(mutex_);
    return marks_;
  }

  std::string left_out() const override {
    const std::lock_guard lock(mutex_);
    return left_out_;
  }

  Counts counts() const override {
    return {.asked = asked_, .known = known_, .judged = judged_, .denied = denied_, .late = late_};
  }
  bool alive() const override { return alive_; }

 private:
  struct Folders {
    std::vector<std::string> roots;
    std::vector<std::string> exclude;
  };
  struct Waiting {
    int file = -1;
    std::int64_t deadline_ms = 0;
  };
  struct Job {
    std::uint64_t number = 0;
    Fd file;  // open until answered, for its number is the question's name
    Access access;
  };

  // ---- the answering thread: no file is opened here, no log written, and no lock
  // waited for under which anybody does.

  void answer_all() {
    while (!ending()) {
      std::array<pollfd, 2> wanted{{{queue_.descriptor(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
      if (poll(wanted.data(), wanted.size(), patience_ms()) < 0 && errno != EINTR) break;
      if (!read_all()) break;
      expire();
    }
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [number, one] : waiting_) queue_.answer(one.file, true);
      waiting_.clear();
      alive_ = false;
    }
    changed_.notify_all();
    // Somebody may be marking a folder, and the folder hang.
    std::unique_lock lock(closing_, std::defer_lock);
    while (!lock.try_lock()) let_all_go();
    queue_.end();
  }

  void let_all_go() {
    pollfd wanted{queue_.descriptor(), POLLIN, 0};
    poll(&wanted, 1, kEndPatienceMs);
    bool overflowed = false;
    const auto asked = queue_.read(overflowed);
    if (!asked) return;
    for (const AccessQueue::Asked& one : *asked) queue_.answer(one.file.get(), true);
  }

  bool ending() {
    const std::lock_guard lock(mutex_);
    return ending_;
  }

  int patience_ms() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return 1'000;
    // Numbers grow with time, and so do deadlines.
    const std::int64_t left = waiting_.begin()->second.deadline_ms - parts_.clock.monotonic().ms;
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000));
  }

  bool read_all() {
    for (int reads = 0; reads < kMaxReads; ++reads) {
      bool overflowed = false;
      auto asked = queue_.read(overflowed);
      if (overflowed) ++late_;
      // Out of descriptors, say: those were refused by the kernel itself.
      if (!asked) return ++failures_ < kMostFailures;
      failures_ = 0;
      if (asked->empty()) return true;
      for (AccessQueue::Asked& one : *asked) decide(std::move(one));
    }
    return true;
  }

  void decide(AccessQueue::Asked asked) {
    ++asked_;
    if (asked.pid == self_ || is_our_child(asked.pid)) return queue_.answer(asked.file.get(), true);
    auto status = status_of(asked.file);
    if (!status || status->kind != FileStatus::Kind::regular) return queue_.answer(asked.file.get(), true);
    const Word word = parts_.known(*status);
    if (word != Word::unknown) ++known_;
    if (word == Word::allow) return queue_.answer(asked.file.get(), true);

    Access access = describe(asked, *status);
    if (passed_over(access)) return queue_.answer(asked.file.get(), true);
    if (word == Word::deny) {
      const bool deny = parts_.may_deny(access);
      if (deny) ++denied_;
      queue_.answer(asked.file.get(), !deny);
      if (deny) note(Event::Kind::denied, std::move(access));
      return;
    }
    ask(std::move(asked.file), std::move(access));
  }

  static Access describe(const AccessQueue::Asked& asked, const FileStatus& status) {
    const std::string process = "/proc/" + std::to_string(asked.pid);
    Access access{.pid = asked.pid, .exec = asked.exec, .status = status,
                  .path = target_of("/proc/self/fd/" + std::to_string(asked.file.get())),
                  .program = target_of(process + "/exe")};
    struct stat owner {};
    if (stat(process.c_str(), &owner) == 0) access.uid = owner.st_uid;
    access.here = leads_to(access.path, status);
    return access;
  }

  // What the policy leaves out. A mount of the opener's own can make a path look like
  // any other: it counts only if it leads to the same file from here as well.
  bool passed_over(const Access& access) {
    const auto folders = the_folders();
    if (!access.exec && !below_any(access.path, folders->roots)) return true;
    return access.here && below_any(access.path, folders->exclude);
  }

  std::shared_ptr<const Folders> the_folders() {
    const std::lock_guard lock(mutex_);
    return folders_;
  }

  // Under mutex_. Also those nobody waits for any more hold a file open: without
  // descriptors the kernel would refuse every start on the machine. No user takes more
  // than half of the places from the others.
  bool has_room_for(std::uint32_t uid) const {
    if (std::max(waiting_.size(), jobs_.size()) >= most_waiting_) return false;
    const std::size_t half = (most_waiting_ + 1) / 2;
    const auto is_his = [uid](const Job& job) { return job.access.uid == uid; };
    return jobs_.size() < half || static_cast<std::size_t>(std::ranges::count_if(jobs_, is_his)) < half;
  }

  void ask(Fd file, Access access) {
    {
      const std::lock_guard lock(mutex_);
      if (has_room_for(access.uid) && !ending_) {
        const std::uint64_t number = ++last_number_;
        waiting_[number] = {file.get(), parts_.clock.monotonic().ms + deadline_.ms};
        jobs_.push_back({number, std::move(file), std::move(access)});
        changed_.notify_one();
        return;
      }
    }
    ++late_;
    queue_.answer(file.get(), true);
    note(Event::Kind::crowded, std::move(access));
  }

  void expire() {
    const std::lock_guard lock(mutex_);
    const std::int64_t now_ms = parts_.clock.monotonic().ms;
    while (!waiting_.empty() && waiting_.begin()->second.deadline_ms <= now_ms) {
      ++late_;
      queue_.answer(waiting_.begin()->second.file, true);
      waiting_.erase(waiting_.begin());
    }
  }

  void note(Event::Kind kind, Access access) {
    const std::lock_guard lock(mutex_);
    if (events_.size() >= (kind == Event::Kind::denied ? kMaxDenied : kMaxEvents)) return;
    events_.push_back({kind, std::move(access)});
    changed_.notify_one();
  }

  // ---- the judging thread

  void judge_all() {
    auto next_aside = std::chrono::milliseconds(parts_.clock.monotonic().ms);
    for (;;) {
      std::optional<Job> job;
      std::optional<Event> event;
      {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kAsideEvery, [this] { return ending_ || !alive_ || !jobs_.empty() || !events_.empty(); });
        if (ending_ || !alive_) return;
        if (!jobs_.empty()) {
          const auto next = next_job();
          job = std::move(*next);
          jobs_.erase(next);
        } else if (!events_.empty()) {
          event = std::move(events_.front());
          events_.pop_front();
        }
      }
      if (job) judge_one(*job);
      if (event) parts_.tell(*event);
      const std::chrono::milliseconds now(parts_.clock.monotonic().ms);
      if (!parts_.aside || now < next_aside) continue;
      next_aside = now + kAsideEvery;
      parts_.aside();
    }
  }

  // Under mutex_. Those that somebody still waits for, and of these another user's than
  // the last: whoever has a hundred slow files takes half of the time, and not all.
  std::deque<Job>::iterator next_job() {
    const auto waits = [this](const Job& job) { return waiting_.contains(job.number); };
    auto next = std::ranges::find_if(jobs_, [&](const Job& job) { return waits(job) && job.access.uid != last_uid_; });
    if (next == jobs_.end()) next = std::ranges::find_if(jobs_, waits);
    if (next == jobs_.end()) next = jobs_.begin();
    last_uid_ = next->access.uid;
    return next;
  }

  void judge_one(Job& job) {
    // Many open the same file at once: one look is enough.
    Word word = parts_.known(job.access.status);
    if (word == Word::unknown && worth_it(job)) {
      ++judged_;
      word = parts_.judge(job.file, job.access);
    }
    // A denial that comes too late is none.
    const bool deny = word == Word::deny && waits(job) && parts_.may_deny(job.access);
    const bool in_time = answer(job, !deny, deny ? &denied_ : word == Word::unknown ? &late_ : nullptr);
    // Told when nobody waits for a verdict.
    if (!in_time || word == Word::unknown) {
      note(Event::Kind::late, std::move(job.access));
    } else if (deny) {
      note(Event::Kind::denied, std::move(job.access));
    }
  }

  bool waits(const Job& job) {
    const std::lock_guard lock(mutex_);
    return waiting_.contains(job.number);
  }

  bool worth_it(const Job& job) {
    const std::lock_guard lock(mutex_);
    return waiting_.contains(job.number) || jobs_.size() < kFarBehind;
  }

  // False if its deadline was first. Counted before it is answered: the opener goes on at
  // once, and may look.
  bool answer(const Job& job, bool allow, std::atomic<std::uint64_t>* counted_as) {
    const std::lock_guard lock(mutex_);
    const auto waits = waiting_.find(job.number);
    if (waits == waiting_.end()) return false;
    if (counted_as) ++*counted_as;
    queue_.answer(waits->second.file, allow);
    waiting_.erase(waits);
    return true;
  }

  const Duration deadline_;
  const std::size_t most_waiting_;
  std::shared_ptr<const Folders> folders_;  // changes under mutex_
  Parts parts_;
  AccessQueue queue_;  // read by the answering thread, and closed by it
  Fd wake_;
  const pid_t self_ = getpid();

  std::mutex closing_;
  mutable std::mutex mutex_;  // guards all down to ending_; nobody opens a file under it
  std::condition_variable changed_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::deque<Job> jobs_;
  std::deque<Event> events_;
  std::uint64_t last_number_ = 0;
  std::optional<std::uint32_t> last_uid_;  // whose file was judged last
  bool marks_ = false;    // any
  std::string left_out_;
  bool ending_ = false;

  std::atomic<bool> alive_{true};
  std::atomic<std::uint64_t> asked_{0}, known_{0}, judged_{0}, denied_{0}, late_{0};
  int failures_ = 0;  // the answering thread's

  std::thread answering_;
  std::thread judging_;
};

}  // namespace

Result<std::unique_ptr<AccessGuard>> AccessGuard::start(Options options, Parts parts) {
  TRY(options.roots, usable_roots(options.roots));
  TRY(AccessQueue queue, AccessQueue::open(options.opens));
  Fd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return system_error("eventfd", errno);
  const std::vector<std::string> roots = options.roots;
  auto guard = std::make_unique<LinuxAccessGuard>(std::move(options), std::move(parts), std::move(queue), std::move(wake));
  // Before the first mark: from then on somebody may wait, also while another root hangs.
  guard->begin();
  if (auto marked = guard->mark_all(roots); !guard->marks()) return std::move(marked).error();
  return std::unique_ptr<AccessGuard>(std::move(guard));
}

}  // namespace khien::probe
