// From an advisory to a proven patch, in the words of who does it.
#include <doctest/doctest.h>

#include "khien/estate/patching.hpp"
#include "province.hpp"

namespace khien::patch {
namespace {

constexpr std::string_view kXz = "CVE-2024-3094";

TEST_CASE("a used hole is told, three units are concerned, one is late, patched by proof, and open again when it regresses") {
  Province p;
  const auto health = p.road.unit(p.road.root(), "Sở Y tế");
  const auto school = p.road.unit(p.road.root(), "Trường A");
  const auto commune = p.road.unit(p.road.root(), "Xã B");
  const auto a = p.road.machine_of(p.road.scope(), health, "may-a");
  const auto b = p.road.machine_of(p.road.scope(), school, "may-b");
  const auto c = p.road.machine_of(p.road.scope(), commune, "may-c");
  p.feeds.debian(std::string(kXz), "xz-utils", "5.4.1-1", Severity::high);
  p.bring();
  for (const auto& agent : {a, b, c}) p.tell(agent, {{"xz-utils", "5.4.0-1"}, {"bash", "5.2-1"}});
  // High is below what this province follows, and nobody attacks it: known, and no more.
  CHECK(p.list().total == 0);
  CHECK(p.list().not_followed == 1);
  CHECK(p.road.all().empty());

  p.feeds.attacked(std::string(kXz));
  p.bring(std::vector{std::string(kXz)});
  auto told = p.named(kXz);
  CHECK(told.reasons == std::vector{flow::FollowReason::exploited});
  CHECK(told.due == p.day(14));
  CHECK(told.due_by == DueBy::exploited);
  CHECK(told.counts.open == 3);
  CHECK(told.units == 3);
  CHECK(told.units_acknowledged == 0);
  CHECK(p.road.all().size() == 3);
  CHECK(p.road.all().front().rule == "advisory:CVE-2024-3094");
  CHECK(p.road.all().front().subject == "deb/debian/xz-utils");
  // A unit sees its own, and nothing of others.
  CHECK(p.list({}, p.scope_of(school)).items.front().counts.open == 1);

  REQUIRE(p.road.write([&](store::Connection& conn) {
    return acknowledge(conn, p.scope_of(school), told.id, school, kAnalyst, "Đã nhận", p.road.clock().now());
  }));
  CHECK(p.named(kXz).units_acknowledged == 1);

  // Two patch in time.
  p.road.clock().advance(days(2));
  p.tell(a, {{"xz-utils", "5.4.1-1"}, {"bash", "5.2-1"}});
  p.tell(b, {{"bash", "5.2-1"}});
  const auto proven = p.machine(kXz, a);
  CHECK(proven.state == PatchState::patched);
  CHECK(proven.since == p.road.clock().now());
  REQUIRE(proven.proof);
  CHECK(p.road.read([&](store::Connection& conn) {
           return flow::get_observation(conn, p.road.ledger(), p.road.scope(), *proven.proof);
         }).value().event.text.find("5.4.1-1") != std::string::npos);
  CHECK(p.state(kXz, b) == PatchState::patched);  // taken away
  CHECK(p.named(kXz).counts.open == 1);
  CHECK(p.named(kXz).units_done == 2);

  // The day is near: who is not done is reminded, once.
  p.road.clock().advance(days(10));
  p.tend();
  const auto of = [&](UnitId unit) {
    const auto detail = p.detail(kXz);
    return *std::ranges::find(detail.units, unit, &AdvisoryUnit::unit);
  };
  CHECK(of(commune).reminded_at);
  CHECK_FALSE(of(health).reminded_at);
  CHECK_FALSE(of(commune).overdue);

  // The day is over: the unit above is told, and the duty counts it.
  p.road.clock().advance(days(3));
  p.tend();
  CHECK(p.named(kXz).overdue);
  CHECK(of(commune).overdue);
  CHECK(of(commune).escalated_at);
  CHECK_FALSE(of(health).escalated_at);
  const auto escalated = [&] {
    return p.road.read([&](store::Connection& conn) {
      return escalations_to(conn, p.road.scope(), p.road.root(), 10, p.road.clock().now());
    }).value();
  };
  REQUIRE(escalated().size() == 1);
  CHECK(escalated().front().unit == commune);
  const auto patching = [&] {
    return p.road.read([&](store::Connection& conn) { return estate::patching_by_unit(conn, p.road.scope()); }).value();
  };
  CHECK(patching().at(commune) == estate::Patching{1, 1});
  CHECK(patching().at(health) == estate::Patching{1, 0});

  p.tell(c, {{"xz-utils", "5.4.1-1"}});
  CHECK(p.state(kXz, c) == PatchState::patched);
  CHECK(escalated().empty());
  CHECK(patching().at(commune) == estate::Patching{1, 0});
  CHECK(p.list({.view = AdvisoryQuery::View::open}).total == 0);
  CHECK(p.road.machine_now(c).open_findings == 0);

  p.tell(c, {{"xz-utils", "5.4.0-1"}});
  CHECK(p.state(kXz, c) == PatchState::open);
  CHECK(p.named(kXz).overdue);
  CHECK(escalated().size() == 1);
}

TEST_CASE("a new kernel is a patch when it runs") {
  Province p;
  const auto agent = p.road.machine("may-chu");
  p.feeds.debian("CVE-2024-1086", "linux", "6.1.76-1", Severity::critical);
  p.feeds.attacked("CVE-2024-1086");
  p.bring();
  p.road.see(agent, {running("may-chu", "6.1.0-17-amd64")});
  const Installed old{"linux-image-6.1.0-17-amd64", "6.1.69-1", "linux-signed-amd64"};
  const Installed fresh{"linux-image-6.1.0-18-amd64", "6.1.76-1", "linux-signed-amd64"};
  p.tell(agent, {old, {"linux-libc-dev", "6.1.76-1", "linux"}});
  CHECK(p.state("CVE-2024-1086", agent) == PatchState::open);
  CHECK(p.road.only().subject == "deb/debian/linux");
  CHECK_FALSE(p.machine("CVE-2024-1086", agent).reboot_needed);

  p.tell(agent, {old, fresh, {"linux-libc-dev", "6.1.76-1", "linux"}});
  CHECK(p.state("CVE-2024-1086", agent) == PatchState::open);
  CHECK(p.machine("CVE-2024-1086", agent).reboot_needed);
  CHECK(p.detail("CVE-2024-1086").kernel);

  p.road.clock().advance(hours(1));
  p.road.see(agent, {running("may-chu", "6.1.0-18-amd64")});
  const auto proven = p.machine("CVE-2024-1086", agent);
  CHECK(proven.state == PatchState::patched);
  CHECK(proven.since == p.road.clock().now());
  // The old one stays on the disk, and hurts nobody.
  p.tell(agent, {old, fresh});
  CHECK(p.state("CVE-2024-1086", agent) == PatchState::patched);
  // Until somebody boots it again.
  p.road.see(agent, {running("may-chu", "6.1.0-17-amd64")});
  CHECK(p.state("CVE-2024-1086", agent) == PatchState::open);
}

TEST_CASE("who told nothing is unknown, and so is a version that is none: never fine") {
  Province p;
  const auto quiet = p.road.unit(p.road.root(), "Xã im lặng");
  const auto silent = p.road.machine_of(p.road.scope(), quiet, "may-im");
  const auto odd = p.road.machine("may-la");
  const auto fine = p.road.machine("may-tot");
  p.feeds.debian("CVE-2024-6387", "openssh", "9.2", Severity::critical);
  p.feeds.attacked("CVE-2024-6387");
  p.bring();
  p.tell(odd, {{"openssh", ""}});
  p.tell(fine, {{"openssh", "9.3"}});
  CHECK(p.state("CVE-2024-6387", silent) == PatchState::unknown);
  CHECK(p.state("CVE-2024-6387", odd) == PatchState::unknown);
  CHECK(p.state("CVE-2024-6387", fine) == PatchState::not_affected);
  const auto record = p.named("CVE-2024-6387");
  CHECK(record.counts == PatchCounts{.not_affected = 1, .unknown = 2});
  CHECK(record.units_done == 0);
  CHECK(p.list({.view = AdvisoryQuery::View::unknown}).total == 1);
  CHECK(p.list({.view = AdvisoryQuery::View::open}).total == 0);
  // To the unit itself it is said once, not once a vulnerability.
  CHECK(p.list({.view = AdvisoryQuery::View::all}, p.scope_of(quiet)).total == 0);
  CHECK(p.list({.view = AdvisoryQuery::View::all}, p.scope_of(quiet)).without_inventory == 1);
  CHECK(p.road.all().empty());
}

TEST_CASE("the same book again changes nothing; a part of an inventory says nothing") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-3094", "xz-utils", "5.4.1-1", Severity::critical);
  p.bring();
  p.tell(agent, {{"xz-utils", "5.4.0-1"}});
  const auto before = p.road.only();
  const auto rows = p.road.number("SELECT total_changes()");
  p.bring();
  p.bring(std::vector{std::string(kXz)});
  CHECK(p.road.only().sightings == before.sightings);
  CHECK(p.road.only().last_seen == before.last_seen);
  CHECK(p.road.number("SELECT count(*) FROM advisory_event") == 1);
  CHECK(rows >= 0);

