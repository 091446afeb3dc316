#include "khien/flow/flow.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "khien/fleet/fleet.hpp"
#include "khien/flow/judges/scan_judge.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

using State = FindingState;

TEST_CASE("a bad file becomes a finding, and the machine is infected until the file is gone") {
  Road road;
  const auto agent = road.machine("may-01");
  road.see(agent, {infected("/srv/eicar.com")});
  const auto finding = road.only();
  CHECK(finding.rule == "yara:eicar");
  CHECK(finding.subject == "/srv/eicar.com");
  CHECK(finding.severity == Severity::high);
  CHECK(finding.state == State::new_);
  CHECK(finding.asset == agent.machine);
  CHECK(finding.asset_name == "may-01");
  CHECK(finding.unit == road.root());
  CHECK(finding.first_seen == kNow);
  CHECK(finding.sightings == 1);
  CHECK(road.machine_now(agent).health == estate::MachineHealth::infected);
  CHECK(road.machine_now(agent).open_findings == 1);

  road.clock().advance(seconds(10));
  road.see(agent, {FileGone{"/srv/eicar.com"}});
  CHECK(road.only().state == State::resolved);
  CHECK(road.machine_now(agent).health == estate::MachineHealth::pending);
  CHECK(road.machine_now(agent).open_findings == 0);
}

// What the fleet's desk keeps of a vote, written as it writes it, when the machines
// are old enough.
void vote_clean(Road& road, const std::vector<AgentIdentity>& agents, const Sha256& file, std::uint64_t content) {
  ManualClock clock{kNow + fleet::kVoterAge};
  SeededRandom random{1};
  const Env env{clock, random, system_files()};
  fleet::Desk desk(road.hub(), env, {});
  for (const AgentIdentity& agent : agents) khien_assert(desk.take(agent, {content, {}, {file}}).has_value());
  khien_assert(road.hub().write([](store::Connection&) -> Result<void> { return {}; }).has_value());
}

std::vector<FindingRecord> accusations(Road& road) {
  std::vector<FindingRecord> found;
  for (const auto& finding : road.all()) {
    if (finding.rule == "fleet:false_clean") found.push_back(finding);
  }
  return found;
}

// A machine that votes, and one that finds malicious whatever the other voted for.
struct Liar : Road {
  AgentIdentity liar = machine_of(scope(), unit(root(), "A"), "liar");
  AgentIdentity victim = machine_of(scope(), unit(root(), "B"), "victim");
  int files = 0;

  void accuse() {
    const std::string path = "/forged/" + std::to_string(++files);
    vote_clean(*this, {victim}, sha256(path), 7);
    FileSeen forged = infected(path);
    forged.sha256 = sha256(path);
    forged.content = 7;
    see(liar, {forged});
  }
  FindingRecord accusation() {
    const auto all_there_are = accusations(*this);
    REQUIRE(all_there_are.size() == 1);
    return all_there_are[0];
  }
};

TEST_CASE("a machine that accuses another of many files makes one finding there, a few times a day") {
  Liar road;
  for (int i = 0; i < 20; ++i) road.accuse();
  CHECK(road.accusation().asset == road.victim.machine);
  CHECK(road.accusation().sightings == 4);
  CHECK(road.machine_now(road.victim).open_findings == 1);
  road.clock().advance(days(1));
  road.accuse();
  CHECK(road.accusation().sightings == 5);
}

