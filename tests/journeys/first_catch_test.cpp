// The first catch: a machine joins, a bad file is written, the officer sees it
// with its evidence down to the bytes, the file goes, the machine is protected.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>

#include "khien/core/assert.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/ingest/upload.hpp"
#include "khien/scan/engine.hpp"

namespace khien {
namespace {

constexpr Timestamp kMorning{1'795'334'400'000};  // 2026-11-22T08:00:00Z
constexpr UserId kOfficer{1};
const std::filesystem::path kPack = std::filesystem::path(KHIEN_SOURCE_DIR) / "content/scan/khien-base";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Stored backwards, so that no scanner takes this folder for infected.
std::string eicar() {
  std::string text = "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\\4[PA@%P!O5X";
  std::ranges::reverse(text);
  return text;
}

class Hub {
 public:
  Hub() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-journey-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    ledger = store::Ledger::open({.path = name + "/ledger.db", .vfs = {}, .on_fatal = {}}).value();
    database = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    Budget budget({});
    packs = {std::make_shared<const scan::RulePack>(
        scan::parse_pack(text_of(kPack / "pack.json"), text_of(kPack / "khien-base.yar"), text_of(kPack / "iocs.txt"), budget)
            .value())};
    road = std::make_unique<flow::Flow>(*ledger, *database, std::vector{flow::make_scan_judge(packs)}, clock,
                                        flow::Flow::Options{});
  }
  ~Hub() {
    road.reset();
    database.reset();
    ledger.reset();
    std::filesystem::remove_all(folder_);
  }
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  template <class Work>
  void write(Work work) {
    const auto written = database->write(work);
    if (!written) FAIL(written.error().what());
  }
  template <class Work>
  void read(Work work) {
    const auto done = database->read(work);
    if (!done) FAIL(done.error().what());
  }

  ManualClock clock{kMorning};
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<store::Store> database;
  std::vector<std::shared_ptr<const scan::RulePack>> packs;
  std::unique_ptr<flow::Flow> road;

 private:
  std::filesystem::path folder_;
};

// A machine with an agent: sends what it sees as one compressed batch.
class Agent {
 public:
  Agent(Hub& hub, const AgentIdentity& identity)
      : hub_(hub), identity_(identity), engine_(scan::Engine::create(hub.packs).value()) {}

  const AgentIdentity& identity() const { return identity_; }

  FileSeen look_at(const std::string& path, const std::string& bytes) {
    Budget budget({});
    const auto verdict = engine_.judge(as_bytes(bytes), budget);
    return {.path = path,
            .size = bytes.size(),
            .sha256 = verdict.sha256,
            .verdict = verdict.verdict,
            .reason = verdict.reason,
            .matches = verdict.matches};
  }

  void send(const std::vector<ObservationBody>& bodies) {
    std::vector<std::string> events;
    for (const auto& body : bodies) events.push_back(to_json(Observation{hub_.clock.now(), body}));
    const Batch batch{.stream = "main", .epoch = 1, .first_seq = next_, .events = {events.begin(), events.end()}, .drops = {}};
    const auto body = std::make_shared<const std::string>(ingest::compress_upload(to_ndjson(batch)));
    Budget budget({});
    auto upload = ingest::decode_upload(body, "zstd", budget).value();
    std::promise<Result<store::AckToken>> answer;
    hub_.road->observe({store::stream_id(identity_.tenant, identity_.machine, "main"), identity_.machine, upload.text,
                        std::move(upload.batch), hub_.clock.now()},
                       [&](Result<store::AckToken> token) { answer.set_value(std::move(token)); });
    const auto token = answer.get_future().get();
    REQUIRE(token);
    next_ += events.size();
    CHECK(token->acknowledgement().seq_hi == next_ - 1);
    REQUIRE(hub_.road->apply_pending());
  }

 private:
  Hub& hub_;
  AgentIdentity identity_;
  scan::Engine engine_;
  std::uint64_t next_ = 1;
};

struct Commune {
  store::TenantScope scope;
  UnitId unit;
};

Commune set_up(Hub& hub) {
  estate::NewTenant tenant;
  UnitId unit;
  hub.write([&](store::Connection& c) -> Result<void> {
    TRY(tenant, estate::create_tenant(c, "Tỉnh Thử Nghiệm", kMorning));
    const auto whole = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    TRY(unit, estate::create_unit(c, whole, "Xã Mỹ Châu", estate::UnitKind::commune, tenant.root, kMorning));
    return {};
  });
  return {store::TenantScope::for_test(tenant.tenant, {unit}), unit};
}

AgentIdentity join(Hub& hub, const Commune& commune, const std::string& hostname) {
  AgentIdentity identity;
  SeededRandom random(1);
  hub.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto token,
        estate::create_token(c, commune.scope, commune.unit, kOfficer, hours(24), hub.clock.now(), random));
    TRY(identity, estate::redeem_token(c,
                                       {.secret = std::string(token.secret.reveal()),
                                        .csr_pem = {},
                                        .hostname = hostname,
                                        .agent_version = "0.1.0"},
                                       hub.clock.now()));
    return {};
  });
  return identity;
}

