// T1: content that is poison, past every gate, and how far it gets. A real hub's
// rollout, real agents' update channel, book and engines with real workers, and a
// thousand machines that are only told apart by their answers; one clock for all.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "content_signer.hpp"
#include "content_updates.hpp"
#include "engines.hpp"
#include "fake_hub.hpp"
#include "khien/core/log.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/machines.hpp"
#include "khien/estate/units.hpp"
#include "khien/probe/bundle.hpp"
#include "khien/probe/trial.hpp"
#include "khien/probe/worker.hpp"
#include "khien/rollout/rollout.hpp"
#include "khien/store/store.hpp"
#include "temporary_folder.hpp"

namespace khien::agent {
namespace {

constexpr Duration kStep = seconds(10);
constexpr int kStepsAMinute = 6;
constexpr int kSimulated = 1'000;

struct Poison {
  std::string pack;         // the pack's name: how blast_worker misbehaves
  std::string yara;         // empty: the good rule
  std::string extra;        // more of pack.json
  bool shows_at_work = false;  // passes each trial
};

std::string good_rule() {
  // The words of EICAR, taken apart as everywhere.
  return "rule eicar { meta: severity = \"high\" strings: $a = \"EICAR-STANDARD\" condition: $a }\n";
}

std::string many_texts(int count) {
  std::string texts;
  for (int i = 0; i < count; ++i) texts += (i == 0 ? "" : ",") + ("\"r" + std::to_string(i)) + "\":1";
  return texts;
}

// Every way in which a pack can hurt; by number, so that two hundred differ.
Poison poison_of(int number) {
  static const std::vector<Poison> kinds{
      {"blast-load-segv", "", ""},       {"blast-work-segv", "", "", true}, {"match-everything", "rule all { condition: true }\n", ""},
      {"blast-eicar-hang", "", ""},      {"blast-work-leak", "", "", true}, {"blast-load-allocate", "", ""},
      {"fields-too-many", "", "texts"},  {"blast-load-loop", "", ""},       {"blast-work-loop", "", "", true},
      {"finds-nothing", "rule none { condition: false }\n", ""},            {"blast-eicar-leave", "", ""},
      {"broken-rule", "rule broken { condition: \n", ""},                   {"blast-work-hang", "", "", true},
      {"blast-load-leave", "", ""},      {"blast-work-allocate", "", "", true}, {"blast-load-hang", "", ""}};
  return kinds.at(static_cast<std::size_t>(number) % kinds.size());
}

std::string bundle_of(const TemporaryFolder& folder, const Poison& poison, int number) {
  const std::string pack = folder / ("packs-" + std::to_string(number));
  std::filesystem::create_directories(pack + "/one");
  const std::string texts = poison.extra == "texts" ? many_texts(21 + number) : "";
  std::ofstream(pack + "/one/pack.json") << R"({"name":")" << poison.pack << R"(","version":")" << number << R"(","texts":{)" << texts << "}}";
  std::ofstream(pack + "/one/one.yar") << (poison.yara.empty() ? good_rule() : poison.yara);
  return probe::make_bundle(pack).value();
}

// The hub: its tables, and the files of what it gives out.
struct BlastHub {
  ManualClock& clock;
  TemporaryFolder folder;
  SeededRandom random{5};
  std::unique_ptr<store::Store> store =
      store::Store::open({.path = folder / "hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
  estate::NewTenant tenant;
  std::map<Sha256, std::string> payloads;

  explicit BlastHub(ManualClock& all) : clock(all) {
    must([&](store::Connection& c) -> Result<void> {
      TRY(tenant, estate::create_tenant(c, "Tỉnh", clock.now()));
      return rollout::take_root(c, ContentSigner::root(1, {4, 5, 6}, clock.now()));
    });
  }
  template <class Work>
  void must(Work work) {
    const auto done = store->write([&](store::Connection& c) -> Result<void> { return work(c); });
    REQUIRE_MESSAGE(done, done.error().what());
  }
  AgentIdentity machine(store::Connection& c, UnitId unit) {
    const auto scope = store::TenantScope::for_test(tenant.tenant, {tenant.root});
    const auto token = estate::create_token(c, scope, unit, UserId{1}, hours(1), clock.now(), random).value();
    return estate::redeem_token(
               c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "may", .agent_version = "0.1"}, clock.now())
        .value();
  }
  net::ClientResponse serve(const AgentIdentity& identity, const std::string& path, const std::string& body) {
    if (path == "/agent/v1/content/piece") {
      const auto piece = content_piece_from_json(body).value();
      return {200, {}, payloads.at(piece.sha256).substr(piece.offset, ContentPiece::kMaxPiece)};
    }
    ContentOffer offer;
    must([&](store::Connection& c) -> Result<void> {
      TRY_VOID(estate::apply_heard_from(c, identity, clock.now()));
      TRY(offer, rollout::answer(c, identity, content_report_from_json(body).value(), clock.now()));
      return {};
    });
    return {200, {}, to_json(offer)};
  }
  rollout::Release of(std::int64_t version) {
    std::optional<rollout::Release> found;
    must([&](store::Connection& c) -> Result<void> {
      TRY(found, rollout::release(c, version));
      return {};
    });
    return *found;
  }
};

class CountingWorker final : public WorkerPort {
 public:
  explicit CountingWorker(std::unique_ptr<probe::Worker> worker) : worker_(std::move(worker)) {}
  Result<scan::Verdict> scan(const Fd& file, std::uint64_t size) override { return worker_->scan(file, size); }
  std::size_t rule_count() const override { return worker_->rule_count(); }
  std::size_t ioc_count() const override { return worker_->ioc_count(); }
  std::string sandbox() const override { return worker_->sandbox(); }
  std::size_t failures() const override { return worker_->failures(); }