  auto part = inventory(9, {{"bash", "5.2-1"}});
  part.parts = 2;
  p.road.see(agent, {part});
  CHECK(p.state(kXz, agent) == PatchState::open);
  part = inventory(9, {{"curl", "8"}});
  part.part = part.parts = 2;
  p.road.see(agent, {part});
  CHECK(p.state(kXz, agent) == PatchState::patched);
}

TEST_CASE("a package of a release that its URL does not name is of the machine's") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-3094", "xz-utils", "5.4.1-1", Severity::critical);
  p.bring();
  p.road.see(agent, {running("a", "6.1"), PackagesSeen{.inventory = 1, .packages = {{"pkg:deb/debian/xz-utils@5.4.0-1?arch=amd64", "xz-utils", "5.4.0-1", "", ""},
                                                                                     {"pkg:npm/left-pad@1.0.0", "left-pad", "1.0.0", "", ""}}}});
  p.tend();
  CHECK(p.state(kXz, agent) == PatchState::open);
  CHECK(p.road.number("SELECT count(*) FROM package WHERE purl = 'pkg:deb/debian/xz-utils@5.4.0-1?arch=amd64&distro=debian-12'") == 1);
  CHECK(p.road.number("SELECT count(*) FROM package WHERE purl = 'pkg:npm/left-pad@1.0.0'") == 1);
}