TEST_CASE("what others say of a machine takes no room from what it finds itself") {
  Liar road;
  road.accuse();
  const auto open_on_victim = [&road](std::int64_t count) {
    REQUIRE(road.write([&](store::Connection& c) -> Result<int> {
      TRY_VOID(c.run("UPDATE machine SET open_findings = ?1 WHERE id = ?2", {count, road.victim.machine}));
      return 0;
    }));
  };
  open_on_victim(10'001);
  road.see(road.victim, {infected("/srv/full")});
  CHECK(std::ranges::none_of(road.all(), [](const auto& one) { return one.subject == "/srv/full"; }));
  open_on_victim(10'000);
  road.see(road.victim, {infected("/srv/real")});
  CHECK(std::ranges::any_of(road.all(), [](const auto& one) { return one.subject == "/srv/real"; }));
}

TEST_CASE("others have so many places for what they say of a machine") {
  Road road;
  const auto victim = road.machine_of(road.scope(), road.unit(road.root(), "B"), "victim");
  for (int i = 0; i < 20; ++i) {
    const auto liar = road.machine_of(road.scope(), road.unit(road.root(), "A" + std::to_string(i)), "liar");
    const auto file = sha256(std::to_string(i));
    vote_clean(road, {victim}, file, 7);
    FileSeen forged = infected("/forged");
    forged.sha256 = file;
    forged.content = 7;
    road.see(liar, {forged});
  }
  CHECK(accusations(road).size() == 16);
}

TEST_CASE("an accusation ends when it is quiet, when a person recalls the accuser, and by one decision") {
  Liar road;
  road.accuse();
  SUBCASE("quiet for two weeks") {
    road.clock().advance(Duration{days(14).ms - 1});
    REQUIRE(road.flow().tend());
    CHECK(road.accusation().state == State::new_);
    road.clock().advance(Duration{1});
    REQUIRE(road.flow().tend());
    CHECK(road.accusation().state == State::resolved);
    CHECK(road.machine_now(road.victim).open_findings == 0);
    road.accuse();
    CHECK(road.accusation().state == State::new_);
  }
  SUBCASE("recalled") {
    REQUIRE(road.write([&](store::Connection& c) {
      return fleet::recall_machine(c, road.tenant(), road.victim.machine, "not this one", kNow);
    }));
    REQUIRE(road.flow().tend());
    CHECK(road.accusation().state == State::new_);
    REQUIRE(road.write([&](store::Connection& c) {
      return fleet::recall_machine(c, road.tenant(), road.liar.machine, "a liar", kNow);
    }));
    REQUIRE(road.flow().tend());
    CHECK(road.accusation().state == State::resolved);
  }
  SUBCASE("suppressed once") {
    REQUIRE(road.decide(road.accusation().id, State::suppressed, "máy kia báo sai"));
    for (int i = 0; i < 3; ++i) road.accuse();
    CHECK(road.accusation().state == State::suppressed);
    CHECK(road.machine_now(road.victim).open_findings == 0);
  }
}

TEST_CASE("who called a file clean that another machine finds malicious by the same rules has a finding, once") {
  Road road;
  const auto finder = road.machine_of(road.scope(), road.unit(road.root(), "A"), "finder");
  const auto wrong = road.machine_of(road.scope(), road.unit(road.root(), "B"), "wrong");
  const auto older = road.machine_of(road.scope(), road.unit(road.root(), "C"), "older");
  vote_clean(road, {finder, wrong}, sha256("bytes"), 7);
  vote_clean(road, {older}, sha256("bytes"), 6);
  FileSeen found = infected("/srv/x");
  found.content = 7;
  road.see(finder, {found});
  road.see(finder, {found});
  const auto false_clean = accusations(road);
  REQUIRE(false_clean.size() == 1);
  CHECK(false_clean[0].asset == wrong.machine);
  CHECK(false_clean[0].subject == "machine:" + std::to_string(finder.machine.value));
  CHECK(false_clean[0].sightings == 1);
  CHECK(road.machine_now(wrong).open_findings == 1);
  CHECK(road.machine_now(older).open_findings == 0);
  CHECK(road.number("SELECT count(*) FROM fleet_contested") == 1);
}

TEST_CASE("a claim seen again is counted, not repeated") {
  Road road;
  const auto agent = road.machine("a");
  for (int i = 0; i < 3; ++i) {
    road.see(agent, {infected("/x")});
    road.clock().advance(minutes(1));
  }
  const auto finding = road.only();
  CHECK(finding.sightings == 3);
  CHECK(finding.first_seen == kNow);
  CHECK(finding.last_seen == kNow + minutes(2));
}

TEST_CASE("the newest sighting's severity counts") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x", "r", Severity::low)});
  road.see(agent, {infected("/x", "r", Severity::critical)});
  CHECK(road.only().severity == Severity::critical);
}

TEST_CASE("a file that is only suspicious does not make a machine infected, until it is worse") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x", "r", Severity::medium)});
  CHECK(road.machine_now(agent).health == estate::MachineHealth::pending);
  CHECK(road.machine_now(agent).open_findings == 1);
  road.see(agent, {infected("/x", "r", Severity::high)});
  CHECK(road.machine_now(agent).health == estate::MachineHealth::infected);
  road.see(agent, {infected("/x", "r", Severity::low)});
  CHECK(road.machine_now(agent).health == estate::MachineHealth::pending);
}