 private:
  std::unique_ptr<probe::Worker> worker_;
};

// What of an agent has to do with content, all of it real.
struct BlastAgent {
  BlastHub& hub;
  AgentIdentity who;
  std::string program;
  TemporaryFolder folder;
  Env env;
  FakeHub door;
  std::optional<Identity> identity;
  std::unique_ptr<HubLink> link;
  std::unique_ptr<ContentBook> book;
  std::unique_ptr<Engines> engines;
  std::unique_ptr<ContentUpdates> updates;
  Fd work;
  FileStatus work_status;
  std::optional<std::int64_t> hurt_ms;   // real time from the first sign to good content
  bool judged_after = true;

  BlastAgent(BlastHub& of, AgentIdentity identity_of, std::string worker, const std::string& factory)
      : hub(of), who(identity_of), program(std::move(worker)), env{of.clock, of.random, system_files()}, door(of.clock) {
    door.content = [this](const std::string& path, const std::string& body) { return hub.serve(who, path, body); };
    REQUIRE(enrol({.hub_url = "https://hub:8444", .token = door.token(), .folder = folder / "agent", .hostname = "m", .agent_version = "t"},
                  env, door.fetch_ca(), door.factory()));
    std::ofstream(folder / "root") << ContentSigner::root(1, {4, 5, 6}, hub.clock.now());
    std::ofstream(folder / "work") << "WORK as usual";
    work = DirFd::open(folder.path())->open_file("work").value();
    work_status = status_of(work).value();
    identity.emplace(Identity::load(folder / "agent", system_files()).value());
    link = std::make_unique<HubLink>(*identity, door.factory(), env.clock, env.random);
    book = ContentBook::open({.folder = folder / "content", .factory = factory}, system_files(), env.clock).value();
    engines = Engines::start({.clock = env.clock,
                              .files = system_files(),
                              .content_folder = factory,
                              .start_worker = [this](const std::string& content) { return start(content); },
                              .clamd = nullptr,
                              .clamd_absent = "test",
                              .book = book.get(),
                              .try_content = [this](const std::string& content) { return attempt(content); }})
                  .value();
    updates = std::make_unique<ContentUpdates>(ContentUpdates::Parts{.hub = *link,
                                                                     .book = *book,
                                                                     .env = env,
                                                                     .folder = folder / "agent",
                                                                     .root_file = folder / "root",
                                                                     .try_content = [this](const std::string& c) { return attempt(c); },
                                                                     .vitals = [] { return ContentVitals{}; }});
  }
  probe::Worker::Options options(const std::string& content) const {
    probe::Worker::Options made;
    made.executable = program;
    made.content_folder = content;
    made.file_time = seconds(3);  // less is used up by a busy machine alone
    made.start_time = seconds(5);
    return made;
  }
  Result<std::unique_ptr<WorkerPort>> start(const std::string& content) {
    TRY(auto worker, probe::Worker::start(options(content), system_clock()));
    return std::unique_ptr<WorkerPort>(std::make_unique<CountingWorker>(std::move(worker)));
  }
  Result<void> attempt(const std::string& content) {
    static const probe::TrialSet samples = probe::built_in_trial();
    TRY_VOID(probe::try_content(options(content), samples, {.start = seconds(5), .file = seconds(3)}, system_clock()));
    return {};
  }
  void step() {
    updates->step();
    const auto before = book->active();
    const Duration began = system_clock().monotonic();
    const auto answer = engines->judge(work, work_status, std::nullopt);
    const bool well = answer && answer->verdict.verdict == FileVerdict::clean;
    // The next file finds good content, whatever this one met.
    if (!well) {
      const auto again = engines->judge(work, work_status, std::nullopt);
      judged_after = judged_after && again && again->verdict.verdict == FileVerdict::clean && book->active() != before;
      hurt_ms = std::max(hurt_ms.value_or(0), system_clock().monotonic().ms - began.ms);
    }
  }
};

// A machine that is its answers: bans what fails on trial at once, and what fails at
// work after some minutes; some lose their power over it and come back.
struct Simulated {
  AgentIdentity who;
  int phase = 0;
  ContentReport report{.root_version = 1};
  int minutes_with = 0;

