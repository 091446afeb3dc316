#include "access_watch.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "scan_fixture.hpp"

namespace khien::agent {
namespace {

using Word = AccessMemory::Word;
using Access = AccessWatch::Access;
using Kind = AccessWatch::Event::Kind;

class JudgingWorker final : public WorkerPort {
 public:
  explicit JudgingWorker(FakeJudge& judge) : judge_(judge) {}
  Result<scan::Verdict> scan(const Fd& file, std::uint64_t) override {
    TRY(const auto status, status_of(file));
    TRY(auto answer, judge_.judge(file, status, std::nullopt));
    return std::move(answer.verdict);
  }
  std::size_t rule_count() const override { return 1; }
  std::size_t ioc_count() const override { return 1; }
  std::string sandbox() const override { return "fake"; }

 private:
  FakeJudge& judge_;
};

// What the guard would call, called by the test. The clock is a day ahead of the
// files, so that they count as settled.
struct WatchHouse {
  TemporaryFolder tree;
  TemporaryFolder folder{TemporaryFolder::Place::disk};
  ManualClock clock{Timestamp{system_clock().now().ms} + days(1)};
  FakeJudge judge;
  std::uint64_t content = 1;
  int workers = 0;
  bool no_worker = false;
  std::vector<Observation> reported;
  std::vector<std::string> to_look_at;
  AccessPolicy policy{.roots = {tree.path()}, .own_roots = {tree.path()}};
  std::unique_ptr<AccessWatch> watch;
  probe::AccessGuard::Parts guard{.clock = clock, .known = {}, .judge = {}, .may_deny = {}, .tell = {}};

