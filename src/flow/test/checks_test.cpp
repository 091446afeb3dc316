// The road of checks: how a machine is set up, from what its agent says to a finding
// and back.
#include <doctest/doctest.h>

#include <string>

#include "khien/flow/judges/check_judge.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

constexpr std::string_view kRoot = R"(clause: { vi: khoản, en: clause }
clauses: [T-1]
checks:
  - id: root
    subject: "root"
    severity: high
    title: { vi: a, en: b }
    why: { vi: c, en: d }
    steps: [{ vi: e, en: f }]
    when: [{ fact: ssh.permit_root_login, is: [yes] }]
    hit: { ssh.permit_root_login: yes }
    miss: { ssh.permit_root_login: no }
  - id: waits
    subject: "kernel"
    severity: medium
    title: { vi: a, en: b }
    why: { vi: c, en: d }
    steps: [{ vi: e, en: f }]
    when: [{ fact: machine.kernel_waits, is_not: [no] }]
    hit: { machine.kernel_waits: "1 → 2" }
    miss: { machine.kernel_waits: no }
)";
constexpr std::string_view kTries = R"(
  - id: tries
    subject: "tries"
    severity: low
    title: { vi: a, en: b }
    why: { vi: c, en: d }
    steps: [{ vi: e, en: f }]
    when: [{ fact: ssh.max_auth_tries, at_least: 7 }]
    hit: { ssh.max_auth_tries: 9 }
    miss: { ssh.max_auth_tries: 6 }
)";

std::shared_ptr<const Judge> judge_of(std::string text) {
  Budget budget({});
  auto set = check::CheckSet::load({{"t.yaml", std::move(text)}}, budget);
  REQUIRE_MESSAGE(set, set.error().what());
  return make_check_judge(std::make_shared<const check::CheckSet>(std::move(set).value()));
}

ConfigurationSeen sshd(std::string root_login, std::string tries = "9") {
  return {{{"ssh.max_auth_tries", std::move(tries)}, {"ssh.permit_root_login", std::move(root_login)}}, {}};
}

MachineSeen kernel(std::string running) {
  return {.hostname = "a", .os_id = "debian", .os_version = "12", .kernel_running = std::move(running), .kernel_installed = "2"};
}

const FindingRecord* of_rule(const std::vector<FindingRecord>& all, std::string_view rule) {
  for (const FindingRecord& one : all) {
    if (one.rule == rule) return &one;
  }
  return nullptr;
}

TEST_CASE("found, mended and closed, found again and reopened") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  road.see(agent, {sshd("yes"), kernel("2")});
  const auto found = road.only();
  CHECK(found.judge == JudgeId::law);
  CHECK(found.rule == "check:root");
  CHECK(found.subject == "root");
  CHECK(found.severity == Severity::high);
  CHECK(road.machine_now(agent).open_findings == 1);

  road.clock().advance(hours(4));
  road.see(agent, {sshd("no")});
  CHECK(road.only().state == FindingState::resolved);
  CHECK(road.machine_now(agent).open_findings == 0);

  road.clock().advance(hours(4));
  road.see(agent, {sshd("yes")});
  CHECK(road.only().state == FindingState::new_);
  CHECK(road.only().sightings == 2);
}

TEST_CASE("an area that could not be read mends nothing") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  road.see(agent, {sshd("yes")});
  road.see(agent, {ConfigurationSeen{{}, {"ssh"}}});
  CHECK(road.only().state == FindingState::new_);
  // Gone with sshd itself.
  road.see(agent, {ConfigurationSeen{{}, {}}});
  CHECK(road.only().state == FindingState::resolved);
}

TEST_CASE("a setting is no malware, however bad: the machine is not called infected") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  road.see(agent, {sshd("yes"), kernel("1")});
  CHECK(road.all().size() == 2);
  CHECK(road.machine_now(agent).health != estate::MachineHealth::infected);
}

TEST_CASE("new checks are tried on what machines told before, and withdrawn ones resolved") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  const auto other = road.machine("b");
  road.see(agent, {sshd("yes"), kernel("1")});
  road.see(other, {sshd("no", "6")});
  REQUIRE(road.all().size() == 2);

  REQUIRE(road.flow().reconsider(judge_of(std::string(kRoot) + std::string(kTries.substr(1)))));
  auto all = road.all();
  REQUIRE(all.size() == 3);
  REQUIRE(of_rule(all, "check:tries") != nullptr);
  CHECK(of_rule(all, "check:tries")->asset == agent.machine);

  // Only the kernel's check stays.
  std::string less(kRoot);
  less.erase(less.find("  - id: root"), less.find("  - id: waits") - less.find("  - id: root"));
  REQUIRE(road.flow().reconsider(judge_of(less)));
  all = road.all();
  CHECK(of_rule(all, "check:tries")->state == FindingState::resolved);
  CHECK(of_rule(all, "check:root")->state == FindingState::resolved);
  CHECK(of_rule(all, "check:waits")->state == FindingState::new_);
}

