// The limits of issue 2: 200 units, every clause that ships, 12 years of records
// (about 200,000): the matrix opens in 200 ms, and a directive that is put into force
// is counted within 2 s.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "khien/core/assert.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/matrix.hpp"
#include "khien/store/store.hpp"
#include "twelve_years.hpp"

namespace khien::duty {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z

struct Province {
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-duty-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder = name;
    catalogues = Catalogues::create(content_files()).value();
    store = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    store->write([&](store::Connection& c) { return fill(c); }).value();
  }
  ~Province() {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  Result<void> fill(store::Connection& c) {
    TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
    scope = std::make_unique<store::TenantScope>(store::TenantScope::for_test(tenant.tenant, {tenant.root}));
    TRY_VOID(adopt_shipped(c, *catalogues, tenant.tenant, kNow));
    TwelveYears years{.catalogues = *catalogues, .tenant = tenant, .scope = *scope, .now = kNow};
    TRY_VOID(years.fill(c));
    units = years.units;
    records = years.records;
    register_records = years.register_records;
    return {};
  }

  std::filesystem::path folder;
  std::shared_ptr<Catalogues> catalogues;
  std::unique_ptr<store::Store> store;
  estate::NewTenant tenant;
  std::unique_ptr<store::TenantScope> scope;
  std::vector<UnitId> units;
  std::int64_t records = 0;
  std::int64_t register_records = 0;
};

Province& province() {
  static Province one;
  return one;
}

void open_matrix(benchmark::State& state) {
  auto& all = province();
  for (auto _ : state) {
    const auto done = all.store->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, all.catalogues->of(c, all.tenant.tenant));
      TRY(const auto matrix, read_matrix(c, *all.scope, law, {{}, {}, vietnam_day(kNow)}, kNow));
      benchmark::DoNotOptimize(matrix.rows.size());
      return {};
    });
    khien_assert(done.has_value());
  }
  state.counters["records"] = static_cast<double>(all.records);
  state.counters["register_records"] = static_cast<double>(all.register_records);
  state.counters["units"] = static_cast<double>(all.units.size());
}
BENCHMARK(open_matrix)->Unit(benchmark::kMillisecond);

void one_unit(benchmark::State& state) {
  auto& all = province();
  const auto narrow = store::TenantScope::for_test(all.tenant.tenant, {all.units[1]});
  for (auto _ : state) {
    const auto done = all.store->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, all.catalogues->of(c, all.tenant.tenant));
      TRY(const auto matrix, read_matrix(c, narrow, law, {{}, {}, vietnam_day(kNow)}, kNow));
      benchmark::DoNotOptimize(matrix.rows.size());
      return {};
    });
    khien_assert(done.has_value());
  }
}
BENCHMARK(one_unit)->Unit(benchmark::kMillisecond);

// A directive ends or begins: the catalogue is built anew, and everything follows.
void change_a_rule(benchmark::State& state) {
  auto& all = province();
  int turn = 0;
  for (auto _ : state) {
    const auto last = Date::of(2030, 1 + turn % 12, 1 + turn % 28).value();
    ++turn;
    all.store->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, all.catalogues->of(c, all.tenant.tenant));
      return end_directive(c, *all.scope, *all.catalogues, law->bindings().front().id, last, "2/QĐ", {UserId{1}, Role::province_admin}, kNow);
    }).value();
    const auto done = all.store->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto law, all.catalogues->of(c, all.tenant.tenant));
      TRY(const auto matrix, read_matrix(c, *all.scope, law, {{}, {}, vietnam_day(kNow)}, kNow));
      benchmark::DoNotOptimize(matrix.rows.size());
      return {};
    });
    khien_assert(done.has_value());
  }
}
BENCHMARK(change_a_rule)->Unit(benchmark::kMillisecond);

// All content files read and checked, as at a start.
void load_catalogue(benchmark::State& state) {
  const auto files = content_files();
  for (auto _ : state) benchmark::DoNotOptimize(Catalogues::create(files).has_value());
}
BENCHMARK(load_catalogue)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::duty
