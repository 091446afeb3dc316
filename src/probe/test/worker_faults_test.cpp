#include <dirent.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "khien/probe/worker.hpp"
#include "linux/poison.hpp"
#include "test/folder.hpp"
#include "worker_protocol.hpp"

namespace khien::probe {
namespace {

Worker::Options bad_options() {
  Worker::Options options;
  options.executable = KHIEN_BAD_WORKER;
  options.content_folder = "/";
  options.file_time = milliseconds(200);
  return options;
}

scan::Verdict scan(Worker& worker, const TestFolder& folder, const std::string& content) {
  const std::string path = folder.write("order", content);
  return worker.scan(TestFolder::open(path), content.size()).value();
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

TEST_CASE("a worker that dies is replaced, and its file is not scanned") {
  TestFolder folder;
  const auto worker = Worker::start(bad_options(), system_clock()).value();
  const auto verdict = scan(*worker, folder, "die 1");
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK(verdict.reason == "worker_died");
  CHECK(verdict.sha256 == sha256("die 1"));
  CHECK(scan(*worker, folder, "leave").reason == "worker_died");
  CHECK(scan(*worker, folder, "good").verdict == FileVerdict::clean);
}

TEST_CASE("a worker that hangs is killed at its deadline and two seconds") {
  TestFolder folder;
  const auto worker = Worker::start(bad_options(), system_clock()).value();
  const Duration before = system_clock().monotonic();
  CHECK(scan(*worker, folder, "hang").reason == "worker_hung");
  const std::int64_t took_ms = system_clock().monotonic().ms - before.ms;
  CHECK(took_ms >= 2'200);
  CHECK(took_ms < 4'000);
  CHECK(scan(*worker, folder, "good").verdict == FileVerdict::clean);
}

TEST_CASE("a worker that lies is a dead worker") {
  TestFolder folder;
  const auto worker = Worker::start(bad_options(), system_clock()).value();
  for (const char* lie : {"garbage", "other job", "flood"}) {
    CAPTURE(lie);
    CHECK(scan(*worker, folder, lie).reason == "worker_died");
    CHECK(scan(*worker, folder, "good").verdict == FileVerdict::clean);
  }
}

TEST_CASE("a worker that sends descriptors gains nothing and leaks nothing") {
  TestFolder folder;
  const auto worker = Worker::start(bad_options(), system_clock()).value();
  CHECK(scan(*worker, folder, "good").verdict == FileVerdict::clean);
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 20; ++i) scan(*worker, folder, "descriptor");
  CHECK(open_descriptors() == before);
}

TEST_CASE("what killed three workers is asked no more, under whatever name") {
  TestFolder folder;
  const auto worker = Worker::start(bad_options(), system_clock()).value();
  // Three deaths: the first file is tried twice.
  for (int i = 0; i < 2; ++i) CHECK(scan(*worker, folder, "die again").reason == "worker_died");
  CHECK(scan(*worker, folder, "die again").reason == "worker_refused");
  const std::string other = folder.write("other name", "die again");
  CHECK(worker->scan(TestFolder::open(other), 9).value().reason == "worker_refused");
  CHECK(scan(*worker, folder, "die never").reason == "worker_died");  // of the same size, and still asked
  CHECK(scan(*worker, folder, "good").verdict == FileVerdict::clean);
}

TEST_CASE("poison is known by its hash, and honest files of its size are not") {
  TestFolder folder;
  Poison poison(1 << 20);
  const Fd bad = TestFolder::open(folder.write("bad", "12345"));
  const Fd good = TestFolder::open(folder.write("good", "54321"));
  for (int i = 1; i <= 3; ++i) {
    CHECK_FALSE(poison.refuses(bad, 5));
    CHECK(poison.add(bad, 5).kills == i);
  }
  CHECK(poison.refuses(bad, 5));
  CHECK_FALSE(poison.refuses(good, 5));
}

TEST_CASE("somebody who makes thousands of poisons does not fill the memory") {
  TestFolder folder;
  Poison poison(1 << 20);
  const std::string path = folder.path() + "/x";
  for (int i = 0; i < 1'025; ++i) {
    std::ofstream(path) << i;
    poison.add(TestFolder::open(path), 1);
  }
  std::ofstream(path) << 0;
  CHECK(poison.add(TestFolder::open(path), 1).kills == 1);  // forgotten with the rest
}

// The real worker from here on.

Worker::Options options() {
  Worker::Options options;
  options.executable = KHIEN_WORKER;
  options.content_folder = KHIEN_SOURCE_DIR "/content/scan";
  return options;
}

// The pids of our children that run a program of this name.
std::vector<pid_t> children_named(const std::string& name) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    std::string pid, command, state, parent;
    if (!(stat >> pid >> command >> state >> parent)) continue;
    if (command == "(" + name + ")" && parent == std::to_string(getpid())) found.push_back(std::stoi(pid));
  }
  return found;
}

// The child of this name that has stopped itself, waited for up to five seconds; 0 if none.
pid_t stopped_child(const std::string& name) {
  for (int i = 0; i < 1'000; ++i, poll(nullptr, 0, 5)) {
    for (const pid_t pid : children_named(name)) {
      std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
      std::string number, command, state;
      if (stat >> number >> command >> state && state == "T") return pid;
    }
  }
  return 0;
}

TEST_CASE("a worker that somebody else killed at a file costs the file nothing") {
  TestFolder folder;
  const auto worker = Worker::start(bad_options(), system_clock()).value();
  std::thread killer([] {
    const std::string name = "probe_bad_worke";  // as the kernel cuts it
    const pid_t first = stopped_child(name);
    if (first != 0) kill(first, SIGKILL);
    pid_t second = first;
    while (second != 0 && second == first) second = stopped_child(name);
    if (second != 0) kill(second, SIGCONT);
  });
  CHECK(scan(*worker, folder, "stop").verdict == FileVerdict::clean);
  killer.join();
  CHECK(worker->failures() == 0);
  CHECK(scan(*worker, folder, "die").reason == "worker_died");
  CHECK(worker->failures() == 1);
}

bool is_zombie(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

TEST_CASE("a worker killed between two files is replaced at the next") {
  TestFolder folder;
  const auto worker = Worker::start(options(), system_clock()).value();
  const std::string path = folder.write("bad", eicar());
  const auto pids = children_named("khien-worker");
  REQUIRE(pids.size() == 1);
  REQUIRE(kill(pids[0], SIGKILL) == 0);
  while (!is_zombie(pids[0])) poll(nullptr, 0, 5);
  CHECK(worker->scan(TestFolder::open(path), 68).value().verdict == FileVerdict::malicious);
}

TEST_CASE("workers leave nobody behind") {
  for (int i = 0; i < 3; ++i) {
    const auto worker = Worker::start(options(), system_clock()).value();
    CHECK(children_named("khien-worker").size() == 1);
  }
  CHECK(children_named("khien-worker").empty());
}

TEST_CASE("a file that shrinks and grows while it is read is judged, never waited for") {
  TestFolder folder;
  const auto worker = Worker::start(options(), system_clock()).value();
  const std::string path = folder.write("moving", std::string(8u << 20, 'a'));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (off_t size = 0; !stop; size = (size + 1'234'567) % (80 << 20)) (void)truncate(path.c_str(), size);
  });
  for (int i = 0; i < 30; ++i) {
    const auto verdict = worker->scan(TestFolder::open(path), 8u << 20).value();
    CHECK((verdict.verdict == FileVerdict::clean || verdict.reason == "too_large"));
  }
  stop = true;
  writer.join();
}

TEST_CASE("a worker out of memory dies alone") {
  TestFolder folder;
  auto little = options();
  little.memory_bytes = 400u << 20;
  little.max_file_bytes = 2'000u << 20;
  const auto worker = Worker::start(little, system_clock());
  if (!worker) {
    MESSAGE("skipped: " << worker.error().what());  // a sanitizer's build is larger than that
    return;
  }
  const std::string path = folder.write("large", "");
  REQUIRE(truncate(path.c_str(), 1'500 << 20) == 0);
  const auto verdict = (*worker)->scan(TestFolder::open(path), 1'500u << 20).value();
  CHECK(verdict.verdict == FileVerdict::not_scanned);
  CHECK((*worker)->scan(TestFolder::open(folder.write("bad", eicar())), 68).value().verdict ==
        FileVerdict::malicious);
}

}  // namespace
}  // namespace khien::probe
