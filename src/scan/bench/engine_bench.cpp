#include "khien/scan/engine.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "khien/core/file.hpp"
#include "khien/core/random.hpp"
#include "khien/scan/rules.hpp"

namespace khien::scan {
namespace {

std::string content(const std::string& name) {
  return system_files().read(KHIEN_SOURCE_DIR "/content/scan/khien-base/" + name, 4u << 20).value();
}

std::shared_ptr<const RulePack> base_pack() {
  Budget budget({});
  return std::make_shared<const RulePack>(
      parse_pack(content("pack.json"), content("khien-base.yar"), content("iocs.txt"), budget).value());
}

// Honest text, as most files are: the pack's own words, over and over.
std::string clean_text(std::size_t size) {
  const std::string words = content("pack.json");
  std::string text;
  while (text.size() < size) text += words;
  text.resize(size);
  return text;
}

// The common case on an endpoint: a clean file, so every rule is tried.
void judge_clean(benchmark::State& state) {
  Engine engine = Engine::create({base_pack()}).value();
  const std::string file = clean_text(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    Budget budget({});
    benchmark::DoNotOptimize(engine.judge(as_bytes(file), budget));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(judge_clean)->RangeMultiplier(8)->Range(1 << 10, 16 << 20);

// The part of it that no rule can make cheaper.
void hash_alone(benchmark::State& state) {
  const std::string file = clean_text(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(sha256(file));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash_alone)->Arg(64 << 10)->Arg(16 << 20);

// What a worker pays at its start.
void compile_base_pack(benchmark::State& state) {
  const auto pack = base_pack();
  for (auto _ : state) benchmark::DoNotOptimize(Engine::create({pack}));
}
BENCHMARK(compile_base_pack)->Unit(benchmark::kMillisecond);

// A province's list against every file of a machine: nearly all are misses.
void ioc_lookup(benchmark::State& state) {
  SeededRandom random(1);
  std::vector<IocSet::Entry> entries(static_cast<std::size_t>(state.range(0)));
  for (auto& entry : entries) random.fill(entry.sha256.bytes);
  const IocSet set = IocSet::of(std::move(entries));
  std::vector<Sha256> asked(4096);
  for (auto& digest : asked) random.fill(digest.bytes);
  std::size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(set.find(asked[at++ & 4095]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ioc_lookup)->Arg(1'000)->Arg(100'000)->Arg(2'000'000);

}  // namespace
}  // namespace khien::scan
