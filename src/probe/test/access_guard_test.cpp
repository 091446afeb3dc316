#include "khien/probe/access_guard.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "khien/core/clock.hpp"
#include "linux/child_process.hpp"
#include "test/hung_folder.hpp"
#include "test/mounted_folder.hpp"

namespace khien::probe {
namespace {

using Word = AccessGuard::Word;
using Kind = AccessGuard::Event::Kind;

// What became of starting the program, in a process of its own: 0, or execve's errno.
int started(const std::string& path, uid_t user = 0) {
  const pid_t pid = fork();
  if (pid == 0) {
    if (user != 0 && setuid(user) != 0) _exit(99);
    char* arguments[] = {const_cast<char*>(path.c_str()), nullptr};
    execv(path.c_str(), arguments);
    _exit(100 + errno);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status) == 0 ? 0 : WEXITSTATUS(status) - 100;
}

// The same for opening to read.
int opened(const std::string& path) {
  const pid_t pid = fork();
  if (pid == 0) {
    const int fd = open(path.c_str(), O_RDONLY);
    _exit(fd >= 0 ? 0 : 100 + errno);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  return WEXITSTATUS(status) == 0 ? 0 : WEXITSTATUS(status) - 100;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  (void)DirFd::open("/proc/self/fd")->each_name([&](std::string_view, FileStatus::Kind) -> Result<void> {
    ++count;
    return {};
  });
  return count;
}

// Another user who is the owner of a file and holds a lease on it, until the end.
class LeaseHolder {
 public:
  explicit LeaseHolder(const std::string& path) {
    int ready[2];
    REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      signal(SIGIO, SIG_IGN);  // the kernel's word that somebody wants the file
      const bool other = setgid(kUser) == 0 && setuid(kUser) == 0;
      const int file = other ? open(path.c_str(), O_RDWR) : -1;
      const char word = file >= 0 && fcntl(file, F_SETLEASE, F_WRLCK) == 0 ? 'y' : 'n';
      if (write(ready[1], &word, 1) != 1) _exit(1);
      pause();
      _exit(0);
    }
    close(ready[1]);
    char word = 'n';
    REQUIRE(read(ready[0], &word, 1) == 1);
    close(ready[0]);
    holds_ = word == 'y';
  }
  LeaseHolder(const LeaseHolder&) = delete;
  LeaseHolder& operator=(const LeaseHolder&) = delete;
  ~LeaseHolder() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  bool holds() const { return holds_; }
  static constexpr uid_t kUser = 54'321;

 private:
  pid_t pid_ = -1;
  bool holds_ = false;
};

std::int64_t milliseconds_of(const std::function<void()>& what) {
  const std::int64_t before = system_clock().monotonic().ms;
  what();
  return system_clock().monotonic().ms - before;
}

// Judges by what is written in the file, and remembers.
struct Judge {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::pair<std::uint64_t, std::int64_t>, Word> known;
  std::vector<AccessGuard::Event> told;
  std::vector<std::string> looked_at;
  std::atomic<int> takes_ms{0};
  std::atomic<bool> deny_allowed{true};
  std::atomic<bool> cannot{false};
  std::atomic<bool> holds_telling{false};

  AccessGuard::Parts parts() {
    return {.clock = system_clock(),
            .known =
                [this](const FileStatus& status) {
                  const std::lock_guard lock(mutex);
                  const auto found = known.find({status.inode, status.ctime_ns});
                  return found == known.end() ? Word::unknown : found->second;
                },
            .judge =
                [this](const Fd& file, const AccessGuard::Access& access) {
                  std::this_thread::sleep_for(std::chrono::milliseconds(takes_ms));
                  if (cannot) return Word::unknown;
                  std::string bytes(access.status.size, '\0');
                  const bool read = pread(file.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
                  const Word word = read && bytes.find("EVIL") != bytes.npos ? Word::deny : Word::allow;
                  const std::lock_guard lock(mutex);
                  known[{access.status.inode, access.status.ctime_ns}] = word;
                  looked_at.push_back(access.path);
                  return word;
                },
            .may_deny = [this](const AccessGuard::Access&) { return deny_allowed.load(); },
            .tell =
                [this](const AccessGuard::Event& event) {
                  while (holds_telling) usleep(1'000);
                  const std::lock_guard lock(mutex);
                  told.push_back(event);
                  changed.notify_all();
                }};
  }
  // The first event of the kind, waited for.
  AccessGuard::Event event(Kind kind) {
    std::unique_lock lock(mutex);
    std::vector<AccessGuard::Event>::iterator found;
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(5), [&] {
      found = std::ranges::find(told, kind, &AccessGuard::Event::kind);
      return found != told.end();
    }));
    return *found;
  }
  std::size_t looks() {
    const std::lock_guard lock(mutex);
    return looked_at.size();
  }
};

// A guard over a file system of its own, or a word why there is none.
struct GuardHouse {
  MountedFolder folder;
  Judge judge;
  std::unique_ptr<AccessGuard> guard;
  std::string why;

