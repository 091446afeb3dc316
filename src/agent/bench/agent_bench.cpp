#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench_size.hpp"
#include "khien/core/clock.hpp"
#include "khien/core/random.hpp"
#include "khien/probe/endpoint.hpp"
#include "file_hash.hpp"
#include "scanner.hpp"
#include "shared_verdicts.hpp"
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
  Result<Answer> judge(const Fd&, const FileStatus&, const std::optional<Sha256>&) override { return Answer{}; }
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
  auto cache = VerdictCache::open(*stored.store, stored.folder / "known-files").value();
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

// Calls every file clean.
class KindFleet final : public FleetPort {
 public:
  Result<FleetAnswer> ask(const FleetQuestion& question) override {
    // As much work as a question over the wire makes, but for the wire.
    if (!fleet_question_from_json(to_json(question))) return Error(Code::internal, "not read");
    return FleetAnswer{0, 0, std::vector<FleetWord>(question.asked.size(), FleetWord::clean)};
  }
};

// Folders of KHIEN_BENCH_TREE, with ':' between them; a small one without.
struct Tree {
  const Stored stored;
  const Folder small;
  std::vector<std::string> roots;
  ManualClock clock{system_clock().now() + days(1)};
  SeededRandom random{1};
  std::unique_ptr<probe::FileWalker> walker = probe::make_file_walker();
  CleanJudge judge;
  KindFleet fleet;
  std::unique_ptr<VerdictCache> cache;
  std::optional<SharedVerdicts> shared;
  const std::atomic<bool> stopping{false};
  std::uint64_t seen = 0;

  Tree() {
    const char* given = std::getenv("KHIEN_BENCH_TREE");
    std::string_view rest = given == nullptr ? std::string_view() : given;
    while (!rest.empty()) {
      const auto colon = std::min(rest.find(':'), rest.size());
      if (colon > 0) roots.emplace_back(rest.substr(0, colon));
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
    if (!roots.empty()) return;
    for (int i = 0; i < 1'000; ++i) std::ofstream(small / std::to_string(i)) << i;
    roots.push_back(small / "");
    roots.back().pop_back();
  }
  void forget() {
    shared.reset();
    cache.reset();
    std::filesystem::remove(stored.folder / "known-files");
    cache = VerdictCache::open(*stored.store, stored.folder / "known-files").value();
    shared.emplace(SharedVerdicts::open(fleet, *cache, clock, random).value());
  }
  // From the disk, as after a restart.
  void restart() {
    shared.reset();
    cache = VerdictCache::open(*stored.store, stored.folder / "known-files").value();
    shared.emplace(SharedVerdicts::open(fleet, *cache, clock, random).value());
  }
  std::int64_t scan() {
    Scanner scanner({.roots = roots, .exclude = {}, .scan_at_minute = 0, .files_per_second = 0},
                    {.clock = clock,
                     .random = random,
                     .walker = *walker,
                     .watcher = nullptr,
                     .judge = judge,
                     .cache = *cache,
                     .shared = shared ? &*shared : nullptr,
                     .report = [this](const Observation& one) -> Result<void> {
                       if (const auto* scan = std::get_if<ScanSeen>(&one.body)) seen = scan->files_seen;
                       return {};
                     },
                     .pause = [](Duration) {},
                     .stopping = stopping});
    if (!scanner.scan_all()) std::abort();
    return scanner.counts().judged;
  }
};

// Nothing but the walk, each file's status read.
void tree_walk(benchmark::State& state) {
  Tree tree;
  std::int64_t files = 0;
  for (auto _ : state) {
    for (const std::string& root : tree.roots) {
      (void)tree.walker->walk(root, [&files](const probe::FileWalker::Entry&) -> Result<void> {
        ++files;
        return {};
      });
    }
  }
  state.SetItemsProcessed(files);
}
BENCHMARK(tree_walk)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

// Nothing but reading and hashing: what a machine that knows nothing cannot do without.
void tree_hash(benchmark::State& state) {
  Tree tree;
  std::vector<std::byte> buffer;
  std::int64_t files = 0;
  for (auto _ : state) {
    for (const std::string& root : tree.roots) {
      (void)tree.walker->walk(root, [&](const probe::FileWalker::Entry& entry) -> Result<void> {
        if (const auto file = entry.folder->open_file(entry.name)) (void)hash_of(*file, entry.status, buffer);
        ++files;
        return {};
      });
    }
  }
  state.SetItemsProcessed(files);
}
BENCHMARK(tree_hash)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

// A machine that nobody scanned yet, whose files the fleet knows: read and hashed.
void tree_told(benchmark::State& state) {
  Tree tree;
  std::int64_t files = 0;
  for (auto _ : state) {
    tree.forget();
    // Larger files than are judged whole are nobody's question.
    if (tree.scan() > static_cast<std::int64_t>(tree.seen / 1'000)) state.SkipWithError("the fleet was not asked");
    files += static_cast<std::int64_t>(tree.seen);
  }
  state.SetItemsProcessed(files);
}
BENCHMARK(tree_told)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

// The daily scan of a tree that did not change, after a restart.
void tree_again(benchmark::State& state) {
  Tree tree;
  tree.forget();
  tree.scan();
  std::int64_t files = 0;
  for (auto _ : state) {
    tree.restart();
    if (tree.scan() > static_cast<std::int64_t>(tree.seen / 1'000)) state.SkipWithError("the cache was not used");
    files += static_cast<std::int64_t>(tree.seen);
  }
  state.SetItemsProcessed(files);
}
BENCHMARK(tree_again)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

FileStatus numbered(std::uint64_t inode) {
  FileStatus status;
  status.kind = FileStatus::Kind::regular;
  status.device = 1;
  status.inode = inode;
  status.size = 10;
  status.mtime_ns = status.ctime_ns = 1'700'000'000'000'000'000;
  return status;
}

// A look-up in a table of so many files: in the order of a walk (folders anywhere,
// thirty files with inodes side by side), and each anywhere.
void known_find(benchmark::State& state) {
  const Folder folder;
  const auto files = static_cast<std::uint64_t>(state.range(0));
  const auto together = static_cast<std::uint64_t>(state.range(1));
  auto known = KnownFiles::open(folder / "known-files");
  for (std::uint64_t inode = 1; inode <= files; ++inode) known.learn(numbered(inode), {1, {}}, system_clock().now());
  known.flush();
  SeededRandom random(1);
  std::uint64_t inode = 1;
  std::uint64_t left = 0;
  for (auto _ : state) {
    if (left == 0) {
      inode = 1 + random.below(files - together);
      left = together;
    }
    --left;
    if (!known.find(numbered(inode++))) state.SkipWithError("not found");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(known_find)->ArgsProduct({{60'000, bench_size(1'000'000, 60'001)}, {30, 1}});

}  // namespace
}  // namespace khien::agent
