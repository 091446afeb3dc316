#include "khien/policy/machine_policies.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "province.hpp"

namespace khien::policy {
namespace {

constexpr std::string_view kRate = R"({"format":1,"files_per_second":200})";

std::vector<std::string> told(const std::vector<Claim>& claims) {
  std::vector<std::string> all;
  for (const Claim& claim : claims) {
    CHECK(claim.judge == JudgeId::detect);
    if (claim.standing == Claim::Standing::present) all.push_back(claim.rule + " " + claim.subject);
  }
  return all;
}

TEST_CASE("a machine's version grows only when what it is to do changes") {
  Province p;
  const auto pc = p.machine(p.commune, "pc-01");
  const auto far = p.machine(p.other, "pc-khac");
  CHECK(p.refresh() == 0);
  CHECK_FALSE(p.desired(pc).has_value());
  p.publish(p.commune, Province::draft(kRate));
  CHECK(p.desired(pc)->version == 1);
  CHECK(p.desired(pc)->settings.files_per_second == 200);
  CHECK_FALSE(p.desired(far).has_value());
  CHECK(p.refresh() == 0);
  // Above it, where the commune says otherwise anyway.
  p.publish(p.root, Province::draft(R"({"format":1,"files_per_second":900})"));
  CHECK(p.desired(pc)->version == 1);
  CHECK(p.desired(far)->version == 1);
  // The machine moves.
  REQUIRE(p.write([&](store::Connection& c) { return estate::move_machine(c, p.scope(), pc.machine, p.other); }).has_value());
  CHECK(p.refresh() == 1);
  CHECK(p.desired(pc)->version == 2);
  CHECK(p.desired(pc)->settings.files_per_second == 900);
}

TEST_CASE("days pass: a policy begins and ends, an exclusion ends, each as a version") {
  Province p;
  const auto pc = p.machine(p.commune, "pc-01");
  auto draft = Province::draft(R"({"format":1,"exclusions":[{"path":"/srv/kho","reason":"kho","until":"2026-11-26"}]})", 2);
  draft.valid_until = draft.valid_from + 6;  // 24 to 30 November
  p.publish(p.commune, draft);
  CHECK_FALSE(p.desired(pc).has_value());
  p.now = kNow + days(2);
  CHECK(p.refresh() == 1);
  CHECK(p.desired(pc)->settings.exclusions->size() == 1);
  p.now = kNow + days(5);
  CHECK(p.refresh() == 1);
  CHECK(p.desired(pc)->settings.exclusions->empty());
  p.now = kNow + days(9);
  CHECK(p.refresh() == 1);
  CHECK(p.desired(pc)->version == 3);
  CHECK(p.desired(pc)->settings == PolicySettings{});
}

TEST_CASE("a hub whose older copy came back goes on above what its agents have") {
  Province p;
  const auto pc = p.machine(p.commune, "pc-01");
  p.publish(p.commune, Province::draft(kRate));
  REQUIRE(p.write([&](store::Connection& c) { return outnumber(c, pc, 40, kNow); }).has_value());
  CHECK(p.desired(pc)->version == 41);
  REQUIRE(p.write([&](store::Connection& c) { return outnumber(c, pc, 41, kNow); }).has_value());
  CHECK(p.desired(pc)->version == 41);
  CHECK_FALSE(p.write([&](store::Connection& c) { return outnumber(c, pc, INT64_MAX, kNow); }).has_value());
  CHECK(p.desired(pc)->version == 41);
}

TEST_CASE("drift: each thing is a claim of its own and closes by itself") {
  const Desired desired{.version = 3, .since = kNow, .settings = {}};
  PolicySeen seen{.state = PolicySeen::State::in_force, .version = 3};
  const Timestamp late = kNow + kLateAfter;
  CHECK(told(drift(seen, desired, late)).empty());
  CHECK(drift(seen, desired, late).size() == 3 + kPolicySettings);  // all gone: each closes what was open

  seen.version = 2;
  CHECK(told(drift(seen, desired, kNow + Duration{kLateAfter.ms - 1})).empty());
  CHECK(told(drift(seen, desired, late)) == std::vector<std::string>{"policy:not_applied policy/version"});
  CHECK(told(drift(seen, {}, late)).empty());

  seen.version = 3;
  seen.state = PolicySeen::State::expired;
  seen.refusal = PolicyRefusal::signature;
  seen.differences = {{PolicySetting::on_access, PolicyDeviation::local}, {PolicySetting::cpu_percent, PolicyDeviation::unsupported}};
  std::ranges::reverse(seen.differences);
  const auto claims = drift(seen, desired, late);
  CHECK(told(claims) == std::vector<std::string>{"policy:expired policy/expiry", "policy:refused policy/refusal",
                                                 "policy:differs policy/cpu_percent", "policy:differs policy/on_access"});
  for (const Claim& claim : claims) {
    if (claim.subject == "policy/on_access") CHECK(claim.severity == Severity::high);
    if (claim.subject == "policy/cpu_percent") CHECK(claim.severity == Severity::low);
  }
}

TEST_CASE("what an agent said is kept by the newest observation") {
  Province p;
  const auto pc = p.machine(p.commune, "pc-01");
  p.publish(p.commune, Province::draft(kRate));
  const auto say = [&](std::int64_t version, std::int64_t observation) {
    PolicySeen seen{.state = PolicySeen::State::in_force, .version = version};
    seen.differences = {{PolicySetting::on_access, PolicyDeviation::bound}};
    REQUIRE(p.write([&](store::Connection& c) { return apply_policy_seen(c, pc, seen, ObservationId{observation}, p.now); }).has_value());
  };
  const auto record = [&] { return p.write([&](store::Connection& c) { return machine_policy(c, p.scope(), pc.machine, p.now); }).value(); };
  CHECK_FALSE(record().seen.has_value());
  say(0, 7);
  say(9, 6);
  CHECK(record().seen->seen.version == 0);
  CHECK(record().seen->seen.differences.size() == 1);
  CHECK(record().drift.size() == 1);
  p.now = kNow + kLateAfter;
  CHECK(record().drift.size() == 2);
  const auto counts = p.write([&](store::Connection& c) { return count_policies(c, p.scope(), {}); }).value();
  CHECK(counts.machines == 1);
  CHECK(counts.waiting == 1);
  say(1, 8);
  CHECK(p.write([&](store::Connection& c) { return count_policies(c, p.scope(), {}); }).value().differing == 1);
  // Who sees only a unit elsewhere sees nothing of it; who sees the commune sees its name.
  CHECK(p.write([&](store::Connection& c) { return machine_policy(c, p.scope_of(p.other), pc.machine, p.now); }).error().code() == Code::not_found);
  CHECK(record().units.at(p.commune) == "Xã Đức Trọng");
}

TEST_CASE("what a unit above the scope says holds, and its name is not told") {
  Province p;
  const auto pc = p.machine(p.commune, "pc-01");
  p.publish(p.root, Province::draft(kRate));
  const auto record = p.write([&](store::Connection& c) { return machine_policy(c, p.scope_of(p.commune), pc.machine, kNow); }).value();
  CHECK(record.effective.settings.files_per_second == 200);
  CHECK(record.units.empty());
}

}  // namespace
}  // namespace khien::policy