  void take(const ContentOffer& offer, bool shows_at_work) {
    for (const Sha256& hash : offer.recalled) {
      if (report.content == hash) report.content.reset();
    }
    if (report.content) {
      report.state = ContentState::probation;
      if (shows_at_work && ++minutes_with >= 2) ban(*report.content, BanReason::failed);
    }
    if (offer.envelope.empty()) return;
    const Sha256 offered = signed_envelope_from_json(offer.envelope)->statement.payload_sha256;
    if (shows_at_work) {
      report.content = offered;
      minutes_with = 0;
    } else {
      ban(offered, phase == 0 ? BanReason::left : BanReason::refused);
    }
  }
  void ban(const Sha256& hash, BanReason reason) {
    report.content.reset();
    report.state = ContentState::factory;
    report.banned.insert(report.banned.begin(), {hash, reason, "simulated"});
    if (report.banned.size() > ContentReport::kMaxBanned) report.banned.pop_back();
  }
};

struct Blast {
  ManualClock clock{Timestamp{1'795'000'000'000}};
  BlastHub hub{clock};
  TemporaryFolder packs;
  std::vector<std::unique_ptr<BlastAgent>> real;
  std::vector<Simulated> simulated;
  int step_number = 0;

  Blast(int real_agents, int simulated_agents) {
    const std::string factory = std::string(KHIEN_SOURCE_DIR) + "/content/scan";
    hub.must([&](store::Connection& c) -> Result<void> {
      const auto scope = store::TenantScope::for_test(hub.tenant.tenant, {hub.tenant.root});
      std::vector<UnitId> units;
      for (int i = 0; i < 40; ++i) {
        TRY(const auto unit, estate::create_unit(c, scope, "xã " + std::to_string(i), estate::UnitKind::commune, hub.tenant.root, clock.now()));
        units.push_back(unit);
      }
      for (int i = 0; i < simulated_agents; ++i) {
        simulated.push_back({.who = hub.machine(c, units[static_cast<std::size_t>(i) % units.size()]), .phase = i % kStepsAMinute});
      }
      return {};
    });
    for (int i = 0; i < real_agents; ++i) {
      AgentIdentity who;
      hub.must([&](store::Connection& c) -> Result<void> {
        who = hub.machine(c, hub.tenant.root);
        return rollout::mark(c, who.tenant, who.machine, i < 3 ? "lab" : "");
      });
      // Half of them are of another version.
      real.push_back(std::make_unique<BlastAgent>(hub, who, i % 4 == 3 ? KHIEN_WORKER : KHIEN_BLAST_WORKER, factory));
    }
  }
  std::size_t machines() const { return real.size() + simulated.size(); }
  std::size_t carriers(const Sha256& hash) const {
    std::size_t count = 0;
    for (const auto& agent : real) count += agent->book->active().sha256 == hash ? 1u : 0u;
    for (const auto& agent : simulated) count += agent.report.content == hash ? 1u : 0u;
    return count;
  }
  void step(const Poison& poison) {
    clock.advance(kStep);
    ++step_number;
    for (const auto& agent : real) agent->step();
    hub.must([&](store::Connection& c) -> Result<void> {
      for (Simulated& one : simulated) {
        if (one.phase != step_number % kStepsAMinute) continue;
        TRY_VOID(estate::apply_heard_from(c, one.who, clock.now()));
        TRY(const auto offer, rollout::answer(c, one.who, one.report, clock.now()));
        one.take(offer, poison.shows_at_work);
      }
      TRY_VOID(rollout::step(c, kStep, clock.now()));
      return {};
    });
  }
};

// One pack, published past every gate.
void let_loose(Blast& blast, int number) {
  const Poison poison = poison_of(number);
  CAPTURE(poison.pack);
  CAPTURE(number);
  const std::string payload = bundle_of(blast.packs, poison, number);
  const Sha256 hash = sha256(payload);
  const std::int64_t version = number + 1;
  blast.hub.payloads[hash] = payload;
  blast.hub.must([&](store::Connection& c) -> Result<void> {
    // Without a lab every other time: then the first to meet it are one in a hundred.
    for (std::size_t i = 0; i < std::min<std::size_t>(3, blast.real.size()); ++i) {
      TRY_VOID(rollout::mark(c, blast.real[i]->who.tenant, blast.real[i]->who.machine, number % 2 == 0 ? "lab" : ""));
    }
    return rollout::begin(c, ContentSigner::release(version, payload, blast.clock.now()), true, "", blast.clock.now());
  });
  const std::size_t most = std::max<std::size_t>(3, blast.machines() / 100);
  std::optional<Timestamp> first_sign;
  std::optional<Timestamp> halted;
  for (int step = 0; step < 40 * kStepsAMinute && !halted; ++step) {
    blast.step(poison);
    const auto release = blast.hub.of(version);
    REQUIRE(blast.carriers(hash) <= most);
    std::vector<rollout::Failure> failures;
    blast.hub.must([&](store::Connection& c) -> Result<void> {
      TRY(failures, rollout::failures_of(c, hash, 1));
      return {};
    });
    if (!failures.empty() && !first_sign) first_sign = blast.clock.now();
    if (release.rollout.standing == rollout::Standing::halted) halted = blast.clock.now();
    REQUIRE(release.rollout.ring <= rollout::Ring::one_percent);
  }
  REQUIRE(first_sign);
  REQUIRE(halted);
  CHECK((*halted - *first_sign).ms <= seconds(120).ms);
  for (int step = 0; step < 2 * kStepsAMinute; ++step) blast.step(poison);
  CHECK(blast.carriers(hash) == 0);
  for (const auto& agent : blast.real) {
    CHECK(agent->judged_after);
    CHECK(agent->hurt_ms.value_or(0) <= 30'000);
    CHECK_FALSE(agent->engines->safe());
  }
}

// Everyone was heard of within the last three minutes.
void check_nobody_is_lost(Blast& blast) {
  for (int step = 0; step < 10 * kStepsAMinute; ++step) blast.step({});
  std::int64_t lost = -1;
  blast.hub.must([&](store::Connection& c) -> Result<void> {
    return c.query_one("SELECT count(*) FROM machine WHERE last_seen < ?1", {blast.clock.now() - minutes(3)},
                       [&lost](const store::Row& row) -> Result<void> {
                         lost = row.integer(0);
                         return {};
                       });
  });
  CHECK(lost == 0);
}

TEST_CASE("T1 content_blast: poison reaches at most 1 %, is halted in two minutes, and nobody is lost") {
  const bool campaign = std::getenv("KHIEN_CAMPAIGN") != nullptr;
  Blast blast(campaign ? 20 : 3, campaign ? kSimulated : 300);
  // In ctest some of each phase and of the content's own kinds; none of memory, for
  // the sanitizers know no limit.
  const std::vector<int> few{0, 1, 2, 6, 8};
  for (int i = 0; i < (campaign ? 200 : static_cast<int>(few.size())); ++i) {
    let_loose(blast, campaign ? i : few[static_cast<std::size_t>(i)]);
  }
  check_nobody_is_lost(blast);
}

TEST_CASE("what is good, past the same eyes, reaches everybody") {
  Blast blast(2, 60);
  const Poison good{.pack = "good", .yara = "", .extra = ""};
  const std::string payload = bundle_of(blast.packs, good, 0);
  blast.hub.payloads[sha256(payload)] = payload;
  blast.hub.must([&](store::Connection& c) {
    return rollout::begin(c, ContentSigner::release(1, payload, blast.clock.now()), true, "", blast.clock.now());
  });
  // The simulated take it, and nothing shows.
  for (int step = 0; step < 30 * kStepsAMinute; ++step) {
    blast.step({.pack = {}, .yara = {}, .extra = {}, .shows_at_work = true});
    for (Simulated& one : blast.simulated) one.minutes_with = 0;
  }
  CHECK(blast.hub.of(1).rollout.standing == rollout::Standing::rolling);
  CHECK(blast.carriers(sha256(payload)) >= 3);
  for (const auto& agent : blast.real) CHECK(agent->book->report().state == ContentState::good);
}

}  // namespace
}  // namespace khien::agent