  explicit GuardHouse(AccessGuard::Options options = {}) {
    why = folder.why();
    if (!folder.mounted()) return;
    options.roots = {folder.path()};
    for (std::string& path : options.exclude) path = folder.path() + "/" + path;
    auto made = AccessGuard::start(std::move(options), judge.parts());
    if (!made) why = made.error().what();
    if (made) guard = std::move(made).value();
  }
};

// All of them before the first is started: a process that is forked while one is being
// written has it open for writing until its exec.
std::vector<std::string> programs(const MountedFolder& folder, int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(folder.program("p" + std::to_string(i), std::to_string(i)));
  return all;
}

#define OR_SKIP(house)                       \
  if (!(house).guard) {                      \
    MESSAGE("skipped: " << (house).why);     \
    return;                                  \
  }

TEST_CASE("what is clean starts, what is not does not, and each is looked at once") {
  GuardHouse house;
  OR_SKIP(house);
  const std::string good = house.folder.program("good", "fine");
  const std::string evil = house.folder.program("evil", "EVIL");
  for (int i = 0; i < 3; ++i) {
    CHECK(started(good) == 0);
    CHECK(started(evil) == EPERM);
  }
  CHECK(house.judge.looks() == 2);
  const auto counts = house.guard->counts();
  CHECK(counts.judged == 2);
  CHECK(counts.denied == 3);
  CHECK(counts.known >= 4);
  CHECK(counts.late == 0);
  const auto denied = house.judge.event(Kind::denied);
  CHECK(denied.access.path == evil);
  CHECK(denied.access.exec);
  CHECK(denied.access.pid > 0);
  CHECK(denied.access.uid == getuid());
  CHECK(denied.access.program.find("probe_test") != std::string::npos);
}

TEST_CASE("what changed is looked at again") {
  GuardHouse house;
  OR_SKIP(house);
  const std::string path = house.folder.program("tool", "fine");
  CHECK(started(path) == 0);
  house.folder.program("tool", "EVIL");
  CHECK(started(path) == EPERM);
  house.folder.program("tool", "fine");
  CHECK(started(path) == 0);
  CHECK(house.judge.looks() == 3);
}

TEST_CASE("opening to read is guarded only where asked for, and then below the roots") {
  GuardHouse usual;
  OR_SKIP(usual);
  CHECK(opened(usual.folder.write("evil", "EVIL")) == 0);
  CHECK(usual.judge.looks() == 0);
  GuardHouse strict({.opens = true});
  OR_SKIP(strict);
  CHECK(opened(strict.folder.write("good", "fine")) == 0);
  CHECK(opened(strict.folder.write("evil", "EVIL")) == EPERM);
  CHECK_FALSE(strict.judge.event(Kind::denied).access.exec);
}

TEST_CASE("after the deadline it is allowed, and told; the verdict is there for the next one") {
  GuardHouse house({.deadline = milliseconds(200)});
  OR_SKIP(house);
  const std::string evil = house.folder.program("evil", "EVIL");
  house.judge.takes_ms = 800;
  const std::int64_t took = milliseconds_of([&] { CHECK(started(evil) == 0); });
  CHECK(took >= 190);
  CHECK(took < 700);
  CHECK(house.judge.event(Kind::late).access.path == evil);
  CHECK(house.guard->counts().late == 1);
  CHECK(started(evil) == EPERM);
}

TEST_CASE("more than may wait are let through at once, and told") {
  GuardHouse house({.deadline = seconds(5), .most_waiting = 2});
  OR_SKIP(house);
  house.judge.takes_ms = 300;
  std::vector<std::thread> all;
  for (const std::string& path : programs(house.folder, 6)) all.emplace_back([path] { CHECK(started(path) == 0); });
  for (std::thread& one : all) one.join();
  house.judge.event(Kind::crowded);
  CHECK(house.guard->counts().late >= 1);
}

TEST_CASE("what nobody waits for any more holds no more files open than may wait") {
  GuardHouse house({.deadline = milliseconds(50), .most_waiting = 4});
  OR_SKIP(house);
  house.judge.takes_ms = 3'000;
  const auto paths = programs(house.folder, 20);
  const std::size_t before = open_descriptors();
  for (const std::string& path : paths) CHECK(started(path) == 0);
  CHECK(open_descriptors() <= before + 4 + 1);  // and the one that is looked at
  CHECK(house.guard->counts().late >= 19);
}

TEST_CASE("one user's many slow files do not take all of the judge's time") {
  GuardHouse house({.deadline = seconds(10)});
  OR_SKIP(house);
  house.judge.takes_ms = 200;
  const std::string other = house.folder.program("other", "fine");
  std::vector<std::thread> all;
  for (const std::string& path : programs(house.folder, 10)) {
    all.emplace_back([path] { CHECK(started(path, LeaseHolder::kUser) == 0); });
  }
  usleep(100'000);
  CHECK(milliseconds_of([&] { CHECK(started(other) == 0); }) < 1'000);  // behind one or two, not behind ten
  for (std::thread& one : all) one.join();
}

TEST_CASE("one user's crowd leaves room for others") {
  GuardHouse house({.deadline = seconds(5), .most_waiting = 8});
  OR_SKIP(house);
  house.judge.takes_ms = 400;
  const std::string evil = house.folder.program("evil", "EVIL");
  std::vector<std::thread> all;
  for (const std::string& path : programs(house.folder, 12)) {
    all.emplace_back([path] { CHECK(started(path, LeaseHolder::kUser) == 0); });
  }
  usleep(100'000);
  CHECK(started(evil) == EPERM);
  for (std::thread& one : all) one.join();
  CHECK(house.guard->counts().late >= 6);
}

TEST_CASE("what could not be judged is let through, counted and told") {
  GuardHouse house;
  OR_SKIP(house);
  house.judge.cannot = true;
  const std::string path = house.folder.program("p", "fine");
  CHECK(started(path) == 0);
  CHECK(house.judge.event(Kind::late).access.path == path);
  CHECK(house.guard->counts().late == 1);
}

TEST_CASE("a crowd does not hide a denial") {
  GuardHouse house({.deadline = seconds(5), .most_waiting = 0});
  OR_SKIP(house);
  const std::string crowd = house.folder.program("crowd", "fine");
  const std::string evil = house.folder.program("evil", "EVIL");
  struct stat status {};
  REQUIRE(stat(evil.c_str(), &status) == 0);
  std::unique_lock held(house.judge.mutex);
  house.judge.known[{status.st_ino, status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec}] = Word::deny;
  house.judge.holds_telling = true;
  held.unlock();
  for (int i = 0; i < 300; ++i) CHECK(started(crowd) == 0);
  CHECK(started(evil) == EPERM);
  house.judge.holds_telling = false;
  CHECK(house.judge.event(Kind::denied).access.path == evil);
}

// The kernel opens the file for the guard, and would wait for the lease's end there: for
// 45 seconds (fs.lease-break-time), in which nobody on the machine is answered.
TEST_CASE("a lease on a file holds nobody up") {
  GuardHouse house;
  OR_SKIP(house);
  const std::string good = house.folder.program("good", "fine");
  const std::string leased = house.folder.program("leased", "fine");
  REQUIRE(chown(leased.c_str(), LeaseHolder::kUser, LeaseHolder::kUser) == 0);
  LeaseHolder holder(leased);
  if (!holder.holds()) {
    MESSAGE("skipped: no lease to be had");
    return;
  }
  const std::int64_t took = milliseconds_of([&] {
    std::thread other([&] { CHECK(started(leased) != 0); });  // refused: that one file
    usleep(100'000);
    CHECK(started(good) == 0);
    other.join();
  });
  CHECK(took < 5'000);
  CHECK(house.guard->alive());
}

TEST_CASE("this process and what it started wait for nobody") {
  GuardHouse house({.opens = true, .deadline = seconds(30)});
  OR_SKIP(house);
  house.judge.takes_ms = 2'000;
  const std::string path = house.folder.program("mine", "EVIL");
  CHECK(milliseconds_of([&] { CHECK(Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)).get() >= 0); }) < 500);
  CHECK(milliseconds_of([&] {
          auto child = ChildProcess::start({.executable = path, .arguments = {}, .environment = {}});
          REQUIRE(child);
          std::string how;
          while (!child->ended(how)) usleep(1'000);
          CHECK(how == "exit 0");
        }) < 1'000);
  CHECK(house.judge.looks() == 0);
}

TEST_CASE("an excluded folder is passed over, and a mount that looks like it is not") {
  GuardHouse house({.exclude = {"left"}});
  OR_SKIP(house);
  house.folder.make("left");
  house.folder.make("hidden");
  const std::string left = house.folder.program("left/evil", "EVIL");
  house.folder.program("hidden/evil", "EVIL");
  CHECK(started(left) == 0);
  CHECK(house.judge.looks() == 0);
  // The opener's own mount shows another file under the excluded name.
  const pid_t pid = fork();
  if (pid == 0) {
    const std::string hidden = house.folder.path() + "/hidden";
    const std::string shown = house.folder.path() + "/left";
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(hidden.c_str(), shown.c_str(), nullptr, MS_BIND, nullptr) != 0) {
      _exit(77);
    }
    char* arguments[] = {const_cast<char*>(left.c_str()), nullptr};
    execv(left.c_str(), arguments);
    _exit(errno == EPERM ? 5 : 6);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  if (WEXITSTATUS(status) == 77) {
    MESSAGE("skipped: no mount of the opener's own");
  } else {
    CHECK(WEXITSTATUS(status) == 5);
  }
}

// What is asked of a path on the answering thread is asked of memory alone.
TEST_CASE("a file system that hangs below an excluded folder holds nobody up") {
  GuardHouse house({.exclude = {"left"}});
  OR_SKIP(house);
  house.folder.make("left");
  house.folder.make("left/x");
  house.folder.make("hidden");
  house.folder.program("hidden/evil", "EVIL");
  const std::string good = house.folder.program("good", "fine");
  HungFolder hung(house.folder.path() + "/left/x");
  if (!hung.mounted()) {
    MESSAGE("skipped: no fuse");
    return;
  }
  std::atomic<bool> done{false};
  std::thread late([&] {
    for (int i = 0; i < 50 && !done; ++i) usleep(100'000);
    hung.let_go();
  });
  const std::int64_t took = milliseconds_of([&] {
    const pid_t pid = fork();
    if (pid == 0) {
      const std::string hidden = house.folder.path() + "/hidden";
      if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          mount(hidden.c_str(), hung.path().c_str(), nullptr, MS_BIND, nullptr) != 0) {
        _exit(77);
      }
      const std::string path = hung.path() + "/evil";
      char* arguments[] = {const_cast<char*>(path.c_str()), nullptr};
      execv(path.c_str(), arguments);
      _exit(errno == EPERM ? 5 : 6);
    }
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    CHECK(WEXITSTATUS(status) == 5);
    CHECK(started(good) == 0);
  });
  done = true;
  late.join();
  CHECK(took < 3'000);
  CHECK_FALSE(house.judge.event(Kind::denied).access.here);
}

TEST_CASE("a medium that hangs is not guarded, and is not asked whether it could be") {
  GuardHouse house;
  OR_SKIP(house);
  TestFolder place;
  place.make("medium");
  HungFolder hung(place.path() + "/medium");
  if (!hung.mounted()) {
    MESSAGE("skipped: no fuse");
    return;
  }
  std::atomic<bool> done{false};
  std::thread late([&] {
    for (int i = 0; i < 50 && !done; ++i) usleep(100'000);
    hung.let_go();
  });
  Result<void> marked;
  CHECK(milliseconds_of([&] { marked = house.guard->also(hung.path()); }) < 3'000);
  done = true;
  late.join();
  REQUIRE_FALSE(marked);
  CHECK(marked.error().code() == Code::unavailable);
}

TEST_CASE("another policy holds at once, for what is left out and for what is not any more") {
  GuardHouse house;
  OR_SKIP(house);
  const std::string evil = house.folder.program("evil", "EVIL");
  CHECK(started(evil) == EPERM);
  CHECK(house.guard->adopt({house.folder.path()}, {evil}));
  CHECK(started(evil) == 0);
  CHECK(house.guard->adopt({house.folder.path()}, {}));
  CHECK(started(evil) == EPERM);
  // A root that is not there is said, and the rest holds.
  const auto adopted = house.guard->adopt({"/does/not/exist"}, {evil});
  REQUIRE_FALSE(adopted);
  CHECK(adopted.error().code() == Code::not_found);
  CHECK(started(evil) == 0);
}

TEST_CASE("where denying is not allowed, what is bad starts") {
  GuardHouse house;
  OR_SKIP(house);
  house.judge.deny_allowed = false;
  const std::string evil = house.folder.program("evil", "EVIL");
  CHECK(started(evil) == 0);
  CHECK(started(evil) == 0);
  CHECK(house.guard->counts().denied == 0);
}

TEST_CASE("a further file system is guarded once it is named") {
  GuardHouse house;
  OR_SKIP(house);
  MountedFolder medium;
  REQUIRE(medium.mounted());
  const std::string evil = medium.program("evil", "EVIL");
  CHECK(started(evil) == 0);
  REQUIRE(house.guard->also(medium.path()));
  CHECK(started(evil) == EPERM);
}

TEST_CASE("a guard that ends lets go who waits, also in the middle of a look") {
  GuardHouse house({.opens = true, .deadline = seconds(60)});
  OR_SKIP(house);
  house.judge.takes_ms = 1'000;
  std::vector<std::thread> all;
  for (const std::string& path : programs(house.folder, 3)) all.emplace_back([path] { CHECK(started(path) == 0); });
  usleep(200'000);
  CHECK(milliseconds_of([&] {
          house.guard.reset();
          for (std::thread& one : all) one.join();
        }) < 4'000);
}

// The guard in a process of its own, which is killed while somebody waits for it.
TEST_CASE("kill -9 of the guard's process lets go who waits") {
  MountedFolder folder;
  if (!folder.mounted()) {
    MESSAGE("skipped: " << folder.why());
    return;
  }
  const std::string path = folder.program("p", "fine");
  int ready[2];
  REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
  const pid_t guard = fork();
  if (guard == 0) {
    Judge judge;
    judge.takes_ms = 60'000;
    const auto made = AccessGuard::start({.roots = {folder.path()}, .exclude = {}, .deadline = seconds(60)}, judge.parts());
    const char word = made ? 'y' : 'n';
    if (write(ready[1], &word, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char word = 'n';
  REQUIRE(read(ready[0], &word, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  std::atomic<bool> done{false};
  std::thread opener([&] {
    CHECK(started(path) == 0);
    done = true;
  });
  if (word == 'y') {
    usleep(500'000);
    CHECK_FALSE(done);  // it does wait
  } else {
    MESSAGE("skipped: the guard could not be started");
  }
  const std::int64_t took = milliseconds_of([&] {
    REQUIRE(kill(guard, SIGKILL) == 0);
    REQUIRE(waitpid(guard, nullptr, 0) == guard);
    opener.join();
  });
  CHECK(took < 2'000);
}

TEST_CASE("a root that cannot be guarded is said, and the others are guarded") {
  MountedFolder folder;
  Judge judge;
  // The kernel lets nobody stand before the opening of its own files.
  auto guard = AccessGuard::start({.roots = {folder.path(), "/proc"}, .exclude = {}}, judge.parts());
  if (!folder.mounted() || !guard) {
    MESSAGE("skipped: " << (folder.mounted() ? guard.error().what() : folder.why()));
    return;
  }
  CHECK((*guard)->left_out().find("/proc") != std::string::npos);
  CHECK(started(folder.program("evil", "EVIL")) == EPERM);
  REQUIRE((*guard)->adopt({folder.path()}, {}));
  CHECK((*guard)->left_out().empty());
}

TEST_CASE("without a root there is no guard") {
  Judge judge;
  const auto none = AccessGuard::start({.roots = {"/does/not/exist"}, .exclude = {}}, judge.parts());
  REQUIRE_FALSE(none);
  CHECK(none.error().code() == Code::not_found);
}

}  // namespace
}  // namespace khien::probe
