#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "khien/store/ledger.hpp"

namespace khien::store {
namespace {

constexpr std::size_t kEventBytes = 534;

// A ledger in a folder of its own on the disk below TMPDIR.
struct Bench {
  std::string folder = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "khien-bench-XXXXXX").string();
    return std::string(::mkdtemp(pattern.data()));
  }();
  std::unique_ptr<Ledger> ledger = Ledger::open({.path = folder + "/ledger.db"}).value();
  ~Bench() {
    ledger.reset();
    std::filesystem::remove_all(folder);
  }
};

Ledger::Append batch_of(std::int64_t machine, std::uint64_t first_seq, std::size_t events,
                        const std::shared_ptr<const std::string>& text) {
  Batch batch{.stream = "main", .epoch = 1, .first_seq = first_seq, .events = {}, .drops = {}};
  for (std::size_t i = 0; i < events; ++i) {
    batch.events.push_back(std::string_view(*text).substr(i * kEventBytes, kEventBytes));
  }
  return {stream_id(TenantId{1}, MachineId{machine}, "main"), MachineId{machine}, text, std::move(batch),
          Timestamp{1}};
}

// What the hub does all day: batches of many agents, several waiting at a time.
// The limit of SQLite itself here is 394 k rows/s in batches of 1,000.
void append_batches(benchmark::State& state) {
  Bench bench;
  const auto events = static_cast<std::size_t>(state.range(0));
  const auto in_flight = static_cast<int>(state.range(1));
  const auto text = std::make_shared<const std::string>(events * kEventBytes, 'x');
  constexpr std::int64_t kMachines = 64;
  std::uint64_t batches = 0;
  std::atomic<int> waiting = 0;
  std::atomic<int> failed = 0;
  for (auto _ : state) {
    for (int now = waiting; now >= in_flight; now = waiting) waiting.wait(now);
    ++waiting;
    const auto machine = static_cast<std::int64_t>(batches % kMachines) + 1;
    const auto first_seq = batches / kMachines * events + 1;
    ++batches;
    bench.ledger->append(batch_of(machine, first_seq, events, text), [&](const Result<AckToken>& token) {
      failed += token ? 0 : 1;
      --waiting;
      waiting.notify_one();
    });
  }
  for (int now = waiting; now > 0; now = waiting) waiting.wait(now);
  if (failed != 0) state.SkipWithError("an append failed");
  state.SetItemsProcessed(static_cast<std::int64_t>(batches * events));
  const auto counts = bench.ledger->store().counts();
  state.counters["writes_per_commit"] =
      static_cast<double>(counts.writes) / static_cast<double>(std::max<std::int64_t>(counts.commits, 1));
}
// {events in a batch, batches in flight}; 1 in flight is one durable commit each.
BENCHMARK(append_batches)->Args({1, 1})->Args({1, 256})->Args({100, 16})->Args({1'000, 1})->Args({1'000, 8})->UseRealTime();

// What the applier does after each wake.
void read_after(benchmark::State& state) {
  Bench bench;
  constexpr std::size_t kEvents = 1'000;
  const auto text = std::make_shared<const std::string>(kEvents * kEventBytes, 'x');
  std::atomic<bool> done = false;
  bench.ledger->append(batch_of(1, 1, kEvents, text), [&](const Result<AckToken>&) {
    done = true;
    done.notify_one();
  });
  done.wait(false);
  for (auto _ : state) benchmark::DoNotOptimize(bench.ledger->read_after({0}, 500));
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK(read_after)->UseRealTime();

}  // namespace
}  // namespace khien::store
