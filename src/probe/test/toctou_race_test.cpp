// T6: somebody turns the file into a link, a second name of another's file, a
// folder, a pipe, a mount, and its folder into a link, while it is taken and put
// back as root. What must not change are the canaries: a file like /etc/shadow, and
// programs with setuid that hold the very bytes that are asked for.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <thread>
#include <vector>

#include "quarantine_house.hpp"

namespace khien::probe {
namespace {

constexpr uid_t kAttacker = 65'534;

// On a file system in memory: the races are in names, and syncing costs nothing.
std::string make_base() {
  std::string pattern = "/dev/shm/khien-race-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    pattern = "/tmp/khien-race-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  }
  REQUIRE(::chmod(pattern.c_str(), 0755) == 0);
  return pattern;
}

struct Canary {
  std::string path;
  std::string bytes;
  mode_t mode;
  ino_t inode = 0;
};

class Race {
 public:
  Race() : base_(make_base()), bad_("bytes that are not clean"), box_(base_ + "/tree/box") {
    for (const char* folder : {"/tree", "/tree/box", "/safe", "/spare"}) {
      REQUIRE(system_files().make_folder(base_ + folder, 0755));
    }
    REQUIRE(::chown((base_ + "/tree").c_str(), kAttacker, kAttacker) == 0);
    REQUIRE(::chown(box_.c_str(), kAttacker, kAttacker) == 0);
    REQUIRE(::chown((base_ + "/spare").c_str(), kAttacker, kAttacker) == 0);
    REQUIRE(::chmod(box_.c_str(), 0777) == 0);
    add_canary("/safe/shadow", "root:$6$secret:1::::::\n", 0640);
    add_canary("/safe/suid", bad_, 04755);
    // As if the way led there: the same name, the same bytes.
    add_canary("/safe/target", bad_, 04755);
    held_box_ = Fd(::open(box_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(held_box_);
    reopen();
  }
  ~Race() {
    for (int i = 0; i < 1'000 && ::umount2(held_target().c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0; ++i) continue;
    quarantine_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(base_, ignored);
  }

  struct Counts {
    std::int64_t attempts = 0, taken = 0, restored = 0;
    std::map<Refusal, std::int64_t> refused;
  };
  Counts run(std::int64_t attempts, Duration time) {
    std::vector<std::thread> attackers;
    for (int kind = 0; kind < 8; ++kind) attackers.emplace_back([this, kind] { attack(kind); });
    Counts counts;
    const auto began = system_clock().monotonic();
    while ((counts.attempts < attempts || counts.taken == 0) && system_clock().monotonic().ms - began.ms < time.ms) {
      attempt(counts);
      if (counts.attempts % 500 == 0) check();
    }
    stop_ = true;
    for (auto& attacker : attackers) attacker.join();
    check();
    return counts;
  }

 private:
  void add_canary(const std::string& name, const std::string& bytes, mode_t mode) {
    REQUIRE(system_files().write(base_ + name, bytes, mode & 0777u));
    REQUIRE(::chmod((base_ + name).c_str(), mode) == 0);
    canaries_.push_back({base_ + name, bytes, mode, status_of_path(base_ + name).st_ino});
  }

  void reopen() {
    quarantine_.reset();
    std::filesystem::remove_all(base_ + "/store");
    quarantine_ = Quarantine::open({.folder = base_ + "/store", .owner = [](const std::string&) -> Result<std::string> { return std::string(); }},
                                   {system_clock(), system_random(), system_files()})
                      .value();
  }

  void attempt(Counts& counts) {
    ++counts.attempts;
    const auto taken = quarantine_->take({.root = base_ + "/tree", .relative = "box/target", .sha256 = sha256(bad_), .rule = "race", .reason = {}});
    if (taken.refusal != Refusal::none) {
      ++counts.refused[taken.refusal];
      return;
    }
    ++counts.taken;
    ++counts.attempts;
    const auto back = quarantine_->restore({.name = taken.entry.name, .sha256 = taken.entry.sha256, .roots = {base_ + "/tree"}});
    if (back.refusal == Refusal::none) ++counts.restored;
    if (quarantine_->entries().size() > 200) reopen();
  }

  void check() const {
    for (const Canary& canary : canaries_) {
      const auto status = status_of_path(canary.path);
      CHECK_MESSAGE(content_of(canary.path) == canary.bytes, canary.path);
      CHECK_MESSAGE((status.st_mode & 07777u) == canary.mode, canary.path);
      CHECK_MESSAGE(status.st_uid == 0, canary.path);
      CHECK_MESSAGE(status.st_ino == canary.inode, canary.path);
    }
  }

  // One user's thread. Those that link and mount have rights that no user has: so
  // the race is harder than it can be. All work in the folder that they hold, never
  // by its path, or they would change the canaries themselves.
  void attack(int kind) {
    if (kind < 3) {
      ::syscall(SYS_setresgid, kAttacker, kAttacker, kAttacker);
      ::syscall(SYS_setresuid, kAttacker, kAttacker, kAttacker);
    }
    while (!stop_) {
      if (!is_lull()) {
        turn(kind);
      } else if (kind == 0) {
        turn(kind);
        ::usleep(6'000);
      } else {
        ::usleep(200);
      }
    }
  }

  // What lies under the name is taken only if it was left alone for a moment. So now and
  // then all but one are still, for about as long as that takes, and go on while it is taken.
  static bool is_lull() { return system_clock().monotonic().ms % 64 < 12; }

  void turn(int kind) {
    const std::string mine = base_ + "/spare/" + std::to_string(kind);
    switch (kind) {
      case 0:
      case 1:
        write_own(mine);
        put_at_target(mine);
        ::usleep(50);
        break;
      case 2:
        ignore(::symlink((base_ + "/safe/target").c_str(), mine.c_str()));
        put_at_target(mine);
        break;
      case 3:
        ignore(::link((base_ + "/safe/suid").c_str(), mine.c_str()));
        put_at_target(mine);
        ::unlink(mine.c_str());
        break;
      case 4:
        // The one moment in which the canary has one name again.
        ignore(::linkat(AT_FDCWD, (base_ + "/safe/suid").c_str(), held_box_.get(), "target", 0));
        ::unlinkat(held_box_.get(), "target", 0);
        break;
      case 5:
        ::mkdirat(held_box_.get(), "target", 0777);
        ::unlinkat(held_box_.get(), "target", AT_REMOVEDIR);
        ::mkfifoat(held_box_.get(), "target", 0666);
        ::unlinkat(held_box_.get(), "target", 0);
        break;
      case 6:
        mount_at_target();
        break;
      default:
        ::rename(box_.c_str(), (base_ + "/spare/box").c_str());
        ignore(::symlink((base_ + "/safe").c_str(), box_.c_str()));
        ::unlink(box_.c_str());
        ::rename((base_ + "/spare/box").c_str(), box_.c_str());
        ::usleep(200);
    }
  }

  // On what is held: by its name the mount could end up on a canary.
  void mount_at_target() const {
    const Fd place(::openat(held_box_.get(), "target", O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!place || ::fstat(place.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1) return;
    const std::string held = "/proc/self/fd/" + std::to_string(place.get());
    if (::mount((base_ + "/safe/suid").c_str(), held.c_str(), nullptr, MS_BIND, nullptr) != 0) return;
    ::usleep(100);
    ::umount2(held_target().c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  }

  static void ignore(int) {}
  void put_at_target(const std::string& mine) const {
    ::renameat(AT_FDCWD, mine.c_str(), held_box_.get(), "target");
  }
  std::string held_target() const { return "/proc/self/fd/" + std::to_string(held_box_.get()) + "/target"; }

  void write_own(const std::string& path) const {
    const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0755));
    if (file && ::write(file.get(), bad_.data(), bad_.size()) < 0) return;
  }

  std::string base_;
  std::string bad_;
  std::string box_;
  Fd held_box_;
  std::vector<Canary> canaries_;
  std::unique_ptr<Quarantine> quarantine_;
  std::atomic<bool> stop_{false};
};

TEST_CASE("toctou_race: whatever a file is turned into, nobody else's file changes") {
  if (::geteuid() != 0) return;
  const char* asked = std::getenv("KHIEN_ATTEMPTS");
  const bool campaign = std::getenv("KHIEN_CAMPAIGN") != nullptr;
  const std::int64_t attempts = asked != nullptr ? std::atoll(asked) : 100'000;
  Race race;
  const auto counts = race.run(attempts, campaign ? hours(8) : seconds(8));
  MESSAGE("attempts ", counts.attempts, ", taken ", counts.taken, ", restored ", counts.restored);
  for (const auto& [refusal, count] : counts.refused) MESSAGE(std::string(to_string(refusal)), ": ", count);
  // A race that nobody ever won or lost would prove nothing.
  CHECK(counts.taken > 0);
  for (const Refusal seen : {Refusal::not_regular, Refusal::gone, Refusal::hard_links}) CHECK(counts.refused.contains(seen));
  if (campaign) CHECK(counts.attempts >= attempts);
}

}  // namespace
}  // namespace khien::probe
