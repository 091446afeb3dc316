// The board and one incident over 10,000 open incidents and 1,000,000 lines of timelines, as the
// hub reads them in a snapshot.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "khien/core/assert.hpp"
#include "khien/estate/units.hpp"
#include "khien/incident/figures.hpp"
#include "khien/incident/incidents.hpp"
#include "khien/store/store.hpp"

namespace khien::incident {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};
constexpr std::int64_t kUnits = 200;

std::int64_t size_from(const char* name, std::int64_t usual) {
  const char* given = std::getenv(name);
  return given == nullptr ? usual : std::atoll(given);
}

// Written as the functions write them, a statement for all: a bench that opened ten thousand
// incidents one by one would measure that.
class Province {
 public:
  Province() : incidents_(size_from("KHIEN_INCIDENTS", 10'000)), lines_(size_from("KHIEN_LINES", 1'000'000)) {
    std::string name = (std::filesystem::temp_directory_path() / "khien-incident-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    write([&](store::Connection& c) -> Result<void> {
      TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
      for (std::int64_t i = 0; i < kUnits; ++i) {
        TRY(commune, estate::create_unit(c, scope(), "Xã " + std::to_string(i), estate::UnitKind::commune, tenant.root, kNow));
      }
      return {};
    });
    fill();
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
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }
  store::TenantScope narrow() const { return store::TenantScope::for_test(tenant.tenant, {commune}); }

  std::unique_ptr<store::Store> hub;
  estate::NewTenant tenant;
  UnitId commune;  // the last

 private:
  void fill() {
    write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "
                     "INSERT INTO incident (tenant_id, unit_id, title, search_key, kind, severity, personal_data, state, detected_at, opened_at, source, "
                     "rule_version, next_clock, next_soon_at, next_late_at) SELECT ?1, ?3 - i % ?4, 'Sự cố số ' || i, 'su co so ' || i, 'malware', i % 5, i % 7 = 0, "
                     "'open', ?5 - (i % 400) * 3600000, ?5, 'person', 'r', 'initial', ?5 - (i % 400) * 3600000 + 64800000, "
                     "?5 - (i % 400) * 3600000 + 86400000 FROM n",
                     {tenant.tenant, incidents_, commune, kUnits, kNow}));
      for (const std::string_view clock : {"initial", "report", "personal_data_notice"}) {
        TRY_VOID(c.run("INSERT INTO incident_clock (tenant_id, incident_id, clock, place, applies, due_at, soon_at, late_at, name_vi, name_en, receiver_vi, "
                       "receiver_en, content_vi, content_en, basis, rule_version) SELECT tenant_id, id, ?2, 0, 1, next_late_at, next_soon_at, next_late_at, "
                       "'Thông báo ban đầu', 'Initial notice', 'Cơ quan chuyên trách', 'The body', 'Nội dung', 'What', 'Nghị định', 'r' FROM incident WHERE tenant_id = ?1",
                       {tenant.tenant, clock}));
      }
      TRY_VOID(c.run("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 - 1) "
                     "INSERT INTO incident_entry (tenant_id, incident_id, what, happened_at, recorded_at, words, told_vi, told_en) "
                     "SELECT ?1, 1 + i % ?3, 'note', ?4 - i, ?4, 'Đã kiểm tra máy chủ và ghi lại nhật ký kết nối lần ' || i, '', '' FROM n",
                     {tenant.tenant, lines_, incidents_, kNow}));
      return {};
    });
  }

  std::int64_t incidents_;
  std::int64_t lines_;
  std::filesystem::path folder_;
};

Province& province() {
  static Province one;
  return one;
}

template <class Work>
void read(benchmark::State& state, Work work) {
  auto& world = province();
  for (auto _ : state) {
    const auto done = world.hub->read([&](store::Connection& c) -> Result<void> { return work(world, c); });
    khien_assert(done.has_value());
  }
}

void board(benchmark::State& state) {
  read(state, [](Province& world, store::Connection& c) -> Result<void> {
    TRY(const auto page, list_incidents(c, world.scope(), {.limit = 200}, kNow));
    khien_assert(page.items.size() == 200);
    return {};
  });
}
BENCHMARK(board)->Unit(benchmark::kMillisecond);

void board_of_one_unit(benchmark::State& state) {
  read(state, [](Province& world, store::Connection& c) -> Result<void> {
    TRY(const auto page, list_incidents(c, world.narrow(), {.limit = 200}, kNow));
    khien_assert(page.total > 0);
    return {};
  });
}
BENCHMARK(board_of_one_unit)->Unit(benchmark::kMillisecond);

void board_by_words(benchmark::State& state) {
  read(state, [](Province& world, store::Connection& c) -> Result<void> {
    TRY(const auto page, list_incidents(c, world.scope(), {.view = IncidentQuery::View::late, .words = "số 77", .limit = 200}, kNow));
    khien_assert(page.total > 0);
    return {};
  });
}
BENCHMARK(board_by_words)->Unit(benchmark::kMillisecond);

void incident_page(benchmark::State& state) {
  std::int64_t id = 0;
  read(state, [&](Province& world, store::Connection& c) -> Result<void> {
    id = id % 1'000 + 1;
    TRY(const auto detail, get_incident(c, world.scope(), {id}, kNow));
    TRY(const auto timeline, list_timeline(c, world.scope(), {id}, "", 200));
    khien_assert(detail.clocks.size() == 3 && !timeline.items.empty());
    return {};
  });
}
BENCHMARK(incident_page)->Unit(benchmark::kMillisecond);

void totals_of_a_year(benchmark::State& state) {
  read(state, [](Province& world, store::Connection& c) -> Result<void> {
    TRY(const auto totals, total_incidents(c, world.scope(), {}, kNow - days(365), kNow + days(1), kNow));
    khien_assert(totals.total > 0);
    return {};
  });
}
BENCHMARK(totals_of_a_year)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace khien::incident
