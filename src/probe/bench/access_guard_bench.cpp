// What a guard costs whoever opens a file or starts a program: the same loop beside no
// guard and behind one, on a file system of its own, by a process that is not ours.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "khien/core/clock.hpp"
#include "khien/probe/access_guard.hpp"

using namespace khien;

namespace {

constexpr int kOpens = 2'000;
constexpr int kStarts = 50;

// A file system with one program on it; gone afterwards.
struct Place {
  std::string folder;
  bool mounted = false;

  Place() {
    std::string pattern = std::filesystem::temp_directory_path() / "khien-bench-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) return;
    folder = pattern;
    mounted = mount("khien-bench", folder.c_str(), "tmpfs", 0, "size=16m,mode=755") == 0;
    if (!mounted) return;
    std::filesystem::copy_file("/bin/true", program());
    chmod(program().c_str(), 0755);
  }
  ~Place() {
    if (mounted) umount2(folder.c_str(), MNT_DETACH);
    if (!folder.empty()) std::filesystem::remove(folder);
  }
  std::string program() const { return folder + "/program"; }
};

enum class Guarded { no, yes };

// Knows every file after its first look, as the agent does.
std::unique_ptr<probe::AccessGuard> guard_of(const Place& place) {
  struct Known {
    std::mutex mutex;
    std::map<std::uint64_t, probe::AccessGuard::Word> words;
  };
  const auto known = std::make_shared<Known>();
  probe::AccessGuard::Parts parts{
      .clock = system_clock(),
      .known =
          [known](const FileStatus& status) {
            const std::lock_guard lock(known->mutex);
            return known->words[status.inode];
          },
      .judge =
          [known](const Fd&, const probe::AccessGuard::Access& access) {
            const std::lock_guard lock(known->mutex);
            return known->words[access.status.inode] = probe::AccessGuard::Word::allow;
          },
      .may_deny = [](const auto&) { return false; },
      .tell = [](const auto&) {}};
  auto guard = probe::AccessGuard::start({.roots = {place.folder}, .exclude = {}, .opens = true}, std::move(parts));
  return guard ? std::move(guard).value() : nullptr;
}

// Seconds that `work` took in a process of its own; below 0 if it failed.
template <class Work>
double seconds_of(Work work) {
  int result[2];
  if (pipe(result) != 0) return -1;
  const pid_t pid = fork();
  if (pid == 0) {
    timespec before{}, after{};
    clock_gettime(CLOCK_MONOTONIC, &before);
    const bool good = work();
    clock_gettime(CLOCK_MONOTONIC, &after);
    const double took = static_cast<double>(after.tv_sec - before.tv_sec) + static_cast<double>(after.tv_nsec - before.tv_nsec) / 1e9;
    const double said = good ? took : -1;
    _exit(write(result[1], &said, sizeof said) == sizeof said ? 0 : 1);
  }
  close(result[1]);
  double took = -1;
  const bool got = read(result[0], &took, sizeof took) == sizeof took;
  close(result[0]);
  waitpid(pid, nullptr, 0);
  return got ? took : -1;
}

template <class Work>
void measure(benchmark::State& state, Guarded guarded, int times, Work work) {
  const Place place;
  if (!place.mounted) return state.SkipWithError("no file system of our own");
  std::unique_ptr<probe::AccessGuard> guard;
  if (guarded == Guarded::yes && !(guard = guard_of(place))) return state.SkipWithError("no guard to be had here");
  const std::string program = place.program();
  (void)seconds_of([&] { return work(program, 1); });  // known from here on
  for (auto _ : state) {
    const double took = seconds_of([&] { return work(program, times); });
    if (took < 0) return state.SkipWithError("failed");
    state.SetIterationTime(took / times);
  }
  if (guard) state.counters["late"] = static_cast<double>(guard->counts().late);
}

bool open_often(const std::string& path, int times) {
  for (int i = 0; i < times; ++i) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    close(fd);
  }
  return true;
}

bool start_often(const std::string& path, int times) {
  for (int i = 0; i < times; ++i) {
    const pid_t pid = vfork();
    if (pid == 0) {
      execl(path.c_str(), path.c_str(), static_cast<char*>(nullptr));
      _exit(1);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) return false;
  }
  return true;
}

void open_unguarded(benchmark::State& state) { measure(state, Guarded::no, kOpens, open_often); }
void open_guarded(benchmark::State& state) { measure(state, Guarded::yes, kOpens, open_often); }
void start_unguarded(benchmark::State& state) { measure(state, Guarded::no, kStarts, start_often); }
void start_guarded(benchmark::State& state) { measure(state, Guarded::yes, kStarts, start_often); }

BENCHMARK(open_unguarded)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(open_guarded)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(start_unguarded)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(start_guarded)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
