#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/probe/endpoint.hpp"
#include "khien/probe/worker.hpp"

namespace khien::probe {
namespace {

// KHIEN_BENCH_TREE=/a:/b names other folders; tools/bench_scan.sh does.
std::vector<std::string> trees() {
  const char* named = std::getenv("KHIEN_BENCH_TREE");
  std::string_view rest = named != nullptr ? named : "/usr/share/doc";
  std::vector<std::string> folders;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    folders.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return folders;
}

void walk_all(benchmark::State& state, const std::function<Result<void>(const FileWalker::Entry&)>& visit) {
  const auto walker = make_file_walker();
  for (const std::string& tree : trees()) {
    if (const auto walked = walker->walk(tree, visit); !walked) state.SkipWithError(walked.error().what().c_str());
  }
}

// The first half of every scan: find the files.
void walk_tree(benchmark::State& state) {
  std::int64_t files = 0;
  for (auto _ : state) {
    walk_all(state, [&](const FileWalker::Entry&) -> Result<void> {
      ++files;
      return {};
    });
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
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    walk_all(state, [&](const FileWalker::Entry& entry) -> Result<void> {
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
