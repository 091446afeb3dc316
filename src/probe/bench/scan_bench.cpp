#include <benchmark/benchmark.h>

#include <string>

#include "khien/core/file.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/worker.hpp"

namespace khien::probe {
namespace {

constexpr const char* kTree = "/usr/share/doc";

// The first half of every scan: find the files.
void walk_tree(benchmark::State& state) {
  const auto walker = make_file_walker();
  std::int64_t files = 0;
  for (auto _ : state) {
    const auto walked = walker->walk(kTree, [&](const FileWalker::Entry&) -> Result<void> {
      ++files;
      return {};
    });
    if (!walked) state.SkipWithError("no tree to walk");
  }
  state.SetItemsProcessed(files);
}
BENCHMARK(walk_tree)->Unit(benchmark::kMillisecond);

// The whole of it: find, open, hand to the worker, read, hash, judge, answer.
void scan_tree(benchmark::State& state) {
  Worker::Options options;
  options.executable = KHIEN_WORKER;
  options.content_folder = KHIEN_SOURCE_DIR "/content/scan";
  const auto worker = Worker::start(options, system_clock());
  if (!worker) return state.SkipWithError(worker.error().what().c_str());
  const auto walker = make_file_walker();
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    (void)walker->walk(kTree, [&](const FileWalker::Entry& entry) -> Result<void> {
      TRY(const Fd fd, entry.folder->open_file(entry.name));
      TRY(const auto verdict, (*worker)->scan(fd, entry.status.size));
      benchmark::DoNotOptimize(verdict);
      ++files;
      bytes += static_cast<std::int64_t>(entry.status.size);
      return {};
    });
  }
  state.SetItemsProcessed(files);
  state.SetBytesProcessed(bytes);
}
BENCHMARK(scan_tree)->Unit(benchmark::kMillisecond)->UseRealTime();

// What the road to the worker and back costs for the smallest file.
void worker_round_trip(benchmark::State& state) {
  Worker::Options options;
  options.executable = KHIEN_WORKER;
  options.content_folder = KHIEN_SOURCE_DIR "/content/scan";
  const auto worker = Worker::start(options, system_clock());
  if (!worker) return state.SkipWithError(worker.error().what().c_str());
  const auto etc = DirFd::open("/etc").value();
  const Fd file = etc.open_file("hostname").value();
  for (auto _ : state) benchmark::DoNotOptimize((*worker)->scan(file, 16));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(worker_round_trip)->UseRealTime();

}  // namespace
}  // namespace khien::probe