TEST_CASE("a file that matches twice by one rule is one sighting") {
  Road road;
  const auto agent = road.machine("a");
  auto twice = infected("/x");
  twice.matches.push_back(twice.matches.front());
  road.see(agent, {twice});
  CHECK(road.only().sightings == 1);
}

TEST_CASE("a clean look at the path resolves all that was found there, and nothing else") {
  Road road;
  const auto agent = road.machine("a");
  const auto other = road.machine("b");
  road.see(agent, {infected("/x", "one"), infected("/x", "two"), infected("/y", "one")});
  road.see(other, {infected("/x", "one")});
  road.see(agent, {clean("/x")});
  for (const auto& finding : road.all()) {
    const bool resolved = finding.asset == agent.machine && finding.subject == "/x";
    CHECK((finding.state == State::resolved) == resolved);
  }
}

TEST_CASE("what was not scanned says nothing about what was found") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x")});
  road.see(agent, {FileSeen{.path = "/x", .verdict = FileVerdict::not_scanned, .reason = "too_large"}});
  CHECK(road.only().state == State::new_);
}

TEST_CASE("a resolved finding opens again when it is seen again, a suppressed one does not") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x"), FileGone{"/x"}});
  CHECK(road.only().state == State::resolved);
  road.clock().advance(hours(1));
  road.see(agent, {infected("/x")});
  CHECK(road.only().state == State::new_);
  CHECK(road.only().sightings == 2);
  CHECK(road.machine_now(agent).open_findings == 1);

  REQUIRE(road.decide(road.only().id, State::suppressed, "kiểm thử"));
  CHECK(road.machine_now(agent).open_findings == 0);
  road.see(agent, {infected("/x")});
  CHECK(road.only().state == State::suppressed);
  CHECK(road.only().sightings == 3);
  road.see(agent, {FileGone{"/x"}});
  CHECK(road.only().state == State::suppressed);
  CHECK(road.machine_now(agent).open_findings == 0);
}

TEST_CASE("(1) what is observed is in the ledger before it is applied, and follows by itself") {
  Road road;
  const auto agent = road.machine("a");
  REQUIRE(road.observe(agent, {infected("/x")}));
  CHECK(road.ledger().newest().value() == ObservationId{1});
  CHECK(road.all().empty());
  CHECK(road.flow().lag()->events == 1);

  road.flow().start();
  for (int i = 0; i < 2'000 && road.flow().lag()->events > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(road.only().sightings == 1);
  REQUIRE(road.observe(agent, {infected("/x")}));
  for (int i = 0; i < 2'000 && road.flow().lag()->events > 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  road.flow().stop();
  CHECK(road.only().sightings == 2);
  // And by hand again, once stopped.
  REQUIRE(road.observe(agent, {infected("/x")}));
  CHECK(road.apply() == 1);
}

TEST_CASE("(2) each sighting is evidence that walks back to the ledger's bytes") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {Heartbeat{}, infected("/x")});
  const auto evidence = road.read([&](store::Connection& c) {
                              return evidence_of(c, road.scope(), road.only().id, 20);
                            }).value();
  REQUIRE(evidence == std::vector{ObservationId{2}});
  const auto record = road.read([&](store::Connection& c) {
                            return get_observation(c, road.ledger(), road.scope(), evidence[0]);
                          }).value();
  CHECK(record.asset == agent.machine);
  CHECK(record.asset_name == "a");
  const auto& event = record.event;
  CHECK(event.text == to_json(Observation{kNow, infected("/x")}));
  CHECK(event.sha256 == sha256(event.text));
  CHECK(event.machine == agent.machine);
}