  WatchHouse() { start(); }
  void start() {
    watch = std::make_unique<AccessWatch>(
        policy,
        AccessWatchParts{.clock = clock,
                         .content = [this] { return content; },
                         .start_worker = [this]() -> Result<std::unique_ptr<WorkerPort>> {
                           ++workers;
                           if (no_worker) return Error(Code::unavailable, "no worker");
                           return std::unique_ptr<WorkerPort>(std::make_unique<JudgingWorker>(judge));
                         },
                         .keeps_times = [](const Fd&) { return true; },
                         .report = [this](const Observation& seen) -> Result<void> {
                           reported.push_back(seen);
                           return {};
                         },
                         .look_at = [this](const std::string& path) { to_look_at.push_back(path); }},
        folder / "known-files");
    watch->memory().use(content, content);
    auto parts = watch->guard_parts();
    guard.known = parts.known;
    guard.judge = parts.judge;
    guard.may_deny = parts.may_deny;
    guard.tell = parts.tell;
    guard.aside = parts.aside;
  }
  Access access(const std::string& name, const std::string& text, const std::string& in = {}) {
    const std::string path = (in.empty() ? tree.path() : in) + "/" + name;
    std::ofstream(path) << text;
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return {.pid = 7, .exec = true, .status = status_of(file).value(), .path = path, .program = "/bin/bash", .uid = 1000};
  }
  Word asked(const Access& access) {
    const Word known = guard.known(access.status);
    if (known != Word::unknown) return known;
    const Fd file(::open(access.path.c_str(), O_RDONLY | O_CLOEXEC));
    return guard.judge(file, access);
  }
  template <class Body>
  std::vector<Body> take() {
    std::vector<Body> bodies;
    for (const Observation& seen : reported) {
      if (const auto* body = std::get_if<Body>(&seen.body)) bodies.push_back(*body);
    }
    reported.clear();
    return bodies;
  }
};

TEST_CASE("a file is judged once, and again under new content") {
  WatchHouse house;
  const Access good = house.access("good", "fine");
  const Access evil = house.access("evil", eicar());
  for (int i = 0; i < 3; ++i) {
    CHECK(house.asked(good) == Word::allow);
    CHECK(house.asked(evil) == Word::deny);
  }
  CHECK(house.judge.asked == 2);
  CHECK(house.workers == 1);
  house.content = 2;
  house.watch->memory().use(2, 2);
  CHECK(house.asked(good) == Word::allow);
  CHECK(house.judge.asked == 3);
  CHECK(house.workers == 2);
}

TEST_CASE("a file that has just been written is not remembered") {
  WatchHouse house;
  house.clock.jump_to(system_clock().now());
  const Access fresh = house.access("fresh", "fine");
  CHECK(house.asked(fresh) == Word::allow);
  CHECK(house.asked(fresh) == Word::allow);
  CHECK(house.judge.asked == 2);
}

TEST_CASE("what the scanner's table says is believed; of a medium nothing is") {
  WatchHouse house;
  const Access one = house.access("one", "1");
  const Access told = house.access("told", "2");
  const Access old = house.access("old", "3");
  {
    auto known = KnownFiles::open(house.folder / "known-files");
    known.learn(one.status, {.content = 1, .sha256 = {}}, house.clock.now());
    known.learn(told.status, {.content = 77, .sha256 = {}}, house.clock.now());
    known.learn(old.status, {.content = 5, .sha256 = {}}, house.clock.now());
    known.flush();
  }
  CHECK(house.guard.known(one.status) == Word::unknown);
  house.guard.aside();  // reads the table
  house.watch->memory().use(1, 77);
  CHECK(house.guard.known(one.status) == Word::allow);
  CHECK(house.guard.known(told.status) == Word::allow);
  CHECK(house.guard.known(old.status) == Word::unknown);
  FileStatus changed = one.status;
  changed.ctime_ns += 1;
  CHECK(house.guard.known(changed) == Word::unknown);

  CHECK(house.asked(old) == Word::allow);
  CHECK(house.watch->memory().files() == 1);
  house.watch->memory().distrust(old.status.device);
  CHECK(house.watch->memory().files() == 0);
  CHECK(house.guard.known(one.status) == Word::unknown);
  CHECK(house.asked(old) == Word::allow);
  CHECK(house.watch->memory().files() == 0);
}

TEST_CASE("the system's own files are let run, and told of") {
  WatchHouse house;
  TemporaryFolder system;
  Access shell = house.access("sh", eicar(), system.path());
  CHECK(house.asked(shell) == Word::deny);
  shell.status.owner_uid = 0;
  CHECK_FALSE(house.guard.may_deny(shell));
  const auto told = house.take<FileSeen>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].path == shell.path);
  CHECK(told[0].verdict == FileVerdict::malicious);
  CHECK(told[0].matches.size() == 1);
  // Whoever is not root cannot make it look like one of these.
  shell.status.owner_uid = 1000;
  CHECK(house.guard.may_deny(shell));
  Access placed = house.access("placed", eicar());
  placed.status.owner_uid = 0;
  CHECK(house.guard.may_deny(placed));
}

TEST_CASE("folders that a policy adds are looked at, and make no file of the system's deniable") {
  WatchHouse house;
  TemporaryFolder system;
  Access shell = house.access("sh", eicar(), system.path());
  CHECK(house.asked(shell) == Word::deny);
  CHECK(house.take<FileSeen>().size() == 1);  // the scanner does not come there
  house.watch->adopt({house.tree.path(), system.path()});
  CHECK(house.asked(house.access("other", eicar(), system.path())) == Word::deny);
  CHECK(house.take<FileSeen>().empty());
  CHECK(house.to_look_at == std::vector<std::string>{system.path() + "/other"});
  shell.status.owner_uid = 0;
  CHECK_FALSE(house.guard.may_deny(shell));
}

TEST_CASE("another policy does not begin the hour of denials anew") {
  WatchHouse house;
  for (int i = 0; i < 20; ++i) CHECK(house.guard.may_deny(house.access("f" + std::to_string(i), eicar())));
  house.watch->rest();
  house.watch->adopt({house.tree.path()});
  CHECK_FALSE(house.guard.may_deny(house.access("more", eicar())));
  CHECK(house.watch->spared_until());
}

