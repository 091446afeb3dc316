// What a new inventory, a new advisory and a look cost in a province that is full.
// KHIEN_BENCH_MACHINES (50 if not set) machines of 200 packages, out of 60,000 different ones.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/judges/advisory_judge.hpp"
#include "khien/model/batch.hpp"
#include "khien/patch/advisories.hpp"
#include "khien/patch/decisions.hpp"
#include "khien/patch/review.hpp"
#include "khien/patch/software.hpp"

namespace khien::patch {
namespace {

constexpr Timestamp kNow{1'795'334'400'000};
constexpr int kNames = 2'000;
constexpr int kVersions = 30;
constexpr int kOfMachine = 200;

std::size_t machines_wanted() {
  const char* text = std::getenv("KHIEN_BENCH_MACHINES");
  return text == nullptr ? 50 : static_cast<std::size_t>(std::strtoul(text, nullptr, 10));
}

Settings settings() {
  return {.least_severity = Severity::critical, .least_likelihood = 10, .days_exploited = 14, .days_ransomware = 7, .days_likely = 15,
          .days_critical = 15, .days_high = 30, .days_medium = 90, .days_low = 180, .remind_days = 3};
}

std::string name_of(int number) { return "package-" + std::to_string(number); }
Package package_of(int name, int version) {
  const std::string text = "1." + std::to_string(version) + "-1";
  return {"pkg:deb/debian/" + name_of(name) + "@" + text + "?arch=amd64&distro=debian-12", name_of(name), text, "", ""};
}
// What machine `m` has in place `n`; every machine is at another stage of patching.
std::pair<int, int> installed(std::int64_t m, int n) {
  return {static_cast<int>((m * 7 + n) % kNames), static_cast<int>((m + n) % kVersions)};
}

advisory::Advisory record(int number, int name, int fixed, Severity severity) {
  const std::string cve = "CVE-2024-" + std::to_string(10'000 + number);
  advisory::Affected affected{.package = {"deb", "debian", name_of(name), "12"}, .basis = advisory::Basis::distribution,
                              .ranges = {{.introduced = {}, .fixed = "1." + std::to_string(fixed) + "-1"}}, .versions = {}, .cpe = {}};
  return {.id = cve, .feed = "debian", .cves = {cve}, .title = "About " + cve, .description = {}, .severity = severity, .cvss_score = {},
          .cvss_vector = {}, .published = {}, .modified = {}, .affected = {std::move(affected)}, .references = {}};
}

class Province {
 public:
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-patch-bench-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    ledger = store::Ledger::open({.path = name + "/ledger.db", .vfs = {}, .on_fatal = {}}).value();
    hub = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    road = std::make_unique<flow::Flow>(*ledger, *hub, std::vector<std::shared_ptr<const flow::Judge>>(), clock, flow::Flow::Options{});
    khien_assert(hub->write([&](store::Connection& c) { return enrol(c, machines_wanted()); }).has_value());
    khien_assert(hub->write([&](store::Connection& c) { return fill(c); }).has_value());
    // A hole in each name before its tenth stage, most of them nobody follows; one in a
    // hundred is critical.
    for (int i = 0; i < kNames * 5; ++i) records_.push_back(record(i, i % kNames, 10, i % 100 == 0 ? Severity::critical : Severity::high));
    judge({});
  }
  ~Province() {
    road.reset();
    hub.reset();
    ledger.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string add(int name) {
    records_.push_back(record(1'000'000 + added_++, name, 15, Severity::critical));
    return records_.back().id;
  }
  void judge(std::optional<std::vector<std::string>> changed) {
    khien_assert(road->reconsider(next_judge(std::move(changed))).has_value());
  }
  // By the records of now; the next one's difference is to this one.
  std::shared_ptr<const flow::Judge> next_judge(std::optional<std::vector<std::string>> changed) {
    book_ = compile(std::move(changed));
    return flow::make_advisory_judge(book_);
  }
  std::shared_ptr<const flow::BookInForce> compile(std::optional<std::vector<std::string>> changed) {
    Budget budget({.bytes_in = 4ull << 30, .bytes_out = 4ull << 30, .entries = 1'000'000'000});
    auto bytes = std::make_shared<const std::string>(advisory::Book::compile(records_, {}, {}, budget).value());
    flow::BookInForce next{.book = advisory::Book::open(*bytes).value(), .digest = sha256(*bytes), .bytes = bytes,
                           .shipped = following_of(settings())};
    if (changed && book_) {
      next.before = book_->digest;
      next.changed = std::move(changed);
    }
    return std::make_shared<const flow::BookInForce>(std::move(next));
  }

  // The machine's whole inventory, with one package at another stage.
  void observe(std::size_t machine, int stage) {
    const AgentIdentity& agent = agents.at(machine);
    PackagesSeen seen{.inventory = ++inventory_, .packages = {}};
    for (int n = 0; n < kOfMachine; ++n) {
      const auto [name, version] = installed(agent.machine.value, n);
      seen.packages.push_back(package_of(name, n == 0 ? stage : version));
    }
    const std::vector<std::string> events{to_json(Observation{clock.now(), seen})};
    Batch batch{.stream = "main", .epoch = 1, .first_seq = ++seq_, .events = {events.begin(), events.end()}, .drops = {}};
    const auto text = std::make_shared<const std::string>(to_ndjson(batch));
    JsonDocument memory;
    Budget budget({});
    batch = batch_from_ndjson(*text, memory, budget).value();
    std::promise<bool> answer;
    road->observe({store::stream_id(agent.tenant, agent.machine, "main"), agent.machine, text, std::move(batch), clock.now()},
                  [&](Result<store::AckToken> token) { answer.set_value(token.has_value()); });
    khien_assert(answer.get_future().get());
  }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }
  void tend() {
    Follower follower(*hub, clock, {.shipped = settings(), .on_change = {}});
    khien_assert(follower.tend().has_value());
  }
  std::int64_t number(store::Sql sql) {
    std::int64_t value = 0;
    (void)hub->read([&](store::Connection& c) {
      return c.query_one(sql, {}, [&](const store::Row& row) -> Result<void> {
        value = row.integer(0);
        return {};
      });
    });
    return value;
  }

  ManualClock clock{kNow};
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<store::Store> hub;
  std::unique_ptr<flow::Flow> road;
  estate::NewTenant tenant;
  std::vector<AgentIdentity> agents;

 private:
  Result<void> enrol(store::Connection& c, std::size_t machines) {
    SeededRandom random(1);
    TRY(tenant, estate::create_tenant(c, "Tỉnh", kNow));
    for (std::size_t i = 0; i < machines; ++i) {
      TRY(const auto token, estate::create_token(c, scope(), tenant.root, UserId{1}, hours(1), kNow, random));
      TRY(const auto agent, estate::redeem_token(c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may-" + std::to_string(i), .agent_version = "0.1.0"}, kNow));
      agents.push_back(agent);
    }
    return {};
  }
  // Every different package once, through the road's own writer, and then who has which:
  // 200 lines a machine as estate would have written them.
  Result<void> fill(store::Connection& c) {
    PackagesSeen all{.inventory = 1, .packages = {}};
    for (int name = 0; name < kNames; ++name) {
      for (int version = 0; version < kVersions; ++version) all.packages.push_back(package_of(name, version));
    }
    TRY_VOID(estate::apply_packages(c, agents.front(), all));
    return c.run_script(
        "DELETE FROM machine_package;"
        "WITH RECURSIVE n (at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM n WHERE at < 199) "
        "INSERT INTO machine_package (tenant_id, machine_id, package_id, inventory) SELECT m.tenant_id, m.id, "
        "((m.id * 7 + at) % 2000) * 30 + (m.id + at) % 30 + 1, 1 FROM machine m, n;"
        "INSERT INTO inventory_fact (tenant_id, machine_id, received_at, observation_id) SELECT tenant_id, id, 1795334400000, 1 FROM machine;");
  }

  std::filesystem::path folder_;
  std::vector<advisory::Advisory> records_;
  std::shared_ptr<const flow::BookInForce> book_;
  std::int64_t inventory_ = 1;
  std::uint64_t seq_ = 0;
  int added_ = 0;
};

Province& province() {
  static Province made;
  return made;
}

void count_rows(benchmark::State& state) {
  auto& p = province();
  state.counters["machines"] = static_cast<double>(p.agents.size());
  state.counters["package_vulnerability"] = static_cast<double>(p.number("SELECT count(*) FROM package_vulnerability"));
  state.counters["findings"] = static_cast<double>(p.number("SELECT count(*) FROM finding"));
}

void one_inventory(benchmark::State& state) {
  auto& p = province();
  int stage = 0;
  for (auto step : state) {
    state.PauseTiming();
    p.observe(0, stage++ % kVersions);
    state.ResumeTiming();
    khien_assert(p.road->apply_pending().value() == 1);
  }
  count_rows(state);
}
BENCHMARK(one_inventory)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

// Of a package that one machine in ten has, half of them unpatched; until its packages are
// judged, and until the last machine is weighed.
void one_advisory(benchmark::State& state) {
  auto& p = province();
  int name = 3;
  for (auto step : state) {
    state.PauseTiming();
    const auto cve = p.add(name += 11);
    const auto judge = p.next_judge(std::vector{cve});
    state.ResumeTiming();
    khien_assert(p.road->reconsider(judge).has_value());
  }
  count_rows(state);
}
BENCHMARK(one_advisory)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime()->Iterations(10);

void whole_book_again(benchmark::State& state) {
  auto& p = province();
  for (auto step : state) {
    state.PauseTiming();
    (void)p.add(1);
    state.ResumeTiming();
    p.judge({});
  }
}
BENCHMARK(whole_book_again)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime()->Iterations(2);

void list_of_advisories(benchmark::State& state) {
  auto& p = province();
  p.tend();
  for (auto step : state) {
    khien_assert(p.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto page, list_advisories(c, p.scope(), {}, kNow));
      benchmark::DoNotOptimize(page.total);
      return {};
    }).has_value());
  }
  count_rows(state);
}
BENCHMARK(list_of_advisories)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void figures_of_overview(benchmark::State& state) {
  auto& p = province();
  p.tend();
  for (auto step : state) {
    khien_assert(p.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto figures, count_advisories(c, p.scope(), {}, kNow));
      benchmark::DoNotOptimize(figures.open);
      return {};
    }).has_value());
  }
}
BENCHMARK(figures_of_overview)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

