// The matrix at the hub, from the request to the last byte of its JSON: session, role,
// scope, one snapshot, every state, the answer. Limit: 200 ms, the first time too.
#include <benchmark/benchmark.h>

#include "fuzz/checks_without_test.hpp"
#include "twelve_years.hpp"

namespace khien::api {
namespace {

constexpr std::string_view kMatrix = "/api/v1/duties/matrix";

struct Years {
  Years() {
    checks_without_test();
    set_log_output(2, LogLevel::error);
    tenant = world.add_tenant("Tỉnh Lam Giang");
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    duty::TwelveYears years{.catalogues = *world.law, .tenant = tenant, .scope = scope, .now = world.clock.now()};
    world.write([&](store::Connection& c) { return years.fill(c); });
    units = years.units;
    records = years.records;
    last_unit = "Đơn vị " + std::to_string(units.size() - 1);
    const auto admin = world.add_person(tenant.tenant, "admin", Role::province_admin, {tenant.root});
    browser = std::make_unique<Browser>(world.session(tenant.tenant, admin));
    const auto officer = world.add_person(tenant.tenant, "officer", Role::unit_officer, {units[1]});
    narrow = std::make_unique<Browser>(world.session(tenant.tenant, officer));
  }

  World world;
  estate::NewTenant tenant;
  std::vector<UnitId> units;
  std::int64_t records = 0;
  std::string last_unit;
  std::unique_ptr<Browser> browser;
  std::unique_ptr<Browser> narrow;
};

Years& years() {
  static Years one;
  return one;
}

std::size_t ask(Api& api, const net::Request& request, std::string_view wanted) {
  const auto answer = answer_of(api, request);
  if (answer.status != 200 || answer.body.find(wanted) == answer.body.npos) std::abort();
  return answer.body.size();
}

// Again and again, as screens do.
void matrix_again(benchmark::State& state) {
  auto& all = years();
  const auto request = all.browser->request(net::Method::get, kMatrix);
  std::size_t bytes = 0;
  for (auto _ : state) bytes = ask(*all.world.api, request, all.last_unit);
  state.counters["records"] = static_cast<double>(all.records);
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(matrix_again)->Unit(benchmark::kMillisecond);

// The first request after a start: nothing is read, prepared or laid out yet.
void matrix_first(benchmark::State& state) {
  auto& all = years();
  const auto copy = all.world.folder.file("first.db");
  if (!std::filesystem::exists(copy) && !all.world.hub->copy_to(copy)) std::abort();
  const auto request = all.browser->request(net::Method::get, kMatrix);
  for (auto _ : state) {
    state.PauseTiming();
    auto hub = store::Store::open({.path = copy, .migrations = store::hub_migrations()}).value();
    auto options = *all.world.settings;
    options.law = duty::Catalogues::create(duty::content_files()).value();
    auto api = Api::create(*hub, *all.world.ledger, all.world.env, options).value();
    state.ResumeTiming();
    ask(*api, request, all.last_unit);
    state.PauseTiming();
    api.reset();
    hub.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(matrix_first)->Unit(benchmark::kMillisecond);

// Somebody approves a record between two looks.
void matrix_after_a_record(benchmark::State& state) {
  auto& all = years();
  const auto request = all.browser->request(net::Method::get, kMatrix);
  std::int64_t turn = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ++turn;
    all.world.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("UPDATE duty_record SET state = iif(state = 'approved', 'waiting', 'approved') WHERE id = ?1", {turn}));
      return {};
    });
    state.ResumeTiming();
    ask(*all.world.api, request, all.last_unit);
  }
}
BENCHMARK(matrix_after_a_record)->Unit(benchmark::kMillisecond);

// One unit's own row.
void matrix_of_one_unit(benchmark::State& state) {
  auto& all = years();
  const auto request = all.narrow->request(net::Method::get, kMatrix);
  for (auto _ : state) ask(*all.world.api, request, "Đơn vị 1");
}
BENCHMARK(matrix_of_one_unit)->Unit(benchmark::kMillisecond);

// A directive gets a last day: the catalogue is made anew and every state with it.
void matrix_after_a_rule(benchmark::State& state) {
  auto& all = years();
  const auto request = all.browser->request(net::Method::get, kMatrix);
  const auto scope = store::TenantScope::for_test(all.tenant.tenant, {all.tenant.root});
  int turn = 0;
  for (auto _ : state) {
    const auto last = Date::of(2030, 1 + turn % 12, 1 + turn % 28).value();
    ++turn;
    all.world.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, all.world.law->of(c, all.tenant.tenant));
      return duty::end_directive(c, scope, *all.world.law, law->bindings().front().id, last, "2/QĐ",
                                 {UserId{1}, Role::province_admin}, all.world.clock.now());
    });
    ask(*all.world.api, request, all.last_unit);
  }
}
BENCHMARK(matrix_after_a_rule)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::api
