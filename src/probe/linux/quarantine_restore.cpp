// How a file gets out of quarantine. Nothing is visible under its name before it
// is whole, and nothing that is there is touched.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "khien/core/log.hpp"
#include "linux/quarantine_impl.hpp"

namespace khien::probe {
namespace {

using State = QuarantineEntry::State;

class Returning {
 public:
  Returning(Quarantine::Impl& home, const Quarantine::Return& wanted) : home_(home), wanted_(wanted) {}

  Quarantine::Answer run() {
    if (!find() || !may() || !open_folder() || !is_same_folder() || !is_let() || !note()) return std::move(answer_);
    if (make() && fill() && dress() && clear_name() && link()) return finish();
    put_back_empty();
    stay_held();
    return std::move(answer_);
  }

 private:
  bool refuse(Refusal why, std::string detail = {}) {
    answer_.refusal = why;
    answer_.detail = std::move(detail);
    return false;
  }
  bool refuse_errno(int error) { return refuse(refusal_of(error), strerror(error)); }
  bool failed(const Error& error) { return refuse(Refusal::failed, error.what()); }
  bool before(std::string_view step) {
    const auto done = home_.before(step);
    return done ? true : failed(done.error());
  }

  bool find() {
    const auto known = home_.entries.find(wanted_.name);
    if (known == home_.entries.end() || known->second.state != State::held) return refuse(Refusal::unknown_item);
    if (known->second.sha256 != wanted_.sha256) return refuse(Refusal::changed, "it holds other bytes");
    entry_ = known->second;
    return true;
  }

  bool may() {
    if (std::ranges::find(wanted_.roots, entry_.root) == wanted_.roots.end()) return refuse(Refusal::outside);
    if (is_system_path(entry_.path()) && !wanted_.two_persons) return refuse(Refusal::two_persons);
    return true;
  }

  bool open_folder() {
    const auto opened = place_.open(entry_.root, entry_.folder);
    if (opened.refusal == Refusal::none) return true;
    return refuse(opened.refusal == Refusal::gone ? Refusal::folder_gone : Refusal::folder_changed, opened.detail);
  }

  // Its inode may be another after a disk was copied; whose it is may not.
  bool is_same_folder() {
    const struct stat& now = place_.status();
    const bool same = now.st_uid == entry_.folder_uid && (now.st_mode & 07777u) == entry_.folder_mode;
    return same ? true : refuse(Refusal::folder_changed, "another owner or mode");
  }

  bool is_let() {
    if (!wanted_.may_return) return true;
    const auto let = wanted_.may_return();
    return let ? true : failed(let.error());
  }

  bool note() {
    entry_.state = State::restoring;
    entry_.restore_order = wanted_.order;
    entry_.aside = ".khien-" + random_name(home_.env.random);
    const auto noted = home_.put(entry_);
    return noted ? true : failed(noted.error());
  }

  // Without a name until it is whole. A file system that has no such files gets
  // one under a random name.
  bool make() {
    if (!before("make")) return false;
    file_ = Fd(::openat(place_.fd().get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file_) return true;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) return refuse_errno(errno);
    temporary_ = temporary_of(entry_);
    file_ = Fd(::openat(place_.fd().get(), temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    return file_ ? true : refuse_errno(errno);
  }

  bool fill() {
    if (!before("fill")) return false;
    const auto copied = home_.store.copy_out(entry_.name, file_);
    if (!copied) return failed(copied.error());
    const bool whole = copied->sha256 == entry_.sha256 && copied->size == entry_.size;
    return whole ? true : refuse(Refusal::failed, "the store holds other bytes");
  }

  // Owner first: chown takes setuid away, and the mode has none.
  bool dress() {
    if (::fchown(file_.get(), entry_.uid, entry_.gid) != 0) return refuse_errno(errno);
    if (::fchmod(file_.get(), entry_.mode & 0777u) != 0) return refuse_errno(errno);
    const timespec mtime{entry_.mtime_ns / 1'000'000'000, entry_.mtime_ns % 1'000'000'000};
    const timespec times[2] = {mtime, mtime};
    if (::futimens(file_.get(), times) != 0) return refuse_errno(errno);
    return ::fsync(file_.get()) == 0 ? true : refuse_errno(errno);
  }

  // The empty file that we left behind ourselves, and only that, makes room.
  bool clear_name() {
    struct stat status {};
    if (!place_.status_of(entry_.file, status)) return errno == ENOENT ? true : refuse_errno(errno);
    const Inode left{entry_.device, entry_.inode};
    if (!entry_.emptied || inode_of(status) != left || status.st_size != 0) return refuse(Refusal::occupied);
    if (!before("clear")) return false;
    const auto moved = place_.move_aside(entry_.file, entry_.aside, left);
    cleared_ = moved == HeldPlace::Move::moved;
    return cleared_ ? true : refuse(Refusal::occupied);
  }

  bool link() {
    if (!before("link")) return false;
    const std::string self = path_of_descriptor(file_);
    if (::linkat(AT_FDCWD, self.c_str(), place_.fd().get(), entry_.file.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      return errno == EEXIST ? refuse(Refusal::occupied) : refuse_errno(errno);
    }
    if (!temporary_.empty()) ::unlinkat(place_.fd().get(), temporary_.c_str(), 0);
    if (cleared_) place_.remove(entry_.aside, {entry_.device, entry_.inode});
    if (!place_.sync()) log_warning("quarantine.not_synced", {{"name", entry_.name}});
    return true;
  }

  void put_back_empty() {
    if (cleared_) place_.move_aside(entry_.aside, entry_.file, {entry_.device, entry_.inode});
    struct stat status {};
    if (temporary_.empty() || !file_ || ::fstat(file_.get(), &status) != 0) return;
    place_.remove(temporary_, inode_of(status));
  }

  void stay_held() {
    entry_.state = State::held;
    if (const auto put = home_.put(entry_); !put) {
      log_error("quarantine.record_behind", {{"name", entry_.name}, {"error", put.error().what()}});
      home_.entries[entry_.name] = entry_;
    }
  }

  Quarantine::Answer finish() {
    entry_.state = State::restored;
    entry_.restored_at = home_.env.clock.now();
    auto done = home_.put(entry_);
    if (done) done = home_.store.remove_bytes(entry_.name);
    if (!done) log_error("quarantine.record_behind", {{"name", entry_.name}, {"error", done.error().what()}});
    answer_.entry = entry_;
    return std::move(answer_);
  }

  Quarantine::Impl& home_;
  const Quarantine::Return& wanted_;
  Quarantine::Answer answer_;
  QuarantineEntry entry_;
  HeldPlace place_;
  Fd file_;
  std::string temporary_;
  bool cleared_ = false;
};

}  // namespace

Quarantine::Answer Quarantine::restore(const Return& wanted) { return Returning(*impl_, wanted).run(); }

}  // namespace khien::probe
