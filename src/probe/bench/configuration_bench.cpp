#include <benchmark/benchmark.h>

#include "khien/core/clock.hpp"
#include "khien/core/file.hpp"
#include "khien/probe/configuration.hpp"

namespace khien::probe {
namespace {

std::unique_ptr<ConfigurationProbe> probe() {
  const auto text = system_files().read(KHIEN_SOURCE_DIR "/content/detectors/protection.yaml", 1u << 20).value();
  Budget budget({});
  return make_configuration_probe(check::load_detectors("protection.yaml", text, budget).value(), system_clock()).value();
}

// What an agent does every four hours, on this machine as it is.
void look_at_configuration(benchmark::State& state) {
  const auto looks = probe();
  for (auto _ : state) benchmark::DoNotOptimize(looks->configuration());
}
BENCHMARK(look_at_configuration)->Unit(benchmark::kMicrosecond);

// What it does every hour: other makers' products, the firewall.
void look_at_protection(benchmark::State& state) {
  const auto looks = probe();
  for (auto _ : state) benchmark::DoNotOptimize(looks->protection());
}
BENCHMARK(look_at_protection)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace khien::probe
