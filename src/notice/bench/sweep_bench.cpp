// A minute of a province: 200,000 findings, 300 units, 400 people.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "khien/core/assert.hpp"
#include "khien/estate/units.hpp"
#include "khien/notice/sweep.hpp"

namespace khien::notice {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};
constexpr int kUnits = 300;

struct Silent final : Post {
  bool has_mail() const override { return true; }
  bool has_webhook() const override { return true; }
  Result<void> mail(store::Connection&, TenantId, const Addressee&, std::span<const Note>, Timestamp) override { return {}; }
  Result<void> webhook(store::Connection&, TenantId, const Note&, Timestamp) override { return {}; }
};

struct Province {
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-notice-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder = name;
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    std::ifstream file(std::string(KHIEN_SOURCE_DIR) + "/content/notices/rules.yaml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    Budget budget({});
    rules = Rules::from_yaml(text, budget).value();
    khien_assert(hub->write([&](store::Connection& c) { return fill(c); }).has_value());
    add_findings(200'000, kNow - days(1));
    ask(kNow);
  }
  ~Province() {
    hub.reset();
    std::filesystem::remove_all(folder);
  }

  Result<void> fill(store::Connection& c) {
    TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
    const auto whole = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    for (int i = 0; i < kUnits; ++i) {
      TRY(const auto unit, estate::create_unit(c, whole, "Xã " + std::to_string(i), estate::UnitKind::commune, tenant.root, kNow));
      TRY_VOID(account(c, "officer" + std::to_string(i), "unit_officer", unit));
      TRY_VOID(c.run("INSERT INTO machine (tenant_id, unit_id, hostname, hostname_order, search_key, enrolled_at, last_seen) VALUES (?1, ?2, 'm', x'00', 'm', 0, 0)",
                     {tenant.tenant, unit}));
    }
    for (int i = 0; i < 100; ++i) TRY_VOID(account(c, "soc" + std::to_string(i), "soc_operator", tenant.root));
    return {};
  }
  Result<void> account(store::Connection& c, const std::string& name, std::string_view role, UnitId unit) {
    TRY_VOID(c.run("INSERT INTO account (tenant_id, username, name, name_order, role, password, password_is_one_time, created_at) "
                   "VALUES (?1, ?2, ?2, x'00', ?3, '', 0, 0)",
                   {tenant.tenant, name, role}));
    const auto id = c.last_insert_id();
    TRY_VOID(c.run("INSERT INTO account_scope (tenant_id, account_id, unit_id) VALUES (?1, ?2, ?3)", {tenant.tenant, id, unit}));
    return {};
  }
  void add_findings(int count, Timestamp at) {
    khien_assert(hub->write([&](store::Connection& c) -> Result<void> {
                        TRY_VOID(c.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "
                                       "INSERT INTO finding (tenant_id, machine_id, unit_id, fingerprint, judge, rule, subject, search_key, severity, state, "
                                       "first_seen, last_seen, opened_at, sightings, history, settled_through, sha256) "
                                       "SELECT ?1, m.id, m.unit_id, randomblob(32), 'scan', 'r', 's', 's', 4, 'new', ?3, ?3, ?3, 1, 1, 1, zeroblob(32) "
                                       "FROM n JOIN machine m ON m.id = (SELECT min(id) FROM machine) + n.i % ?4",
                                       {tenant.tenant, count, at, kUnits}));
                        return {};
                      }).has_value());
  }
  Swept ask(Timestamp now) {
    return sweep(*hub, store::TenantScope::for_test(tenant.tenant, {tenant.root}), nullptr, rules, post, now).value();
  }

  std::filesystem::path folder;
  std::unique_ptr<store::Store> hub;
  estate::NewTenant tenant;
  Rules rules;
  Silent post;
};
Province& province() {
  static Province one;
  return one;
}

void nothing_new(benchmark::State& state) {
  Timestamp now = kNow;
  for (auto _ : state) {
    now = now + minutes(1);
    benchmark::DoNotOptimize(province().ask(now));
  }
}
BENCHMARK(nothing_new)->Unit(benchmark::kMillisecond);

// 2,000 machines of all units with one file, told to each unit's officer and a hundred people.
void an_outbreak(benchmark::State& state) {
  static Timestamp now = kNow + days(1);
  for (auto _ : state) {
    state.PauseTiming();
    now = now + hours(1);
    province().add_findings(2'000, now);
    state.ResumeTiming();
    std::size_t shown = 0;
    for (int minute = 1; minute <= 6; ++minute) shown += province().ask(now + minutes(minute)).shown.size();
    khien_assert(shown == kUnits + 100);
  }
}
BENCHMARK(an_outbreak)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace khien::notice