TEST_CASE("one of two holes of a package is mended alone; a withdrawn record is no patch") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.feeds.debian("CVE-2024-0002", "openssl", "3.0.12", Severity::critical);
  p.bring();
  p.tell(agent, {{"openssl", "3.0.10"}, {"libssl3", "3.0.10", "openssl"}});
  CHECK(p.road.all().size() == 2);  // by source, not by package
  p.tell(agent, {{"openssl", "3.0.11"}, {"libssl3", "3.0.11", "openssl"}});
  CHECK(p.state("CVE-2024-0001", agent) == PatchState::patched);
  CHECK(p.state("CVE-2024-0002", agent) == PatchState::open);

  auto both = p.feeds.advisories;
  std::erase_if(p.feeds.advisories, [](const auto& one) { return one.id == "CVE-2024-0002"; });
  p.bring(std::vector<std::string>{"CVE-2024-0002"});
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE rule = 'advisory:CVE-2024-0002' AND state = 'resolved' AND withdrawn = 1") == 1);
  CHECK(p.road.number("SELECT count(*) FROM advisory WHERE name = 'CVE-2024-0002' AND ended_at IS NOT NULL") == 1);
  p.feeds.advisories = both;
  p.bring(std::vector<std::string>{"CVE-2024-0002"});
  CHECK(p.state("CVE-2024-0002", agent) == PatchState::open);
}

