// What one office's machine found out spares the other offices the work, and a
// machine that lies gains nothing.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "khien/core/assert.hpp"
#include "khien/estate/enrolment.hpp"
#include "khien/estate/units.hpp"
#include "khien/fleet/fleet.hpp"
#include "khien/flow/findings.hpp"
#include "khien/flow/flow.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "khien/scan/engine.hpp"

namespace khien {
namespace {

constexpr Timestamp kMorning{1'795'334'400'000};
constexpr std::uint64_t kContent = 7;
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

struct Province {
  Province() {
    std::string name = (std::filesystem::temp_directory_path() / "khien-journey-XXXXXX").string();
    khien_assert(mkdtemp(name.data()) != nullptr);
    folder = name;
    ledger = store::Ledger::open({.path = name + "/ledger.db", .vfs = {}, .on_fatal = {}}).value();
    database = store::Store::open({.path = name + "/hub.db", .migrations = store::hub_migrations(), .vfs = {}, .on_fatal = {}}).value();
    Budget budget({});
    packs = {std::make_shared<const scan::RulePack>(
        scan::parse_pack(text_of(kPack / "pack.json"), text_of(kPack / "khien-base.yar"), text_of(kPack / "iocs.txt"), budget)
            .value())};
    road = std::make_unique<flow::Flow>(*ledger, *database, std::vector{flow::make_scan_judge(packs)}, clock,
                                        flow::Flow::Options{});
    desk = std::make_unique<fleet::Desk>(*database, env, fleet::Policy{});
    REQUIRE(database->write([this](store::Connection& c) -> Result<void> {
      TRY(tenant, estate::create_tenant(c, "Tỉnh Thử Nghiệm", kMorning));
      return {};
    }));
  }
  ~Province() {
    desk.reset();
    road.reset();
    database.reset();
    ledger.reset();
    std::filesystem::remove_all(folder);
  }
  Province(const Province&) = delete;
  Province& operator=(const Province&) = delete;

  store::TenantScope scope() const { return store::TenantScope::for_test(tenant.tenant, {tenant.root}); }
  UnitId unit(const std::string& name) { return unit_below(tenant.root, name); }
  UnitId unit_below(UnitId parent, const std::string& name) {
    UnitId made;
    REQUIRE(database->write([&](store::Connection& c) -> Result<void> {
      TRY(made, estate::create_unit(c, scope(), name, estate::UnitKind::commune, parent, kMorning));
      return {};
    }));
    return made;
  }
  // Some days ago, so that its word counts.
  AgentIdentity join(UnitId unit) {
    AgentIdentity identity;
    const Timestamp then = clock.now() - fleet::kVoterAge;
    REQUIRE(database->write([&](store::Connection& c) -> Result<void> {
      TRY(const auto token, estate::create_token(c, scope(), unit, UserId{1}, hours(1), then, random));
      TRY(identity, estate::redeem_token(c,
                                         {.secret = std::string(token.secret.reveal()),
                                          .csr_pem = {},
                                          .hostname = "may",
                                          .agent_version = "0.1"},
                                         then));
      return {};
    }));
    return identity;
  }
  std::vector<flow::FindingRecord> findings() { return page({.view = flow::FindingQuery::View::all}).items; }
  std::vector<flow::FindingRecord> findings_of(const AgentIdentity& agent) { return page({.asset = agent.machine}).items; }
  std::int64_t open_findings(const AgentIdentity& agent) { return page({.asset = agent.machine}).total; }
  flow::FindingPage page(const flow::FindingQuery& query) {
    flow::FindingPage found;
    REQUIRE(database->read([&](store::Connection& c) -> Result<void> {
      TRY(found, flow::list_findings(c, scope(), query));
      return {};
    }));
    return found;
  }
  void some_minutes_later(Duration later = minutes(11)) {
    clock.advance(later);
    desk->tick();
    REQUIRE(database->write([](store::Connection&) -> Result<void> { return {}; }));
    REQUIRE(road->tend());
  }