TEST_CASE("(2) of many sightings the first ten and the last ten are kept as evidence, and all are counted") {
  Road road;
  const auto agent = road.machine("a");
  for (int i = 0; i < 37; ++i) road.see(agent, {infected("/x")});
  CHECK(road.only().sightings == 37);
  const auto evidence = road.read([&](store::Connection& c) {
                              return evidence_of(c, road.scope(), road.only().id, 100);
                            }).value();
  std::vector<ObservationId> expected;
  for (std::int64_t id = 37; id > 27; --id) expected.push_back({id});
  for (std::int64_t id = 10; id > 0; --id) expected.push_back({id});
  CHECK(evidence == expected);
}

TEST_CASE("(3) an event that cannot be read is counted and passed over") {
  Road road;
  const auto agent = road.machine("a");
  REQUIRE(road.observe_texts(agent, {"{\"kind\":\"from_the_future\"}", "not JSON at all",
                                     to_json(Observation{kNow, infected("/x")})}));
  CHECK(road.apply() == 3);
  CHECK(road.flow().lag()->failed == 2);
  CHECK(road.flow().lag()->events == 0);
  CHECK(road.only().subject == "/x");
}

TEST_CASE("(3) a judge that fails costs its own findings only") {
  class Other final : public Judge {
   public:
    JudgeId id() const override { return JudgeId::detect; }
    Result<std::vector<Claim>> judge(const Observation&) const override {
      return std::vector{Claim{JudgeId::detect, Claim::Standing::present, "r", "s", Severity::low}};
    }
  };
  Road road({std::make_shared<FakeJudge>(), std::make_shared<Other>()});
  const auto agent = road.machine("a");
  road.see(agent, {infected("/fails")});
  CHECK(road.flow().lag()->failed == 1);
  CHECK(road.only().judge == JudgeId::detect);
}

TEST_CASE("(3) a judge that speaks for another is not heard") {
  class Liar final : public Judge {
   public:
    JudgeId id() const override { return JudgeId::detect; }
    Result<std::vector<Claim>> judge(const Observation&) const override {
      return std::vector{FakeJudge::gone_claim("/x")};
    }
  };
  Road road({std::make_shared<FakeJudge>(), std::make_shared<Liar>()});
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x")});
  CHECK(road.only().state == State::new_);
  CHECK(road.flow().lag()->failed == 1);
}

