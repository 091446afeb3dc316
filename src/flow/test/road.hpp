#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "khien/core/assert.hpp"
#include "khien/core/json.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/sites.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/hub_sensor.hpp"
#include "khien/model/batch.hpp"

namespace khien::flow {

inline constexpr Timestamp kNow{1'795'334'400'000};  // 2026-11-22T08:00:00Z
inline constexpr UserId kAnalyst{1};

// Says of files what it was told to: rules by the file's digest. Other bodies
// are not about it.
class FakeJudge final : public Judge {
 public:
  using Rules = std::map<Sha256, std::vector<std::string>>;
  explicit FakeJudge(Rules rules = {}) : rules_(std::move(rules)) {}

  JudgeId id() const override { return JudgeId::scan; }
  Result<std::vector<Claim>> judge(const Observation& observation) const override {
    if (const auto* gone = std::get_if<FileGone>(&observation.body)) return std::vector{gone_claim(gone->path)};
    const auto* seen = std::get_if<FileSeen>(&observation.body);
    if (seen == nullptr || seen->verdict == FileVerdict::not_scanned) return std::vector<Claim>();
    if (seen->path == "/fails") return Error(Code::internal, "told to fail");
    std::vector<Claim> claims;
    for (const FileMatch& match : seen->matches) {
      claims.push_back(present_claim("yara:" + match.rule, seen->path, match.severity));
    }
    const auto known = seen->sha256 ? rules_.find(*seen->sha256) : rules_.end();
    if (known != rules_.end()) {
      for (const std::string& rule : known->second) claims.push_back(present_claim(rule, seen->path, Severity::critical));
    }
    if (claims.empty()) claims.push_back(gone_claim(seen->path));
    return claims;
  }

  static Claim present_claim(std::string rule, std::string path, Severity severity) {
    return {JudgeId::scan, Claim::Standing::present, std::move(rule), std::move(path), severity};
  }
  static Claim gone_claim(std::string path) {
    return {JudgeId::scan, Claim::Standing::gone, {}, std::move(path), Severity::info};
  }

 private:
  Rules rules_;
};

inline FileSeen infected(std::string path, std::string rule = "eicar", Severity severity = Severity::high) {
  return {.path = std::move(path),
          .size = 68,
          .sha256 = sha256("bytes"),
          .verdict = FileVerdict::malicious,
          .matches = {{Engine::yara, std::move(rule), "khien-base", severity}}};
}
inline FileSeen clean(std::string path) {
  return {.path = std::move(path), .size = 68, .sha256 = sha256("bytes"), .verdict = FileVerdict::clean};
}

// A ledger, a hub's database and the road between them, in a folder of their own.
class Road {
 public:
  // Few events a transaction, so that short tests cross its bounds.
  explicit Road(std::vector<std::shared_ptr<const Judge>> judges = {std::make_shared<FakeJudge>()},
                std::size_t batch_events = 7)
      : judges_(std::move(judges)), batch_events_(batch_events) {
    std::string name = (std::filesystem::temp_directory_path() / "khien-flow-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    open();
    make_tenant();
  }
  ~Road() {
    close();
    std::filesystem::remove_all(folder_);
  }
  Road(const Road&) = delete;
  Road& operator=(const Road&) = delete;

  // As after a crash between two transactions, or a restart.
  void reopen() {
    close();
    open();
  }

  Flow& flow() { return *flow_; }
  store::Store& hub() { return *hub_; }
  store::Ledger& ledger() { return *ledger_; }
  ManualClock& clock() { return clock_; }
  TenantId tenant() const { return tenant_.tenant; }
  UnitId root() const { return tenant_.root; }
  store::TenantScope scope() const { return store::TenantScope::for_test(tenant_.tenant, {tenant_.root}); }
  std::vector<Change> take_changes() {
    const std::lock_guard lock(changes_mutex_);
    return std::exchange(changes_, {});
  }

  template <class Work>
  auto write(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    auto written = hub_->write([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      if (!*answer) return answer->error();
      return {};
    });
    if (!written) return Answer(std::move(written).error());
    return std::move(*answer);
  }
  template <class Work>
  auto read(Work work) {
    using Answer = decltype(work(std::declval<store::Connection&>()));
    std::optional<Answer> answer;
    const auto done = hub_->read([&](store::Connection& connection) -> Result<void> {
      answer.emplace(work(connection));
      return {};
    });
    khien_assert(done.has_value());
    return std::move(*answer);
  }
  std::int64_t number(store::Sql sql) {
    std::int64_t value = 0;
    const auto done = hub_->read([&](store::Connection& c) {
      return c.query_one(sql, {}, [&](const store::Row& row) -> Result<void> {
        value = row.integer(0);
        return {};
      });
    });
    khien_assert(done.has_value());
    return value;
  }

  UnitId unit(UnitId parent, std::string_view name) {
    return write([&](store::Connection& c) {
             return estate::create_unit(c, scope(), name, estate::UnitKind::commune, parent, kNow);
           }).value();
  }
  AgentIdentity machine(std::string_view hostname) { return machine_of(scope(), root(), hostname); }
  AgentIdentity machine_of(const store::TenantScope& scope, UnitId unit, std::string_view hostname) {
    SeededRandom random(++seed_);
    return write([&](store::Connection& c) -> Result<AgentIdentity> {
             TRY(const auto token, estate::create_token(c, scope, unit, kAnalyst, hours(1), clock_.now(), random));
             return estate::redeem_token(
                 c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = std::string(hostname), .agent_version = "0.1"},
                 clock_.now());
           }).value();
  }