TEST_CASE("a person's word holds with a reason until its day, for a machine, a unit and below, or a package") {
  Province p;
  const auto unit = p.road.unit(p.road.root(), "Sở");
  const auto below = p.road.unit(unit, "Chi cục");
  const auto a = p.road.machine_of(p.road.scope(), below, "a");
  const auto b = p.road.machine("b");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  for (const auto& agent : {a, b}) p.tell(agent, {{"openssl", "3.0.10"}});

  NewDecision word{.kind = DecisionKind::accepted, .machine = {}, .unit = {}, .package = {}, .reason = " ", .until = p.day(5)};
  CHECK(p.decide("CVE-2024-0001", word).error().what() == "reason");
  word.reason = "Máy sắp thanh lý";
  CHECK(p.decide("CVE-2024-0001", word).error().what() == "machine");
  word.unit = unit;
  word.until = p.day(-1);
  CHECK(p.decide("CVE-2024-0001", word).error().what() == "until");
  word.until = p.day(5);
  REQUIRE(p.decide("CVE-2024-0001", word));
  CHECK(p.state("CVE-2024-0001", a) == PatchState::accepted);
  CHECK(p.state("CVE-2024-0001", b) == PatchState::open);
  CHECK(p.road.machine_now(a).open_findings == 0);
  REQUIRE(p.machine("CVE-2024-0001", a).decision);
  CHECK(p.machine("CVE-2024-0001", a).decision->reason == "Máy sắp thanh lý");

  // Seen again it stays held; another machine of the unit is held as soon as it is seen.
  p.tell(a, {{"openssl", "3.0.10"}});
  CHECK(p.state("CVE-2024-0001", a) == PatchState::accepted);
  const auto late = p.road.machine_of(p.road.scope(), below, "c");
  p.tell(late, {{"openssl", "3.0.10"}});
  CHECK(p.state("CVE-2024-0001", late) == PatchState::accepted);
  // What is patched is patched, whatever was decided.
  p.tell(late, {{"openssl", "3.0.11"}});
  CHECK(p.state("CVE-2024-0001", late) == PatchState::patched);
  // No person's word on the finding itself closes it.
  const auto finding = p.machine("CVE-2024-0001", b).finding;
  CHECK(p.road.decide(*finding, FindingState::resolved, "x").error().code() == Code::conflict);
  CHECK(p.road.decide(*finding, FindingState::suppressed, "x").error().code() == Code::conflict);
  CHECK(p.road.decide(*finding, FindingState::in_progress, "", true));

  p.road.clock().advance(days(6));
  p.tend();
  CHECK(p.state("CVE-2024-0001", a) == PatchState::open);

  NewDecision vex{.kind = DecisionKind::not_affected, .machine = {}, .unit = {}, .package = "deb/debian/openssl",
                  .reason = "Không biên dịch phần bị lỗi", .until = p.day(300)};
  CHECK(p.road.write([&](store::Connection& c) {
           return patch::decide(c, p.scope_of(unit), p.named("CVE-2024-0001").id, kAnalyst, vex, p.road.clock().now());
         }).error().code() == Code::denied);
  const auto made = p.decide("CVE-2024-0001", vex);
  REQUIRE(made);
  CHECK(p.state("CVE-2024-0001", a) == PatchState::not_affected);
  CHECK(p.state("CVE-2024-0001", b) == PatchState::not_affected);
  REQUIRE(p.road.write([&](store::Connection& c) { return end_decision(c, p.road.scope(), *made, kAnalyst, p.road.clock().now()); }));
  CHECK(p.state("CVE-2024-0001", a) == PatchState::open);
  CHECK(p.state("CVE-2024-0001", b) == PatchState::open);
}

