// The limits of issue 2: 200 units, every clause that ships, 12 years of records
// (about 200,000): the matrix opens in 200 ms, and a directive that is put into force
// is counted within 2 s.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "khien/core/assert.hpp"
#include "khien/duty/directives.hpp"
#include "khien/duty/matrix.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/unit_roles.hpp"
#include "khien/store/store.hpp"

namespace khien::duty {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
constexpr int kUnits = 200;
constexpr int kFirstYear = 2015;
constexpr int kYears = 12;
constexpr int kDevicesEach = 48;

std::vector<law::SourceFile> content_files() {
  std::vector<law::SourceFile> files;
  const std::filesystem::path content = std::filesystem::path(KHIEN_SOURCE_DIR) / "content";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(content)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(entry.path(), content).string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  return files;
}

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
    constexpr std::array kKinds{estate::UnitKind::department, estate::UnitKind::commune, estate::UnitKind::commune,
                                estate::UnitKind::school, estate::UnitKind::police};
    for (int i = 0; i < kUnits; ++i) {
      TRY(const auto unit, estate::create_unit(c, *scope, "Đơn vị " + std::to_string(i), kKinds[static_cast<std::size_t>(i) % kKinds.size()], tenant.root, kNow));
      units.push_back(unit);
      TRY_VOID(add_devices(c, unit));
    }
    for (const auto& role : catalogues->shipped().roles()) {
      if (role.by != law::Role::By::assignment) continue;
      TRY_VOID(estate::assign_unit_role(c, *scope, {units[4], role.id, Date::of(2015, 1, 1).value(), std::nullopt, "1/QĐ"}));
    }
    TRY(const auto law, catalogues->of(c, tenant.tenant));
    TRY_VOID(add_records(c, *law));
    return add_register_records(c);
  }

  Result<void> add_devices(store::Connection& c, UnitId unit) const {
    for (int i = 0; i < kDevicesEach; ++i) {
      estate::DeviceChange device;
      device.unit = unit;
      device.name = "PC-" + std::to_string(unit.value) + "-" + std::to_string(i);
      TRY_VOID(estate::create_device(c, *scope, device, estate::DeviceSource::import, kNow));
    }
    return {};
  }

  // Every occurrence of every duty since 2015, of every unit.
  Result<void> add_records(store::Connection& c, const TenantLaw& law) {
    const auto from = Date::of(kFirstYear, 1, 1).value();
    for (const auto& binding : law.bindings()) {
      for (const auto& clause : binding.directive->clauses) {
        for (const auto& duty : clause.duties) {
          for (const auto& occurrence : law.occurrences({binding.directive, &clause, &duty}, from, vietnam_day(kNow))) {
            TRY_VOID(add_records_of(c, duty, occurrence));
          }
        }
      }
    }
    return {};
  }
  Result<void> add_records_of(store::Connection& c, const law::Duty& duty, const law::Occurrence& occurrence) {
    // What has no periods was recorded once a year; an event has its own day.
    const bool has_periods = occurrence.period_to && duty.recurrence != law::Recurrence::once;
    const bool is_event = duty.recurrence == law::Recurrence::on_event;
    for (int year = 0; year < (has_periods ? 1 : kYears); ++year) {
      TRY_VOID(add_one_each(c, duty, occurrence.period_from + (is_event ? 30 * year : 0)));
    }
    return {};
  }
  Result<void> add_one_each(store::Connection& c, const law::Duty& duty, Date period_from) {
    for (const auto unit : units) {
      TRY_VOID(c.run("INSERT INTO duty_record (tenant_id, unit_id, duty, period_from, done_on, statement, not_applicable, state, "
                     "recorded_by, recorded_at, decided_by, decided_at) VALUES (?1, ?2, ?3, ?4, ?4, 'x', 0, 'approved', 1, ?5, 2, ?5)",
                     {tenant.tenant, unit, duty.id, std::int64_t{period_from.days()}, kNow}));
      ++records;
    }
    return {};
  }
  // Twelve years of the registers that figures are computed from.
  Result<void> add_register_records(store::Connection& c) {
    for (const auto& form : catalogues->shipped().registers()) {
      for (const auto unit : units) {
        for (int year = kFirstYear; year <= 2026; ++year) {
          const std::string fields = R"({"plan":"yearly","purpose":"security","amount":)" + std::to_string(unit.value * year) +
                                     R"(,"signed":9,"issued":10,"by_official_channel":10,"invited":5,"attended":5,"state":"in_use"})";
          TRY_VOID(c.run("INSERT INTO register_record (tenant_id, unit_id, register, record_id, version, fields, search_key, dated_on, "
                         "state, note, recorded_by, recorded_at, counted_from) VALUES (?1, ?2, ?3, ?4, 1, ?5, '', ?6, 'approved', '', 1, ?7, ?7)",
                         {tenant.tenant, unit, form.name, ++register_records, fields, std::int64_t{Date::of(year, 6, 1)->days()}, kNow}));
        }
      }
    }
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
