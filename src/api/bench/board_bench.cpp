// The board of incidents and the page of one at the hub, from the request through session, scope, snapshot and JSON to
// the last byte: 10,000 open incidents, 1,000,000 lines of timelines. Limits: 200 ms and 100 ms.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "fuzz/checks_without_test.hpp"
#include "test/world.hpp"

namespace khien::api {
namespace {

constexpr std::int64_t kUnits = 200;

std::int64_t amount_from(const char* name, std::int64_t usual) {
  const char* given = std::getenv(name);
  return given == nullptr ? usual : std::atoll(given);
}

// Written as the room's functions write them, a statement for all.
struct Board {
  Board() {
    checks_without_test();
    set_log_output(2, LogLevel::error);
    tenant = world.add_tenant("Tỉnh Lam Giang");
    for (std::int64_t i = 0; i < kUnits; ++i) commune = world.add_unit(tenant, tenant.root, "Xã " + std::to_string(i));
    fill();
    browser = std::make_unique<Browser>(world.session(tenant.tenant, world.add_person(tenant.tenant, "soc", Role::soc_operator, {tenant.root})));
    narrow = std::make_unique<Browser>(world.session(tenant.tenant, world.add_person(tenant.tenant, "officer", Role::unit_officer, {commune})));
  }
  void fill() {
    const std::int64_t incidents = amount_from("KHIEN_INCIDENTS", 10'000), lines = amount_from("KHIEN_LINES", 1'000'000);
    const Timestamp now = world.clock.now();
    world.write([&](store::Connection& c) -> Result<void> {
      TRY_VOID(c.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "
                     "INSERT INTO incident (tenant_id, unit_id, title, search_key, kind, severity, personal_data, state, detected_at, opened_at, source, "
                     "rule_version, next_clock, next_soon_at, next_late_at) SELECT ?1, ?3 - i % ?4, 'Sự cố số ' || i, 'su co so ' || i, 'malware', i % 5, i % 7 = 0, "
                     "'open', ?5 - (i % 400) * 3600000, ?5, 'person', 'r', 'initial', ?5 - (i % 400) * 3600000 + 64800000, "
                     "?5 - (i % 400) * 3600000 + 86400000 FROM n",
                     {tenant.tenant, incidents, commune, kUnits, now}));
      for (const std::string_view clock : {"initial", "report", "personal_data_notice"}) {
        TRY_VOID(c.run("INSERT INTO incident_clock (tenant_id, incident_id, clock, place, applies, due_at, soon_at, late_at, name_vi, name_en, receiver_vi, "
                       "receiver_en, content_vi, content_en, basis, rule_version) SELECT tenant_id, id, ?2, 0, 1, next_late_at, next_soon_at, next_late_at, "
                       "'Thông báo ban đầu', 'Initial notice', 'Cơ quan chuyên trách', 'The body', 'Nội dung', 'What', 'Nghị định', 'r' FROM incident WHERE tenant_id = ?1",
                       {tenant.tenant, clock}));
      }
      TRY_VOID(c.run("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?2 - 1) "
                     "INSERT INTO incident_entry (tenant_id, incident_id, what, happened_at, recorded_at, words, told_vi, told_en) "
                     "SELECT ?1, 1 + i % ?3, 'note', ?4 - i, ?4, 'Đã kiểm tra máy chủ và ghi lại nhật ký kết nối lần ' || i, '', '' FROM n",
                     {tenant.tenant, lines, incidents, now}));
      return {};
    });
  }

  World world;
  estate::NewTenant tenant;
  UnitId commune;  // the last
  std::unique_ptr<Browser> browser, narrow;
};

Board& board() {
  static Board one;
  return one;
}

void ask_again(benchmark::State& state, const Browser& who, std::string_view target, std::string_view wanted) {
  auto& api = *board().world.api;
  const auto request = who.request(net::Method::get, target);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto answer = answer_of(api, request);
    if (answer.status != 200 || answer.body.find(wanted) == answer.body.npos) std::abort();
    bytes = answer.body.size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}

void incident_board(benchmark::State& state) { ask_again(state, *board().browser, "/api/v1/incidents?limit=200", "\"counts\""); }
BENCHMARK(incident_board)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void incident_board_of_a_unit(benchmark::State& state) { ask_again(state, *board().narrow, "/api/v1/incidents?limit=200", "\"counts\""); }
BENCHMARK(incident_board_of_a_unit)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void incident_board_by_words(benchmark::State& state) {
  ask_again(state, *board().browser, "/api/v1/incidents?view=late&q=s%E1%BB%91%2077&limit=200", "\"counts\"");
}
BENCHMARK(incident_board_by_words)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

// As the page does: the incident and the newest lines of its timeline, another each time.
void incident_page(benchmark::State& state) {
  auto& all = board();
  std::int64_t id = 0;
  for (auto _ : state) {
    id = id % 1'000 + 1;
    const auto path = "/api/v1/incidents/" + std::to_string(id);
    const auto page = answer_of(*all.world.api, all.browser->request(net::Method::get, path));
    const auto lines = answer_of(*all.world.api, all.browser->request(net::Method::get, path + "/timeline?limit=200"));
    if (page.status != 200 || lines.status != 200) std::abort();
  }
}
BENCHMARK(incident_page)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

// The first board after a start: every page of the database is read from the disk's cache.
void incident_board_first(benchmark::State& state) {
  auto& all = board();
  const auto copy = all.world.folder.file("first-board.db");
  if (!std::filesystem::exists(copy) && !all.world.hub->copy_to(copy)) std::abort();
  const auto request = all.browser->request(net::Method::get, "/api/v1/incidents?limit=200");
  for (auto _ : state) {
    state.PauseTiming();
    auto hub = store::Store::open({.path = copy, .migrations = store::hub_migrations()}).value();
    auto api = Api::create(*hub, *all.world.ledger, all.world.env, *all.world.settings).value();
    state.ResumeTiming();
    if (answer_of(*api, request).status != 200) std::abort();
    state.PauseTiming();
    api.reset();
    hub.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(incident_board_first)->Unit(benchmark::kMillisecond)->Iterations(5)->MeasureProcessCPUTime();

}  // namespace
}  // namespace khien::api