TEST_CASE("the newest fact of each kind counts: an old one is not judged again") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  road.see(agent, {sshd("yes")});
  road.see(agent, {sshd("no")});
  REQUIRE(road.flow().reconsider(judge_of(std::string(kRoot))));
  CHECK(road.only().state == FindingState::resolved);
  CHECK(road.number("SELECT count(*) FROM machine_fact") == 1);
}

TEST_CASE("a machine's findings of one judge") {
  Road road({std::make_shared<FakeJudge>(), judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  road.see(agent, {infected("/tmp/x"), sshd("yes"), kernel("1")});
  const auto count = [&](std::optional<JudgeId> judge, FindingQuery::View view) {
    const auto page = road.findings({.view = view, .asset = agent.machine, .judge = judge});
    CHECK(page.total == static_cast<std::int64_t>(page.items.size()));
    return page.total;
  };
  for (const auto view : {FindingQuery::View::open, FindingQuery::View::all}) {
    CHECK(count({}, view) == 3);
    CHECK(count(JudgeId::law, view) == 2);
    CHECK(count(JudgeId::scan, view) == 1);
    CHECK(count(JudgeId::detect, view) == 0);
  }
}

TEST_CASE("what the national format asks is kept of each machine") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  const auto other = road.machine("b");
  CHECK_FALSE(road.machine_now(agent).protection_on);
  CHECK(road.machine_now(agent).not_updated(kNow));
  const Timestamp fresh = kNow - days(14);
  road.see(agent, {ProtectionSeen{.engines = {{Engine::yara, EngineState::State::running, 9, fresh, ""},
                                              {Engine::watch, EngineState::State::running, 0, {}, ""}},
                                  .firewall = FirewallState::on}});
  road.see(other, {ProtectionSeen{.engines = {{Engine::yara, EngineState::State::absent, 0, {}, ""}},
                                  .products = {{"mdatp", "Defender", true, kNow - days(15)}},
                                  .firewall = FirewallState::off}});
  CHECK(road.machine_now(agent).protection_on == true);
  CHECK(road.machine_now(agent).firewall == FirewallState::on);
  CHECK(road.machine_now(agent).content_updated_at == fresh);
  CHECK_FALSE(road.machine_now(agent).not_updated(kNow));
  const auto second = road.machine_now(other);
  CHECK(second.protection_on == true);
  CHECK(second.not_updated(kNow));
  REQUIRE(second.products.size() == 1);
  CHECK(second.products[0].name == "Defender");

  const auto counts = [&](Timestamp now) {
    return road.read([&](store::Connection& c) { return estate::count_protection(c, road.scope(), {}, now); }).value();
  };
  CHECK(counts(kNow).machines == 2);
  CHECK(counts(kNow).on == 2);
  CHECK(counts(kNow).firewall_on == 1);
  CHECK(counts(kNow).firewall_off == 1);
  CHECK(counts(kNow).not_updated == 1);
  // A silent machine grows old without a word.
  CHECK(counts(kNow + days(1)).not_updated == 2);

  // A clock that is ahead does not keep it young.
  road.see(agent, {ProtectionSeen{.engines = {{Engine::yara, EngineState::State::running, 9, kNow + days(900), ""},
                                              {Engine::watch, EngineState::State::running, 0, {}, ""}}}});
  CHECK(road.machine_now(agent).content_updated_at <= road.clock().now());
  CHECK(road.machine_now(agent).firewall == FirewallState::unknown);
}

TEST_CASE("another maker's protection stands in for ClamAV and for nothing else") {
  Road road({judge_of(std::string(kRoot))});
  const auto agent = road.machine("a");
  const auto seen = [](EngineState::State yara, bool on) {
    return ProtectionSeen{.engines = {{Engine::yara, yara, 9, kNow, ""},
                                      {Engine::clamav, EngineState::State::absent, 0, {}, ""},
                                      {Engine::watch, EngineState::State::running, 0, {}, ""}},
                          .products = {{"mdatp", "Defender", on, kNow}}};
  };
  const ScanSeen scan{.scan = 1, .state = ScanSeen::State::complete, .started_at = kNow, .finished_at = kNow};
  road.see(agent, {scan, seen(EngineState::State::running, false)});
  CHECK(road.machine_now(agent).health == estate::MachineHealth::attention);
  road.see(agent, {seen(EngineState::State::running, true)});
  CHECK(road.machine_now(agent).health == estate::MachineHealth::protected_);
  road.see(agent, {seen(EngineState::State::absent, true)});
  CHECK(road.machine_now(agent).health == estate::MachineHealth::attention);
}

}  // namespace
}  // namespace khien::flow