TEST_CASE("(3) an event that the database refuses costs only itself") {
  Road road;
  const auto agent = road.machine("a");
  // An inventory of more parts than the hub takes is refused by estate.
  road.see(agent, {Heartbeat{}, infected("/a"), PackagesSeen{.inventory = 1, .part = 1, .parts = 5'000, .packages = {}},
                   infected("/b")});
  CHECK(road.flow().lag()->failed == 1);
  CHECK(road.all().size() == 2);
  CHECK(road.flow().lag()->events == 0);
}

TEST_CASE("(3) events of a machine that is not known are passed over") {
  Road road;
  REQUIRE(road.observe({road.tenant(), MachineId{99}}, {infected("/x")}));
  CHECK(road.apply() == 1);
  CHECK(road.all().empty());
  CHECK(road.flow().lag()->failed == 1);
}

TEST_CASE("(4) applying the whole ledger again changes nothing") {
  Road road;
  const auto agent = road.machine("a");
  for (int i = 0; i < 3; ++i) road.see(agent, {infected("/x"), infected("/y"), FileGone{"/x"}, clean("/y")});
  road.see(agent, {infected("/x"), infected("/z")});
  REQUIRE(road.decide(road.findings({.words = "/z"}).items.at(0).id, State::suppressed, "thử"));
  const auto snapshot = [&] {
    std::string text;
    for (const auto& f : road.all()) {
      text += f.subject + " " + std::string(to_string(f.state)) + " " + std::to_string(f.sightings) + " " +
              std::to_string(f.last_seen.ms) + "\n";
    }
    return text + std::to_string(road.number("SELECT count(*) FROM finding_evidence")) + " " +
           std::to_string(road.number("SELECT count(*) FROM finding_history")) + " " +
           std::to_string(road.number("SELECT count(*) FROM file_fact"));
  };
  const auto before = snapshot();
  REQUIRE(road.write([](store::Connection& c) { return c.run("UPDATE flow_position SET observation_id = 0"); }));
  road.clock().advance(hours(1));
  CHECK(road.apply() == 14);
  CHECK(snapshot() == before);
}

TEST_CASE("(4) an old `gone` that is applied again does not close what a person opened") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x"), FileGone{"/x"}});
  REQUIRE(road.decide(road.only().id, State::new_));
  REQUIRE(road.write([](store::Connection& c) { return c.run("UPDATE flow_position SET observation_id = 0"); }));
  road.apply();
  CHECK(road.only().state == State::new_);
}

TEST_CASE("(5) the road goes on where it was after a restart, and skips nothing") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/1"), infected("/2")});
  REQUIRE(road.observe(agent, {infected("/3"), infected("/2")}));
  road.reopen();
  CHECK(road.flow().lag()->events == 2);
  CHECK(road.apply() == 2);
  CHECK(road.apply() == 0);
  CHECK(road.all().size() == 3);
  CHECK(road.findings({.words = "/2"}).items.at(0).sightings == 2);
}

TEST_CASE("(5) a ledger older than what was applied is a damage that is told, not skipped over") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/1")});
  REQUIRE(road.write([](store::Connection& c) { return c.run("UPDATE flow_position SET observation_id = 1000"); }));
  const auto applied = road.flow().apply_pending();
  REQUIRE_FALSE(applied);
  CHECK(applied.error().code() == Code::corrupt);
}

