// A province of 200 units: a Tết window checked, a year of shifts read and judged.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "bench_size.hpp"
#include "khien/core/assert.hpp"
#include "khien/core/date.hpp"
#include "khien/estate/units.hpp"
#include "khien/roster/pings.hpp"
#include "khien/roster/shifts.hpp"
#include "khien/store/store.hpp"

namespace khien::roster {
namespace {

const std::int64_t kUnits = bench_size(200, 3);
constexpr int kDays = 365;
constexpr int kShiftsADay = 3;

struct Year {
  Year() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-roster-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder = name;
    hub = store::Store::open({.path = folder + "/khien.db", .migrations = store::hub_migrations()}).value();
    const auto filled = hub->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto made, estate::create_tenant(c, "Tỉnh Lam Giang", first));
      tenant = made.tenant;
      root = made.root;
      for (std::int64_t unit = 0; unit < kUnits; ++unit) TRY_VOID(fill(c, unit));
      return {};
    });
    khien_assert(filled.has_value());
  }
  ~Year() {
    hub.reset();
    std::filesystem::remove_all(folder);
  }
  Result<void> fill(store::Connection& c, std::int64_t number) {
    const auto scope = store::TenantScope::for_test(tenant, {root});
    TRY(const auto unit, estate::create_unit(c, scope, "Xã " + std::to_string(number), estate::UnitKind::commune, root, first));
    if (number == 0) one = unit;
    for (int i = 0; i < kDays * kShiftsADay; ++i) {
      const Timestamp from = first + hours(i * 24 / kShiftsADay);
      // One minute of hole a week in each unit.
      const Timestamp to = from + hours(24 / kShiftsADay) - minutes(i % (7 * kShiftsADay) == 5 ? 1 : 0);
      const NewShift made{.unit = unit, .span = {.from = from, .to = to}, .person = "Người " + std::to_string(number * 10 + i % 7), .phone = "09" + std::to_string(10'000'000 + number * 10 + i % 7)};
      TRY_VOID(add_shift(c, scope, made, UserId{1}, first));
    }
    return {};
  }
  template <class Work>
  void read(Work work) {
    khien_assert(hub->read([&](store::Connection& c) -> Result<void> { return work(c, store::TenantScope::for_test(tenant, {root})); }).has_value());
  }

  const Timestamp first = vietnam_moment(Date::of(2027, 1, 1).value());
  const Span tet{vietnam_moment(Date::of(2027, 2, 4).value(), 17 * 60), vietnam_moment(Date::of(2027, 2, 12).value(), 450)};
  std::string folder;
  std::unique_ptr<store::Store> hub;
  TenantId tenant;
  UnitId root, one;
};

Year& year() {
  static Year made;
  return made;
}

void tet_window_of_200_units(benchmark::State& state) {
  year();  // made before the clock runs
  for (auto _ : state) {
    year().read([&](store::Connection& c, const store::TenantScope& scope) -> Result<void> {
      TRY(const auto all, coverage_by_unit(c, scope, year().tet));
      khien_assert(all.size() == static_cast<std::size_t>(kUnits));
      return {};
    });
  }
}
BENCHMARK(tet_window_of_200_units)->Unit(benchmark::kMillisecond);

void year_of_200_units(benchmark::State& state) {
  const Span whole{year().first, year().first + days(kDays)};
  for (auto _ : state) {
    year().read([&](store::Connection& c, const store::TenantScope& scope) -> Result<void> {
      TRY(const auto all, coverage_by_unit(c, scope, whole));
      khien_assert(all.begin()->second.coverage.gap_minutes >= 52);
      return {};
    });
  }
}
BENCHMARK(year_of_200_units)->Unit(benchmark::kMillisecond);

void double_bookings_of_100_days_200_units(benchmark::State& state) {
  const Span span{year().first, year().first + days(100)};
  for (auto _ : state) {
    year().read([&](store::Connection& c, const store::TenantScope& scope) -> Result<void> {
      TRY(const auto found, double_bookings(c, scope, {.unit = {}, .span = span}));
      benchmark::DoNotOptimize(found.size());
      return {};
    });
  }
}
BENCHMARK(double_bookings_of_100_days_200_units)->Unit(benchmark::kMillisecond);

void month_of_one_unit(benchmark::State& state) {
  const Span span{year().first, year().first + days(31)};
  for (auto _ : state) {
    year().read([&](store::Connection& c, const store::TenantScope& scope) -> Result<void> {
      TRY(const auto shifts, list_shifts(c, scope, {.unit = year().one, .span = span}));
      khien_assert(shifts.size() == 31 * kShiftsADay);
      return {};
    });
  }
}
BENCHMARK(month_of_one_unit)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::roster
