#include <benchmark/benchmark.h>

#include "khien/model/batch.hpp"
#include "khien/model/observation.hpp"

namespace khien {
namespace {

Observation detection() {
  return {Timestamp{1'795'334'461'123},
          FileSeen{.path = "/srv/samba/chung/hoa-don.doc",
                   .size = 68,
                   .sha256 = sha256("x"),
                   .verdict = FileVerdict::malicious,
                   .matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::high}}}};
}

// What the hub pays for each event it applies.
void read_file_seen(benchmark::State& state) {
  const std::string text = to_json(detection());
  JsonDocument memory;
  for (auto _ : state) {
    Budget budget({});
    benchmark::DoNotOptimize(observation_from_json(text, memory, budget));
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_file_seen);

void write_file_seen(benchmark::State& state) {
  const auto observation = detection();
  for (auto _ : state) benchmark::DoNotOptimize(to_json(observation));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_file_seen);

// The frame of an upload of 1,000 events, before any of them is read.
void read_batch_frame(benchmark::State& state) {
  const std::string event = to_json(detection());
  const Batch batch{.stream = "main", .epoch = 1, .first_seq = 1, .events = std::vector<std::string_view>(1'000, event), .drops = {}};
  const std::string text = to_ndjson(batch);
  JsonDocument memory;
  for (auto _ : state) {
    Budget budget({});
    benchmark::DoNotOptimize(batch_from_ndjson(text, memory, budget));
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
}
BENCHMARK(read_batch_frame);

}  // namespace
}  // namespace khien