TEST_CASE("a province that follows more has more, and what it follows no more is over, not patched") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-0003", "curl", "8.1", Severity::high);
  p.feeds.debian("CVE-2024-0004", "curl", "", Severity::critical);
  p.bring();
  p.tell(agent, {{"curl", "8.0"}});
  CHECK(p.list().total == 0);  // below the setting; without a fix
  const auto software = [&] {
    return p.road.read([&](store::Connection& c) { return list_software(c, p.road.scope(), agent.machine, {}); }).value();
  };
  CHECK(software().vulnerabilities == 2);
  CHECK(software().followed == 0);
  CHECK(software().items.front().vulnerabilities.size() == 2);

  auto settings = shipped_settings();
  const auto set = [&](Severity least) {
    settings.least_severity = least;
    REQUIRE(p.road.write([&](store::Connection& c) {
      return set_settings(c, p.road.tenant(), settings, shipped_settings(), kAnalyst, p.road.clock().now());
    }));
    p.tend();
  };
  set(Severity::high);
  CHECK(p.state("CVE-2024-0003", agent) == PatchState::open);
  CHECK(p.named("CVE-2024-0003").due == p.day(30));
  CHECK(p.list().total == 1);
  CHECK(software().followed == 1);
  set(Severity::critical);
  CHECK(p.list().total == 0);
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE state = 'resolved' AND withdrawn = 1") == 1);
}

TEST_CASE("another setting has machines weighed anew that have what it is about, or all at once") {
  Province p;
  const auto with = p.road.machine("a");
  const auto without = p.road.machine("b");
  p.road.machine("c");  // never told what it has
  std::vector<Installed> all;
  for (int i = 0; i < 65; ++i) {
    const std::string name = "lib" + std::to_string(100 + i);
    p.feeds.debian("CVE-2024-1" + std::to_string(100 + i), name, "2", i == 0 ? Severity::high : Severity::medium);
    all.push_back({name, "1"});
  }
  p.bring();
  p.tell(with, all);
  p.tell(without, {{"bash", "5.2"}});
  const auto marked_by = [&](Severity least) {
    auto settings = shipped_settings();
    settings.least_severity = least;
    REQUIRE(p.road.write([&](store::Connection& c) {
      return set_settings(c, p.road.tenant(), settings, shipped_settings(), kAnalyst, p.road.clock().now());
    }));
    const auto marked = p.road.number("SELECT (SELECT count(*) FROM machine_to_weigh) + (SELECT count(*) FROM vulnerability_to_weigh)");
    p.tend();
    return marked;
  };
  CHECK(marked_by(Severity::high) == 1);
  CHECK(p.list().total == 1);
  CHECK(marked_by(Severity::critical) == 1);
  CHECK(p.list().total == 0);
  CHECK(marked_by(Severity::medium) == 2);
  CHECK(p.list().total == 65);
  CHECK(p.road.machine_now(with).open_findings == 65);
  CHECK(p.road.machine_now(without).open_findings == 0);
}

