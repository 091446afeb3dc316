// A province of 200 units that were asked 50 times each: 10,000 lines, half of them answered,
// and 5,000 requests for help. Lists open within 200 ms.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "khien/core/assert.hpp"
#include "khien/request/help.hpp"
#include "khien/request/requests.hpp"
#include "khien/store/store.hpp"

namespace khien::request {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
constexpr int kUnits = 200;
constexpr int kRequests = 50;
constexpr int kHelp = 5'000;

struct Province {
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-request-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder = name;
    store = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    store->write([&](store::Connection& c) { return fill(c); }).value();
  }
  ~Province() {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  Result<void> fill(store::Connection& c) {
    TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
    const auto all = scope();
    for (int i = 0; i < kUnits; ++i) {
      TRY(unit, estate::create_unit(c, all, "Xã số " + std::to_string(i), estate::UnitKind::commune, tenant.root, kNow));
    }
    for (int i = 0; i < kRequests; ++i) {
      const NewRequest wanted{.unit = tenant.root, .title = "Yêu cầu " + std::to_string(i), .text = "Báo cáo.", .basis = {}, .due = Date::parse("2026-11-25").value(),
                              .fields = {}, .attachments = {}, .audience = {.units = {}, .kinds = {estate::UnitKind::commune}, .below = {}}};
      TRY(request, send_request(c, all, wanted, {1}, kNow));
    }
    std::vector<RequestUnitId> lines;
    TRY_VOID(c.query("SELECT id FROM request_unit WHERE id % 2 = 0", {}, [&](const store::Row& row) -> Result<void> {
      lines.push_back({row.integer(0)});
      return {};
    }));
    for (const auto line : lines) TRY_VOID(give_answer(c, all, line, {.words = "Đã làm.", .numbers = {}, .evidence = {}}, {2}, kNow));
    for (int i = 0; i < kHelp; ++i) {
      TRY_VOID(ask_for_help(c, all, {.unit = unit, .title = "Vướng " + std::to_string(i), .about_id = {}, .page = {}, .words = {.words = std::string(500, 'x'), .before = {}, .after = {}, .evidence = {}}}, {2}, kNow));
    }
    return {};
  }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }

  std::filesystem::path folder;
  std::unique_ptr<store::Store> store;
  estate::NewTenant tenant;
  UnitId unit;
  RequestId request;
};

Province& province() {
  static Province one;
  return one;
}

template <class Work>
void measure(benchmark::State& state, Work work) {
  auto& p = province();
  for (auto _ : state) {
    p.store->read([&](store::Connection& c) -> Result<void> {
      TRY_VOID(work(p, c));
      return {};
    }).value();
  }
}

void bench_list_of_the_province(benchmark::State& state) {
  measure(state, [](Province& p, store::Connection& c) { return list_requests(c, p.scope(), {.unit = {}, .words = {}, .cursor = {}}, kNow); });
}
void bench_list_of_a_unit(benchmark::State& state) {
  measure(state, [](Province& p, store::Connection& c) {
    return list_requests(c, store::TenantScope::for_test(p.tenant.tenant, {p.unit}), {.unit = {}, .words = {}, .cursor = {}}, kNow);
  });
}
void bench_units_of_a_request(benchmark::State& state) {
  measure(state, [](Province& p, store::Connection& c) { return list_asked(c, p.scope(), p.request, {.state = {}, .unit = {}, .words = {}, .cursor = {}}, kNow); });
}
void bench_help_by_word(benchmark::State& state) {
  measure(state, [](Province& p, store::Connection& c) { return list_help(c, p.scope(), {.view = HelpQuery::View::all, .unit = {}, .words = "vuong 4999", .cursor = {}}); });
}

BENCHMARK(bench_list_of_the_province)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_list_of_a_unit)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_units_of_a_request)->Unit(benchmark::kMillisecond);
BENCHMARK(bench_help_by_word)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::request
