#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "bench_size.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/model/batch.hpp"

namespace khien::flow {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};
constexpr std::size_t kBatch = 1'000;

// A province on a disk: machines in one unit, a ledger and the road.
class Province {
 public:
  explicit Province(std::size_t machines) {
    std::string name = (std::filesystem::temp_directory_path() / "khien-flow-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    ledger = store::Ledger::open({.path = name + "/ledger.db", .vfs = {}, .on_fatal = {}}).value();
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    road = std::make_unique<Flow>(*ledger, *hub, std::vector{make_scan_judge({})}, clock, Flow::Options{});
    const auto made = hub->write([&](store::Connection& c) -> Result<void> { return enrol(c, machines); });
    khien_assert(made.has_value());
  }
  ~Province() {
    road.reset();
    hub.reset();
    ledger.reset();
    std::filesystem::remove_all(folder_);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  // One batch of a machine, durable when this returns.
  void observe(std::size_t machine, const std::vector<std::string>& events) {
    const AgentIdentity& agent = agents.at(machine);
    Batch batch{.stream = "main", .epoch = 1, .first_seq = next_seq.at(machine), .events = {events.begin(), events.end()}, .drops = {}};
    next_seq[machine] += events.size();
    const auto text = std::make_shared<const std::string>(to_ndjson(batch));
    JsonDocument memory;
    Budget budget({});
    batch = batch_from_ndjson(*text, memory, budget).value();
    std::promise<bool> answer;
    road->observe({store::stream_id(agent.tenant, agent.machine, "main"), agent.machine, text, std::move(batch),
                   clock.now()},
                  [&](Result<store::AckToken> token) { answer.set_value(token.has_value()); });
    khien_assert(answer.get_future().get());
  }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }

  ManualClock clock{kNow};
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<Flow> road;
  estate::NewTenant tenant;
  std::vector<AgentIdentity> agents;
  std::vector<std::uint64_t> next_seq;

 private:
  Result<void> enrol(store::Connection& c, std::size_t machines) {
    SeededRandom random(1);
    TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
    for (std::size_t i = 0; i < machines; ++i) {
      TRY(const auto token, estate::create_token(c, scope(), tenant.root, UserId{1}, hours(1), kNow, random));
      TRY(const auto agent, estate::redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may-" + std::to_string(i), .agent_version = "0.1.0"}, kNow));
      agents.push_back(agent);
      next_seq.push_back(1);
    }
    return {};
  }

  std::filesystem::path folder_;
};

std::string file_seen(const std::string& path, Severity severity = Severity::high) {
  return to_json(Observation{kNow, FileSeen{.path = path,
                                            .size = 68,
                                            .sha256 = sha256("x"),
                                            .verdict = FileVerdict::malicious,
                                            .matches = {{Engine::yara, "khien_eicar", "khien-base", severity}}}});
}

// The everyday load: 30,000 machines that say once a minute that they live.
void apply_heartbeats(benchmark::State& state) {
  Province province(30);
  const std::vector<std::string> events(kBatch, to_json(Observation{kNow, Heartbeat{.uptime_ms = 60'000}}));
  std::int64_t applied = 0;
  std::size_t machine = 0;
  for (auto _ : state) {
    state.PauseTiming();
    province.clock.advance(seconds(1));
    for (int i = 0; i < 10; ++i) province.observe(machine++ % 30, events);
    state.ResumeTiming();
    applied += province.road->apply_pending().value();
  }
  state.SetItemsProcessed(applied);
}
BENCHMARK(apply_heartbeats)->Unit(benchmark::kMillisecond)->UseRealTime();

// The worst hour: each event is a new finding.
void apply_new_findings(benchmark::State& state) {
  Province province(30);
  std::int64_t applied = 0;
  std::size_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::string> events;
    for (std::size_t i = 0; i < kBatch; ++i) events.push_back(file_seen("/srv/samba/chung/" + std::to_string(number++)));
    province.observe(number / kBatch % 30, events);
    state.ResumeTiming();
    applied += province.road->apply_pending().value();
  }
  state.SetItemsProcessed(applied);
}
BENCHMARK(apply_new_findings)->Unit(benchmark::kMillisecond)->UseRealTime();

// The same 1,000 files, found again by each scan.
void apply_sightings(benchmark::State& state) {
  Province province(1);
  std::vector<std::string> events;
  for (std::size_t i = 0; i < kBatch; ++i) events.push_back(file_seen("/srv/samba/chung/" + std::to_string(i)));
  std::int64_t applied = 0;
  for (auto _ : state) {
    state.PauseTiming();
    province.observe(0, events);
    state.ResumeTiming();
    applied += province.road->apply_pending().value();
  }
  state.SetItemsProcessed(applied);
}
BENCHMARK(apply_sightings)->Unit(benchmark::kMillisecond)->UseRealTime();

// A province with 100,000 open findings, made once.
Province& infected_province() {
  static Province* const province = [] {
    const auto machines = static_cast<std::size_t>(bench_size(100, 1));
    auto* made = new Province(machines);
    for (std::size_t machine = 0; machine < machines; ++machine) {
      std::vector<std::string> events;
      for (std::size_t i = 0; i < kBatch; ++i) {
        events.push_back(file_seen("/" + std::to_string(i), static_cast<Severity>((i * 7 + machine) % 5)));
      }
      made->observe(machine, events);
      made->clock.advance(seconds(1));
    }
    khien_assert(made->road->apply_pending().has_value());
    std::atexit([] { delete &infected_province(); });
    return made;
  }();
  return *province;
}

void list(benchmark::State& state, const FindingQuery& query) {
  Province& province = infected_province();
  for (auto _ : state) {
    const auto read = province.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(auto page, list_findings(c, province.scope(), query));
      benchmark::DoNotOptimize(page);
      return {};
    });
    khien_assert(read.has_value());
  }
}

// What an operator opens in the morning: the worst 200 of 100,000.
void list_first_page_of_100k(benchmark::State& state) { list(state, {}); }
BENCHMARK(list_first_page_of_100k)->Unit(benchmark::kMillisecond);

void list_one_machine_of_100k(benchmark::State& state) {
  list(state, {.asset = infected_province().agents.at(infected_province().agents.size() / 2).machine});
}
BENCHMARK(list_one_machine_of_100k)->Unit(benchmark::kMillisecond);

void search_100k(benchmark::State& state) { list(state, {.words = "may-77 eicar"}); }
BENCHMARK(search_100k)->Unit(benchmark::kMillisecond);

void count_100k(benchmark::State& state) {
  Province& province = infected_province();
  for (auto _ : state) {
    const auto read = province.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(auto counts, count_findings(c, province.scope(), {}, UserId{1}));
      benchmark::DoNotOptimize(counts);
      return {};
    });
    khien_assert(read.has_value());
  }
}
BENCHMARK(count_100k)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::flow