// What a person waits for, and everybody else with them: in the one writer's transaction,
// which is undone each time.
void in_a_transaction(benchmark::State& state, const std::function<Result<void>(store::Connection&)>& work) {
  auto& p = province();
  p.tend();
  for (auto step : state) {
    const auto done = p.hub->write([&](store::Connection& c) -> Result<void> {
      khien_assert(work(c).has_value());
      return Error(Code::conflict, "undone");
    });
    khien_assert(done.error().code() == Code::conflict);
  }
}

Result<AdvisoryId> newest_advisory(store::Connection& c) {
  AdvisoryId id;
  TRY_VOID(c.query_one("SELECT max(id) FROM advisory", {}, [&](const store::Row& row) -> Result<void> {
    id = row.id<AdvisoryTag>(0);
    return {};
  }));
  return id;
}

// All that is high is followed as well: 10,000 vulnerabilities and 50,000 rows of packages.
void another_setting(benchmark::State& state) {
  in_a_transaction(state, [](store::Connection& c) {
    auto other = settings();
    other.least_severity = Severity::high;
    return set_settings(c, province().scope().tenant(), other, settings(), UserId{1}, kNow);
  });
}
BENCHMARK(another_setting)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void remind_units(benchmark::State& state) {
  in_a_transaction(state, [](store::Connection& c) -> Result<void> {
    TRY(const auto id, newest_advisory(c));
    return remind(c, province().scope(), id, {}, UserId{1}, kNow).has_value() ? Result<void>() : Error(Code::internal, "not reminded");
  });
}
BENCHMARK(remind_units)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void decide_of_a_machine(benchmark::State& state) {
  in_a_transaction(state, [](store::Connection& c) -> Result<void> {
    TRY(const auto id, newest_advisory(c));
    const NewDecision word{.kind = DecisionKind::accepted, .machine = province().agents.front().machine, .unit = {}, .package = {},
                           .reason = "x", .until = vietnam_day(kNow) + 5};
    return decide(c, province().scope(), id, UserId{1}, word, kNow).has_value() ? Result<void>() : Error(Code::internal, "not decided");
  });
}
BENCHMARK(decide_of_a_machine)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void one_advisory_s_page(benchmark::State& state) {
  auto& p = province();
  p.tend();
  for (auto step : state) {
    khien_assert(p.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto id, newest_advisory(c));
      TRY(const auto detail, get_advisory(c, p.scope(), id, {}, kNow));
      benchmark::DoNotOptimize(detail.units.size());
      return {};
    }).has_value());
  }
}
BENCHMARK(one_advisory_s_page)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

void software_of_a_machine(benchmark::State& state) {
  auto& p = province();
  for (auto step : state) {
    khien_assert(p.hub->read([&](store::Connection& c) -> Result<void> {
      TRY(const auto page, list_software(c, p.scope(), p.agents.front().machine, {}));
      benchmark::DoNotOptimize(page.total);
      return {};
    }).has_value());
  }
}
BENCHMARK(software_of_a_machine)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace khien::patch
