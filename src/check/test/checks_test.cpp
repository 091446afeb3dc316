#include "khien/check/checks.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "khien/core/file.hpp"
#include "test/shipped.hpp"

namespace khien::check {
namespace {

constexpr std::string_view kOne = R"(clause: { vi: khoản, en: clause }
clauses: [T-1]
checks:
  - id: one
    subject: "the one"
    severity: high
    title: { vi: a, en: b }
    why: { vi: c, en: d }
    steps: [{ vi: e, en: f }]
    when: [{ fact: ssh.running, is: [yes] }]
    hit: { ssh.running: yes }
    miss: { ssh.running: no }
)";

Result<CheckSet> load(std::string text) {
  Budget budget({});
  return CheckSet::load({{"one.yaml", std::move(text)}}, budget);
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

std::string fault(std::string_view from, std::string_view to) {
  const auto loaded = load(with(std::string(kOne), from, to));
  REQUIRE_FALSE(loaded);
  return std::string(loaded.error().what());
}

Observation configuration(std::vector<Fact> facts, std::vector<std::string> unread = {}) {
  return {Timestamp{1}, ConfigurationSeen{std::move(facts), std::move(unread)}};
}

const Claim* claim_on(const std::vector<Claim>& claims, std::string_view subject) {
  for (const Claim& claim : claims) {
    if (claim.subject == subject) return &claim;
  }
  return nullptr;
}

TEST_CASE("a check is claimed while it holds and gone when it does not") {
  const auto set = load(std::string(kOne));
  REQUIRE_MESSAGE(set, set.error().what());
  const auto present = set->judge(configuration({{"ssh.running", "yes"}}));
  REQUIRE(present.size() == 1);
  CHECK(present.front() == Claim{JudgeId::law, Claim::Standing::present, "check:one", "the one", Severity::high});
  const auto gone = set->judge(configuration({{"ssh.running", "no"}}));
  REQUIRE(gone.size() == 1);
  CHECK(gone.front().standing == Claim::Standing::gone);
  CHECK(gone.front().subject == "the one");
}

TEST_CASE("what could not be read is neither so nor mended") {
  const auto set = load(std::string(kOne));
  REQUIRE(set);
  CHECK(set->judge(configuration({}, {"ssh"})).empty());
  CHECK(set->judge(configuration({}, {"account"})).size() == 1);
}

TEST_CASE("each observation settles the checks on its own facts only") {
  const CheckSet set = shipped_checks();
  for (const Claim& claim : set.judge({Timestamp{1}, MachineSeen{.os_id = "debian", .os_version = "12"}})) {
    CHECK((claim.subject == "kernel" || claim.subject == "operating system: end of support"));
  }
  CHECK(set.judge({Timestamp{1}, Heartbeat{}}).empty());
}

TEST_CASE("every question") {
  const auto holds_with = [](std::string_view question, std::vector<Fact> facts) {
    auto text = with(std::string(kOne), "is: [yes]", question);
    text = with(text, "hit: { ssh.running: yes }", "hit: { ssh.running: \"7\" }");
    text = with(text, "miss: { ssh.running: no }", "miss: { listen.public: tcp/1 }");
    const auto set = load(text);
    REQUIRE_MESSAGE(set, set.error().what());
    return holds(set->all().front(), facts);
  };
  CHECK(holds_with("is: [\"7\", \"8\"]", {{"ssh.running", "1"}, {"ssh.running", "8"}}));
  CHECK_FALSE(holds_with("is: [\"7\"]", {{"ssh.running", "1"}}));
  CHECK(holds_with("is_not: [\"1\"]", {{"ssh.running", "2"}}));
  CHECK_FALSE(holds_with("is_not: [\"1\"]", {{"ssh.running", "2"}, {"ssh.running", "1"}}));
  CHECK_FALSE(holds_with("is_not: [\"1\"]", {}));
  CHECK(holds_with("begins: [\"7\"]", {{"ssh.running", "77"}}));
  CHECK(holds_with("at_least: 7", {{"ssh.running", "7"}}));
  CHECK_FALSE(holds_with("at_least: 7", {{"ssh.running", "6"}}));
  CHECK_FALSE(holds_with("at_least: 7", {{"ssh.running", "many"}}));
  CHECK(holds_with("at_most: 7", {{"ssh.running", "-1"}}));
  CHECK_FALSE(holds_with("at_most: 7", {{"ssh.running", "8"}}));
  CHECK(holds_with("missing: false", {{"ssh.running", ""}}));
  CHECK_FALSE(holds_with("missing: false", {}));
}

TEST_CASE("a fault is named with its file and line") {
  CHECK(fault("severity: high", "severity: awful") == "one.yaml:6: severity is not one that is known");
  CHECK(fault("    severity: high\n", "") == "one.yaml:4: field 'severity' is missing");
  CHECK(fault("id: one", "id: One") == "one.yaml:4: must be small letters, digits and hyphens");
  CHECK(fault("{ fact: ssh.running, is", "{ fact: ssh.walking, is") ==
        "one.yaml:10: 'ssh.walking' is no fact that an agent tells");
  CHECK(fault("is: [yes]", "was: [yes]") == "one.yaml:10: unknown question 'was'");
  CHECK(fault("is: [yes]", "at_least: many") == "one.yaml:10: must be a whole number");
  CHECK(fault("    why:", "    who: x\n    why:") == "one.yaml:8: unknown field 'who'");
  CHECK(fault("hit: { ssh.running: yes }", "hit: { ssh.running: no }") == "one.yaml:11: check one does not hit its example");
  CHECK(fault("miss: { ssh.running: no }", "miss: { ssh.running: yes }") == "one.yaml:12: check one hits its miss");
  CHECK(fault("is: [yes] }]", "is: [yes] }, { fact: machine.os, is: [x] }]") ==
        "one.yaml:10: facts of one check come from one observation");
  CHECK(fault("subject: \"the one\"", "subject: /etc/passwd") == "one.yaml:5: a subject with a slash first is a file");
  CHECK(fault("  - id: one", "  - id: one\n    x: [") != "");
}

TEST_CASE("two checks of one name or subject are refused") {
  const std::string second = std::string(kOne.substr(kOne.find("  - id: one")));
  CHECK(std::string(load(std::string(kOne) + second).error().what()).contains("check one is there already"));
  const auto other = with(second, "id: one", "id: two");
  CHECK(std::string(load(std::string(kOne) + other).error().what()).contains("subject 'the one' is another check's"));
}

TEST_CASE("the shipped checks: enough of them, complete, in both languages") {
  const CheckSet set = shipped_checks();
  CHECK(set.all().size() >= 25);
  std::set<std::string> areas;
  for (const Check& check : set.all()) {
    CAPTURE(check.id);
    for (const LocalText* words : {&check.title, &check.why, &check.clause}) CHECK(words->vi != words->en);
    CHECK(check.steps.size() >= 1);
    CHECK(check.title.vi.size() <= 120);
    CHECK_FALSE(check.clauses.empty());
    CHECK(check.subject.size() <= 60);
    // The generic hit and miss, through the judge and not only through holds().
    const auto claims_of = [&](const std::vector<Fact>& facts) {
      std::vector<Claim> claims;
      if (check.source == Source::configuration) claims = set.judge(configuration(facts));
      return claims;
    };
    CHECK(holds(check, check.hit));
    CHECK_FALSE(holds(check, check.miss));
    if (check.source != Source::configuration) continue;
    const auto hit = claims_of(check.hit);
    REQUIRE(claim_on(hit, check.subject) != nullptr);
    CHECK(claim_on(hit, check.subject)->rule == "check:" + check.id);
    const auto miss = claims_of(check.miss);
    REQUIRE(claim_on(miss, check.subject) != nullptr);
    CHECK(claim_on(miss, check.subject)->standing == Claim::Standing::gone);
    // What a person is shown are facts that are there and about this.
    CHECK_FALSE(reasons(check, check.hit).empty());
    CHECK(set.find("check:" + check.id) == &check);
  }
}

// By text: the catalogue is another module's, and its ids are written one way.
bool stands_in(const std::string& folder, const std::string& id) {
  bool found = false;
  const auto open = DirFd::open(folder);
  REQUIRE(open);
  REQUIRE(open->each_name([&](std::string_view name, FileStatus::Kind) -> Result<void> {
    TRY(const auto text, system_files().read(folder + "/" + std::string(name), 4u << 20));
    found = found || text.contains("\n  - id: " + id + "\n");
    return {};
  }));
  return found;
}

TEST_CASE("every clause that a check names is in content") {
  std::set<std::string> clauses;
  const CheckSet set = shipped_checks();
  for (const Check& check : set.all()) clauses.insert(check.clauses.begin(), check.clauses.end());
  for (const std::string& clause : clauses) {
    CAPTURE(clause);
    CHECK((stands_in(KHIEN_SOURCE_DIR "/content/directives", clause) ||
           stands_in(KHIEN_SOURCE_DIR "/content/requirements", clause)));
  }
}

TEST_CASE("every fact that agents tell is asked by a check, or said why not") {
  const CheckSet set = shipped_checks();
  std::set<std::string_view> asked;
  for (const Check& check : set.all()) {
    for (const Condition& condition : check.when) asked.insert(condition.fact);
  }
  for (const FactKind& kind : fact_kinds()) {
    CAPTURE(kind.name);
    CHECK(asked.contains(kind.name));
    CHECK(find_fact(kind.name) == &kind);
  }
}

TEST_CASE("a kernel that waits, a system out of support") {
  const CheckSet set = shipped_checks();
  MachineSeen machine{.os_id = "debian", .os_version = "12", .kernel_running = "6.1.0-40-amd64", .kernel_installed = "6.1.0-41-amd64"};
  const auto waits = set.judge({Timestamp{1}, machine});
  CHECK(claim_on(waits, "kernel")->rule == "check:kernel-waits");
  machine.kernel_running = machine.kernel_installed;
  machine.os_version = "10";
  const auto old = set.judge({Timestamp{1}, machine});
  CHECK(claim_on(old, "kernel")->standing == Claim::Standing::gone);
  CHECK(claim_on(old, "operating system: end of support")->rule == "check:system-end-of-life");
}

TEST_CASE("fifteen days, by the machine's own clock, whoever protects it") {
  const Timestamp now{1'795'334'461'123};
  ProtectionSeen seen{.engines = {{Engine::yara, EngineState::State::running, 9, now - days(20), ""},
                                  {Engine::watch, EngineState::State::running, 0, {}, ""}}};
  CHECK(is_protected(seen));
  CHECK(content_updated_at(seen) == now - days(20));
  const CheckSet set = shipped_checks();
  const auto old = set.judge({now, seen});
  CHECK(claim_on(old, "malware protection: content")->rule == "check:protection-not-updated");
  CHECK(claim_on(set.judge({now - days(6), seen}), "malware protection: content")->standing == Claim::Standing::gone);

  SUBCASE("another maker's content counts") {
    seen.products = {{"mdatp", "Defender", true, now - days(1)}};
    CHECK(content_updated_at(seen) == now - days(1));
    CHECK(claim_on(set.judge({now, seen}), "malware protection: content")->standing == Claim::Standing::gone);
  }
  SUBCASE("of what does not run, nothing counts") {
    seen.products = {{"mdatp", "Defender", false, now}};
    CHECK(content_updated_at(seen) == now - days(20));
    CHECK(claim_on(set.judge({now, seen}), "protection of another maker")->rule == "check:product-installed-and-off");
    seen.engines.clear();
    CHECK_FALSE(is_protected(seen));
    CHECK(claim_on(set.judge({now, seen}), "malware protection")->rule == "check:protection-off");
  }
  SUBCASE("without watching, files are not judged as they are written") {
    seen.engines.back().state = EngineState::State::absent;
    CHECK_FALSE(is_protected(seen));
    seen.products = {{"mdatp", "Defender", true, {}}};
    CHECK(is_protected(seen));
  }
  SUBCASE("the firewall") {
    CHECK(claim_on(set.judge({now, seen}), "firewall")->standing == Claim::Standing::gone);
    seen.firewall = FirewallState::off;
    CHECK(claim_on(set.judge({now, seen}), "firewall")->rule == "check:firewall-off");
  }
}

}  // namespace
}  // namespace khien::check