TEST_CASE("a vulnerability that is new is weighed by itself, piece by piece, on all machines that have it") {
  Province p;
  // More than one transaction takes; the package of one source is there twice on each.
  constexpr int kMachines = 503;
  std::vector<AgentIdentity> machines;
  for (int i = 0; i < kMachines; ++i) {
    machines.push_back(p.road.machine("may-" + std::to_string(i)));
    p.road.see(machines.back(), {inventory(1, {{"libssl3", "3.0.10", "openssl"}, {"openssl", "3.0.10"}, {"bash", i % 2 == 0 ? "5.1" : "5.2"}})});
  }
  p.feeds.debian("CVE-2024-0001", "bash", "5.2", Severity::medium);
  p.bring();
  p.feeds.debian("CVE-2024-0002", "openssl", "3.0.11", Severity::critical);
  p.feeds.attacked("CVE-2024-0001");
  p.bring(std::vector<std::string>{"CVE-2024-0001", "CVE-2024-0002"});
  CHECK(p.road.number("SELECT count(*) FROM machine_to_weigh") == 0);
  CHECK(p.road.number("SELECT count(*) FROM vulnerability_to_weigh") == 0);
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE rule = 'advisory:CVE-2024-0001' AND state = 'new'") == (kMachines + 1) / 2);
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE rule = 'advisory:CVE-2024-0002' AND state = 'new'") == kMachines);
  CHECK(p.road.number("SELECT count(*) FROM finding_package") == 2 * kMachines + (kMachines + 1) / 2);
  CHECK(p.road.machine_now(machines.front()).open_findings == 2);
  CHECK(p.road.machine_now(machines.back()).open_findings == 2);
  CHECK(p.list({.view = AdvisoryQuery::View::exploited}).total == 1);
  CHECK(p.list().exploited == 1);
  // The record was wrong: of no machine a patch, and all are found by their findings.
  p.feeds.advisories.pop_back();
  p.bring(std::vector<std::string>{"CVE-2024-0002"});
  CHECK(p.road.number("SELECT count(*) FROM finding WHERE rule = 'advisory:CVE-2024-0002' AND state = 'resolved' AND withdrawn = 1") == kMachines);
  CHECK(p.road.machine_now(machines.back()).open_findings == 1);
}

TEST_CASE("a unit accepts for itself, and only who answers for all says that a unit is not affected") {
  Province p;
  const auto unit = p.road.unit(p.road.root(), "Sở");
  const auto a = p.road.machine_of(p.road.scope(), unit, "a");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  p.tell(a, {{"openssl", "3.0.10"}});
  const auto id = p.named("CVE-2024-0001").id;
  const auto by_unit = [&](DecisionKind kind, std::optional<MachineId> machine) {
    NewDecision word{.kind = kind, .machine = machine, .unit = {}, .package = {}, .reason = "x", .until = p.day(5)};
    if (!machine) word.unit = unit;
    return p.road.write([&](store::Connection& c) { return decide(c, p.scope_of(unit), id, kAnalyst, word, p.road.clock().now()); });
  };
  const auto refused = by_unit(DecisionKind::not_affected, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Code::denied);
  CHECK(refused.error().what() == "unit");
  CHECK(p.state("CVE-2024-0001", a) == PatchState::open);
  CHECK(by_unit(DecisionKind::accepted, {}));
  CHECK(by_unit(DecisionKind::not_affected, a.machine));  // of one machine it may

  const auto made = p.decide("CVE-2024-0001", {.kind = DecisionKind::not_affected, .machine = {}, .unit = unit, .package = {},
                                               .reason = "x", .until = p.day(5)});
  REQUIRE(made);
  CHECK(p.road.write([&](store::Connection& c) {
           return end_decision(c, p.scope_of(unit), *made, kAnalyst, p.road.clock().now());
         }).error().code() == Code::denied);
}

TEST_CASE("what was decided of a unit's machine is in that unit's history, and in no other's") {
  Province p;
  const auto here = p.road.unit(p.road.root(), "Sở A");
  const auto there = p.road.unit(p.road.root(), "Sở B");
  const auto a = p.road.machine_of(p.road.scope(), here, "a");
  const auto b = p.road.machine_of(p.road.scope(), there, "b");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  for (const auto& agent : {a, b}) p.tell(agent, {{"openssl", "3.0.10"}});
  const auto made = p.decide("CVE-2024-0001", {.kind = DecisionKind::accepted, .machine = a.machine, .unit = {}, .package = {},
                                               .reason = "x", .until = p.day(5)});
  REQUIRE(made);
  REQUIRE(p.road.write([&](store::Connection& c) { return end_decision(c, p.road.scope(), *made, kAnalyst, p.road.clock().now()); }));
  const auto id = p.named("CVE-2024-0001").id;
  const auto events = [&](UnitId unit) {
    std::vector<std::string> names;
    const auto detail = p.road.read([&](store::Connection& c) { return get_advisory(c, p.scope_of(unit), id, {}, p.road.clock().now()); });
    for (const auto& event : detail.value().history) names.push_back(event.event);
    return names;
  };
  CHECK(events(here) == std::vector<std::string>{"ended", "decided", "followed"});
  CHECK(events(there) == std::vector<std::string>{"followed"});
}