  // Hands the bodies over as one batch of the machine and waits until they are
  // durable; apply() takes them further.
  Result<store::AckToken> observe(const AgentIdentity& agent, std::vector<ObservationBody> bodies) {
    std::vector<std::string> events;
    for (auto& body : bodies) events.push_back(to_json(Observation{clock_.now(), std::move(body)}));
    return observe_texts(agent, events);
  }
  Result<store::AckToken> observe_texts(const AgentIdentity& agent, const std::vector<std::string>& events) {
    std::uint64_t& next = next_seq_[{agent.tenant, agent.machine}];
    Batch batch{.stream = "main", .epoch = 1, .first_seq = next + 1, .events = {events.begin(), events.end()}, .drops = {}};
    const auto text = std::make_shared<const std::string>(to_ndjson(batch));
    JsonDocument memory;
    Budget budget({});
    batch = batch_from_ndjson(*text, memory, budget).value();
    std::promise<Result<store::AckToken>> promise;
    auto answer = promise.get_future();
    flow_->observe({store::stream_id(agent.tenant, agent.machine, "main"), agent.machine, text, std::move(batch),
                    clock_.now()},
                   [&](Result<store::AckToken> token) { promise.set_value(std::move(token)); });
    auto token = answer.get();
    if (token) next += events.size();
    return token;
  }
  SiteId site(std::string_view address) { return site_of(scope(), root(), address); }
  SiteId site_of(const store::TenantScope& scope, UnitId unit, std::string_view address) {
    return write([&](store::Connection& c) {
             return estate::create_site(c, scope, {.unit = unit, .address = std::string(address)}, clock_.now());
           }).value();
  }
  estate::Site site_now(SiteId id) {
    return read([&](store::Connection& c) { return estate::get_site(c, scope(), id); }).value();
  }
  // By the hub's own crawler.
  Result<void> tell(std::vector<ObservationBody> bodies) { return tell(tenant(), std::move(bodies)); }
  Result<void> tell(TenantId tenant, std::vector<ObservationBody> bodies) {
    std::vector<Observation> observations;
    for (auto& body : bodies) observations.push_back({clock_.now(), std::move(body)});
    return HubSensor(*flow_, *ledger_, clock_).tell(tenant, observations);
  }
  std::int64_t apply() { return flow_->apply_pending().value(); }
  // Both, for facts of one machine.
  void see(const AgentIdentity& agent, std::vector<ObservationBody> bodies) {
    khien_assert(observe(agent, std::move(bodies)).has_value());
    apply();
  }

  FindingPage findings(const FindingQuery& query) { return findings(query, scope()); }
  FindingPage findings(const FindingQuery& query, const store::TenantScope& scope) {
    return read([&](store::Connection& c) { return list_findings(c, scope, query); }).value();
  }
  std::vector<FindingRecord> all() { return findings({.view = FindingQuery::View::all}).items; }
  FindingRecord only() {
    auto found = all();
    khien_assert(found.size() == 1);
    return found.front();
  }
  estate::Machine machine_now(const AgentIdentity& agent) {
    return read([&](store::Connection& c) {
             return estate::get_machine(c, scope(), agent.machine, clock_.now());
           }).value();
  }
  Result<void> decide(FindingId id, FindingState state, std::string note = {}, bool take = false) {
    return write([&](store::Connection& c) {
      return flow::decide(c, scope(), id, kAnalyst, {state, std::move(note), take}, clock_.now());
    });
  }

 private:
  void open() {
    ledger_ = store::Ledger::open({.path = (folder_ / "ledger.db").string(), .vfs = {}, .on_fatal = {}}).value();
    hub_ = store::Store::open({.path = (folder_ / "hub.db").string(), .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    flow_ = std::make_unique<Flow>(*ledger_, *hub_, judges_, clock_,
                                   Flow::Options{.on_change = [this](const Change& change) {
                                                   const std::lock_guard lock(changes_mutex_);
                                                   changes_.push_back(change);
                                                 },
                                                 .batch_events = batch_events_});
  }
  void make_tenant() {
    tenant_ = write([&](store::Connection& c) { return estate::create_tenant(c, "Tỉnh", kNow); }).value();
  }
  void close() {
    flow_.reset();
    hub_.reset();
    ledger_.reset();
  }

  std::filesystem::path folder_;
  std::vector<std::shared_ptr<const Judge>> judges_;
  std::size_t batch_events_;
  ManualClock clock_{kNow};
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<store::Store> hub_;
  std::unique_ptr<Flow> flow_;
  estate::NewTenant tenant_;
  std::map<std::pair<TenantId, MachineId>, std::uint64_t> next_seq_;
  std::uint64_t seed_ = 0;
  std::mutex changes_mutex_;
  std::vector<Change> changes_;
};

}  // namespace khien::flow
