#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/probe/endpoint.hpp"
#include "scanner.hpp"
#include "spool.hpp"
#include "verdict_cache.hpp"

namespace khien::agent {
namespace {

// A folder on the disk that the process works in, for /tmp may be memory.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::current_path() / "khien-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Stored {
  Folder folder;
  std::unique_ptr<store::Store> store;
  Stored() {
    store::Store::Options options;
    options.path = folder / "spool.db";
    options.migrations = store::agent_migrations();
    store = store::Store::open(options).value();
  }
};

std::vector<Observation> detections(std::size_t count) {
  std::vector<Observation> all;
  for (std::size_t i = 0; i < count; ++i) {
    FileSeen file;
    file.path = "/srv/www/html/uploads/2026/11/picture-" + std::to_string(i) + ".php";
    file.sha256 = sha256(file.path);
    file.verdict = FileVerdict::malicious;
    file.matches = {{Engine::yara, "khien_php_eval_request", "khien-base", Severity::high}};
    all.push_back({Timestamp{1'795'000'000'000}, std::move(file)});
  }
  return all;
}

// One event and its own sync: what a sensor waits for. Then in batches, as a
// scan of many hits and an inventory are put.
void spool_put(benchmark::State& state) {
  const Stored stored;
  auto spool = Spool::open(*stored.store, {}).value();
  const auto events = detections(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    if (!spool->put(events)) state.SkipWithError("put failed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(spool_put)->Arg(1)->Arg(100)->Arg(1'000)->UseRealTime();

// The same with a spool that is full, so that each put evicts.
void spool_put_full(benchmark::State& state) {
  const Stored stored;
  Spool::Options options;
  options.limits.events = 10'000;
  auto spool = Spool::open(*stored.store, std::move(options)).value();
  const auto events = detections(static_cast<std::size_t>(state.range(0)));
  for (int i = 0; i < 11; ++i) {
    if (!spool->put(detections(1'000))) state.SkipWithError("put failed");
  }
  for (auto _ : state) {
    if (!spool->put(events)) state.SkipWithError("put failed");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(spool_put_full)->Arg(100)->UseRealTime();

// From the spool to the text that goes out.
void spool_next_batch(benchmark::State& state) {
  const Stored stored;
  auto spool = Spool::open(*stored.store, {}).value();
  if (!spool->put(detections(kMaxBatchEvents))) state.SkipWithError("put failed");
  for (auto _ : state) {
    benchmark::DoNotOptimize(spool->next_batch(kMaxBatchEvents, kMaxBatchBytes));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMaxBatchEvents));
}
BENCHMARK(spool_next_batch)->UseRealTime();

class CleanJudge final : public FileJudge {
 public:
  Result<Answer> judge(const Fd&, const FileStatus&) override { return Answer{}; }
  std::uint64_t content() override { return 1; }
  bool ready() override { return true; }
};

// The daily case: nothing changed since the last scan, so all is answered by the
// cache and the worker is never asked.
void scan_again(benchmark::State& state) {
  const Stored stored;
  const Folder tree;
  for (int i = 0; i < state.range(0); ++i) {
    const std::string folder = tree / std::to_string(i / 100);
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/" + std::to_string(i)) << "text";
  }
  // A day later than the files, so that they count as settled.
  ManualClock clock(system_clock().now() + days(1));
  SeededRandom random(1);
  const auto walker = probe::make_file_walker();
  CleanJudge judge;
  auto cache = VerdictCache::open(*stored.store).value();
  const std::atomic<bool> stopping{false};
  Scanner scanner({.roots = {tree / ""}, .exclude = {}, .scan_at_minute = 0, .files_per_second = 0},
                  {.clock = clock,
                   .random = random,
                   .walker = *walker,
                   .watcher = nullptr,
                   .judge = judge,
                   .cache = *cache,
                   .report = [](const Observation&) { return Result<void>(); },
                   .pause = [](Duration) {},
                   .stopping = stopping});
  if (!scanner.scan_all()) state.SkipWithError("scan failed");
  for (auto _ : state) {
    if (!scanner.scan_all()) state.SkipWithError("scan failed");
  }
  if (scanner.counts().judged != state.range(0)) state.SkipWithError("the cache was not used");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(scan_again)->Arg(10'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace khien::agent
