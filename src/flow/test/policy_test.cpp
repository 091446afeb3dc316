// Drift on the road: what an agent says of its policy becomes findings, and they
// close by themselves.
#include <doctest/doctest.h>

#include "khien/policy/machine_policies.hpp"
#include "khien/policy/policies.hpp"
#include "road.hpp"

namespace khien::flow {
namespace {

constexpr UserId kSecond{2};

void publish(Road& road, std::string_view text) {
  const policy::Draft draft{.policy = policy_from_json(text).value(), .valid_from = vietnam_day(road.clock().now()),
                            .valid_until = {}, .reason = "theo chỉ đạo"};
  REQUIRE(road.write([&](store::Connection& c) -> Result<void> {
    TRY(const auto id, policy::begin_draft(c, road.scope(), road.root(), {}, kAnalyst, draft, road.clock().now()));
    TRY(const auto record, policy::get_policy(c, road.scope(), id));
    return policy::decide_draft(c, road.scope(), id, kSecond, {.publish = true, .read = record.draft()->digest(), .note = {}},
                                road.clock().now());
  }).has_value());
}

PolicySeen follows(std::int64_t version) {
  return {.state = version == 0 ? PolicySeen::State::none : PolicySeen::State::in_force, .version = version};
}

TEST_CASE("publish, stay behind, follow: the finding opens and closes by itself") {
  Road road;
  const auto agent = road.machine("mx1");
  road.see(agent, {follows(0)});
  CHECK(road.all().empty());
  publish(road, R"({"format":1,"on_access":"notify"})");
  road.see(agent, {follows(0)});
  CHECK(road.all().empty());
  road.clock().advance(policy::kLateAfter);
  road.see(agent, {follows(0)});
  CHECK(road.only().rule == "policy:not_applied");
  CHECK(road.only().state == FindingState::new_);
  road.see(agent, {follows(0)});
  CHECK(road.only().sightings == 2);
  road.see(agent, {follows(1)});
  CHECK(road.only().state == FindingState::resolved);
}

TEST_CASE("a setting kept by the machine's own file is a finding until it is not") {
  Road road;
  const auto agent = road.machine("mx1");
  publish(road, R"({"format":1,"on_access":"permission"})");
  auto seen = follows(1);
  seen.differences = {{PolicySetting::on_access, PolicyDeviation::local}};
  road.see(agent, {seen});
  CHECK(road.only().rule == "policy:differs");
  CHECK(road.only().subject == "policy/on_access");
  CHECK(road.only().severity == Severity::high);
  CHECK(road.machine_now(agent).health != estate::MachineHealth::infected);
  road.see(agent, {follows(1)});
  CHECK(road.only().state == FindingState::resolved);
  road.see(agent, {seen});
  CHECK(road.only().state == FindingState::new_);
}

TEST_CASE("one machine's word about its policy says nothing of another's") {
  Road road;
  const auto honest = road.machine("mx1");
  const auto hostile = road.machine("mx2");
  publish(road, R"({"format":1,"on_access":"notify"})");
  road.clock().advance(policy::kLateAfter);
  road.see(honest, {follows(0)});
  road.see(hostile, {follows(999'999)});
  CHECK(road.only().asset == honest.machine);
  CHECK(road.only().state == FindingState::new_);
}

}  // namespace
}  // namespace khien::flow
