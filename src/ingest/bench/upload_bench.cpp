#include <benchmark/benchmark.h>

#include "khien/ingest/upload.hpp"
#include "khien/model/observation.hpp"

namespace khien::ingest {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};

std::string batch_of(const Observation& observation, std::size_t count) {
  const std::string event = to_json(observation);
  return to_ndjson({.stream = "main",
                    .epoch = 1,
                    .first_seq = 1,
                    .events = std::vector<std::string_view>(count, event),
                    .drops = {}});
}

void decode(benchmark::State& state, const std::string& text, bool compressed) {
  const auto body = std::make_shared<const std::string>(compressed ? compress_upload(text) : text);
  for (auto _ : state) {
    Budget budget({});
    auto upload = decode_upload(body, compressed ? "zstd" : "", budget);
    benchmark::DoNotOptimize(upload);
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

// What the hub pays before it can acknowledge: the floor is 50,000 events/s.
void decode_heartbeats(benchmark::State& state) {
  decode(state, batch_of({kNow, Heartbeat{.uptime_ms = 12'345, .spool_events = 3}}, 1'000), state.range(0) != 0);
}
BENCHMARK(decode_heartbeats)->ArgName("zstd")->Arg(0)->Arg(1);

void decode_file_seen(benchmark::State& state) {
  const Observation detection{kNow, FileSeen{.path = "/srv/samba/chung/hoa-don.doc",
                                             .size = 68,
                                             .sha256 = sha256("x"),
                                             .verdict = FileVerdict::malicious,
                                             .matches = {{Engine::yara, "khien_eicar", "khien-base", Severity::high}}}};
  decode(state, batch_of(detection, 1'000), state.range(0) != 0);
}
BENCHMARK(decode_file_seen)->ArgName("zstd")->Arg(0)->Arg(1);

}  // namespace
}  // namespace khien::ingest