  ManualClock clock{kMorning};
  SeededRandom random{4};
  Env env{clock, random, system_files()};
  std::string folder;
  std::unique_ptr<store::Ledger> ledger;
  std::unique_ptr<store::Store> database;
  std::vector<std::shared_ptr<const scan::RulePack>> packs;
  std::unique_ptr<flow::Flow> road;
  std::unique_ptr<fleet::Desk> desk;
  estate::NewTenant tenant;
};

// Scans as an agent does: asks, judges what it must, tells what it found.
class Machine {
 public:
  Machine(Province& province, UnitId unit)
      : province_(province), identity_(province.join(unit)), engine_(scan::Engine::create(province.packs).value()) {}

  // How many files it had to judge.
  int scan(const std::map<std::string, std::string>& files) {
    int judged = 0;
    for (const auto& [path, bytes] : files) {
      const auto answer = take({kContent, {sha256(bytes)}, {}});
      if (answer.recall != recall_) believed_.clear();
      recall_ = answer.recall;
      if (answer.words[0] == FleetWord::clean) {
        believed_.insert_or_assign(path, sha256(bytes));
        continue;
      }
      ++judged;
      judge(path, bytes);
    }
    return judged;
  }
  // Says what is not so.
  void lie(const std::string& bytes) { take({kContent, {}, {sha256(bytes)}}); }
  void say_clean(std::uint64_t content, std::vector<Sha256> files) { take({content, {}, std::move(files)}); }
  FleetWord ask(std::uint64_t content, const Sha256& file) { return take({content, {file}, {}}).words[0]; }
  std::int64_t recall_number() { return take({kContent, {}, {}}).recall; }
  // Malware that is none, by the hundred.
  void forge(std::span<const Sha256> files) {
    constexpr std::size_t kAtOnce = 250;
    for (std::size_t at = 0; at < files.size(); at += kAtOnce) {
      std::vector<ObservationBody> bodies;
      for (const Sha256& file : files.subspan(at, std::min(kAtOnce, files.size() - at))) {
        bodies.push_back(FileSeen{.path = "/forged/" + file.hex(),
                                  .size = 1,
                                  .sha256 = file,
                                  .verdict = FileVerdict::malicious,
                                  .matches = {{Engine::yara, "made_up", "khien-base", Severity::critical}},
                                  .content = kContent});
      }
      send(std::move(bodies));
    }
  }
  bool believes(const std::string& path) {
    if (take({kContent, {}, {}}).recall != recall_) believed_.clear();
    return believed_.contains(path);
  }
  const AgentIdentity& identity() const { return identity_; }

 private:
  FleetAnswer take(const FleetQuestion& question) {
    auto answer = province_.desk->take(identity_, question);
    REQUIRE(answer);
    REQUIRE(province_.database->write([](store::Connection&) -> Result<void> { return {}; }));
    return std::move(*answer);
  }
  void judge(const std::string& path, const std::string& bytes) {
    Budget budget({});
    const auto verdict = engine_.judge(as_bytes(bytes), budget);
    if (verdict.verdict == FileVerdict::clean) {
      take({kContent, {}, {verdict.sha256}});
      return;
    }
    send({FileSeen{.path = path,
                   .size = bytes.size(),
                   .sha256 = verdict.sha256,
                   .verdict = verdict.verdict,
                   .reason = verdict.reason,
                   .matches = verdict.matches,
                   .content = kContent}});
  }
  void send(std::vector<ObservationBody> bodies) {
    std::vector<std::string> events;
    for (ObservationBody& body : bodies) events.push_back(to_json(Observation{province_.clock.now(), std::move(body)}));
    const auto text = std::make_shared<const std::string>(to_ndjson(Batch{
        .stream = "main", .epoch = 1, .first_seq = next_, .events = {events.begin(), events.end()}, .drops = {}}));
    JsonDocument memory;
    Budget budget({});
    auto batch = batch_from_ndjson(*text, memory, budget).value();
    std::promise<Result<store::AckToken>> answer;
    province_.road->observe({store::stream_id(identity_.tenant, identity_.machine, "main"), identity_.machine, text,
                             std::move(batch), province_.clock.now()},
                            [&](Result<store::AckToken> token) { answer.set_value(std::move(token)); });
    REQUIRE(answer.get_future().get());
    next_ += events.size();
    REQUIRE(province_.road->apply_pending());
  }