estate::Machine machine_of(Hub& hub, const Commune& commune, const AgentIdentity& identity) {
  estate::Machine machine;
  hub.read([&](store::Connection& c) -> Result<void> {
    TRY(machine, estate::get_machine(c, commune.scope, identity.machine, hub.clock.now()));
    return {};
  });
  return machine;
}

std::vector<flow::FindingRecord> findings_of(Hub& hub, const Commune& commune, flow::FindingQuery::View view) {
  flow::FindingPage page;
  hub.read([&](store::Connection& c) -> Result<void> {
    TRY(page, flow::list_findings(c, commune.scope, {.view = view}));
    return {};
  });
  return page.items;
}

std::vector<ObservationBody> first_words() {
  return {MachineSeen{.hostname = "may-van-thu", .os_id = "debian", .os_name = "Debian GNU/Linux 12", .agent_version = "0.1.0"},
          ProtectionSeen{{{.engine = Engine::ioc, .state = EngineState::State::running},
                          {.engine = Engine::yara, .state = EngineState::State::running}}},
          ScanSeen{.scan = 1, .state = ScanSeen::State::complete, .started_at = kMorning, .finished_at = kMorning, .files_scanned = 1'234}};
}

TEST_CASE("a bad file on a machine of a commune is seen by its officer, with evidence, until it is gone") {
  Hub hub;
  const auto commune = set_up(hub);
  Agent agent(hub, join(hub, commune, "may-van-thu"));
  CHECK(machine_of(hub, commune, agent.identity()).health == estate::MachineHealth::pending);

  agent.send(first_words());
  CHECK(machine_of(hub, commune, agent.identity()).health == estate::MachineHealth::protected_);
  CHECK(findings_of(hub, commune, flow::FindingQuery::View::all).empty());

  hub.clock.advance(minutes(1));
  const auto seen = agent.look_at("/srv/samba/chung/hoa-don.com", eicar());
  REQUIRE(seen.verdict == FileVerdict::malicious);
  agent.send({Heartbeat{.uptime_ms = 60'000}, seen});
  CHECK(machine_of(hub, commune, agent.identity()).health == estate::MachineHealth::infected);
  const auto open = findings_of(hub, commune, flow::FindingQuery::View::open);
  REQUIRE_FALSE(open.empty());
  CHECK(std::ranges::any_of(open, [](const auto& finding) { return finding.rule == "yara:khien_eicar"; }));
  CHECK(open[0].unit_name == "Xã Mỹ Châu");
  CHECK(open[0].first_seen == kMorning + minutes(1));

  // Finding → observation → the ledger's bytes → the file's own digest.
  hub.read([&](store::Connection& c) -> Result<void> {
    TRY(const auto evidence, flow::evidence_of(c, commune.scope, open[0].id, 20));
    REQUIRE(evidence.size() == 1);
    TRY(const auto record, flow::get_observation(c, *hub.ledger, commune.scope, evidence[0]));
    const auto& event = record.event;
    CHECK(sha256(event.text) == event.sha256);
    JsonDocument memory;
    Budget budget({});
    TRY(const auto observation, observation_from_json(event.text, memory, budget));
    const auto& file = std::get<FileSeen>(observation.body);
    CHECK(file.path == "/srv/samba/chung/hoa-don.com");
    CHECK(file.sha256 == sha256(eicar()));
    return {};
  });

  hub.clock.advance(minutes(1));
  agent.send({FileGone{"/srv/samba/chung/hoa-don.com"}});
  CHECK(findings_of(hub, commune, flow::FindingQuery::View::open).empty());
  for (const auto& finding : findings_of(hub, commune, flow::FindingQuery::View::all)) {
    CHECK(finding.state == FindingState::resolved);
  }
  CHECK(machine_of(hub, commune, agent.identity()).health == estate::MachineHealth::protected_);

  hub.clock.advance(hours(1));
  CHECK(machine_of(hub, commune, agent.identity()).health == estate::MachineHealth::silent);
}

TEST_CASE("a commune next door hears nothing of it") {
  Hub hub;
  const auto here = set_up(hub);
  const auto there = set_up(hub);
  Agent agent(hub, join(hub, here, "may-van-thu"));
  agent.send({agent.look_at("/srv/x.com", eicar())});
  CHECK(findings_of(hub, there, flow::FindingQuery::View::all).empty());
  hub.read([&](store::Connection& c) -> Result<void> {
    const auto foreign = flow::get_observation(c, *hub.ledger, there.scope, ObservationId{1});
    const auto absent = flow::get_observation(c, *hub.ledger, there.scope, ObservationId{99});
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().what() == absent.error().what());
    return {};
  });
}

}  // namespace
}  // namespace khien
