#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/store.hpp"

namespace khien::estate {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};

// The design's province: 200 units, 30,000 machines, each in some health.
class Province {
 public:
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-estate-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    const auto made = hub->write([&](store::Connection& c) { return fill(c); });
    khien_assert(made.has_value());
  }
  ~Province() {
    hub.reset();
    std::filesystem::remove_all(folder_);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }

  std::unique_ptr<store::Store> hub;
  NewTenant tenant;
  std::vector<UnitId> units;

 private:
  Result<void> fill(store::Connection& c) {
    TRY(tenant, create_tenant(c, "Tỉnh", kNow));
    for (int i = 0; i < 200; ++i) {
      TRY(const auto unit, create_unit(c, scope(), "Xã " + std::to_string(i), UnitKind::commune, tenant.root, kNow));
      units.push_back(unit);
    }
    SeededRandom random(1);
    for (std::size_t i = 0; i < 30'000; ++i) TRY_VOID(add_machine(c, random, i));
    return {};
  }
  Result<void> add_machine(store::Connection& c, Random& random, std::size_t i) {
    TRY(const auto token, create_token(c, scope(), units[i % 200], UserId{1}, hours(1), kNow, random));
    TRY(const auto agent, redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may-" + std::to_string(i), .agent_version = "0.1.0"}, kNow));
    TRY_VOID(apply_scan(c, agent, {.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow, .files_scanned = 1'000}));
    if (i % 100 == 0) TRY_VOID(set_open_findings(c, agent, 1, 1));
    if (i % 10 == 0) TRY_VOID(apply_protection(c, agent, {{{.engine = Engine::clamav, .state = EngineState::State::absent}}}));
    return {};
  }

  std::filesystem::path folder_;
};

Province& province() {
  static Province* const made = [] {
    std::atexit([] { delete &province(); });
    return new Province();
  }();
  return *made;
}

template <class Read>
void read(benchmark::State& state, Read work) {
  Province& it = province();
  for (auto _ : state) {
    const auto done = it.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(auto answer, work(c, it));
      benchmark::DoNotOptimize(answer);
      return {};
    });
    khien_assert(done.has_value());
  }
}

// The page that opens first, of the whole province.
void list_first_page_of_30k(benchmark::State& state) {
  read(state, [](store::Connection& c, Province& it) { return list_machines(c, it.scope(), {}, kNow); });
}
BENCHMARK(list_first_page_of_30k)->Unit(benchmark::kMillisecond);

void list_one_unit_of_30k(benchmark::State& state) {
  read(state, [](store::Connection& c, Province& it) {
    return list_machines(c, it.scope(), {.unit = it.units[7], .words = {}, .health = {}, .cursor = {}}, kNow);
  });
}
BENCHMARK(list_one_unit_of_30k)->Unit(benchmark::kMillisecond);

void search_30k(benchmark::State& state) {
  read(state, [](store::Connection& c, Province& it) {
    return list_machines(c, it.scope(), {.unit = {}, .words = "may 777", .health = {}, .cursor = {}}, kNow);
  });
}
BENCHMARK(search_30k)->Unit(benchmark::kMillisecond);

void count_30k(benchmark::State& state) {
  read(state, [](store::Connection& c, Province& it) { return count_machines(c, it.scope(), {}, kNow); });
}
BENCHMARK(count_30k)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::estate