  Province& province_;
  AgentIdentity identity_;
  scan::Engine engine_;
  std::int64_t recall_ = 0;
  std::map<std::string, Sha256> believed_;
  std::uint64_t next_ = 1;
};

TEST_CASE("three offices judge a file, the fourth is spared; a poisoned machine hides nothing and frames nobody") {
  Province province;
  const std::map<std::string, std::string> common{{"/usr/bin/one", "one"}, {"/usr/bin/two", "two"}, {"/usr/bin/three", "three"}};
  const auto poisoned_unit = province.unit("Xã D");
  Machine a(province, province.unit("Xã A"));
  Machine b(province, province.unit("Xã B"));
  Machine c(province, province.unit("Xã C"));
  Machine poisoned(province, poisoned_unit);
  CHECK(a.scan(common) == 3);
  CHECK(b.scan(common) == 3);
  CHECK(c.scan(common) == 3);
  Machine fresh(province, province.unit("Xã E"));
  CHECK(fresh.scan(common) == 0);

  // One machine, and all of its unit's, call malware clean: nobody is told so.
  const std::map<std::string, std::string> bad{{"/srv/bad", eicar()}};
  poisoned.lie(eicar());
  for (int i = 0; i < 5; ++i) Machine(province, poisoned_unit).lie(eicar());
  CHECK(fresh.scan(bad) == 1);
  auto found = province.findings();
  const auto malware = std::ranges::find(found, "yara:khien_eicar", &flow::FindingRecord::rule);
  REQUIRE(malware != found.end());
  CHECK(malware->asset == fresh.identity().machine);
  const auto false_clean = std::ranges::find(found, "fleet:false_clean", &flow::FindingRecord::rule);
  REQUIRE(false_clean != found.end());
  CHECK(false_clean->asset == poisoned.identity().machine);
  CHECK(false_clean->subject == "machine:" + std::to_string(fresh.identity().machine.value));

  // Nor does calling a common file malware have anybody flag it: they look again.
  CHECK(fresh.believes("/usr/bin/one"));
  REQUIRE(province.database->write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(fleet::contest(connection, poisoned.identity(), sha256("one"), kContent, province.clock.now()));
    return {};
  }));
  province.some_minutes_later();
  CHECK_FALSE(fresh.believes("/usr/bin/one"));
  CHECK(fresh.scan(common) == 1);
  CHECK(province.findings().size() == found.size());

  // A person recalls the machine: its word counts no more, the others' does again.
  REQUIRE(province.database->write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(fleet::recall_machine(connection, province.tenant.tenant, poisoned.identity().machine, "poisoned",
                                   province.clock.now()));
    return {};
  }));
  CHECK(fresh.scan(common) == 0);
  CHECK(fresh.scan(bad) == 1);
}

TEST_CASE("even three poisoned offices hide malware only until one machine judges it itself") {
  Province province;
  for (const char* name : {"Xã A", "Xã B", "Xã C"}) Machine(province, province.unit(name)).lie(eicar());
  const std::map<std::string, std::string> bad{{"/srv/bad", eicar()}};
  Machine victim(province, province.unit("Xã D"));
  CHECK(victim.scan(bad) == 0);
  CHECK(victim.believes("/srv/bad"));
  // Another machine sees it written: changes are judged where they happen.
  Machine other(province, province.unit("Xã E"));
  REQUIRE(province.database->write([&](store::Connection& connection) -> Result<void> {
    TRY(const auto wrong, fleet::contest(connection, other.identity(), sha256(eicar()), kContent, province.clock.now()));
    CHECK(wrong.size() == 3);
    return {};
  }));
  province.some_minutes_later();
  CHECK_FALSE(victim.believes("/srv/bad"));
  CHECK(victim.scan(bad) == 1);
  CHECK(std::ranges::any_of(province.findings(), [](const auto& one) { return one.rule == "yara:khien_eicar"; }));
}

std::vector<Sha256> made_up(int from, int count) {
  std::vector<Sha256> files;
  for (int i = from; i < from + count; ++i) files.push_back(sha256("file " + std::to_string(i)));
  return files;
}