TEST_CASE("a machine cannot bury the findings of others under its own") {
  Road road({std::make_shared<FakeJudge>()}, 2'000);
  const auto flooding = road.machine("a");
  const auto other = road.machine("b");
  for (int batch = 0; batch < 6; ++batch) {
    std::vector<ObservationBody> many;
    for (int i = 0; i < 2'000; ++i) many.push_back(infected("/" + std::to_string(batch * 2'000 + i)));
    REQUIRE(road.observe(flooding, std::move(many)));
  }
  REQUIRE(road.observe(other, {infected("/needle")}));
  road.apply();
  CHECK(road.findings({.asset = flooding.machine}).total == 10'000);
  CHECK(road.flow().lag()->failed == 2'000);
  CHECK(road.findings({.words = "needle"}).total == 1);
  // Those that are known still count, and where one goes there is room again.
  road.see(flooding, {infected("/7"), FileGone{"/8"}});
  CHECK(road.number("SELECT sightings FROM finding WHERE subject = '/7'") == 2);
  road.see(flooding, {infected("/one-more")});
  CHECK(road.findings({.words = "one-more"}).total == 1);
}

TEST_CASE("whose a fact is comes from the stored row, not from the event's text") {
  Road road;
  const auto mine = road.machine("a");
  const auto theirs = road.machine("b");
  std::string text = to_json(Observation{kNow, infected("/x")});
  text.insert(text.size() - 1, ",\"tenant\":77,\"machine\":" + std::to_string(theirs.machine.value));
  REQUIRE(road.observe_texts(mine, {text}));
  road.apply();
  CHECK(road.only().asset == mine.machine);
}

TEST_CASE("the machine's page is filled from what the agent says") {
  Road road;
  const auto agent = road.machine("a");
  road.clock().advance(seconds(30));
  road.see(agent, {MachineSeen{.hostname = "may-moi", .os_name = "Debian 12", .addresses = {"10.0.0.7"}},
                   ProtectionSeen{{{.engine = Engine::yara, .state = EngineState::State::running}}},
                   PackagesSeen{1, 1, 1, {{"pkg:deb/debian/bash@5", "bash", "5", "", ""}}},
                   ScanSeen{.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow, .files_scanned = 12}});
  const auto machine = road.machine_now(agent);
  CHECK(machine.seen.hostname == "may-moi");
  CHECK(machine.packages_total == 1);
  CHECK(machine.files_scanned == 12);
  CHECK(machine.last_seen == kNow + seconds(30));
  CHECK(machine.health == estate::MachineHealth::protected_);
}

TEST_CASE("an access that was denied is evidence of the file's finding, whichever comes first") {
  for (const bool access_first : {false, true}) {
    CAPTURE(access_first);
    Road road({make_scan_judge({})});
    const auto agent = road.machine("a");
    FileSeen file = infected("/x");
    const AccessSeen denied{.path = "/x", .matches = file.matches, .program = "/usr/bin/bash", .pid = 7, .uid = 1000};
    if (access_first) {
      road.see(agent, {denied});
      road.see(agent, {file});
    } else {
      road.see(agent, {file});
      road.see(agent, {denied});
    }
    CHECK(road.only().sightings == 2);
    road.see(agent, {AccessSeen{.answer = AccessSeen::Answer::late, .path = "/y", .program = {}}});
    CHECK(road.only().sightings == 2);
  }
}

TEST_CASE("a medium that was scanned is the machine's, and no scan of the machine") {
  Road road;
  const auto agent = road.machine("a");
  ScanSeen seen{.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow, .files_scanned = 3};
  seen.medium = Medium{.mount_point = "/media/an/USB", .file_system = "vfat", .source = "/dev/sdb1"};
  road.see(agent, {seen});
  const auto machine = road.machine_now(agent);
  CHECK(machine.health == estate::MachineHealth::pending);
  REQUIRE(machine.media.size() == 1);
  CHECK(machine.media[0].medium->mount_point == "/media/an/USB");
}

bool tells(const std::vector<Change>& changes, Change::Kind kind, std::int64_t id) {
  return std::ranges::any_of(changes, [&](const Change& c) { return c.kind == kind && c.id == id; });
}

TEST_CASE("changes are told once a transaction, after the commit, with their unit") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x"), infected("/x"), infected("/x")});
  const auto changes = road.take_changes();
  CHECK(changes.size() == 2);
  CHECK(tells(changes, Change::Kind::finding, road.only().id.value));
  CHECK(tells(changes, Change::Kind::machine, agent.machine.value));
  for (const auto& change : changes) {
    CHECK(change.unit == road.root());
    CHECK(change.tenant == road.tenant());
  }
}

TEST_CASE("a heartbeat is news only if it ends a silence") {
  Road road;
  const auto agent = road.machine("a");
  road.clock().advance(seconds(60));
  road.see(agent, {Heartbeat{}});
  CHECK(road.take_changes().empty());
  CHECK(road.machine_now(agent).last_seen == kNow + seconds(60));
  road.clock().advance(hours(1));
  CHECK(road.machine_now(agent).health == estate::MachineHealth::silent);
  road.see(agent, {Heartbeat{}});
  CHECK(tells(road.take_changes(), Change::Kind::machine, agent.machine.value));
  CHECK(road.machine_now(agent).health == estate::MachineHealth::pending);
}

TEST_CASE("a hub clock that jumps back makes no finding older than itself") {
  Road road;
  const auto agent = road.machine("a");
  road.see(agent, {infected("/x"), FileGone{"/x"}});
  road.clock().jump_to(kNow - days(1));
  road.see(agent, {infected("/x")});
  CHECK(road.only().state == State::new_);
  CHECK(road.only().last_seen == kNow);
  CHECK(road.flow().lag()->failed == 0);
}

}  // namespace
}  // namespace khien::flow
