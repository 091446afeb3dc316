// What one answer costs the hub, without a socket. Rival figures and the machine
// are in docs/reference/performance.md.
#include <benchmark/benchmark.h>

#include "events.hpp"
#include "fuzz/fuzz_world.hpp"
#include "password.hpp"
#include "totp.hpp"

namespace khien::api {
namespace {

struct Province {
  explicit Province(int files) {
    checks_without_test();
    set_log_output(2, LogLevel::error);
    tenant = world.add_tenant("Tỉnh Lam Giang");
    admin = world.add_person(tenant.tenant, "admin", Role::province_admin, {tenant.root});
    for (int m = 0; m < 10; ++m) {
      auto machine = world.enrol(tenant, tenant.root, "may-" + std::to_string(m));
      std::vector<Observation> seen{{world.clock.now(), described("may")}};
      for (int f = 0; f < files / 10; ++f) seen.push_back({world.clock.now(), bad_file("/srv/" + std::to_string(f))});
      if (world.report(machine, seen).status != 200) std::abort();
    }
  }
  World world;
  estate::NewTenant tenant;
  UserId admin;
};

// The list that an operator looks at all day: session, counts, histogram, a page of 200.
void list_findings(benchmark::State& state) {
  Province province(static_cast<int>(state.range(0)));
  const auto browser = province.world.session(province.tenant.tenant, province.admin);
  const auto request = browser.request(net::Method::get, "/api/v1/findings");
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto answer = answer_of(*province.world.api, request);
    if (answer.status != 200) std::abort();
    bytes += answer.body.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(list_findings)->Arg(200)->Arg(5'000)->Unit(benchmark::kMicrosecond);

// The least that any request costs: cookie, session, role, scope.
void get_session(benchmark::State& state) {
  Province province(0);
  const auto browser = province.world.session(province.tenant.tenant, province.admin);
  const auto request = browser.request(net::Method::get, "/api/v1/session");
  for (auto _ : state) benchmark::DoNotOptimize(answer_of(*province.world.api, request));
}
BENCHMARK(get_session)->Unit(benchmark::kMicrosecond);

// What nobody's cookie costs: no database, no hash.
void refuse_stranger(benchmark::State& state) {
  Province province(0);
  const auto request = request_of(net::Method::get, "/api/v1/findings");
  for (auto _ : state) benchmark::DoNotOptimize(answer_of(*province.world.api, request));
}
BENCHMARK(refuse_stranger);

// A password at the cost that ships: 19 MiB, three passes.
void check_password(benchmark::State& state) {
  const auto phc = hash_password("một mật khẩu rất dài", PasswordCost{}, system_random()).value();
  for (auto _ : state) benchmark::DoNotOptimize(password_fits(phc, "một mật khẩu rất dài"));
}
BENCHMARK(check_password)->Unit(benchmark::kMillisecond);

class Sink final : public net::StreamSink {
 public:
  bool write(std::string bytes) override {
    total += bytes.size();
    return true;
  }
  std::size_t total = 0;
};

// One finding to every screen of a province.
void publish(benchmark::State& state) {
  EventHub hub("bench");
  EventHub::Viewer viewer{.session = {}, .user = {1}, .tenant = {1}, .roots = {{1}}, .units = {}};
  for (std::int64_t unit = 1; unit <= 200; ++unit) viewer.units.insert(unit);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    viewer.session = {i + 1};
    hub.subscribe(viewer, "", std::make_shared<Sink>());
  }
  std::int64_t id = 0;
  for (auto _ : state) hub.publish({flow::Change::Kind::finding, {1}, {++id % 200 + 1}, id});
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(publish)->Arg(10)->Arg(500);

}  // namespace
}  // namespace khien::api