TEST_CASE("a flood of denials is a false alarm: it is halted for a day, and goes on") {
  WatchHouse house;
  std::vector<Access> files;
  for (int i = 0; i < 25; ++i) files.push_back(house.access("f" + std::to_string(i), eicar()));
  for (int i = 0; i < 20; ++i) CHECK(house.guard.may_deny(files[static_cast<std::size_t>(i)]));
  CHECK(house.guard.may_deny(files[0]));  // again is no further file
  CHECK_FALSE(house.watch->spared_until());
  CHECK_FALSE(house.guard.may_deny(files[20]));
  CHECK(house.watch->spared_until());
  CHECK_FALSE(house.guard.may_deny(files[0]));
  house.guard.aside();
  house.clock.advance(hours(24));
  CHECK_FALSE(house.watch->spared_until());
  CHECK(house.guard.may_deny(files[20]));
  // Few an hour are none.
  for (int i = 0; i < 25; ++i) {
    CHECK(house.guard.may_deny(files[static_cast<std::size_t>(i)]));
    house.clock.advance(minutes(5));
  }
}

TEST_CASE("whoever has many of his files denied takes the guard from nobody else") {
  WatchHouse house;
  const auto of = [&](std::uint32_t uid, int number) {
    Access access = house.access("f" + std::to_string(number), eicar());
    access.status.owner_uid = uid;
    return access;
  };
  for (int i = 0; i < 25; ++i) CHECK(house.guard.may_deny(of(1'000, i)) == (i < 20));
  CHECK(house.watch->spared_until());
  CHECK_FALSE(house.watch->halted_until());
  CHECK(house.guard.may_deny(of(1'001, 30)));
  CHECK(house.guard.may_deny(of(0, 31)));
  // The thousands that a user namespace gives him are one.
  for (int i = 0; i < 25; ++i) CHECK(house.guard.may_deny(of(100'000 + static_cast<std::uint32_t>(i), 40 + i)) == (i < 20));
  CHECK(house.guard.may_deny(of(1'001, 30)));
  CHECK_FALSE(house.watch->halted_until());
}

TEST_CASE("denials of very many owners are a false alarm, and halt all of it") {
  WatchHouse house;
  for (std::uint32_t uid = 1'000; uid < 1'021; ++uid) {
    Access access = house.access("f" + std::to_string(uid), eicar());
    access.status.owner_uid = uid;
    CHECK(house.guard.may_deny(access) == (uid < 1'020));
  }
  CHECK(house.watch->halted_until());
  const Access again = house.access("f1000", eicar());
  CHECK_FALSE(house.guard.may_deny(again));
  house.clock.advance(hours(24));
  CHECK_FALSE(house.watch->halted_until());
  CHECK(house.guard.may_deny(again));
}

TEST_CASE("a path that leads to another file from here does not send the scanner there") {
  WatchHouse house;
  Access evil = house.access("evil", eicar());
  evil.here = false;
  CHECK(house.asked(evil) == Word::deny);
  house.guard.tell({Kind::late, evil});
  CHECK(house.to_look_at.empty());
  const auto told = house.take<FileSeen>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].verdict == FileVerdict::malicious);
  CHECK(told[0].sha256 == sha256(eicar()));
}

// Are the file's first bytes in no memory? Does not read them.
bool is_on_disk(const Fd& file) {
  void* const map = mmap(nullptr, 4'096, PROT_READ, MAP_SHARED, file.get(), 0);
  REQUIRE(map != MAP_FAILED);
  unsigned char there = 1;
  const bool told = mincore(map, 4'096, &there) == 0;
  munmap(map, 4'096);
  return told && (there & 1) == 0;
}

// False if the kernel keeps it in memory nevertheless.
bool leave_memory(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  for (int i = 0; i < 100; ++i) {
    REQUIRE(fsync(file.get()) == 0);
    REQUIRE(posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
    if (is_on_disk(file)) return true;
    usleep(10'000);
  }
  return false;
}

// Does the file system say what would have to be waited for?
bool says_what_waits(const std::string& path) {
  std::ofstream(path) << "x";
  if (!leave_memory(path)) return false;
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<std::byte, 1> byte;
  const iovec piece{.iov_base = byte.data(), .iov_len = 1};
  return preadv2(file.get(), &piece, 1, 0, RWF_NOWAIT) < 0 && errno == EAGAIN;
}

TEST_CASE("the answering thread does not wait for the disk; the judging thread does") {
  WatchHouse house;
  const Access one = house.access("one", "1");
  {
    auto known = KnownFiles::open(house.folder / "known-files");
    known.learn(one.status, {.content = 1, .sha256 = {}}, house.clock.now());
    known.flush();
  }
  house.guard.aside();  // reads the table's ends
  if (!says_what_waits(house.folder / "other") || !leave_memory(house.folder / "known-files")) {
    MESSAGE("skipped: the kernel keeps files in memory, or does not say");
    return;
  }
  CHECK(house.guard.known(one.status) == Word::unknown);
  const Fd file(::open(one.path.c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(house.guard.judge(file, one) == Word::allow);
  CHECK(house.judge.asked == 0);
  CHECK(house.guard.known(one.status) == Word::allow);
}

TEST_CASE("a denial says who, what and by which rule; many alike are told as one") {
  WatchHouse house;
  const Access evil = house.access("evil", eicar());
  CHECK(house.asked(evil) == Word::deny);
  for (int i = 0; i < 5; ++i) house.guard.tell({Kind::denied, evil});
  auto told = house.take<AccessSeen>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].answer == AccessSeen::Answer::denied);
  CHECK(told[0].path == evil.path);
  CHECK(told[0].program == "/bin/bash");
  CHECK(told[0].pid == 7);
  CHECK(told[0].uid == 1000);
  CHECK(told[0].times == 1);
  CHECK(told[0].sha256 == sha256(eicar()));
  REQUIRE(told[0].matches.size() == 1);
  CHECK(told[0].matches[0].rule == "khien_eicar");
  CHECK(house.to_look_at == std::vector<std::string>{evil.path});  // the scanner reports the file
  house.clock.advance(minutes(2));
  house.guard.tell({Kind::denied, evil});
  told = house.take<AccessSeen>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].times == 5);
}

TEST_CASE("what came late is told within limits, and looked at by the scanner") {
  WatchHouse house;
  const Access slow = house.access("slow", "x");
  for (int i = 0; i < 100; ++i) house.guard.tell({Kind::late, slow});
  auto told = house.take<AccessSeen>();
  CHECK(told.size() == 20);
  CHECK(told[0].answer == AccessSeen::Answer::late);
  CHECK(told[0].matches.empty());
  CHECK(house.to_look_at.size() == 100);
  house.clock.advance(hours(1));
  house.guard.tell({Kind::crowded, slow});
  told = house.take<AccessSeen>();
  REQUIRE(told.size() == 1);
  CHECK(told[0].times == 81);
}

TEST_CASE("without a worker all is let run, and a worker is not started for every file") {
  WatchHouse house;
  house.no_worker = true;
  const Access evil = house.access("evil", eicar());
  for (int i = 0; i < 10; ++i) CHECK(house.asked(evil) == Word::unknown);  // told as late
  CHECK(house.workers == 1);
  CHECK(house.watch->blind());
  CHECK(house.watch->memory().files() == 0);
  house.no_worker = false;
  house.clock.advance(seconds(11));
  CHECK(house.asked(evil) == Word::deny);
  CHECK_FALSE(house.watch->blind());
}

TEST_CASE("a worker that died is replaced, and what it did not say is not remembered") {
  WatchHouse house;
  const Access evil = house.access("evil", eicar());
  house.judge.broken = true;
  CHECK(house.asked(evil) == Word::unknown);
  CHECK(house.watch->memory().files() == 0);
  house.judge.broken = false;
  CHECK(house.asked(evil) == Word::deny);
  CHECK(house.workers == 2);
}

}  // namespace
}  // namespace khien::agent
