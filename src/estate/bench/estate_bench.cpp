#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "khien/core/assert.hpp"
#include "khien/estate/devices.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/imports.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/store/store.hpp"

namespace khien::estate {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};

std::string mac_of(std::size_t i) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string mac = "00:15:5d";
  for (int shift = 16; shift >= 0; shift -= 8) {
    const auto byte = (i >> shift) & 0xFF;
    mac += ':';
    mac += kDigits[byte / 16];
    mac += kDigits[byte % 16];
  }
  return mac;
}

// A list of devices of 100 communes, as an office keeps it.
Table devices(std::size_t count) {
  Table table;
  TableSheet& sheet = table.sheets.emplace_back();
  sheet.rows.push_back({1, {"Tên máy", "Đơn vị", "Địa chỉ MAC"}});
  for (std::size_t i = 0; i < count; ++i) {
    sheet.rows.push_back({static_cast<std::int64_t>(i) + 2, {"may-" + std::to_string(i), "Xã " + std::to_string(i % 100), mac_of(i)}});
  }
  return table;
}

class Province {
 public:
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-estate-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    write([&](store::Connection& c) -> Result<void> {
      TRY(tenant, create_tenant(c, "Tỉnh", kNow));
      for (int i = 0; i < 100; ++i) {
        TRY_VOID(create_unit(c, scope(), "Xã " + std::to_string(i), UnitKind::commune, tenant.root, kNow));
      }
      return {};
    });
  }
  ~Province() {
    hub.reset();
    std::filesystem::remove_all(folder_);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  void write(const store::Store::Work& work) {
    const auto written = hub->write(work);
    khien_assert(written.has_value());
  }
  void rehearse(const store::Store::Work& work) {
    const auto rehearsed = hub->rehearse(tenant.tenant, kImportTables, work);
    khien_assert(rehearsed.has_value());
  }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }

  std::unique_ptr<store::Store> hub;
  NewTenant tenant;

 private:
  std::filesystem::path folder_;
};

void preview_10k_rows(benchmark::State& state) {
  Province province;
  const Table table = devices(10'000);
  for (auto _ : state) {
    province.rehearse([&](store::Connection& c) -> Result<void> {
      TRY(const auto plan, plan_import(c, province.scope(), ImportKind::devices, province.tenant.root, table, kNow));
      khien_assert(plan.report.adds == 10'000);
      return {};
    });
  }
}
BENCHMARK(preview_10k_rows)->Unit(benchmark::kMillisecond);

// What somebody else's write waits while such a preview is made.
void write_beside_preview_10k(benchmark::State& state) {
  Province province;
  const Table table = devices(10'000);
  std::atomic<bool> done = false;
  std::jthread previews([&] {
    while (!done) {
      province.rehearse([&](store::Connection& c) -> Result<void> {
        TRY(const auto plan, plan_import(c, province.scope(), ImportKind::devices, province.tenant.root, table, kNow));
        benchmark::DoNotOptimize(plan.report.adds);
        return {};
      });
    }
  });
  int i = 0;
  for (auto _ : state) {
    province.write([&](store::Connection& c) -> Result<void> {
      return update_unit(c, province.scope(), province.tenant.root, {.name = "Tỉnh " + std::to_string(++i), .correct = true}, kNow);
    });
  }
  done = true;
}
BENCHMARK(write_beside_preview_10k)->Unit(benchmark::kMillisecond)->UseRealTime();

// The same list again: every row is found.
void preview_10k_known_rows(benchmark::State& state) {
  Province province;
  const Table table = devices(10'000);
  province.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto plan, plan_import(c, province.scope(), ImportKind::devices, province.tenant.root, table, kNow));
    TRY_VOID(apply_import(c, province.scope(), ImportKind::devices, province.tenant.root, table, plan.digest, kNow));
    return {};
  });
  for (auto _ : state) {
    province.rehearse([&](store::Connection& c) -> Result<void> {
      TRY(const auto plan, plan_import(c, province.scope(), ImportKind::devices, province.tenant.root, table, kNow));
      khien_assert(plan.report.same == 10'000);
      return {};
    });
  }
}
BENCHMARK(preview_10k_known_rows)->Unit(benchmark::kMillisecond);

// 30,000 devices and as many machines with the same MAC addresses.
Province& matched() {
  static Province* const made = [] {
    std::atexit([] { delete &matched(); });
    auto* province = new Province();
    const Table table = devices(30'000);
    province->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto plan, plan_import(c, province->scope(), ImportKind::devices, province->tenant.root, table, kNow));
      TRY_VOID(apply_import(c, province->scope(), ImportKind::devices, province->tenant.root, table, plan.digest, kNow));
      SeededRandom random(1);
      for (std::size_t i = 0; i < 30'000; ++i) {
        TRY(const auto token, create_token(c, province->scope(), province->tenant.root, UserId{1}, hours(1), kNow, random));
        TRY(const auto agent, redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "x" + std::to_string(i), .agent_version = "0.1.0"}, kNow));
        TRY_VOID(apply_machine_seen(c, agent, {.hostname = "x" + std::to_string(i), .macs = {mac_of(i)}}, kNow));
      }
      return {};
    });
    return province;
  }();
  return *made;
}

void match_30k_devices(benchmark::State& state) {
  Province& province = matched();
  for (auto _ : state) {
    province.write([&](store::Connection& c) -> Result<void> {
      TRY(const auto count, match_devices(c, province.tenant.tenant));
      khien_assert(count == 30'000);
      return {};
    });
  }
}
BENCHMARK(match_30k_devices)->Unit(benchmark::kMillisecond);

void list_first_page_of_30k_devices(benchmark::State& state) {
  Province& province = matched();
  for (auto _ : state) {
    const auto read = province.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(auto page, list_devices(c, province.scope(), {}, kNow));
      benchmark::DoNotOptimize(page);
      return {};
    });
    khien_assert(read.has_value());
  }
}
BENCHMARK(list_first_page_of_30k_devices)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::estate
