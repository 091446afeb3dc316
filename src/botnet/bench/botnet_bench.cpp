// What a list of 100,000 rows costs: read, shown, taken in; and what a look costs then.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "khien/botnet/cases.hpp"
#include "khien/botnet/lists.hpp"
#include "khien/core/assert.hpp"
#include "khien/estate/address_ranges.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/store.hpp"

namespace khien::botnet {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};

// 100.x addresses of four numbers, all public, of 200 ranges.
std::string address(std::size_t i) { return "203." + std::to_string(i >> 16 & 0xff) + "." + std::to_string(i >> 8 & 0xff) + "." + std::to_string(i & 0xff); }

Table list(std::size_t rows) {
  Table table;
  auto& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"Địa chỉ IP", "Thời gian", "Loại mã độc", "Máy chủ điều khiển"}});
  for (std::size_t i = 0; i < rows; ++i) {
    sheet.rows.push_back({static_cast<std::int64_t>(i) + 2, {address(i), "20/11/2026 08:15:30", "Mirai", "198.51.100.7:80"}});
  }
  return table;
}

class Province {
 public:
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-botnet-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    write([&](store::Connection& c) -> Result<void> {
      TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
      for (int i = 0; i < 200; ++i) {
        TRY(const auto unit, estate::create_unit(c, scope(), "Xã " + std::to_string(i), estate::UnitKind::commune, tenant.root, kNow));
        TRY_VOID(estate::create_address_range(c, scope(), unit, "203.0." + std::to_string(i) + ".0/24", "NAT", kNow));
      }
      return {};
    });
  }
  ~Province() {
    hub.reset();
    std::filesystem::remove_all(folder_);
  }

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }
  void write(const store::Store::Work& work) {
    const auto done = hub->write(work);
    if (!done) std::fprintf(stderr, "%s\n", done.error().what().c_str());
    khien_assert(done.has_value());
  }
  ListId preview(const ListReading& reading, Date day) {
    ListId id;
    write([&](store::Connection& c) -> Result<void> {
      TRY(const auto previewed, preview_list(c, scope(), {.source = "s", .listed_on = day, .file_name = "f", .by = UserId{1}}, reading, kNow));
      id = previewed.id;
      return {};
    });
    return id;
  }
  void confirm(ListId id) {
    write([&](store::Connection& c) -> Result<void> {
      TRY(const auto state, confirm_list(c, scope(), id, UserId{1}, 7, kNow));
      khien_assert(state == "confirmed");
      return {};
    });
  }

  std::unique_ptr<store::Store> hub;
  estate::NewTenant tenant;

 private:
  std::filesystem::path folder_;
};

void BM_read_list(benchmark::State& state) {
  const Table table = list(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto reading = read_list(table, vietnam_day(kNow));
    khien_assert(reading.problems_total == 0);
    benchmark::DoNotOptimize(reading.entries.size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_read_list)->Arg(100'000)->Unit(benchmark::kMillisecond);

// One list after another, on days of their own: the first opens cases, the others find them.
void BM_take_list(benchmark::State& state) {
  const auto reading = read_list(list(static_cast<std::size_t>(state.range(0))), vietnam_day(kNow));
  for (auto _ : state) {
    state.PauseTiming();
    Province province;
    state.ResumeTiming();
    province.confirm(province.preview(reading, vietnam_day(kNow) - 1));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_take_list)->Arg(100'000)->Unit(benchmark::kMillisecond)->Iterations(1);

void BM_first_page(benchmark::State& state) {
  Province province;
  province.confirm(province.preview(read_list(list(static_cast<std::size_t>(state.range(0))), vietnam_day(kNow)), vietnam_day(kNow) - 1));
  for (auto _ : state) {
    const auto done = province.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto page, list_cases(c, province.scope(), {}));
      khien_assert(page.total == state.range(0));
      return {};
    });
    khien_assert(done.has_value());
  }
}
BENCHMARK(BM_first_page)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::botnet
