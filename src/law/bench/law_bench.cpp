// How long the hub waits for the law: loading all content, and every deadline of
// every duty over twelve years.
#include <benchmark/benchmark.h>

#include "khien/law/due.hpp"
#include "test/content.hpp"

using namespace khien;
using namespace khien::law;

namespace {

void load_all_content(benchmark::State& state) {
  const auto files = shipped_files();
  for (auto _ : state) benchmark::DoNotOptimize(load(files).catalogue);
}
BENCHMARK(load_all_content)->Unit(benchmark::kMillisecond);

void enter_one_directive(benchmark::State& state) {
  const auto base = load(shipped_files()).catalogue;
  const std::string text =
      read_text(std::string(KHIEN_SOURCE_DIR) + "/src/law/test/data/cisa-bod-22-01.yaml");
  for (auto _ : state) {
    Budget budget(kTestLimits);
    benchmark::DoNotOptimize(base->with({{"entered", text}}, budget).catalogue);
  }
}
BENCHMARK(enter_one_directive)->Unit(benchmark::kMillisecond);

void twelve_years_of_all_duties(benchmark::State& state) {
  const auto catalogue = load(shipped_files()).catalogue;
  std::int64_t count = 0;
  for (auto _ : state) {
    count = 0;
    for (const Directive& directive : catalogue->directives()) {
      for (const Clause& clause : directive.clauses) {
        for (const Duty& duty : clause.duties) {
          count += std::ssize(occurrences(duty, directive, catalogue->calendar(), *Date::of(2019, 1, 1),
                                          *Date::of(2030, 12, 31)));
        }
      }
    }
    benchmark::DoNotOptimize(count);
  }
  state.counters["occurrences"] = static_cast<double>(count);
}
BENCHMARK(twelve_years_of_all_duties)->Unit(benchmark::kMillisecond);

void one_lunar_year(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(solar_of({.year = 2030, .month = 1, .day = 1}));
}
BENCHMARK(one_lunar_year)->Unit(benchmark::kMicrosecond);

}  // namespace