TEST_CASE("one liar in the province: it buries nothing, costs a few recalls a day, keeps no place, and its office agrees to nothing") {
  Province province;
  const UnitId office = province.unit("Sở A");
  Machine liar(province, office);
  Machine b(province, province.unit("Xã B")), c(province, province.unit("Xã C")), d(province, province.unit("Xã D"));
  Machine victim(province, province.unit("Xã E"));
  const std::map<std::string, std::string> common{{"/usr/bin/one", "one"}, {"/usr/bin/two", "two"}};
  for (Machine* one : {&b, &c, &d}) one->scan(common);
  CHECK(victim.scan(common) == 0);

  // Twenty days: it makes contents, keeps all it made alive, and finds malicious what
  // it voted for itself and what everybody agrees on.
  std::uint64_t content = 1'000;
  int next = 100'000;
  int all_recalls = 0;
  for (int day = 0; day < 20; ++day) {
    const int steps = day == 0 ? 130 : 8;
    std::int64_t number = victim.recall_number();
    int recalls = 0;
    for (int step = 0; step < steps; ++step) {
      const auto pair = made_up(next, 2);
      next += 2;
      liar.say_clean(kContent, pair);
      for (Machine* one : {&b, &c, &d}) one->say_clean(kContent, {pair[1]});
      liar.forge(pair);
      province.some_minutes_later(Duration{days(1).ms / steps});
      const auto now = victim.recall_number();
      recalls += now != number ? 1 : 0;
      number = now;
    }
    CHECK(recalls <= 3);
    all_recalls += recalls;
    for (int i = 0; i < 6; ++i) liar.say_clean(++content, {sha256("one")});
    for (std::uint64_t old = 1'001; old < content; ++old) liar.say_clean(old, {sha256("one")});
  }
  CHECK(all_recalls > 0);
  // New rules come out: the province's content has its place.
  for (Machine* one : {&b, &c, &d}) one->say_clean(kContent + 1, {sha256("one")});
  CHECK(victim.ask(kContent + 1, sha256("one")) == FleetWord::clean);
  CHECK(victim.ask(1'001, sha256("one")) == FleetWord::judge);

  // 10,000 files that the victim voted clean, found malicious by the liar alone.
  const auto files = made_up(0, 10'000);
  for (std::size_t at = 0; at < files.size(); at += FleetQuestion::kMaxClean) {
    const auto end = files.begin() + static_cast<std::ptrdiff_t>(std::min(files.size(), at + FleetQuestion::kMaxClean));
    victim.say_clean(kContent, {files.begin() + static_cast<std::ptrdiff_t>(at), end});
  }
  province.some_minutes_later(days(1));  // it may have others named again
  liar.forge(files);
  CHECK(province.open_findings(liar.identity()) == 10'000);
  CHECK(province.open_findings(victim.identity()) == 1);
  CHECK(victim.scan({{"/srv/bad", eicar()}}) == 1);
  const std::int64_t with_malware = province.open_findings(victim.identity());
  CHECK(with_malware > 1);
  CHECK(std::ranges::any_of(province.findings_of(victim.identity()),
                            [](const auto& one) { return one.rule == "yara:khien_eicar"; }));

  // The office enrols as many machines as it likes, below itself.
  const auto malware = sha256("malware");
  for (const char* name : {"Phòng A1", "Phòng A2", "Phòng A3", "Phòng A4"}) {
    Machine(province, province.unit_below(office, name)).say_clean(kContent + 1, {malware});
  }
  CHECK(victim.ask(kContent + 1, malware) == FleetWord::judge);

  // One decision ends all of its accusations.
  REQUIRE(province.database->write([&](store::Connection& connection) -> Result<void> {
    TRY_VOID(fleet::recall_machine(connection, province.tenant.tenant, liar.identity().machine, "liar", province.clock.now()));
    return {};
  }));
  province.some_minutes_later();
  for (Machine* one : {&b, &c, &d}) CHECK(province.open_findings(one->identity()) == 0);
  CHECK(province.open_findings(victim.identity()) == with_malware - 1);
}

}  // namespace
}  // namespace khien