TEST_CASE("a list that goes back and forth is late each time, and its history says so once a day") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  p.tell(agent, {{"openssl", "3.0.10"}});
  p.road.clock().advance(days(16));
  p.tend();
  const auto escalated = [&] { return p.road.number("SELECT count(*) FROM advisory_event WHERE event = 'escalated'"); };
  const auto late = [&] { return p.road.number("SELECT count(*) FROM advisory_receipt WHERE escalated_at IS NOT NULL"); };
  CHECK(escalated() == 1);
  for (int i = 0; i < 3; ++i) {
    p.tell(agent, {{"openssl", "3.0.11"}});
    CHECK(late() == 0);
    p.tell(agent, {{"openssl", "3.0.10"}});
    CHECK(late() == 1);
  }
  CHECK(escalated() == 1);
  p.tell(agent, {{"openssl", "3.0.11"}});
  p.road.clock().advance(days(2));
  p.tell(agent, {{"openssl", "3.0.10"}});
  CHECK(escalated() == 2);
}

TEST_CASE("all are reminded, however many units there are") {
  Province p;
  const auto first = p.road.machine("a");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  p.tell(first, {{"openssl", "3.0.10"}});
  // Who never told what it has is not done either.
  SeededRandom random(77);
  REQUIRE(p.road.write([&](store::Connection& c) -> Result<void> {
    const auto now = p.road.clock().now();
    for (int i = 0; i < 501; ++i) {
      TRY(const auto unit, estate::create_unit(c, p.road.scope(), "Xã " + std::to_string(i), estate::UnitKind::commune, p.road.root(), now));
      TRY(const auto token, estate::create_token(c, p.road.scope(), unit, kAnalyst, hours(1), now, random));
      TRY_VOID(estate::redeem_token(
          c, {.secret = std::string(token.secret.reveal()), .csr_pem = {}, .hostname = "m" + std::to_string(i), .agent_version = "0.1"}, now));
    }
    return {};
  }));
  const auto id = p.named("CVE-2024-0001").id;
  const auto remind_all = [&] {
    return p.road.write([&](store::Connection& c) { return remind(c, p.road.scope(), id, {}, kAnalyst, p.road.clock().now()); }).value();
  };
  CHECK(remind_all() == 502);
  CHECK(remind_all() == 0);
}

TEST_CASE("applied twice, or from the beginning, the ledger ends in the same") {
  Province p;
  const auto agent = p.road.machine("a");
  p.feeds.debian("CVE-2024-0001", "openssl", "3.0.11", Severity::critical);
  p.bring();
  p.tell(agent, {{"openssl", "3.0.10"}});
  p.tell(agent, {{"openssl", "3.0.11"}});
  p.tell(agent, {{"openssl", "3.0.10"}});
  const auto before = p.road.only();
  REQUIRE(p.road.write([](store::Connection& c) -> Result<void> {
    TRY_VOID(c.run("UPDATE flow_position SET observation_id = 0"));
    return {};
  }));
  p.road.apply();
  CHECK(p.road.only().state == before.state);
  CHECK(p.road.only().sightings == before.sightings);
  CHECK(p.state("CVE-2024-0001", agent) == PatchState::open);
}

}  // namespace
}  // namespace khien::patch
