// How a file gets into quarantine. The order of the steps is invariant (1).
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "khien/core/assert.hpp"
#include "khien/core/log.hpp"
#include "linux/quarantine_impl.hpp"

namespace khien::probe {
namespace {

using State = QuarantineEntry::State;

constexpr std::int64_t kClockSetBackNs = 600'000'000'000;
constexpr int kSettlesWithinMs = 100;          // some ticks; then somebody keeps changing it
constexpr int kSettlesWithinSecondsMs = 1'200;  // where times are whole seconds

std::int64_t mtime_of(const struct stat& status) {
  return static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool same_content(const struct stat& a, const struct stat& b) {
  return inode_of(a) == inode_of(b) && a.st_size == b.st_size && mtime_of(a) == mtime_of(b);
}

std::int64_t nanoseconds_of(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// Some file systems keep whole seconds.
bool in_whole_seconds(const timespec& ctime) { return ctime.tv_nsec == 0; }

// Would a change from `tick_ns` on show in this ctime? The kernel writes no finer times than its
// tick, so two changes within one look the same. A ctime far ahead is of a clock that was set
// back since: what is changed now shows there too.
bool would_show(const timespec& ctime, std::int64_t tick_ns) {
  const std::int64_t grain_ns = in_whole_seconds(ctime) ? 1'000'000'000 : 1;
  const std::int64_t ahead_ns = nanoseconds_of(ctime) - tick_ns;
  return ahead_ns + grain_ns <= 0 || ahead_ns > kClockSetBackNs;
}

// Is somebody writing it? Asked of the kernel by a lease that is given back at
// once: kept, it would make others wait. Where leases are not to be had, nobody is.
bool open_for_writing(const Fd& file) {
  // A lease that breaks in the moment between sends SIGIO, which would end us.
  struct sigaction now {};
  if (::sigaction(SIGIO, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) ::signal(SIGIO, SIG_IGN);
  if (::fcntl(file.get(), F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN;
  ::fcntl(file.get(), F_SETLEASE, F_UNLCK);
  return false;
}

// One attempt. Each step says whether to go on; a step that does not has said why.
class Taking {
 public:
  Taking(Quarantine::Impl& home, const Quarantine::Wanted& wanted) : home_(home), wanted_(wanted) {}

  Quarantine::Answer run() {
    const bool judged = make_room() && open() && is_plain() && is_nobodys() && is_quiet() && is_settled();
    if (!judged || !copy() || !note()) return std::move(answer_);
    if (take_away()) return finish();
    if (!keeps_record_) give_up();
    return std::move(answer_);
  }

 private:
  bool refuse(Refusal why, std::string detail = {}) {
    khien_assert(why != Refusal::none);
    answer_.refusal = why;
    answer_.detail = std::move(detail);
    return false;
  }
  bool refuse_errno(int error) { return refuse(refusal_of(error), strerror(error)); }
  bool refuse_move(HeldPlace::Move moved, int error) {
    if (moved == HeldPlace::Move::gone) return refuse(Refusal::gone);
    if (moved == HeldPlace::Move::other) return refuse(Refusal::changed, "another file has its name");
    return refuse_errno(error);
  }
  bool failed(const Error& error) {
    return refuse(error.code() == Code::exhausted ? Refusal::store_full : Refusal::failed, error.what());
  }
  bool before(std::string_view step) {
    const auto done = home_.before(step);
    return done ? true : failed(done.error());
  }

  bool make_room() {
    if (home_.entries.size() < home_.options.limits.items) return true;
    const auto made = home_.forget_oldest_restored();
    return made ? true : failed(made.error());
  }

  bool open() {
    const auto slash = wanted_.relative.rfind('/');
    entry_.root = wanted_.root;
    entry_.folder = slash == std::string::npos ? std::string() : wanted_.relative.substr(0, slash);
    entry_.file = slash == std::string::npos ? wanted_.relative : wanted_.relative.substr(slash + 1);
    // What could not be read back from the journal is not begun.
    if (const auto place = check_place(entry_); !place) return refuse(Refusal::outside, place.error().what());
    const auto opened = place_.open(entry_.root, entry_.folder);
    if (opened.refusal != Refusal::none) return refuse(opened.refusal, opened.detail);
    file_ = place_.open_name(entry_.file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file_) return refuse_errno(errno);
    return true;
  }

  bool is_plain() {
    if (::fstat(file_.get(), &status_) != 0) return refuse_errno(errno);
    if (!S_ISREG(status_.st_mode)) return refuse(Refusal::not_regular);
    // The same bytes under another name may be somebody's own.
    if (status_.st_nlink != 1) return refuse(Refusal::hard_links);
    const auto size = static_cast<std::uint64_t>(status_.st_size);
    if (size > home_.options.limits.file_bytes) return refuse(Refusal::too_large);
    if (home_.held_bytes + size > home_.options.limits.bytes) return refuse(Refusal::store_full);
    return true;
  }

  bool is_nobodys() {
    if (wanted_.insist) return true;
    const auto owner = home_.options.owner(entry_.path());
    if (!owner) return failed(owner.error());
    return owner->empty() ? true : refuse(Refusal::package, *owner);
  }

  bool is_quiet() {
    int flags = 0;
    const bool fixed = ::ioctl(file_.get(), FS_IOC_GETFLAGS, &flags) == 0 && (flags & (FS_IMMUTABLE_FL | FS_APPEND_FL)) != 0;
    if (!wanted_.insist) {
      if (fixed) return refuse(Refusal::immutable);
      return open_for_writing(file_) ? refuse(Refusal::open_for_writing) : true;
    }
    if (!fixed) return true;
    flags &= ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
    return ::ioctl(file_.get(), FS_IOC_SETFLAGS, &flags) == 0 ? true : refuse_errno(errno);
  }

  // From here on nothing can happen to the inode that its ctime would not show. The tick is
  // read first: what is changed between the two looks is at that tick or later.
  bool is_settled() {
    const struct stat judged = status_;
    for (int waited_ms = 0;; ++waited_ms) {
      const std::int64_t tick_ns = file_tick_ns();
      if (::fstat(file_.get(), &status_) != 0) return refuse_errno(errno);
      if (!same_content(judged, status_)) return refuse(Refusal::changed, "it changes while it is looked at");
      if (status_.st_nlink == 0) return refuse(Refusal::gone);
      if (status_.st_nlink != 1) return refuse(Refusal::hard_links);
      if (would_show(status_.st_ctim, tick_ns)) return true;
      const bool seconds = in_whole_seconds(status_.st_ctim);
      if (waited_ms >= (seconds ? kSettlesWithinSecondsMs : kSettlesWithinMs)) break;
      ::usleep(1'000);
    }
    return refuse(Refusal::changed, "it does not come to rest");
  }

  // The bytes that are kept are those whose hash was judged, or none are.
  bool copy() {
    entry_.name = random_name(home_.env.random);
    if (!before("copy")) return false;
    auto copied = home_.store.copy_in(file_, entry_.name, home_.options.limits.file_bytes);
    if (!copied) return failed(copied.error());
    struct stat after {};
    const bool same = ::fstat(file_.get(), &after) == 0 && same_content(status_, after) &&
                      copied->sha256 == wanted_.sha256 && copied->size == static_cast<std::uint64_t>(status_.st_size);
    if (same) return true;
    drop_copy();
    return refuse(Refusal::changed, "not the bytes that were judged");
  }

  // From here on the journal knows of it.
  bool note() {
    entry_.sha256 = wanted_.sha256;
    entry_.size = static_cast<std::uint64_t>(status_.st_size);
    entry_.device = status_.st_dev;
    entry_.inode = status_.st_ino;
    entry_.uid = status_.st_uid;
    entry_.gid = status_.st_gid;
    entry_.mode = status_.st_mode & 07777u;
    entry_.mtime_ns = mtime_of(status_);
    entry_.folder_uid = place_.status().st_uid;
    entry_.folder_mode = place_.status().st_mode & 07777u;
    entry_.rule = wanted_.rule;
    entry_.order = wanted_.order;
    entry_.reason = wanted_.reason;
    entry_.taken_at = home_.env.clock.now();
    entry_.aside = ".khien-" + random_name(home_.env.random);
    if (const auto noted = home_.put(entry_); !noted) {
      drop_copy();
      return failed(noted.error());
    }
    return true;
  }

  // Where users may put another file under the name, only the inode itself is
  // touched, unless it cannot be emptied because it runs.
  bool take_away() {
    if (place_.users_may_write() && empty()) return true;
    if (answer_.refusal != Refusal::none) return false;
    return unlink();
  }

  // The one name that the inode has is ours, and nobody gave or took it another since it
  // settled (that would show in ctime): else it could have been opened by a name that a
  // stranger lent it, and be somebody's own. Name and number of names are read one after
  // the other; that they belong together is what the same ctime says.
  bool is_untouched() {
    struct stat now {};
    if (!place_.status_of(entry_.file, now)) return refuse_errno(errno);
    if (!same_content(status_, now)) return refuse(Refusal::changed, "it changed while it was copied");
    if (now.st_nlink != 1) return refuse(Refusal::hard_links);
    const bool same_time = now.st_ctim.tv_sec == status_.st_ctim.tv_sec && now.st_ctim.tv_nsec == status_.st_ctim.tv_nsec;
    return same_time ? true : refuse(Refusal::changed, "it was changed while it was copied");
  }

  // False without a refusal: it runs, and the other way is open.
  bool empty() {
    const Fd writable(::open(path_of_descriptor(file_).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (!writable && errno == ETXTBSY) {
      entry_.running = true;
      return false;
    }
    if (!writable) return refuse_errno(errno);
    if (!is_untouched()) return false;
    if (!before("empty")) return false;
    if (::ftruncate(writable.get(), 0) != 0) return refuse_errno(errno);
    entry_.emptied = true;
    if (::fsync(writable.get()) != 0) log_warning("quarantine.not_synced", {{"name", entry_.name}});
    return true;
  }

  bool unlink() {
    if (!entry_.running) entry_.running = is_running();
    if (!is_untouched()) return false;
    const Inode wanted = inode_of(status_);
    if (!before("aside")) return false;
    auto moved = place_.move_aside(entry_.file, entry_.aside, wanted);
    if (moved != HeldPlace::Move::moved) return refuse_move(moved, errno);
    if (before("unlink")) {
      moved = place_.remove(entry_.aside, wanted);
      if (moved == HeldPlace::Move::moved) {
        if (!place_.sync()) log_warning("quarantine.not_synced", {{"name", entry_.name}});
        return true;
      }
      refuse_move(moved, errno);
    }
    // Back to its name; if that is another's by now, the record stays and the next
    // start settles it.
    keeps_record_ = place_.move_aside(entry_.aside, entry_.file, wanted) != HeldPlace::Move::moved;
    return false;
  }

  bool is_running() const {
    const Fd writable(::open(path_of_descriptor(file_).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    return !writable && errno == ETXTBSY;
  }

  // The file is where it was, or its owner moved it: the copy has no purpose.
  void give_up() {
    if (const auto removed = home_.remove(entry_); !removed) {
      log_error("quarantine.copy_left", {{"name", entry_.name}, {"error", removed.error().what()}});
    }
  }

  void drop_copy() {
    if (const auto removed = home_.store.remove_bytes(entry_.name); !removed) {
      log_error("quarantine.copy_left", {{"name", entry_.name}, {"error", removed.error().what()}});
    }
  }

  // The file is gone and the copy is whole, whatever the record says: at the next
  // start it is settled.
  Quarantine::Answer finish() {
    entry_.state = State::held;
    if (const auto put = home_.put(entry_); !put) {
      log_error("quarantine.record_behind", {{"name", entry_.name}, {"error", put.error().what()}});
      home_.entries[entry_.name] = entry_;
    }
    answer_.entry = entry_;
    return std::move(answer_);
  }

  Quarantine::Impl& home_;
  const Quarantine::Wanted& wanted_;
  Quarantine::Answer answer_;
  HeldPlace place_;
  Fd file_;
  struct stat status_ {};
  QuarantineEntry entry_;
  bool keeps_record_ = false;
};

}  // namespace

Quarantine::Answer Quarantine::take(const Wanted& wanted) { return Taking(*impl_, wanted).run(); }

}  // namespace khien::probe
